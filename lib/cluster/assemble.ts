/** Motifs from a clustering of points. */
import type { Motifs } from "../artifacts/motifs.ts";
import type { Fit } from "./fit/fit.ts";
import type { IndexedPoints } from "./points/points.ts";
import { sizeOf } from "./points/points.ts";
import { typedFrom } from "../typed_from.ts";

/** Clusters by descending support in windows, the smaller number first on ties. */
export function supportOrder(points: IndexedPoints, fit: Fit): { order: number[]; support: number[] } {
  const windows = new Float64Array(sizeOf(points));
  for (const i of points.index) windows[i]++;
  const support = new Array<number>(fit.k).fill(0);
  fit.labels.forEach((label, i) => label >= 0 && (support[label] += windows[i]));
  const order = support.map((_, c) => c).sort((a, b) => support[b] - support[a] || a - b);
  return { order, support: order.map((c) => support[c]) };
}

/** Numbers clusters by {@linkcode supportOrder} and broadcasts them to the windows. */
export function assemble(
  points: IndexedPoints,
  fit: Fit,
  { order, support }: { order: number[]; support: number[] },
  facts: Pick<
    Motifs,
    | "method"
    | "space"
    | "silhouette"
    | "silhouetteError"
    | "reason"
    | "curve"
    | "hitBoundary"
    | "mergeLog"
    | "stability"
    | "neighbors"
    | "clustered"
    | "warnings"
    | "details"
  >,
): Motifs {
  const { k } = fit;
  const d = points.dimensions;
  const rank = new Int32Array(k);
  order.forEach((old, id) => rank[old] = id);
  const labels = fit.labels.map((label) => label < 0 ? -1 : rank[label]);
  const soft = fit.posterior();
  const posterior = new Float32Array(soft.length);
  const centroids = new Float64Array(k * d);
  order.forEach((old, id) => {
    for (let i = 0; i < labels.length; i++) posterior[i * k + id] = soft[i * k + old];
    centroids.set(fit.centroids.subarray(old * d, old * d + d), id * d);
  });
  return {
    labels: typedFrom(Int32Array, points.index, (i) => labels[i]),
    k,
    points: points.index,
    posterior,
    centroids,
    dimensions: d,
    pointValues: points.values,
    pointWeights: points.weights,
    rule: fit.rule,
    clusters: [...rank],
    support,
    inertia: fit.inertia,
    bic: fit.bic,
    bicVariant: fit.bicVariant,
    ...facts,
  };
}
