/** Silhouettes (Rousseeuw 1987) of weighted points, exact for the duplicated rows. */
import type { Points } from "../points/points.ts";

/**
 * Silhouette of each point, float64 `[M]`: `(b − a)/max(a, b)` with `a = Σ w d/(W_own − 1)`, so that a row's own copies
 * count at distance 0 but the row itself does not, and `b` the least mean distance to another cluster. A cluster of
 * weight 1 has silhouette 0, and so has a point with a = b = 0. Points labelled −1 get NaN and count nowhere.
 *
 * @param labels int32 `[M]`, dense from 0, −1 for noise.
 * @throws RangeError with fewer than 2 clusters, or as many clusters as points: it is undefined there.
 */
export function silhouettes(points: Points, labels: Int32Array, k: number): Float64Array {
  const { values, dimensions: d, weights } = points;
  const order = Uint32Array.from(labels.keys().filter((i) => labels[i] >= 0)).sort((a, b) =>
    labels[a] - labels[b] || a - b
  );
  const m = order.length;
  const support = new Float64Array(k);
  for (const i of order) support[labels[i]] += weights[i];
  const present = support.reduce((n, w) => n + (w > 0 ? 1 : 0), 0);
  if (present < 2 || present >= m) {
    throw new RangeError(
      `Cannot compute silhouette: it is undefined for ${present} clusters of ${m} distinct points`,
    );
  }
  // Points stand together by cluster, so that the inner loop sums into few places.
  const x = new Float64Array(m * d);
  const w = new Float64Array(m);
  const label = new Int32Array(m);
  order.forEach((i, n) => {
    x.set(values.subarray(i * d, i * d + d), n * d);
    w[n] = weights[i];
    label[n] = labels[i];
  });
  const sums = new Float64Array(m * k);
  for (let i = 1; i < m; i++) {
    for (let j = 0, q = 0; j < i; j++) {
      let squared = 0;
      for (let p = i * d; p < i * d + d; p++, q++) {
        const diff = x[p] - x[q];
        squared += diff * diff;
      }
      const distance = Math.sqrt(squared);
      sums[i * k + label[j]] += w[j] * distance;
      sums[j * k + label[i]] += w[i] * distance;
    }
  }
  const result = new Float64Array(labels.length).fill(NaN);
  for (let n = 0; n < m; n++) {
    const own = label[n];
    let b = Infinity;
    for (let c = 0; c < k; c++) {
      if (c !== own && support[c] > 0) b = Math.min(b, sums[n * k + c] / support[c]);
    }
    if (support[own] <= 1) {
      result[order[n]] = 0;
      continue;
    }
    const a = sums[n * k + own] / (support[own] - 1);
    result[order[n]] = a === b ? 0 : (b - a) / Math.max(a, b);
  }
  return result;
}

/**
 * Silhouettes of some points against all of them, as {@linkcode silhouettes} defines them, for samples of many points.
 *
 * @param rows Indices of the points to judge; one may stand several times.
 * @returns float64 `[rows]`; NaN for points labelled −1.
 */
export function silhouettesOfRows(
  points: Points,
  labels: Int32Array,
  k: number,
  rows: ArrayLike<number>,
): Float64Array {
  const { values, dimensions: d, weights } = points;
  const support = new Float64Array(k);
  labels.forEach((label, i) => label >= 0 && (support[label] += weights[i]));
  const sums = new Float64Array(k);
  return Float64Array.from(rows, (row) => {
    const own = labels[row];
    if (own < 0) return NaN;
    if (support[own] <= 1) return 0;
    sums.fill(0);
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] < 0) continue;
      let squared = 0;
      for (let t = 0; t < d; t++) squared += (values[i * d + t] - values[row * d + t]) ** 2;
      sums[labels[i]] += weights[i] * Math.sqrt(squared);
    }
    let b = Infinity;
    for (let c = 0; c < k; c++) if (c !== own && support[c] > 0) b = Math.min(b, sums[c] / support[c]);
    const a = sums[own] / (support[own] - 1);
    return a === b ? 0 : (b - a) / Math.max(a, b);
  });
}

/**
 * Mean silhouette of the rows that the points stand for.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const points = { values: Float64Array.of(0, 1, 10), dimensions: 1, weights: Float64Array.of(1, 1, 2) };
 * assert.equal(silhouette(points, Int32Array.of(0, 0, 1), 2).toFixed(6), "0.947222");
 * ```
 */
export function silhouette(points: Points, labels: Int32Array, k: number): number {
  const values = silhouettes(points, labels, k);
  let sum = 0, total = 0;
  for (let i = 0; i < values.length; i++) {
    if (labels[i] < 0) continue;
    sum += points.weights[i] * values[i];
    total += points.weights[i];
  }
  return sum / total;
}
