/** The sections of a report: a further one is one file and one line here. */
import { InputError } from "../../errors.ts";
import { suggestion } from "../../text/suggest.ts";
import type { Sources } from "../sources.ts";
import type { Section } from "../section.ts";
import type { Fragment } from "../table.ts";
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
import onnx from "./export.ts";
import gates from "./gates.ts";
import groups from "./groups.ts";
import hailo from "./hailo.ts";
import latency from "./latency.ts";
import levels from "./levels.ts";
import limits from "./limits.ts";
import model from "./model.ts";
import motifs from "./motifs.ts";
import movement from "./movement.ts";
import noise from "./noise.ts";
import overview from "./overview.ts";
import packaged from "./package.ts";
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
] as const;

type Known = typeof sections[number];

/** The names by which sections are drawn. */
export type SectionId = Known["id"];

type OptionsOf<Id extends SectionId> = Parameters<Extract<Known, { id: Id }>["draw"]>[1];

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
  return await section.draw(sources, (options ?? {}) as never, claimed);
}
