/** The sections of a report: a further one is one file and one line here. */
import { InputError } from "../../errors.ts";
import { markup } from "../../text/html.ts";
import { suggestion } from "../../text/suggest.ts";
import type { Sources } from "../sources.ts";
import type { Section } from "../section.ts";
import { absent, Fragment, isAbsent, stack } from "../table.ts";
import ablation from "./ablation.ts";
import bouts from "./bouts.ts";
import calibration from "./calibration.ts";
import codes from "./codes.ts";
import comparison from "./comparison.ts";
import confusion from "./confusion.ts";
import data from "./data.ts";
import dictionary from "./dictionary.ts";
import drift from "./drift.ts";
import ethogram from "./ethogram.ts";
import fewLabels from "./few_labels.ts";
import onnx from "./deployment/export.ts";
import gates from "./gates.ts";
import groups from "./groups.ts";
import hailo from "./deployment/hailo.ts";
import latency from "./deployment/latency.ts";
import levels from "./levels.ts";
import lineage from "./lineage.ts";
import limits from "./limits.ts";
import model from "./model.ts";
import motifs from "./motifs.ts";
import movement from "./movement.ts";
import noise from "./noise.ts";
import overview from "./overview.ts";
import packaged from "./deployment/package.ts";
import scores from "./scores.ts";
import split from "./split.ts";
import subjects from "./subjects.ts";
import sweep from "./sweep.ts";
import transitions from "./transitions.ts";

/** Every section, in the order of a report. */
export const sections = [
  overview,
  data,
  split,
  model,
  scores,
  confusion,
  subjects,
  calibration,
  codes,
  noise,
  fewLabels,
  motifs,
  movement,
  ethogram,
  dictionary,
  transitions,
  bouts,
  onnx,
  hailo,
  latency,
  packaged,
  levels,
  sweep,
  ablation,
  gates,
  comparison,
  groups,
  drift,
  limits,
  lineage,
] as const;

type Known = typeof sections[number];

/** The names by which sections are drawn. */
export type SectionId = Known["id"];

type OptionsOf<Id extends SectionId> = Parameters<Extract<Known, { id: Id }>["draw"]>[1];

/** What was drawn of which sources, so that {@linkcode drawRemaining} repeats nothing. */
const drawn = new WeakMap<Sources, Set<string>>();

/** The tables that some section claims: those of no section stand below the scores. */
const claimed: ReadonlySet<string> = new Set(sections.flatMap(({ claims }) => claims));

/**
 * Draws one section.
 *
 * @throws {InputError} when no section has that name.
 *
 * ```ts
 * import { drawSection } from "./mod.ts";
 * import { Sources } from "../sources.ts";
 * import assert from "node:assert/strict";
 * const shown = await drawSection("codes", new Sources([]));
 * assert.match(shown.toHtml(), /No codes are connected/);
 * ```
 */
export async function drawSection<Id extends SectionId>(
  id: Id,
  sources: Sources,
  options?: OptionsOf<Id>,
): Promise<Fragment> {
  const section: Section<string, never> | undefined = sections.find((s) => s.id === id);
  if (section === undefined) {
    throw new InputError(`Cannot draw section "${id}": there is no such section`, {
      ...suggestion(id, sections.map((s) => s.id)),
    });
  }
  const ids = drawn.get(sources) ?? new Set();
  drawn.set(sources, ids.add(id));
  return await section.draw(sources, (options ?? {}) as never, claimed);
}

/**
 * Draws every section that has something to show and was not drawn of these sources before, each below its title, so
 * that no notebook need name them all.
 *
 * ```ts
 * import { drawRemaining } from "./mod.ts";
 * import { Sources } from "../sources.ts";
 * import assert from "node:assert/strict";
 * const shown = await drawRemaining(new Sources([]), ["limits"]);
 * assert.doesNotMatch(shown.toHtml(), /Codes|Limits/);
 * ```
 *
 * @param later Sections that the notebook draws further down.
 */
export async function drawRemaining(sources: Sources, later: readonly SectionId[] = []): Promise<Fragment> {
  const known: ReadonlySet<string> = new Set([...drawn.get(sources) ?? [], ...later]);
  const parts: Fragment[] = [];
  for (const section of sections as readonly Section<SectionId, never>[]) {
    if (known.has(section.id)) continue;
    const shown = await section.draw(sources, {} as never, claimed);
    if (isAbsent(shown)) continue;
    parts.push(stack(new Fragment(markup`<h3 id="${section.id}">${section.title}</h3>`), shown));
  }
  return parts.length === 0 ? absent("") : stack(...parts);
}
