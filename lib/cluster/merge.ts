/** Motifs of which several became one. */
import type { Motifs } from "../artifacts/motifs.ts";
import { labelsOfPoints } from "./apply.ts";
import { silhouetteOn } from "./judge/score.ts";
import { inertiaOf, rowsOf } from "./points/points.ts";
import { relabel } from "./relabel.ts";

/**
 * Joins motifs, adds up their posteriors and renumbers by descending support; windows without a motif stay without. What
 * was measured on the clustering is measured again where motifs became fewer. The input is not modified.
 *
 * @param target `[K]`: the old motif that each old motif becomes part of; itself where it stays.
 * @returns The motifs, and the new number of each old one.
 */
export function mergeMotifs(motifs: Motifs, target: ArrayLike<number>): { motifs: Motifs; toNew: number[] } {
  const { k } = motifs;
  const n = motifs.labels.length;
  // Every surviving motif needs a number, also one that no window carries.
  const ends = motifs.labels.map((label) => label < 0 ? -1 : target[label]);
  const survivors = [...new Set(Array.from(target))];
  const all = Int32Array.from([...ends, ...survivors]);
  const weights = Float64Array.from(all, (_, i) => i < n ? 1 : 0);
  const { labels, mapping, support } = relabel(all, weights);
  const toNew = Array.from(target, (old) => mapping.get(old)!);
  const size = mapping.size;
  const merged: Motifs = {
    ...motifs,
    labels: labels.slice(0, n),
    k: size,
    posterior: addColumns(motifs.posterior, k, toNew, size),
    centroids: mergedCentroids(motifs, toNew, size),
    support,
  };
  if (motifs.clusters !== undefined) merged.clusters = motifs.clusters.map((old) => toNew[old]);
  if (motifs.names !== undefined) {
    merged.names = [...mapping.keys()].map((old) => motifs.names![old]);
  }
  return { motifs: size < k ? measuredAnew(merged) : merged, toNew };
}

/**
 * What merging changed about the clustering: inertia and silhouette are measured again on the windows that shaped it;
 * a BIC and the stability over refits belong to a model that was fitted with this k, and none was.
 */
function measuredAnew({ stability: _, ...motifs }: Motifs): Motifs {
  const { pointValues: values, dimensions, pointWeights: weights, centroids, k, space } = motifs;
  const points = { values, dimensions, weights };
  const labels = labelsOfPoints(motifs, weights.length);
  const shaping = [...weights.keys()].filter((row) => weights[row] > 0);
  const { value, error } = silhouetteOn(rowsOf(points, shaping), space)(
    Int32Array.from(shaping, (row) => labels[row]),
    k,
  );
  return {
    ...motifs,
    inertia: inertiaOf(points, labels, centroids),
    bic: null,
    bicVariant: null,
    silhouette: value,
    silhouetteError: error,
  };
}

function addColumns(posterior: Float32Array, k: number, toNew: number[], size: number): Float32Array {
  const m = posterior.length / k;
  const result = new Float32Array(m * size);
  for (let i = 0; i < m; i++) {
    for (let c = 0; c < k; c++) result[i * size + toNew[c]] += posterior[i * k + c];
  }
  return result;
}

/** Means of the old centroids weighted by the windows that shaped them. */
function mergedCentroids(motifs: Motifs, toNew: number[], size: number): Float64Array {
  const d = motifs.dimensions;
  const result = new Float64Array(size * d);
  const shaping = new Float64Array(motifs.k), weight = new Float64Array(size);
  labelsOfPoints(motifs, motifs.pointWeights.length).forEach((label, row) => {
    if (label >= 0) shaping[label] += motifs.pointWeights[row];
  });
  toNew.forEach((id, old) => weight[id] += shaping[old]);
  toNew.forEach((id, old) => {
    const members = toNew.filter((other) => other === id).length;
    const share = weight[id] > 0 ? shaping[old] / weight[id] : 1 / members;
    for (let t = 0; t < d; t++) result[id * d + t] += share * motifs.centroids[old * d + t];
  });
  return result;
}
