/** Judges the clustering itself: how far motifs lie apart on the judged windows, and how they bear another sample. */
import type { Metric } from "../../artifacts/metrics.ts";
import type { Motifs } from "../../artifacts/motifs.ts";
import { silhouetteOfRows } from "../../cluster/judge/score.ts";
import type { Judged } from "./judged.ts";

/** Silhouette on the judged part and on the windows of the fit; stability where `cluster` refitted (`bootstraps`). */
export function judgeMotifs(judged: Judged, motifs: Motifs): Record<string, Metric> {
  const { origin } = judged;
  const how = `${motifs.method} with k = ${motifs.k} in ${motifs.space} space`;
  const { value, n, error } = silhouetteOfRows(motifs, judged.part);
  const metrics: Record<string, Metric> = {
    silhouette: {
      value,
      n,
      of: "windows",
      origin,
      note: `of ${how}, on the judged windows${sampled(error)}`,
    },
  };
  if (motifs.reason !== "applied") {
    metrics.silhouette_fit = {
      value: motifs.silhouette,
      n: motifs.pointWeights.reduce((sum, windows) => sum + windows, 0),
      of: "windows",
      origin,
      note: `of ${how}, on the windows that it was fitted on${sampled(motifs.silhouetteError)}`,
    };
  }
  const { stability } = motifs;
  if (stability === undefined) return metrics;
  const refits = { n: stability.n, of: "refits", origin };
  const range = `${stability.min.toFixed(3)} to ${stability.max.toFixed(3)}`;
  metrics.motif_stability = {
    value: stability.median,
    ...refits,
    note: `median adjusted Rand index of refits on bootstrap samples of ${
      stability.drawn === "subjects" ? `people, ${range}` : `windows, ${range}; an upper bound for new people`
    }`,
  };
  metrics.stable_motifs = {
    value: stability.stable,
    ...refits,
    note: `of ${stability.jaccard.length}: mean Jaccard index of at least 0.75 over the refits`,
  };
  return metrics;
}

/** How far off a silhouette may be that was measured on a sample of points. */
function sampled(error: number | null): string {
  return error === null ? "" : `; on a sample of points, ± ${error.toFixed(4)} (95 %)`;
}
