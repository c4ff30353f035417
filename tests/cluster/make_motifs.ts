/** Small motifs by hand. */
import type { Motifs } from "../../lib/artifacts/motifs.ts";

/** Motifs on a line: window i is a point of its own, at `places[i]`; −1 is no motif. */
export function lineMotifs(
  labels: readonly number[],
  places: readonly number[],
  more: Partial<Motifs> = {},
): Motifs {
  const k = Math.max(-1, ...labels) + 1;
  const rows = (m: number) => labels.flatMap((label, i) => label === m ? [i] : []);
  return {
    labels: Int32Array.from(labels),
    k,
    points: Uint32Array.from(labels.keys()),
    posterior: Float32Array.from(
      { length: k * labels.length },
      (_, i) => Number(labels[Math.floor(i / k)] === i % k),
    ),
    centroids: Float64Array.from(
      { length: k },
      (_, m) => rows(m).reduce((sum, i) => sum + places[i], 0) / rows(m).length,
    ),
    pointValues: Float64Array.from(places),
    pointWeights: new Float64Array(labels.length).fill(1),
    dimensions: 1,
    support: Array.from({ length: k }, (_, m) => rows(m).length),
    method: "kmeans",
    space: "latent",
    reason: "given",
    inertia: 0,
    bic: null,
    bicVariant: null,
    silhouette: null,
    silhouetteError: null,
    curve: [],
    hitBoundary: false,
    mergeLog: [],
    warnings: [],
    details: {},
    ...more,
  };
}
