/** k-means on weighted points: greedy k-means++ starts, several of them, the best kept. */
import type { Random } from "../../random.ts";
import type { KMeansFit, LloydOptions } from "./lloyd.ts";
import { lloyd } from "./lloyd.ts";
import type { Points } from "../points/points.ts";
import { sizeOf } from "../points/points.ts";
import { distancesOf, pad } from "./scan.ts";

export interface KMeansOptions extends LloydOptions {
  /** Independent starts; the fit with the least inertia is kept, the first on ties. */
  nInit?: number;
}

/**
 * Clusters weighted points; the result is that of k-means on the duplicated rows.
 *
 * @param points M points with positive weights.
 * @param k Number of clusters, 1…M.
 * @throws RangeError when `k` is not in 1…M.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random } from "../../random.ts";
 * const points = { values: Float64Array.of(0, 1, 9), dimensions: 1, weights: Float64Array.of(3, 1, 5) };
 * const { centroids, inertia } = kmeans(points, 2, new Random(1));
 * assert.deepEqual([...centroids].sort(), [0.25, 9]);
 * assert.equal(inertia, 0.75);
 * ```
 */
export function kmeans(points: Points, k: number, rng: Random, options: KMeansOptions = {}): KMeansFit {
  const m = sizeOf(points);
  if (!Number.isInteger(k) || k < 1 || k > m) {
    throw new RangeError(`Cannot form ${k} clusters: k must be between 1 and the number of points, ${m}`);
  }
  let best: KMeansFit | undefined;
  for (let start = 0; start < (options.nInit ?? 10); start++) {
    const fit = lloyd(points, plusPlus(points, k, rng), options);
    if (best === undefined || fit.inertia < best.inertia) best = fit;
  }
  return best!;
}

/**
 * Starting centres by k-means++ (Arthur and Vassilvitskii 2007): the first with probability proportional to `w`, each
 * further one to `w · D²`, the best of `2 + ⌊ln k⌋` draws as in scikit-learn. Centres are distinct points.
 *
 * @returns float64 `[k, d]`.
 */
export function plusPlus(points: Points, k: number, rng: Random): Float64Array {
  const { values, dimensions: d, weights } = points;
  const m = weights.length;
  const trials = 2 + Math.floor(Math.log(k));
  const centroids = new Float64Array(k * d);
  let nearest = new Float64Array(m).fill(Infinity);
  let candidate = new Float64Array(m);
  let chosen = new Float64Array(m);
  const { values: rows, width } = pad(values, d);
  const distances = distancesOf(width);
  const cumulative = new Float64Array(m);
  for (let c = 0; c < k; c++) {
    let total = 0;
    for (let i = 0; i < m; i++) {
      total += c === 0 ? weights[i] : weights[i] * nearest[i];
      cumulative[i] = total;
    }
    let potential = Infinity, at = -1;
    for (let trial = 0; trial < (c === 0 ? 1 : trials); trial++) {
      const drawn = draw(cumulative, rng.uniform() * total);
      let sum = 0;
      distances(rows, drawn, candidate);
      for (let i = 0; i < m; i++) {
        const distance = Math.min(candidate[i], nearest[i]);
        candidate[i] = distance;
        sum += weights[i] * distance;
      }
      if (sum < potential) {
        potential = sum;
        at = drawn;
        [chosen, candidate] = [candidate, chosen];
      }
    }
    [nearest, chosen] = [chosen, nearest];
    centroids.set(values.subarray(at * d, at * d + d), c * d);
  }
  return centroids;
}

/** First index whose cumulative weight exceeds `value`. */
function draw(cumulative: Float64Array, value: number): number {
  let low = 0, high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > value) high = middle;
    else low = middle + 1;
  }
  // Rounding can end on a point of zero share; the last one with a share stands before it.
  while (low > 0 && cumulative[low] === cumulative[low - 1]) low--;
  return low;
}
