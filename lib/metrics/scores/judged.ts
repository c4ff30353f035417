/** Which windows a number rests on, and to which subject each belongs. */
import type { Origin } from "../../artifacts/artifact.ts";
import type { Metric } from "../../artifacts/metrics.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { typedFrom } from "../../typed_from.ts";

/** The part of a split that is judged. */
export type PartName = "test" | "validation" | "all";

/** Windows under judgement. */
export interface Judged {
  /** Windows of the part, labelled or not, ascending. */
  part: Uint32Array;
  /** Those of them with a label ≥ 0 that covers enough of the window. */
  rows: Uint32Array;
  /** True label of each of `rows`. */
  labels: Int32Array;
  /** Labelled training windows: what mappings and baselines are fitted on. */
  train: Uint32Array;
  classNames: string[];
  /** Subjects that occur in `rows`, and the subject of each row as an index. */
  subjects: string[];
  subject: Int32Array;
  /** Recordings that occur in `rows`, and the recording of each row as an index. */
  recordings: string[];
  recording: Int32Array;
  origin: Origin;
}

/**
 * Chooses the windows; throws when the part is empty. None of them need have a label.
 *
 * @param minPurity Least share of a window that its label must cover for it to be judged by it.
 */
export function judge(windows: Windows, split: Split, name: PartName, minPurity = 0): Judged {
  const n = windows.start.length;
  if (split.part.length !== n) {
    throw new InputError(`Cannot validate: the split covers ${split.part.length} windows, there are ${n}`, {
      hint: "Connect the split that was made from these windows.",
    });
  }
  const wanted = name === "test" ? Part.test : Part.validation;
  const ofPart = (i: number) => name === "all" ? split.part[i] !== Part.unused : split.part[i] === wanted;
  const part = windowsWhere(n, ofPart);
  if (part.length === 0) {
    throw new InputError(`Cannot validate: the ${name} part of the split is empty (${split.rule})`, {
      hint: "Use a split with a test part (e.g. `by: subject`), or judge another `part`.",
    });
  }
  const rows = part.filter((i) => windows.labels[i] >= 0 && windows.purity[i] >= minPurity);
  return {
    part,
    train: windowsWhere(n, (i) => split.part[i] === Part.train && windows.labels[i] >= 0),
    classNames: windows.recordings.labelNames,
    origin: windows.recordings.origin,
    ...peopleOf(windows, rows),
    labels: typedFrom(Int32Array, rows, (i) => windows.labels[i]),
  };
}

/** The whole part as rows, whatever labels there are: for what needs none. Its labels are all −1. */
export function withoutLabels(windows: Windows, judged: Judged): Judged {
  const { part } = judged;
  return { ...judged, ...peopleOf(windows, part), labels: new Int32Array(part.length).fill(-1) };
}

/** Those of `n` windows of which something holds, ascending; counted first, as lists of numbers grow to twice their size. */
function windowsWhere(n: number, holds: (i: number) => boolean): Uint32Array {
  let count = 0;
  for (let i = 0; i < n; i++) if (holds(i)) count++;
  const out = new Uint32Array(count);
  for (let i = 0, at = 0; at < count; i++) if (holds(i)) out[at++] = i;
  return out;
}

function peopleOf(
  { recording, recordings: { recordings } }: Windows,
  rows: Uint32Array,
): Pick<Judged, "rows" | "subjects" | "subject" | "recordings" | "recording"> {
  const occur = new Set<number>();
  for (const i of rows) occur.add(recording[i]);
  const used = [...occur].sort((a, b) => a - b);
  const subjects = [...new Set([...occur].map((r) => recordings[r].subject))].sort(byNumber);
  const subjectOf = new Map(used.map((r) => [r, subjects.indexOf(recordings[r].subject)]));
  const place = new Map(used.map((r, i) => [r, i]));
  return {
    rows,
    subjects,
    subject: typedFrom(Int32Array, rows, (i) => subjectOf.get(recording[i])!),
    recordings: used.map((r) => recordings[r].id),
    recording: typedFrom(Int32Array, rows, (i) => place.get(recording[i])!),
  };
}

/** Orders `s2` before `s10`. */
function byNumber(a: string, b: string): number {
  const digits = (s: string) => Number(/\d+/.exec(s)?.[0] ?? NaN);
  return (digits(a) - digits(b)) || (a < b ? -1 : a > b ? 1 : 0);
}

/** A metric over the judged rows. */
export function overRows(judged: Judged, value: number | null, extra: Partial<Metric> = {}): Metric {
  return { value, n: judged.rows.length, of: "windows", origin: judged.origin, ...extra };
}
