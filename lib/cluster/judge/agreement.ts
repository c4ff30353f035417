/** Agreement of two labellings: adjusted Rand index, normalised mutual information and V-measure. */
import { entropyBits } from "../../fsq/statistics.ts";

/** A table of weights: `cells[a][b]` is the weight of rows with label a in the first and b in the second labelling. */
export interface Contingency {
  /** float64 `[A, B]`. */
  cells: Float64Array;
  rows: number;
  columns: number;
}

export interface Agreement {
  /** Adjusted Rand index: 1 for equal partitions, about 0 by chance (Hubert and Arabie 1985). */
  ari: number;
  /** Mutual information divided by the arithmetic mean of the entropies. */
  nmi: number;
  /** Each cluster holds members of one class only. */
  homogeneity: number;
  /** All members of a class lie in one cluster. */
  completeness: number;
  /** Harmonic mean of the two; equals `nmi`. */
  vMeasure: number;
  /** What one labelling tells of the other. */
  mutualInformationBits: number;
  /** Rows compared. */
  n: number;
}

/** Contingency of two labellings; any integer labels, −1 is a label like any other. */
function contingency(a: Int32Array, b: Int32Array, weights?: ArrayLike<number>): Contingency {
  if (a.length !== b.length) {
    throw new RangeError(`Cannot compare labellings: they have ${a.length} and ${b.length} rows`);
  }
  const row = dense(a), column = dense(b);
  const cells = new Float64Array(row.size * column.size);
  for (let i = 0; i < a.length; i++) {
    cells[row.get(a[i])! * column.size + column.get(b[i])!] += weights === undefined ? 1 : weights[i];
  }
  return { cells, rows: row.size, columns: column.size };
}

function dense(labels: Int32Array): Map<number, number> {
  const ids = new Map<number, number>();
  for (const label of labels) if (!ids.has(label)) ids.set(label, ids.size);
  return ids;
}

/**
 * Agreement of labellings `truth` and `predicted`, with weights as multiplicities.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const { ari, vMeasure } = agreement(Int32Array.of(0, 0, 1, 1), Int32Array.of(5, 5, 2, 2));
 * assert.equal(ari, 1);
 * assert.equal(vMeasure, 1);
 * ```
 */
export function agreement(truth: Int32Array, predicted: Int32Array, weights?: ArrayLike<number>): Agreement {
  const table = contingency(truth, predicted, weights);
  const { cells, rows, columns } = table;
  const byRow = new Float64Array(rows), byColumn = new Float64Array(columns);
  let n = 0;
  for (let r = 0, q = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, q++) {
      byRow[r] += cells[q];
      byColumn[c] += cells[q];
      n += cells[q];
    }
  }
  // In bits; the ratios below have no unit.
  let mutual = 0;
  for (let r = 0, q = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, q++) {
      if (cells[q] > 0) mutual += cells[q] / n * Math.log2(cells[q] * n / (byRow[r] * byColumn[c]));
    }
  }
  const entropyTruth = entropyBits(byRow), entropyPredicted = entropyBits(byColumn);
  const homogeneity = entropyTruth === 0 ? 1 : mutual / entropyTruth;
  const completeness = entropyPredicted === 0 ? 1 : mutual / entropyPredicted;
  const vMeasure = homogeneity + completeness === 0
    ? 0
    : 2 * homogeneity * completeness / (homogeneity + completeness);
  return {
    ari: adjustedRand(cells, byRow, byColumn, n),
    nmi: vMeasure,
    homogeneity,
    completeness,
    vMeasure,
    mutualInformationBits: mutual,
    n,
  };
}

function adjustedRand(cells: Float64Array, byRow: Float64Array, byColumn: Float64Array, n: number): number {
  const pairs = (weights: Float64Array) => weights.reduce((sum, w) => sum + w * (w - 1) / 2, 0);
  const both = pairs(cells), first = pairs(byRow), second = pairs(byColumn), all = n * (n - 1) / 2;
  if (all === 0) return 1;
  const expected = first * second / all;
  const most = (first + second) / 2;
  // Both labellings are one cluster, or both keep every row apart: equal partitions.
  return most === expected ? 1 : (both - expected) / (most - expected);
}
