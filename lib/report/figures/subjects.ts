/** How scores differ between subjects: the mean hides the person for whom it fails. */
import type { Origin } from "../../artifacts/artifact.ts";
import { wilson } from "../../metrics/statistics/intervals.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { draw, Figure, labelMargin, nothingToDraw, Plot } from "../plot.ts";
import { percent } from "../../text/numbers.ts";

export interface SubjectScore {
  subject: string;
  accuracy: number;
  /** Windows of that subject in the test part. */
  n: number;
}

/** Options of {@linkcode subjectAccuracy}. */
export interface SubjectAccuracyOptions {
  /** Where the windows come from, printed in the caption. @default "measured" */
  origin?: Origin;
  /** Accuracy of always naming the most frequent class, 0 to 1, drawn dotted where it lies near; left out by default. */
  majority?: number;
}

/**
 * Accuracy of each held-out subject, worst first, with Wilson intervals and the median.
 *
 * ```ts
 * import { subjectAccuracy } from "./subjects.ts";
 * import assert from "node:assert/strict";
 * const scores = [{ subject: "1", accuracy: 0.9, n: 20 }, { subject: "2", accuracy: 0.6, n: 10 }];
 * assert.match(subjectAccuracy(scores, { origin: "simulated" }).toHtml(), /<svg/);
 * ```
 */
export function subjectAccuracy(
  scores: readonly SubjectScore[],
  { origin = "measured", majority }: SubjectAccuracyOptions = {},
): Figure {
  const rows = scores.toSorted((a, b) => a.accuracy - b.accuracy || (a.subject < b.subject ? -1 : 1)).map(
    (s) => {
      const { lower, upper } = wilson(Math.round(s.accuracy * s.n), s.n);
      return { ...s, lower, upper };
    },
  );
  const title = "Accuracy by held-out subject";
  const provenance = { n: rows.length, of: "held-out subjects", origin };
  if (rows.length === 0) return nothingToDraw(title, provenance);
  const median = quantile(rows.map((r) => r.accuracy), 0.5);
  const lowest = Math.min(...rows.map((r) => r.lower));
  // A far baseline would squeeze all subjects into a corner; the caption names it anyway.
  const near = majority !== undefined && majority > lowest - 0.2;
  const low = near ? Math.min(lowest, majority) : lowest;
  const svg = draw("Accuracy by subject", {
    height: 48 + rows.length * 20,
    marginLeft: labelMargin(rows.map((r) => r.subject)),
    marginRight: 120,
    marginTop: 8,
    marginBottom: 38,
    x: {
      label: "accuracy",
      domain: [Math.max(0, Math.floor(low * 10 - 0.01) / 10), 1],
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: { type: "band", domain: rows.map((r) => r.subject), label: null, tickSize: 0 },
    marks: [
      Plot.ruleX([median], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      !near ? null : Plot.ruleX([majority], { stroke: "#d55e00", strokeDasharray: "2 3" }),
      Plot.ruleY(rows, {
        x1: "lower",
        x2: "upper",
        y: "subject",
        stroke: "#0072b2",
        strokeOpacity: 0.6,
        strokeWidth: 2,
      }),
      Plot.dot(rows, { x: "accuracy", y: "subject", r: 4, fill: "#0072b2" }),
      Plot.text(rows, {
        frameAnchor: "right",
        textAnchor: "start",
        dx: 10,
        y: "subject",
        text: (r) => `${percent(r.accuracy)}  n ${r.n}`,
        fillOpacity: 0.8,
        fontSize: 11,
      }),
    ],
  });
  const baseline = majority === undefined
    ? ""
    : ` ${near ? "Dotted: always" : "Always"} naming the most frequent class would give ${
      percent(majority)
    }.`;
  return new Figure({
    title,
    caption:
      `Worst ${percent(rows[0].accuracy)} (${rows[0].subject}), median ${percent(median)}, best ${
        percent(rows.at(-1)!.accuracy)
      }; ` +
      `bars are 95 % Wilson intervals over windows, dashed is the median.${baseline}`,
    provenance,
  }, svg);
}
