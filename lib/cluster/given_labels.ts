/** Labels made elsewhere, as motifs: so that they can be smoothed and judged like our own. */
import type { Motifs } from "../artifacts/motifs.ts";

/**
 * Motifs of given labels: every label is one point and its own cluster, with posterior 1.
 *
 * Ids are ordered by descending support as those of every clustering; names stay in `names`.
 *
 * ```ts
 * import { motifsOfLabels } from "./given_labels.ts";
 * import assert from "node:assert/strict";
 * const motifs = motifsOfLabels(Int32Array.of(1, 1, 0, -1), ["rest", "walk"]);
 * assert.deepEqual([...motifs.labels], [0, 0, 1, -1]);
 * assert.deepEqual(motifs.names, ["walk", "rest"]);
 * ```
 *
 * @param labels int32 `[N]`, index into `names`, −1 noise.
 */
export function motifsOfLabels(labels: Int32Array, names: readonly string[]): Motifs {
  const counts = names.map((_, k) => labels.reduce((n, l) => n + (l === k ? 1 : 0), 0));
  const order = names.map((_, k) => k).filter((k) => counts[k] > 0).sort((a, b) =>
    counts[b] - counts[a] || a - b
  );
  const k = order.length;
  const rank = names.map((_, label) => order.indexOf(label));
  const own = labels.map((l) => l < 0 ? -1 : rank[l]);
  // Windows without label share one further point that belongs to no cluster more than to another.
  const noise = own.includes(-1) ? 1 : 0;
  const posterior = new Float32Array((k + noise) * k);
  for (let i = 0; i < k; i++) posterior[i * k + i] = 1;
  posterior.fill(1 / k, k * k);
  return {
    labels: own,
    k,
    points: Uint32Array.from(own, (l) => l < 0 ? k : l),
    posterior,
    centroids: Float64Array.from(order),
    dimensions: 1,
    pointValues: Float64Array.from([...order, ...(noise === 1 ? [-1] : [])]),
    pointWeights: Float64Array.from([
      ...order.map((label) => counts[label]),
      ...(noise === 1 ? [own.length - order.reduce((sum, label) => sum + counts[label], 0)] : []),
    ]),
    method: "imported",
    space: "code",
    support: order.map((label) => counts[label]),
    names: order.map((label) => names[label]),
    inertia: null,
    bic: null,
    bicVariant: null,
    silhouette: null,
    silhouetteError: null,
    reason: "given",
    curve: [],
    hitBoundary: false,
    mergeLog: [],
    warnings: [],
    details: {},
  };
}
