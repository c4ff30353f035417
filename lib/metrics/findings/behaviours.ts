/** How motifs and behaviours fit the labels. */
import { percent } from "../../text/numbers.ts";
import { NAME_PURITY } from "../../temporal/describe.ts";
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
  advice: ({ smoothing }) =>
    smoothing === "hsmm"
      ? "The HSMM is used already: a larger `stickiness` or fewer states give longer bouts."
      : "Widen the mode filter, raise the hysteresis or the minimum dwell, or use the HSMM.",
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

export const impureBehaviours: FindingRule = {
  id: "impure_behaviours",
  needs: ["behaviour_count"],
  severity: "advice",
  finding: "Behaviours hold several labels",
  advice:
    "They keep their number for a name: look at their windows, use more motifs, or merge the labels they mix.",
  evidence({ dictionary }) {
    const judged = dictionary.filter(({ purity }) => purity !== null);
    const impure = judged.filter(({ purity }) => purity! < NAME_PURITY);
    if (impure.length === 0) return undefined;
    const windows = (list: typeof judged) => list.reduce((sum, entry) => sum + entry.windows, 0);
    const worst = [...impure].sort((a, b) => a.purity! - b.purity!).slice(0, 3);
    return `in ${impure.length} of ${judged.length} behaviours, with ${
      percent(windows(impure) / windows(judged))
    } of ${windows(judged)} windows, the most frequent label has less than ${percent(NAME_PURITY)}: ${
      worst.map(({ name, label, purity }) => `${name} (${percent(purity!)} "${label}")`).join(", ")
    }`;
  },
};
