/** Calibration without each group in turn: from sums of bins, which add up, not from the rows anew. */
import type { ScoreBy } from "../scores/by_subject.ts";
import { scoreOfSums } from "../statistics/group_score.ts";
import { ascending, widthBins } from "./calibration.ts";

/** Vectors by group: the number of rows, and what `add` adds for each row. */
function sums(
  group: Int32Array,
  groups: number,
  length: number,
  add: (row: number, into: Float64Array) => void,
): Float64Array[] {
  const out = Array.from({ length: groups }, () => new Float64Array(1 + length));
  group.forEach((g, row) => {
    out[g]![0]++;
    add(row, out[g]!);
  });
  return out;
}

/** A share of all rows; `null` where none are left. */
const ofRows =
  (sum: (bins: Float64Array) => number) => ([n, ...bins]: ArrayLike<number> & Iterable<number>) =>
    n === 0 ? null : sum(Float64Array.from(bins)) / n!;

const gaps = (bins: Float64Array) => bins.reduce((sum, gap) => sum + Math.abs(gap), 0);

/**
 * The mean of values of rows.
 *
 * ```ts
 * import { meanBy } from "./calibration_by_group.ts";
 * import assert from "node:assert/strict";
 * const { value, without } = meanBy(Float64Array.of(1, 2, 6))(Int32Array.of(0, 0, 1), 2);
 * assert.deepEqual([value, without(1), without(0)], [3, 1.5, 6]);
 * ```
 */
export function meanBy(values: Float64Array): ScoreBy {
  return (group, groups) =>
    scoreOfSums(
      sums(group, groups, 1, (row, into) => into[1]! += values[row]!),
      ofRows(([sum]) => sum!),
    );
}

/** The expected calibration error with bins of equal width, as `calibrationError` gives it. */
export function errorBy(confidence: Float64Array, correct: Uint8Array, bins: number): ScoreBy {
  const bin = widthBins(confidence, bins);
  return (group, groups) =>
    scoreOfSums(
      sums(group, groups, bins, (row, into) => into[1 + bin[row]!]! += correct[row]! - confidence[row]!),
      ofRows(gaps),
    );
}

/** The mean over classes of the error of `p_k` against `label = k`, with bins of equal width. */
export function classwiseErrorBy(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  bins: number,
): ScoreBy {
  const bin = widthBins(probabilities, bins);
  return (group, groups) =>
    scoreOfSums(
      sums(group, groups, classes * bins, (row, into) => {
        for (let k = 0, at = row * classes; k < classes; k++, at++) {
          into[1 + k * bins + bin[at]!]! += (labels[row] === k ? 1 : 0) - probabilities[at]!;
        }
      }),
      ofRows((all) => gaps(all) / classes),
    );
}

/** The error with bins of as many rows each, whose edges move with the rows that are left: one pass over them a group. */
export function massErrorBy(confidence: Float64Array, correct: Uint8Array, bins: number): ScoreBy {
  const order = ascending(confidence);
  return (group, groups) => {
    const size = new Float64Array(groups);
    for (const g of group) size[g]!++;
    const error = (n: number, left: (row: number) => boolean) => {
      if (n === 0) return null;
      const gap = new Float64Array(bins);
      let rank = 0;
      for (const row of order) {
        if (left(row)) gap[Math.floor(rank++ * bins / n)]! += correct[row]! - confidence[row]!;
      }
      return gaps(gap) / n;
    };
    return {
      value: error(order.length, () => true),
      without: (g) => error(order.length - size[g]!, (row) => group[row] !== g),
      groups,
    };
  };
}
