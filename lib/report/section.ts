/** What a section of a report is. */
import type { Sources } from "./sources.ts";
import { absent, type Fragment } from "./table.ts";

/** A section as its file describes it. */
interface SectionSpec<Id extends string, Found, Options> {
  /** The name by which notebooks draw it. */
  id: Id;
  /** What readers call it. */
  title: string;
  /** Names of the tables in `Metrics` that it shows, or that are too long for a page and belong to its subject. */
  claims?: readonly string[];
  /** Finds what the section shows; `undefined` where nothing of it is connected. */
  needs(sources: Sources): Promise<Found | undefined>;
  /** Says what is absent, where `needs` finds nothing; left out where it always finds something. */
  missing?: string;
  /** Draws what was found; `claimed` holds the tables that any section claims. */
  draw(found: Found, sources: Sources, options: Options, claimed: ReadonlySet<string>): Promise<Fragment>;
}

/** A section that can be drawn from any sources. */
export interface Section<Id extends string = string, Options = unknown> {
  /** The name by which notebooks draw it. */
  readonly id: Id;
  /** What readers call it. */
  readonly title: string;
  /** Names of the tables in `Metrics` that belong to it. */
  readonly claims: readonly string[];
  /** Draws the section; without its data it is one sentence on what is absent. */
  draw(sources: Sources, options: Options, claimed: ReadonlySet<string>): Promise<Fragment>;
}

/** Makes a section of its description: where nothing is found, the section says so instead of being drawn. */
export function defineSection<const Id extends string, Found, Options = Record<never, never>>(
  { id, title, claims = [], needs, missing = `There is nothing to show for ${title}.`, draw }: SectionSpec<
    Id,
    Found,
    Options
  >,
): Section<Id, Options> {
  return {
    id,
    title,
    claims,
    async draw(sources, options, claimed) {
      const found = await needs(sources);
      return found === undefined ? absent(missing) : await draw(found, sources, options, claimed);
    },
  };
}
