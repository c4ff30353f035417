/** Which windows are trained on, and what they are called. */
import type { Model } from "../../artifacts/model.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { typedFrom } from "../../typed_from.ts";

/** The windows of a part, ascending. */
export function rowsOf(windows: Windows, split: Split, part: Part): Int32Array {
  if (split.part.length !== windows.start.length) {
    throw new InputError(
      `Cannot use split: it divides ${split.part.length} windows, there are ${windows.start.length}`,
      { hint: "Make the split from the same windows." },
    );
  }
  const rows = new Int32Array(split.part.reduce((n, of) => n + (of === part ? 1 : 0), 0));
  for (let i = 0, at = 0; at < rows.length; i++) if (split.part[i] === part) rows[at++] = i;
  return rows;
}

/** The labelled windows of a part whose majority label covers at least `minPurity`, ascending. */
export function labeledRowsOf(windows: Windows, split: Split, part: Part, minPurity: number): Int32Array {
  return rowsOf(windows, split, part).filter((i) => windows.labels[i] >= 0 && windows.purity[i] >= minPurity);
}

/**
 * The classes that occur among `rows`, in the order of the recordings' label names, and the class of every window
 * (−1 where unlabelled or of a class that never occurs in training).
 */
export function classesOf(windows: Windows, rows: Int32Array): {
  names: string[];
  labels: Int32Array;
  /** Class by label id. */
  classOf: Int32Array;
} {
  const present = new Set(typedFrom(Int32Array, rows, (row) => windows.labels[row]));
  const ids = [...present].sort((a, b) => a - b);
  const position = new Map(ids.map((id, i) => [id, i]));
  return {
    names: ids.map((id) => windows.recordings.labelNames[id]),
    labels: windows.labels.map((id) => position.get(id) ?? -1),
    classOf: Int32Array.from(windows.recordings.labelNames, (_, id) => position.get(id) ?? -1),
  };
}

/** Loss weight by class, mean 1 over the training windows. */
export function classWeights(
  labels: Int32Array,
  rows: Int32Array,
  classes: number,
  rule: "none" | "sqrt" | "balanced",
): Float64Array {
  const counts = new Float64Array(classes);
  for (const row of rows) counts[labels[row]]++;
  const raw = counts.map((n) => rule === "none" ? 1 : rule === "sqrt" ? Math.sqrt(1 / n) : 1 / n);
  const mean = counts.reduce((sum, n, c) => sum + n * raw[c], 0) / rows.length;
  return raw.map((w) => w / mean);
}

/** Windows of a sample that follow each other, so that they have neighbours and are read at once. */
export const runLength = 32;

/**
 * A sample of windows: runs of {@linkcode runLength} that follow each other, drawn without replacement until there are `most`.
 *
 * ```ts
 * import { sampleRuns } from "./training_rows.ts";
 * import { Random } from "../../random.ts";
 * import assert from "node:assert/strict";
 * const rows = Int32Array.from({ length: 1000 }, (_, i) => 2 * i);
 * assert.equal(sampleRuns(rows, 100, new Random(1)).length, 100);
 * assert.deepEqual(sampleRuns(rows, 1000, new Random(1)), rows);
 * ```
 *
 * @param rows Window numbers, ascending.
 * @returns Some of them, ascending; all where there are no more than `most`.
 */
export function sampleRuns(rows: Int32Array, most: number, rng: Random): Int32Array {
  if (rows.length <= most) return rows;
  const runs = rng.shuffle(Int32Array.from({ length: Math.ceil(rows.length / runLength) }, (_, run) => run));
  const drawn: number[] = [];
  for (const run of runs) {
    if (drawn.length >= most) break;
    const end = Math.min(rows.length, (run + 1) * runLength, run * runLength + most - drawn.length);
    for (let i = run * runLength; i < end; i++) drawn.push(rows[i]);
  }
  return Int32Array.from(drawn).sort();
}

/** A split whose parts are samples, and how many windows each was drawn from. */
export interface Sampled {
  split: Split;
  from: NonNullable<Model["training"]["sampledFrom"]>;
}

/**
 * Draws at most `most` windows of the training part and a quarter as many of the validation part; what was not drawn belongs to
 * no part.
 *
 * @param candidates The windows of a part that may be drawn, ascending.
 */
export function sampleSplit(
  split: Split,
  candidates: (part: Part) => Int32Array,
  most: number,
  rng: Random,
): Sampled {
  const part = split.part.map((p) => p === Part.train || p === Part.validation ? Part.unused : p);
  const draw = (which: Part, most: number) => {
    const rows = candidates(which);
    for (const row of sampleRuns(rows, most, rng)) part[row] = which;
    return rows.length;
  };
  const from = {
    windows: draw(Part.train, most),
    validationWindows: draw(Part.validation, Math.ceil(most / 4)),
  };
  return { split: { ...split, part }, from };
}
