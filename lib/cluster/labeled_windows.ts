/** Draws of labelled windows: of some people, some of each class. */
import { Part, type Split } from "../artifacts/split.ts";
import type { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random.ts";

/** Which labels are used. */
export interface LabelsUsed {
  /** People whose labels are used, or how many to draw; all by default. */
  subjects?: readonly string[] | number;
  /** Labeled windows of each class to draw; all by default. */
  perClass?: number;
}

/**
 * Windows whose labels are used, ascending.
 *
 * @param split Where given, only labels of its training part are used.
 * @param doing What they are for, in messages: "label motifs".
 * @throws {InputError} where there are fewer labels or people than asked for.
 */
export function labeledWindows(
  { labels, recording, recordings }: Windows,
  split: Split | undefined,
  { subjects, perClass }: LabelsUsed,
  rng: Random,
  doing: string,
): Int32Array {
  const n = labels.length;
  if (split !== undefined && split.part.length !== n) {
    throw new InputError(`Cannot ${doing}: the split has ${split.part.length} windows, there are ${n}`);
  }
  const open = Int32Array.from(labels.keys()).filter((i) =>
    labels[i] >= 0 && (split === undefined || split.part[i] === Part.train)
  );
  const subjectOf = (i: number) => recordings.recordings[recording[i]].subject;
  const people = [...new Set(Array.from(open, subjectOf))].sort();
  if (open.length === 0) {
    throw new InputError(
      `Cannot ${doing}: no window${split === undefined ? "" : " of the training part"} has a label`,
      { hint: "Give `load` a `label` column or intervals for some people or stretches." },
    );
  }
  if (typeof subjects === "number" && subjects > people.length) {
    throw new InputError(
      `Cannot ${doing}: labels of ${subjects} people are asked for, ${people.length} have some`,
    );
  }
  if (Array.isArray(subjects)) {
    const missing = subjects.filter((name) => !people.includes(name));
    if (missing.length > 0) {
      throw new InputError(`Cannot ${doing}: ${missing.join(", ")} has no labelled window`, {
        hint: `People with labels are ${people.join(", ")}.`,
      });
    }
  }
  const asked = typeof subjects === "number"
    ? rng.fork("subjects").shuffle(people).slice(0, subjects)
    : subjects;
  const chosen = new Set(asked ?? people);
  const allowed = open.filter((i) => chosen.has(subjectOf(i)));
  if (perClass === undefined) return allowed;
  const draw = rng.fork("windows");
  const byClass = Map.groupBy(allowed, (i) => labels[i]);
  const drawn = [...byClass.keys()].sort((a, b) => a - b)
    .flatMap((label) => draw.shuffle([...byClass.get(label)!]).slice(0, perClass));
  return Int32Array.from(drawn).sort();
}
