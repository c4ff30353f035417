/** Whether confidence can be trusted. */
import type { Origin } from "../../artifacts/artifact.ts";
import type { ReliabilityBin } from "../../metrics/calibration/calibration.ts";
import { wilson } from "../../metrics/statistics/intervals.ts";
import { draw, Figure, Plot } from "../plot.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";

/** Options of {@linkcode reliabilityDiagram}. */
export interface ReliabilityOptions {
  /** Where the windows come from, printed in the caption. @default "measured" */
  origin?: Origin;
  /** Expected calibration error, 0 to 1, named in the caption; left out by default. */
  ece?: number;
  /** The error that a perfectly calibrated model of this size shows by chance, named beside `ece`; left out by default. */
  nullEce?: number;
}

/**
 * Accuracy against confidence with Wilson intervals, and the windows per bin below.
 *
 * ```ts
 * import { reliabilityDiagram } from "./reliability.ts";
 * import assert from "node:assert/strict";
 * const bins = [{ lower: 0.5, upper: 1, count: 10, confidence: 0.8, accuracy: 0.7 }];
 * assert.equal(reliabilityDiagram(bins, { origin: "simulated" }).provenance[0].n, 10);
 * ```
 */
export function reliabilityDiagram(
  bins: readonly ReliabilityBin[],
  { origin = "measured", ece, nullEce }: ReliabilityOptions = {},
): Figure {
  const filled = bins.filter((b) => b.count > 0 && b.confidence !== null && b.accuracy !== null).map((b) => {
    const { lower, upper } = wilson(Math.round(b.accuracy! * b.count), b.count);
    return { ...b, low: lower, high: upper };
  });
  const n = filled.reduce((sum, b) => sum + b.count, 0);
  const width = 460;
  const frame = { width, marginLeft: 60, marginRight: 16 };
  const diagram = draw("Reliability diagram", {
    ...frame,
    height: 330,
    marginBottom: 8,
    x: { domain: [0, 1], label: null, ticks: 5, tickFormat: () => "", grid: true },
    y: { domain: [0, 1], label: "share correct", grid: true, labelArrow: "none" },
    marks: [
      Plot.line([[0, 0], [1, 1]], { stroke: "currentColor", strokeOpacity: 0.45, strokeDasharray: "4 3" }),
      Plot.ruleX(filled, {
        x: "confidence",
        y1: "low",
        y2: "high",
        stroke: "#0072b2",
        strokeOpacity: 0.7,
        strokeWidth: 1.5,
      }),
      Plot.line(filled, { x: "confidence", y: "accuracy", stroke: "#0072b2", strokeOpacity: 0.5 }),
      Plot.dot(filled, {
        x: "confidence",
        y: "accuracy",
        fill: "#0072b2",
        r: 4,
        title: (b) => `${b.count} windows, ${percent(b.accuracy!)} correct`,
      }),
    ],
  });
  const histogram = draw("Windows per bin", {
    ...frame,
    height: 130,
    marginTop: 20,
    marginBottom: 36,
    x: { domain: [0, 1], label: "confidence", labelAnchor: "center", labelArrow: "none", ticks: 5 },
    y: { label: "windows", grid: true, labelArrow: "none", ticks: 3 },
    marks: [
      Plot.rectY(filled, {
        x1: "lower",
        x2: "upper",
        y: "count",
        fill: "#0072b2",
        fillOpacity: 0.75,
        inset: 1,
      }),
      Plot.text(filled, {
        x: (b) => (b.lower + b.upper) / 2,
        y: "count",
        text: (b) => typesetCount(b.count),
        dy: -7,
        fontSize: 9,
      }),
      Plot.ruleY([0]),
    ],
  });
  const error = ece === undefined ? "" : ` Expected calibration error ${typesetNumber(ece)}` +
    (nullEce === undefined
      ? "."
      : `, where a perfectly calibrated model of this size would show ${typesetNumber(nullEce)}.`);
  return new Figure(
    {
      title: "Reliability",
      caption:
        `Share of right decisions against stated confidence, with 95 % Wilson intervals; the dashed line is perfect ` +
        `calibration, points below it are overconfident. Windows of one recording are not independent, so the true intervals are wider.${error}`,
      provenance: { n, of: "windows", origin },
    },
    markup`<div>${diagram}</div><div>${histogram}</div>`,
  );
}
