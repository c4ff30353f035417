/** The scores of a step that a summary shows, each with its baseline. */
import type { Metric } from "../../artifacts/metrics.ts";
import { headlines, kindOf, metricOf } from "../../metrics/catalogue.ts";

/** Metrics that a summary shows at most. */
const SHOWN = 8;

/** What tells of motifs where nobody gave labels, and codes are all that the headlines know. */
const withoutLabels = [
  "neighbor_agreement",
  "motif_same_next",
  "silhouette",
  "behaviour_count",
  "bout_duration_median",
];

/** One of them. */
export interface ShownScore {
  title: string;
  metric: Metric;
  /** What the score has to beat, or can be at best, with the word for it; `undefined` where there is no such number. */
  beside: { word: string; value: number } | undefined;
}

/**
 * The headlines of the catalogue by rank where there are several, else the other metrics as well. Where they know of codes
 * only, as without labels, what tells of motifs without any follows them.
 *
 * ```ts
 * import { shownScores } from "./shown_scores.ts";
 * import assert from "node:assert/strict";
 * const metric = (value: number) => ({ value, n: 9, of: "windows", origin: "measured" as const });
 * const shown = shownScores({ weights: metric(9), accuracy: metric(0.9), macro_f1: metric(0.8) });
 * assert.deepEqual(shown.map(({ title }) => title), ["accuracy", "macro-F1"]);
 * const unlabelled = shownScores({ weights: metric(9), perplexity: metric(6), silhouette: metric(0.4), used_codes: metric(8) });
 * assert.deepEqual(unlabelled.map(({ title }) => title).slice(0, 2), ["perplexity", "silhouette"]);
 * ```
 */
export function shownScores(metrics: Record<string, Metric>): ShownScore[] {
  const known = headlines.map(({ name }) => name).filter((name) => Object.hasOwn(metrics, name));
  const unlabelled = known.length > 0 && known.every((name) => kindOf(name).group === "Codes")
    ? withoutLabels.filter((name) => Object.hasOwn(metrics, name))
    : [];
  const names = known.length > 1
    ? [...known, ...unlabelled]
    : [...new Set([...known, ...unlabelled, ...Object.keys(metrics)])];
  return names.slice(0, SHOWN).map((name) => {
    const metric = metrics[name];
    const { baseline, bound = "baseline", title } = kindOf(name, metric);
    const value = metricOf(metrics, baseline)?.value ?? undefined;
    return { title, metric, beside: value === undefined ? undefined : { word: bound, value } };
  });
}
