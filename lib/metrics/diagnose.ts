/**
 * The guides' troubleshooting table as computed findings: each with the numbers behind it, and with the advice that is
 * right (some of the printed advice was not: FSQ has no commitment loss to raise, under-segmentation wants more
 * clusters, and levels change neither calibration nor latency nor memory).
 */
import type { Metrics } from "../artifacts/metrics.ts";
import { percent } from "../text/numbers.ts";

/** One finding. */
export interface Finding {
  id: string;
  /** `warning`: something is wrong; `advice`: worth trying; `info`: for the record. */
  severity: "warning" | "advice" | "info";
  finding: string;
  /** The numbers it rests on. */
  evidence: string;
  advice: string;
}

/** What the rules read: values by name, and the tables. */
interface Facts {
  /** NaN where a metric is absent or undefined, which makes every comparison false. */
  of: (metric: string) => number;
  n: (metric: string) => number;
  tables: Metrics["tables"];
  minDwell: number;
  classes: number;
}

type Rule = (facts: Facts) => Finding | undefined;

/** Findings on the numbers of `validate`; empty when nothing is to be said. */
export function diagnose(metrics: Metrics, { minDwellSeconds = NaN } = {}): Finding[] {
  const facts: Facts = {
    of: (name) => metrics.metrics[name]?.value ?? NaN,
    n: (name) => metrics.metrics[name]?.n ?? 0,
    tables: metrics.tables,
    minDwell: minDwellSeconds,
    classes: (metrics.tables.per_class ?? []).filter((row) => (row.support as number) > 0).length,
  };
  return rules.flatMap((rule) => rule(facts) ?? []);
}

