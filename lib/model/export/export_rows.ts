/** Which windows go into an export: for calibration, the parity proof and the self-test. */
import type { Model } from "../../artifacts/model.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import type { Random } from "../../random.ts";

/** Rows and where they come from. */
export interface Rows {
  rows: Int32Array;
  /** In words, for records. */
  source: string;
  /** False when windows beyond the training part had to be taken. */
  trainingOnly: boolean;
}

/** Windows of the training part; without a split, those of the model's training subjects; failing that, all. */
export function trainingRows(model: Model, windows: Windows, split: Split | undefined): Rows {
  const all = Int32Array.from(windows.start, (_, i) => i);
  if (split !== undefined) {
    const rows = all.filter((i) => split.part[i] === Part.train);
    if (rows.length > 0) return { rows, source: `training part, ${split.rule}`, trainingOnly: true };
  }
  const subjects = new Set(model.training.subjects);
  const rows = all.filter((i) => subjects.has(windows.recordings.recordings[windows.recording[i]].subject));
  if (rows.length > 0) {
    return { rows, source: `${subjects.size} training subjects of the model`, trainingOnly: true };
  }
  return { rows: all, source: "all windows: none is known to be for training", trainingOnly: false };
}

/** At most `count` of `rows` without replacement, ascending. */
export function sampleRows(rows: Int32Array, count: number, rng: Random): Int32Array {
  return rng.shuffle(rows.slice()).subarray(0, count).toSorted();
}

/** Smallest distance of a bounded vector to a rounding boundary, over its dimensions; 0.5 is the farthest. */
export function boundaryDistance(bounded: ArrayLike<number>): number {
  let least = 0.5;
  for (let j = 0; j < bounded.length; j++) {
    least = Math.min(least, Math.abs(bounded[j] - Math.floor(bounded[j]) - 0.5));
  }
  return least;
}

/** One window of the self-test and why it was taken. */
export interface SelftestRow {
  row: number;
  reason: "class" | "boundary" | "fill";
  /** Distance of its bounded latent to the nearest rounding boundary; `null` without quantiser. */
  boundary: number | null;
}

/** Windows closer than this to a boundary may round differently on correct float32 implementations. */
export const decidable = 1e-4;

/**
 * Chooses self-test windows: two of every class, the four closest to a rounding boundary that every correct float32
 * implementation still rounds alike, and others up to `count`.
 *
 * @param rows Candidate windows.
 * @param latents Their latents `[rows, d]`.
 * @param classes Their classes (labels where known, else predictions), −1 for none.
 */
export function selftestRows(
  rows: Int32Array,
  latents: Float32Array,
  classes: ArrayLike<number>,
  levels: number[] | null,
  count: number,
  rng: Random,
): SelftestRow[] {
  const d = latents.length / rows.length;
  const bounded = levels === null ? undefined : new Quantizer(levels).bound(latents);
  const distance = (i: number) =>
    bounded === undefined ? null : boundaryDistance(bounded.subarray(i * d, (i + 1) * d));
  const order = rng.shuffle(Int32Array.from(rows, (_, i) => i)).filter((i) =>
    bounded === undefined || distance(i)! >= decidable
  );
  const taken = new Map<number, SelftestRow["reason"]>();
  const seen = new Map<number, number>();
  for (const i of order) {
    const times = seen.get(classes[i]) ?? 0;
    if (classes[i] < 0 || times >= 2) continue;
    seen.set(classes[i], times + 1);
    taken.set(i, "class");
  }
  if (bounded !== undefined) {
    const near = [...order].filter((i) => !taken.has(i)).sort((a, b) => distance(a)! - distance(b)!);
    for (const i of near.slice(0, 4)) taken.set(i, "boundary");
  }
  for (const i of order) {
    if (taken.size >= count) break;
    if (!taken.has(i)) taken.set(i, "fill");
  }
  return [...taken].map(([i, reason]) => ({ row: rows[i], reason, boundary: distance(i) }))
    .sort((a, b) => a.row - b.row);
}
