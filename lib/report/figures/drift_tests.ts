/** Which distributions drifted. */
import { draw, Figure, labelMargin, Plot, type Provenance } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";

const calm = "#0072b2";
const alarm = "#d55e00";

/** One distribution, now against the reference. */
export interface DriftTestRow {
  of: string;
  psi: number;
  /** PSI to expect without any change. */
  expected: number;
  /** `null` where there are too few people to calibrate one. */
  threshold: number | null;
  drifted: boolean;
}

/** Options of {@linkcode driftTests}. */
export interface DriftTestsOptions {
  /** Probability that an unchanged distribution stays below its threshold, 0 to 1; the caption states its rest. */
  level: number;
  /** What the figure rests on, printed in its caption. */
  provenance: Provenance;
}

/** PSI of each distribution with its threshold. */
export function driftTests(
  rows: readonly DriftTestRow[],
  { level, provenance }: DriftTestsOptions,
): Figure {
  const svg = draw("Drift by distribution", {
    height: 48 + rows.length * 34,
    marginLeft: labelMargin(rows.map((r) => r.of)),
    marginRight: 190,
    marginTop: 8,
    marginBottom: 38,
    x: { label: "PSI", grid: true, zero: true, nice: true, labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: rows.map((r) => r.of), label: null, tickSize: 0, padding: 0.45 },
    marks: [
      Plot.barX(rows, { x: "psi", y: "of", fill: (r) => r.drifted ? alarm : calm }),
      Plot.tickX(rows, {
        x: "expected",
        y: "of",
        stroke: "currentColor",
        strokeOpacity: 0.5,
        strokeWidth: 1.5,
        strokeDasharray: "3 2",
        insetTop: -4,
        insetBottom: -4,
      }),
      Plot.tickX(rows.filter((r) => r.threshold !== null), {
        x: "threshold",
        y: "of",
        stroke: "currentColor",
        strokeWidth: 2,
        insetTop: -5,
        insetBottom: -5,
      }),
      Plot.text(rows, {
        frameAnchor: "right",
        textAnchor: "start",
        dx: 12,
        y: "of",
        text: (r) =>
          `${typesetNumber(r.psi)}, ${
            r.threshold === null ? "no threshold" : `threshold ${typesetNumber(r.threshold)}`
          }`,
        fillOpacity: 0.8,
        fontSize: 11,
      }),
      Plot.ruleX([0]),
    ],
  });
  return new Figure({
    title: "Drift by distribution",
    caption:
      "Bar: PSI of the new recordings against the reference; dashed tick: the PSI to expect without any change; " +
      `solid tick: the threshold, which unchanged recordings exceed with probability ${
        typesetNumber(1 - level, 2)
      }.`,
    provenance,
  }, svg);
}
