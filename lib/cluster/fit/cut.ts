/** Flat clusters from a dendrogram. */
import type { Dendrogram } from "./hierarchical.ts";

/** How many clusters remain when all merges up to `height` are made. */
export function clustersAt(dendrogram: Dendrogram, height: number): number {
  return dendrogram.heights.length + 1 - dendrogram.heights.filter((h) => h <= height).length;
}

/**
 * Labels of the points when the first M − k merges are made, numbered by each cluster's smallest point.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { dendrogram } from "./hierarchical.ts";
 * const points = { values: Float64Array.of(9, 0, 1, 8), dimensions: 1, weights: Float64Array.of(1, 1, 1, 1) };
 * assert.deepEqual([...cut(dendrogram(points, "ward"), 2)], [0, 1, 1, 0]);
 * ```
 */
export function cut(dendrogram: Dendrogram, k: number): Int32Array {
  const m = dendrogram.heights.length + 1;
  if (!Number.isInteger(k) || k < 1 || k > m) {
    throw new RangeError(
      `Cannot cut dendrogram: k must be between 1 and the number of points, ${m}, got ${k}`,
    );
  }
  const parent = Int32Array.from({ length: 2 * m - 1 }, (_, i) => i);
  for (let i = 0; i < m - k; i++) {
    parent[dendrogram.merges[2 * i]] = m + i;
    parent[dendrogram.merges[2 * i + 1]] = m + i;
  }
  const ids = new Map<number, number>();
  return Int32Array.from({ length: m }, (_, i) => {
    let root = i;
    while (parent[root] !== root) root = parent[root];
    if (!ids.has(root)) ids.set(root, ids.size);
    return ids.get(root)!;
  });
}
