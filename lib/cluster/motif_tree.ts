/** How alike motifs are, and merging the most alike ones. */
import type { Motifs } from "../artifacts/motifs.ts";
import { cut } from "./fit/cut.ts";
import { type Dendrogram, dendrogram } from "./fit/hierarchical.ts";
import type { SupportResult } from "./support.ts";

/**
 * The dendrogram of the motifs by the mean distance of their windows' centroids (average linkage, each motif with its
 * support), in the space that was clustered.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const tree = motifTree({ k: 3, dimensions: 1, centroids: Float64Array.of(0, 9, 1), support: [5, 3, 1] });
 * assert.deepEqual([...tree.merges], [0, 2, 1, 3]);
 * ```
 */
export function motifTree(
  { centroids, dimensions, support }: Pick<Motifs, "k" | "centroids" | "dimensions" | "support">,
): Dendrogram {
  // A motif without windows in these recordings is as alike to the others as one with few.
  const weights = Float64Array.from(support, (count) => Math.max(count, 1));
  return dendrogram({ values: centroids, dimensions, weights }, "average");
}

/**
 * Merges further along the dendrogram of what is left, until at most `k` motifs are; each into the largest of its branch.
 *
 * @param positions float64 `[K, d]`: centroids of all old motifs.
 * @param support float64 `[K]`: members of all old motifs.
 * @param merged What became of them before.
 */
export function mergeAlike(
  positions: Float64Array,
  support: Float64Array,
  merged: SupportResult,
  k: number,
): Pick<SupportResult, "target" | "mergeLog"> {
  const left = [...new Set(merged.target)].sort((a, b) => a - b);
  if (left.length <= k) return merged;
  const d = positions.length / support.length;
  const means = new Float64Array(left.length * d), size = new Float64Array(left.length);
  merged.target.forEach((to, old) => {
    const at = left.indexOf(to);
    const weight = Math.max(support[old], 1e-9);
    size[at] += weight;
    for (let t = 0; t < d; t++) means[at * d + t] += weight * positions[old * d + t];
  });
  for (let q = 0; q < means.length; q++) means[q] /= size[Math.floor(q / d)];
  const branches = cut(dendrogram({ values: means, dimensions: d, weights: size }, "average"), k);
  const largest = new Map<number, number>();
  branches.forEach((branch, at) => {
    const best = largest.get(branch);
    if (best === undefined || size[at] > size[best]) largest.set(branch, at);
  });
  const mergeLog = [...merged.mergeLog];
  const target = merged.target.map((to) => {
    const at = left.indexOf(to);
    return left[largest.get(branches[at])!];
  });
  branches.forEach((branch, at) => {
    const to = largest.get(branch)!;
    if (to !== at) mergeLog.push({ from: left[at], to: left[to], count: Math.round(size[at]) });
  });
  return { target, mergeLog };
}
