/** Which windows a number rests on, and to which subject each belongs. */
import type { Origin } from "../../artifacts/artifact.ts";
import type { Metric } from "../../artifacts/metrics.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";

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
  const part: number[] = [], rows: number[] = [], train: number[] = [];
  for (let i = 0; i < n; i++) {
    if (split.part[i] === Part.train && windows.labels[i] >= 0) train.push(i);
    if (name === "all" ? split.part[i] === Part.unused : split.part[i] !== wanted) continue;
    part.push(i);
    if (windows.labels[i] >= 0 && windows.purity[i] >= minPurity) rows.push(i);
  }
  if (part.length === 0) {
    throw new InputError(`Cannot validate: the ${name} part of the split is empty (${split.rule})`, {
      hint: "Use a split with a test part (e.g. `by: subject`), or judge another `part`.",
    });
  }
  return {
    part: Uint32Array.from(part),
    train: Uint32Array.from(train),
    classNames: windows.recordings.labelNames,
    origin: windows.recordings.origin,
    ...peopleOf(windows, rows),
    labels: Int32Array.from(rows, (i) => windows.labels[i]),
  };
}

/** The whole part as rows, whatever labels there are: for what needs none. Its labels are all −1. */
export function withoutLabels(windows: Windows, judged: Judged): Judged {
  const { part } = judged;
  return { ...judged, ...peopleOf(windows, [...part]), labels: new Int32Array(part.length).fill(-1) };
}

function peopleOf(
  { recording, recordings: { recordings } }: Windows,
  rows: number[],
): Pick<Judged, "rows" | "subjects" | "subject" | "recordings" | "recording"> {
  const subjects = [...new Set(rows.map((i) => recordings[recording[i]].subject))].sort(byNumber);
  const index = new Map(subjects.map((s, i) => [s, i]));
  const used = [...new Set(rows.map((i) => recording[i]))].sort((a, b) => a - b);
  const place = new Map(used.map((r, i) => [r, i]));
  return {
    rows: Uint32Array.from(rows),
    subjects,
    subject: Int32Array.from(rows, (i) => index.get(recordings[recording[i]].subject)!),
    recordings: used.map((r) => recordings[r].id),
    recording: Int32Array.from(rows, (i) => place.get(recording[i])!),
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
