/**
 * Agglomerative clustering of weighted points by the nearest-neighbour chain (Murtagh 1983), O(M²) time and memory in
 * the number of distinct points.
 */
import type { Points } from "../points/points.ts";
import { squaredDistance } from "../points/points.ts";

/** How the distance between clusters is measured. Centroid and median linkage are not offered: they can invert. */
export type Linkage = "ward" | "average" | "complete" | "single";

/** A dendrogram of M points: M − 1 merges in order of height, numbered as in SciPy. */
export interface Dendrogram {
  /** int32 `[M − 1, 2]`: merged nodes, smaller first; 0…M − 1 are points, M + i is the result of merge i. */
  merges: Int32Array;
  /** float64 `[M − 1]`, not decreasing. */
  heights: Float64Array;
  /** float64 `[M − 1]`: weight of each result. */
  weights: Float64Array;
}

/**
 * Builds the dendrogram that the duplicated rows would have above height 0 (rows that are equal merge at 0 first).
 * Ward's heights are SciPy's: `√(2 w_i w_j / (w_i + w_j)) · ‖x_i − x_j‖` for two points.
 *
 * On equal distances the chain prefers its own last element, then the smaller number. With ties, as on the lattice of
 * codes, average linkage then has one deterministic dendrogram of several possible ones.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const points = { values: Float64Array.of(0, 1, 5), dimensions: 1, weights: Float64Array.of(1, 1, 1) };
 * assert.deepEqual([...dendrogram(points, "single").heights], [1, 4]);
 * ```
 */
export function dendrogram(points: Points, linkage: Linkage): Dendrogram {
  const m = points.weights.length;
  const distances = condensed(points, linkage);
  const size = points.weights.slice();
  const alive = Uint32Array.from({ length: m }, (_, i) => i);
  let left = m;
  const raw = { a: new Int32Array(m - 1), b: new Int32Array(m - 1), height: new Float64Array(m - 1) };
  const chain = new Int32Array(m);
  let length = 0;
  for (let merge = 0; merge < m - 1; merge++) {
    if (length === 0) chain[length++] = alive[0];
    for (;;) {
      const x = chain[length - 1];
      const before = length > 1 ? chain[length - 2] : -1;
      let y = before;
      let least = before < 0 ? Infinity : distances[pairIndex(x, before)];
      for (let q = 0; q < left; q++) {
        const j = alive[q];
        if (j === x) continue;
        const distance = distances[pairIndex(x, j)];
        if (distance < least) {
          least = distance;
          y = j;
        }
      }
      if (y !== before) {
        chain[length++] = y;
        continue;
      }
      length -= 2;
      join(x, y, least, merge);
      break;
    }
  }
  return sorted(raw, points.weights, linkage);

  function join(x: number, y: number, distance: number, merge: number): void {
    const keep = Math.min(x, y);
    const drop = Math.max(x, y);
    raw.a[merge] = keep;
    raw.b[merge] = drop;
    raw.height[merge] = distance;
    const gone = alive.subarray(0, left).indexOf(drop);
    alive.copyWithin(gone, gone + 1, left);
    left--;
    const wa = size[keep], wb = size[drop];
    for (let q = 0; q < left; q++) {
      const j = alive[q];
      if (j === keep) continue;
      const at = pairIndex(keep, j);
      distances[at] = update(
        linkage,
        distances[at],
        distances[pairIndex(drop, j)],
        distance,
        wa,
        wb,
        size[j],
      );
    }
    size[keep] = wa + wb;
  }
}

/** Position of the pair in the packed lower triangle. */
function pairIndex(i: number, j: number): number {
  return i > j ? i * (i - 1) / 2 + j : j * (j - 1) / 2 + i;
}

/** Distances of all pairs; squared for Ward, whose update works on squares. */
function condensed(points: Points, linkage: Linkage): Float64Array {
  const { values, dimensions: d, weights: w } = points;
  const distances = new Float64Array(w.length * (w.length - 1) / 2);
  for (let i = 1, at = 0; i < w.length; i++) {
    for (let j = 0; j < i; j++, at++) {
      const squared = squaredDistance(values, i, values, j, d);
      distances[at] = linkage === "ward" ? 2 * w[i] * w[j] / (w[i] + w[j]) * squared : Math.sqrt(squared);
    }
  }
  return distances;
}

/** The recurrence of Lance and Williams: distance of cluster j to the union of a and b. */
function update(
  linkage: Linkage,
  aj: number,
  bj: number,
  ab: number,
  wa: number,
  wb: number,
  wj: number,
): number {
  switch (linkage) {
    case "single":
      return Math.min(aj, bj);
    case "complete":
      return Math.max(aj, bj);
    case "average":
      return (wa * aj + wb * bj) / (wa + wb);
    case "ward":
      return ((wa + wj) * aj + (wb + wj) * bj - wj * ab) / (wa + wb + wj);
  }
}

/** Orders merges by height and numbers nodes as SciPy does. */
function sorted(
  raw: { a: Int32Array; b: Int32Array; height: Float64Array },
  weights: Float64Array,
  linkage: Linkage,
): Dendrogram {
  const m = weights.length;
  const order = Uint32Array.from(raw.height.keys()).sort((p, q) => raw.height[p] - raw.height[q] || p - q);
  const parent = Int32Array.from({ length: 2 * m - 1 }, (_, i) => i);
  const weight = new Float64Array(2 * m - 1);
  weight.set(weights);
  const find = (i: number) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const result = {
    merges: new Int32Array(2 * (m - 1)),
    heights: new Float64Array(m - 1),
    weights: new Float64Array(m - 1),
  };
  order.forEach((merge, i) => {
    const a = find(raw.a[merge]), b = find(raw.b[merge]);
    parent[a] = parent[b] = m + i;
    weight[m + i] = weight[a] + weight[b];
    result.merges[2 * i] = Math.min(a, b);
    result.merges[2 * i + 1] = Math.max(a, b);
    result.heights[i] = linkage === "ward" ? Math.sqrt(Math.max(0, raw.height[merge])) : raw.height[merge];
    result.weights[i] = weight[m + i];
  });
  return result;
}
