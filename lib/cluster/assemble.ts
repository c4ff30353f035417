/** Motifs from a clustering of points. */
import type { Motifs } from "../artifacts/motifs.ts";
import type { Fit } from "./fit.ts";
import type { IndexedPoints } from "./points.ts";
import { sizeOf } from "./points.ts";

/** Numbers clusters by descending support in windows (smaller old number on ties) and broadcasts them to the windows. */
export function assemble(
  points: IndexedPoints,
  fit: Fit,
  facts: Pick<
    Motifs,
    | "method"
    | "space"
    | "silhouette"
    | "reason"
    | "curve"
    | "hitBoundary"
    | "mergeLog"
    | "warnings"
    | "details"
  >,
): Motifs {
  const { k } = fit;
  const d = points.dimensions;
  const windows = new Float64Array(sizeOf(points));
  for (const i of points.index) windows[i]++;
  const byCluster = new Array<number>(k).fill(0);
  fit.labels.forEach((label, i) => label >= 0 && (byCluster[label] += windows[i]));
  const order = Array.from({ length: k }, (_, c) => c).sort((a, b) => byCluster[b] - byCluster[a] || a - b);
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
    labels: Int32Array.from(points.index, (i) => labels[i]),
    k,
    points: points.index,
    posterior,
    centroids,
    dimensions: d,
    pointValues: points.values,
    support: order.map((old) => byCluster[old]),
    inertia: fit.inertia,
    bic: fit.bic,
    bicVariant: fit.bicVariant,
    ...facts,
  };
}
