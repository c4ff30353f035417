/** How motifs and behaviours fit the labels. */
import { type FindingRule, show } from "./rule.ts";

export const weakClusters: FindingRule = {
  id: "weak_clusters",
  needs: ["silhouette"],
  severity: "info",
  finding: "Clusters are not well separated",
  advice: "0.3 is a convention, not a test: look at the silhouette curve over k before changing levels.",
  evidence({ of, n }) {
    if (!(of("silhouette") < 0.3)) return undefined;
    return `silhouette ${show(of("silhouette"))} over ${n("silhouette")} windows and ${
      show(of("motif_count"))
    } motifs`;
  },
};

export const overSegmented: FindingRule = {
  id: "over_segmentation",
  needs: ["over_segmentation", "bout_duration_median"],
  severity: "advice",
  finding: "Behaviours change more often than the labels do",
  advice: "Widen the mode filter, raise the hysteresis or the minimum dwell, or use the HSMM.",
  evidence({ of, minDwell }) {
    const ratio = of("over_segmentation"), bout = of("bout_duration_median");
    if (!(ratio > 1.5 || bout < minDwell)) return undefined;
    return `${show(ratio)} predicted segments per true one, median bout ${show(bout)} s`;
  },
};

export const underSegmented: FindingRule = {
  id: "under_segmentation",
  needs: ["over_segmentation", "behaviour_count"],
  severity: "advice",
  finding: "Behaviours are merged",
  advice: "Use more clusters (a larger k), more levels, a shorter window or less smoothing.",
  evidence({ of, classes }) {
    const ratio = of("over_segmentation"), motifs = of("behaviour_count");
    if (!(ratio < 0.67 || motifs < classes)) return undefined;
    return [
      ...(ratio < 0.67 ? [`${show(ratio)} predicted segments per true one`] : []),
      ...(motifs < classes ? [`${show(motifs)} behaviours for ${classes} labels`] : []),
    ].join(", ");
  },
};
