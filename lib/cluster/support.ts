/** Merging clusters with too few members into their nearest neighbour. */
import { squaredDistance } from "./points/points.ts";

/** One merge; ids are those before relabelling. */
export interface Merge {
  from: number;
  to: number;
  /** Support of `from` when it was merged. */
  count: number;
}

export interface SupportResult {
  /** Where each old cluster ended: `target[id]` is the surviving old id. */
  target: Int32Array;
  mergeLog: Merge[];
  /** float64 `[K]`: support by surviving old id, 0 for merged ones. */
  support: Float64Array;
}

/**
 * Merges clusters whose support lies strictly below `threshold`, the smallest first (smaller id on ties), each into
 * the cluster with the nearest centroid among those that reach the threshold, or among all where none does; centroids
 * and supports are recomputed after each merge, until no small cluster is left or one cluster remains.
 *
 * @param positions float64 `[K, d]`: centroids; not modified.
 * @param support float64 `[K]`: members by cluster; a cluster without members merges like any small one.
 * @param threshold Least support; clusters of exactly this support stay.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const { target, mergeLog } = mergeSmall(Float64Array.of(0, 1, 9), Float64Array.of(50, 3, 40), 5);
 * assert.deepEqual([...target], [0, 0, 2]);
 * assert.deepEqual(mergeLog, [{ from: 1, to: 0, count: 3 }]);
 * ```
 */
export function mergeSmall(positions: Float64Array, support: Float64Array, threshold: number): SupportResult {
  const k = support.length;
  const d = positions.length / k;
  const size = support.slice();
  const centroids = positions.slice();
  const target = Int32Array.from({ length: k }, (_, c) => c);
  const mergeLog: Merge[] = [];
  // A share of N need not be exact in binary: 0.07 · 100 is 7.000000000000001, and 7 of 100 reach it.
  const least = threshold * (1 - 1e-12);
  const alive = new Set(target);
  while (alive.size > 1) {
    const small = [...alive].filter((c) => size[c] < least);
    if (small.length === 0) break;
    const from = small.reduce((a, b) => size[b] < size[a] ? b : a);
    const others = [...alive].filter((c) => c !== from);
    const large = others.filter((c) => size[c] >= least);
    const distance = (c: number) => squaredDistance(centroids, from, centroids, c, d);
    const to = (large.length > 0 ? large : others).reduce((a, b) => distance(b) < distance(a) ? b : a);
    mergeLog.push({ from, to, count: size[from] });
    alive.delete(from);
    const share = size[from] === 0 ? 0 : size[from] / (size[from] + size[to]);
    for (let t = 0; t < d; t++) {
      centroids[to * d + t] += share * (centroids[from * d + t] - centroids[to * d + t]);
    }
    size[to] += size[from];
    size[from] = 0;
    for (let c = 0; c < k; c++) if (target[c] === from) target[c] = to;
  }
  return { target, mergeLog, support: size };
}