const rules: Rule[] = [
  function collapse({ of }) {
    const trained = of("collapsed") === 1;
    if (!(of("perplexity") < 1.5 || of("top_code_share") > 0.8 || trained)) return;
    return {
      id: "codebook_collapse",
      severity: "warning",
      finding: "The codebook has collapsed",
      evidence:
        `perplexity ${show(of("perplexity"))}, the most frequent code holds ${
          percent(of("top_code_share"))
        }` + (trained ? "; the last two epochs of the training had collapsed on the validation part" : ""),
      advice:
        "Standardise the latents before the bound, lower the learning rate, check the straight-through gradient, " +
        "or raise the entropy weight. Fewer levels do not cure it, and FSQ has no commitment loss.",
    };
  },
  function mergedMotifs({ tables }) {
    const rows = tables.code_dictionary ?? [];
    const support = (list: typeof rows) => list.reduce((s, row) => s + (row.support as number), 0);
    const mixed = rows.filter((row) => String(row.shared).includes(" "));
    const share = support(mixed) / support(rows);
    if (!(share >= 0.2)) return;
    const worst = [...mixed].sort((a, b) => (b.support as number) - (a.support as number)).slice(0, 3);
    return {
      id: "merged_behaviours",
      severity: "advice",
      finding: "Codes mix behaviours: there may be too few levels",
      evidence:
        `${mixed.length} of ${rows.length} codes, with ${
          percent(share)
        } of the windows, are shared by labels; ` +
        `e.g. ${worst.map((r) => `${r.code} (${String(r.shared).replaceAll(" ", ", ")})`).join("; ")}`,
      advice: "Try more levels or another dimension, and compare accuracy by subject.",
    };
  },
  function saturated({ of, n }) {
    const size = of("used_codes") / of("codebook_utilization");
    if (!(of("perplexity") / size > 0.9 && n("perplexity") >= 20 * size)) return;
    return {
      id: "saturated_codebook",
      severity: "advice",
      finding: "All codes are used about equally",
      evidence: `perplexity ${show(of("perplexity"))} of ${show(size)} codes over ${n("perplexity")} windows`,
      advice: "More levels may help; noise looks the same, so accept them only if accuracy by subject rises.",
    };
  },
  function manyCodes({ of, n }) {
    const used = of("used_codes");
    if (!(used > 100)) return;
    return {
      id: "many_codes",
      severity: "info",
      finding: "More codes are in use than a person can tell apart",
      evidence: `${show(used)} codes over ${n("used_codes")} windows, used like ${
        show(of("perplexity"))
      } even ones (perplexity)`,
      advice:
        "Dozens are a rule of thumb: read motifs instead, or compare accuracy by subject with fewer levels.",
    };
  },
  function idleCodes({ of, n }) {
    if (!(of("codebook_utilization") < 0.2 && of("codebook_utilization_relative") < 0.5)) return;
    return {
      id: "idle_codes",
      severity: "advice",
      finding: "Most codes are never used, although there are enough windows to use them",
      evidence:
        `${show(of("used_codes"))} codes, ${
          percent(of("codebook_utilization"))
        } of the codebook; uniform use of ` +
        `${n("used_codes")} windows would reach ${percent(of("codebook_utilization_ceiling"))}`,
      advice: "Fewer levels would say the same; compare with a smaller set.",
    };
  },
  function weakClusters({ of, n }) {
    if (!(of("silhouette") < 0.3)) return;
    return {
      id: "weak_clusters",
      severity: "info",
      finding: "Clusters are not well separated",
      evidence: `silhouette ${show(of("silhouette"))} over ${n("silhouette")} windows and ${
        show(of("motif_count"))
      } motifs`,
      advice: "0.3 is a convention, not a test: look at the silhouette curve over k before changing levels.",
    };
  },
  function overSegmented({ of, minDwell }) {
    const ratio = of("over_segmentation"), bout = of("bout_duration_median");
    if (!(ratio > 1.5 || bout < minDwell)) return;
    return {
      id: "over_segmentation",
      severity: "advice",
      finding: "Behaviours change more often than the labels do",
      evidence: `${show(ratio)} predicted segments per true one, median bout ${show(bout)} s`,
      advice: "Widen the mode filter, raise the hysteresis or the minimum dwell, or use the HSMM.",
    };
  },
  function underSegmented({ of, classes }) {
    const ratio = of("over_segmentation"), motifs = of("behaviour_count");
    if (!(ratio < 0.67 || motifs < classes)) return;
    return {
      id: "under_segmentation",
      severity: "advice",
      finding: "Behaviours are merged",
      evidence: [
        ...(ratio < 0.67 ? [`${show(ratio)} predicted segments per true one`] : []),
        ...(motifs < classes ? [`${show(motifs)} behaviours for ${classes} labels`] : []),
      ].join(", "),
      advice: "Use more clusters (a larger k), more levels, a shorter window or less smoothing.",
    };
  },
  function badlyCalibrated({ of, n }) {
    const ece = of("ece"), none = of("ece_null");
    if (!(ece > 0.03 && ece > 2 * none)) return;
    return {
      id: "poor_calibration",
      severity: ece > 0.05 ? "warning" : "advice",
      finding: "Confidence and accuracy disagree",
      evidence:
        `ECE ${show(ece)} over ${n("ece")} windows (${show(none)} would be chance); at temperature 1: ECE ` +
        `${show(of("ece_uncalibrated"))}, NLL ${show(of("nll_uncalibrated"))} against ${show(of("nll"))} now`,
      advice:
        "Fit the temperature on subjects of the validation part. It may raise the ECE although the NLL falls; " +
        "levels have no part in it.",
    };
  },
  function unmeasurableCalibration({ of, n }) {
    if (!(of("ece_null") > 0.03)) return;
    return {
      id: "calibration_not_measurable",
      severity: "info",
      finding: "There are too few windows to tell a good ECE from a bad one",
      evidence: `a perfectly calibrated model would show ${show(of("ece_null"))} over ${
        n("ece_null")
      } windows`,
      advice: "Judge calibration on about 2 000 windows or more.",
    };
  },
  function slow({ of, n }) {
    if (!(of("latency_p95_ms") > 20)) return;
    return {
      id: "high_latency",
      severity: "warning",
      finding: "Inference is slow",
      evidence: `p95 ${show(of("latency_p95_ms"))} ms over ${n("latency_p95_ms")} windows; mean by stage: ` +
        (["pre", "device", "post"] as const).map((stage) => `${stage} ${show(of(`latency_${stage}_ms`))} ms`)
          .join(", "),
      advice:
        "Work on the longest stage; a smaller encoder or int8 shortens `device`. The number of levels has no effect.",
    };
  },
  function memory({ of }) {
    const bytes = of("parameter_bytes");
    if (Number.isNaN(bytes)) return;
    return {
      id: "memory",
      severity: "info",
      finding: "What the model takes",
      evidence: `weights ${show(bytes / 1024)} KiB as float32, at most ${
        show(of("peak_activation_bytes") / 1024)
      } KiB of activations a window`,
      advice:
        "Levels hardly change it, because FSQ stores no codebook. If memory runs out, reduce the batch: activations grow with it.",
    };
  },
  function distortion({ of, n }) {
    const d = of("quantization_distortion");
    if (Number.isNaN(d)) return;
    return {
      id: "quantization_distortion",
      severity: "info",
      finding: "What quantisation costs the latents",
      evidence: `mean squared distance ${show(d)} per dimension over ${n("quantization_distortion")} windows`,
      advice:
        "A classifier has no reconstruction error; judge the cost by the accuracy of an unquantised twin.",
    };
  },
];

function show(value: number): string {
  return Number.isNaN(value) ? "unknown" : String(+value.toPrecision(3));
}
