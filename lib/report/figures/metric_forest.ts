/** The scores of a result at a glance. */
import { headlines, titleOf, withReferences } from "../../metrics/catalogue.ts";
import type { Metrics } from "../../artifacts/metrics.ts";
import type { Figure } from "../plot.ts";
import { forest } from "./forest.ts";

/** Scores against labels: shares of which more is better. */
const scores = headlines.filter(({ group, better, range }) =>
  (group === "Classification" || group === "Codes, motifs and behaviours against labels") &&
  better === "higher" && range?.[1] === 1
);

/**
 * The shares by which a classifier and its codes are judged, with intervals; baselines are hollow.
 *
 * ```ts
 * import { metricForest } from "./metric_forest.ts";
 * import assert from "node:assert/strict";
 * const metrics = {
 *   accuracy: { value: 0.9, n: 20, of: "windows", origin: "simulated" as const },
 * };
 * const figure = metricForest({ metrics, tables: {}, details: {} });
 * assert.equal(figure!.provenance[0].n, 20);
 * ```
 */
export function metricForest({ metrics }: Metrics): Figure | undefined {
  // The references of one score are enough: those of the others say the same.
  const names = scores.flatMap(({ name, rank }) => rank === 1 ? withReferences(name) : [name]);
  const isScore = new Set(scores.map(({ name }) => name));
  const rows = names.flatMap((name) => {
    const m = metrics[name];
    if (m === undefined || m.value === null) return [];
    return {
      name: titleOf(name, m),
      value: m.value,
      lower: m.interval?.lower,
      upper: m.interval?.upper,
      baseline: !isScore.has(name),
    };
  });
  const first = names.map((name) => metrics[name]).find((m) => m !== undefined);
  if (first === undefined || rows.length === 0) return undefined;
  return forest(rows, {
    title: "Scores and baseline",
    caption:
      "Bars are intervals, cut at 0 and 1; their level and method stand below the table. The hollow point is the baseline: always naming the most frequent class.",
    label: "share",
    provenance: { n: first.n, of: first.of, origin: first.origin },
    domain: [0, 1],
  });
}
