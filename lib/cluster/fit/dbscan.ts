/** DBSCAN on weighted points (Ester et al. 1996). */
import type { Points } from "../points/points.ts";
import { squaredDistance } from "../points/points.ts";

export interface DbscanFit {
  /** int32 `[M]`, −1 noise; clusters are numbered in the order of their first core point. */
  labels: Int32Array;
  /** uint8 `[M]`: 1 for core points. */
  core: Uint8Array;
  k: number;
}

/**
 * Clusters by density. A point is a core point when the weights within `eps`, **its own included**, reach
 * `minSamples`: then the result is that of scikit-learn on the duplicated rows. A border point within reach of several
 * clusters goes to the one found first, scanning points in order.
 *
 * Distances on the lattice of codes are often equal to `eps` up to rounding, so distances up to `eps · (1 + 1e-9)`
 * count as within.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const points = { values: Float64Array.of(0, 1, 2, 5, 6, 9), dimensions: 1, weights: Float64Array.of(3, 1, 2, 4, 1, 1) };
 * assert.deepEqual([...dbscan(points, 1, 5).labels], [0, 0, 0, 1, 1, -1]);
 * ```
 */
export function dbscan(points: Points, eps: number, minSamples: number): DbscanFit {
  const { values, dimensions: d, weights } = points;
  const m = weights.length;
  const limit = (eps * (1 + 1e-9)) ** 2;
  const within = weights.slice();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < i; j++) {
      if (squaredDistance(values, i, values, j, d) > limit) continue;
      within[i] += weights[j];
      within[j] += weights[i];
    }
  }
  const core = Uint8Array.from(within, (sum) => sum >= minSamples ? 1 : 0);
  const labels = new Int32Array(m).fill(-1);
  // Points without a label yet, of which each core point takes its neighbours: no lists of neighbours are kept.
  const open = Uint32Array.from(labels.keys());
  let left = m, k = 0;
  const stack: number[] = [];
  for (let i = 0; i < m; i++) {
    if (core[i] === 0 || labels[i] >= 0) continue;
    labels[i] = k;
    stack.push(i);
    while (stack.length > 0) {
      const at = stack.pop()!;
      let kept = 0;
      for (let q = 0; q < left; q++) {
        const j = open[q];
        if (labels[j] >= 0) continue;
        if (squaredDistance(values, at, values, j, d) > limit) {
          open[kept++] = j;
          continue;
        }
        labels[j] = k;
        if (core[j] === 1) stack.push(j);
      }
      left = kept;
    }
    k++;
  }
  return { labels, core, k };
}
