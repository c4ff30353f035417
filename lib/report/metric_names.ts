/** What readers call a metric, and where it belongs. */

const names: Record<string, string> = {
  ece: "ECE",
  ece_null: "ECE of a perfectly calibrated model",
  ece_equal_mass: "ECE, bins of equal count",
  ece_classwise: "ECE, classwise",
  ece_uncalibrated: "ECE before temperature scaling",
  mce: "MCE",
  brier: "Brier score",
  nll: "NLL",
  nll_uncalibrated: "NLL before temperature scaling",
  macro_f1: "macro-F1",
  majority_accuracy: "majority class: accuracy",
  majority_balanced_accuracy: "majority class: balanced accuracy",
  majority_macro_f1: "majority class: macro-F1",
  twin_accuracy: "without quantiser: accuracy",
  twin_balanced_accuracy: "without quantiser: balanced accuracy",
  twin_macro_f1: "without quantiser: macro-F1",
  codebook_utilization: "codebook utilisation",
  codebook_utilization_ceiling: "codebook utilisation, ceiling",
  codebook_utilization_relative: "codebook utilisation, of the ceiling",
  code_entropy_bits: "code entropy",
  code_dictionary_accuracy: "code → label accuracy",
  motif_accuracy: "motif → label accuracy",
  motif_macro_f1: "motif → label macro-F1",
  behaviour_accuracy: "behaviour → label accuracy",
  behaviour_macro_f1: "behaviour → label macro-F1",
  code_gini: "Gini of the codes",
  quantization_distortion: "quantisation distortion",
  parameter_bytes: "weights",
  peak_activation_bytes: "activations, at most",
  silhouette_fit: "silhouette of the fit",
  motif_stability: "stability of motifs (ARI)",
  edit_score: "edit score",
  f1_at_10: "F1@10",
  f1_at_25: "F1@25",
  f1_at_50: "F1@50",
  boundary_f1: "boundary F1",
  over_segmentation: "predicted / true segments",
};

/** A metric's name for readers: `subject_accuracy_min` → `subject accuracy min`. */
export function metricName(key: string): string {
  return names[key] ??
    key.replaceAll("_", " ").replace(/\b(ari|nmi|bic|hef)\b/g, (word) => word.toUpperCase()).replace(
      /\bmacro f1\b/,
      "macro-F1",
    )
      .replace(/^latency (.*) ms$/, "latency, $1");
}

const groups: [title: string, member: RegExp][] = [
  ["Classification", /^(majority_|twin_)?(accuracy|balanced_accuracy|macro_f1|weighted_f1|kappa|mcc)$/],
  ["By subject", /^subject_/],
  ["Calibration", /^(ece|mce|brier|nll|temperature)/],
  [
    "Codes",
    /^(used_codes|codebook|perplexity|top_code|code_entropy|code_gini|unseen_code|saturat|quantization)/,
  ],
  [
    "Codes, motifs and behaviours against labels",
    /^(code_|ambiguous|motif|stable_motifs|behaviour|silhouette)/,
  ],
  ["Segments and bouts", /^(edit|f1_at|boundary|over_seg|bout|assigned)/],
  ["Size and latency", /^(parameter|peak|latency|throughput)/],
];

/** Divides metrics into groups in a fixed order, the rest last. */
export function groupMetrics<T>(
  metrics: Record<string, T>,
): { title: string; entries: [name: string, metric: T][] }[] {
  const titleOf = (name: string) => groups.find(([, member]) => member.test(name))?.[0] ?? "Other";
  const found = Map.groupBy(Object.entries(metrics), ([name]) => titleOf(name));
  return [...groups.map(([title]) => title), "Other"].flatMap((title) => {
    const entries = found.get(title);
    return entries === undefined ? [] : [{ title, entries }];
  });
}

/** The score of a baseline that a metric has to beat, by the baseline's name. */
export const baselineOf: Record<string, string> = {
  accuracy: "majority_accuracy",
  balanced_accuracy: "majority_balanced_accuracy",
  macro_f1: "majority_macro_f1",
  ece: "ece_null",
};
