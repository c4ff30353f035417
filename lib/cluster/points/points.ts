/**
 * Weighted distinct points: what every algorithm in this folder works on.
 *
 * FSQ maps N windows to at most ∏L codes, so N windows are M weighted points, and an algorithm that respects the
 * weights gives what it would give on the N duplicated rows, at the cost of M.
 */

/** M points in d dimensions with positive weights. */
export interface Points {
  /** float64 `[M, d]`. */
  values: Float64Array;
  dimensions: number;
  /** float64 `[M]`: how many windows (or how much of one) each point stands for. */
  weights: Float64Array;
}

/** Points together with the rows they came from. */
export interface IndexedPoints extends Points {
  /** uint32 `[N]`: the point of each row. Points of rows outside the fit may have weight 0. */
  index: Uint32Array;
  /** Whether each point's rows are identical, so that results equal those on the rows. */
  exact: boolean;
  /** Edge of the grid cells that rows were gathered in; 0 where exact. */
  cell: number;
  /** Root mean square distance of a row from its point; 0 where exact. */
  rmsError: number;
  /** Factor of each dimension in distances; all 1 where left out. */
  metric?: readonly number[];
}

/** Number of points M. */
export function sizeOf(points: Points): number {
  return points.weights.length;
}

/** Sum of the weights: the number of rows the points stand for. */
export function totalWeight(points: Points): number {
  let total = 0;
  for (const w of points.weights) total += w;
  return total;
}

/** Squared Euclidean distance between row `i` of `a` and row `j` of `b`. */
export function squaredDistance(a: Float64Array, i: number, b: Float64Array, j: number, d: number): number {
  let sum = 0;
  for (let t = 0, p = i * d, q = j * d; t < d; t++, p++, q++) {
    const diff = a[p] - b[q];
    sum += diff * diff;
  }
  return sum;
}

/**
 * The points of positive weight, with their positions in the whole.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const all = { values: Float64Array.of(1, 2, 3), dimensions: 1, weights: Float64Array.of(2, 0, 1) };
 * const { points, rows } = fitted(all);
 * assert.deepEqual([...points.values], [1, 3]);
 * assert.deepEqual([...rows], [0, 2]);
 * ```
 */
export function fitted(points: Points): { points: Points; rows: Uint32Array } {
  const { values, dimensions: d, weights } = points;
  const rows = Uint32Array.from(weights.keys().filter((i) => weights[i] > 0));
  if (rows.length === weights.length) return { points, rows };
  const kept = new Float64Array(rows.length * d);
  rows.forEach((row, i) => kept.set(values.subarray(row * d, (row + 1) * d), i * d));
  return {
    points: { values: kept, dimensions: d, weights: Float64Array.from(rows, (r) => weights[r]) },
    rows,
  };
}

/** Weighted mean of the points, float64 `[d]`. */
export function meanOf(points: Points): Float64Array {
  const { values, dimensions: d, weights } = points;
  const mean = new Float64Array(d);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i];
    for (let t = 0; t < d; t++) mean[t] += weights[i] * values[i * d + t];
  }
  return mean.map((sum) => sum / total);
}

/**
 * Weighted mean of the points of each label, float64 `[k, d]`, and the weight of each label.
 *
 * @param labels int32 `[M]`; points labelled −1 belong to no cluster.
 */
export function centroidsOf(
  points: Points,
  labels: Int32Array,
  k: number,
): { centroids: Float64Array; support: Float64Array } {
  const { values, dimensions: d, weights } = points;
  const centroids = new Float64Array(k * d);
  const support = new Float64Array(k);
  for (let i = 0; i < weights.length; i++) {
    const c = labels[i];
    if (c < 0) continue;
    support[c] += weights[i];
    for (let t = 0; t < d; t++) centroids[c * d + t] += weights[i] * values[i * d + t];
  }
  for (let c = 0; c < k; c++) {
    if (support[c] > 0) { for (let t = 0; t < d; t++) centroids[c * d + t] /= support[c]; }
  }
  return { centroids, support };
}

/** Weighted sum of squared distances of points to the centroid of their label; points labelled −1 do not count. */
export function inertiaOf(points: Points, labels: Int32Array, centroids: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < points.weights.length; i++) {
    if (labels[i] < 0) continue;
    sum += points.weights[i] * squaredDistance(points.values, i, centroids, labels[i], points.dimensions);
  }
  return sum;
}

/** Some of the points, in the given order. */
export function rowsOf({ values, dimensions: d, weights }: Points, rows: ArrayLike<number>): Points {
  const picked = new Float64Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) picked.set(values.subarray(rows[i] * d, rows[i] * d + d), i * d);
  return { values: picked, dimensions: d, weights: Float64Array.from(rows, (row) => weights[row]) };
}
