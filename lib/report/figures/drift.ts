/** Whether recordings still look like those that the model was made from. */
import { count, draw, Figure, labelMargin, legend, number, Plot, type Provenance } from "../plot.ts";
import { markup } from "../../text/html.ts";

/** One look at new recordings. */
export interface DriftLook {
  /** When, or which: an ISO date, a week number, a name. Looks are drawn in the order given. */
  when: string;
  /** Population stability index against the reference. */
  psi: number;
  /** PSI that recordings without change exceed with a small, stated probability. */
  threshold: number;
  drifted: boolean;
  /** Windows. */
  n: number;
}

export interface DriftFigureOptions {
  /** What is watched, e.g. `codes`. */
  of: string;
  /** Probability that an unchanged look stays below its threshold. */
  level?: number;
  provenance: Provenance;
}

const calm = "#0072b2";
const alarm = "#d55e00";

/** PSI over time against its calibrated threshold. */
export function driftOverTime(
  looks: readonly DriftLook[],
  { of, level, provenance }: DriftFigureOptions,
): Figure {
  const rows = looks.map((look, i) => ({ ...look, i }));
  const step = Math.max(1, Math.ceil(rows.length / 9));
  const svg = draw(`Drift of ${of}`, {
    height: 250,
    marginLeft: 60,
    marginRight: 30,
    marginTop: 26,
    marginBottom: 40,
    x: {
      label: null,
      domain: [-0.5, Math.max(0.5, rows.length - 0.5)],
      ticks: rows.filter((r) => r.i % step === 0).map((r) => r.i),
      tickFormat: (i: number) => rows[i]?.when ?? "",
    },
    y: { label: "PSI", grid: true, zero: true, nice: true, labelArrow: "none" },
    marks: [
      Plot.line(rows, { x: "i", y: "threshold", stroke: "#7b8794", strokeDasharray: "4 3", curve: "step" }),
      Plot.line(rows, { x: "i", y: "psi", stroke: calm, strokeOpacity: 0.4 }),
      Plot.dot(rows, {
        x: "i",
        y: "psi",
        r: (r) => r.drifted ? 5 : 3.5,
        fill: (r) => r.drifted ? alarm : calm,
        title: (r) =>
          `${r.when}: PSI ${number(r.psi)}, threshold ${number(r.threshold)}, ${count(r.n)} windows`,
      }),
      Plot.ruleY([0]),
    ],
  });
  const alarms = rows.filter((r) => r.drifted);
  const rate = level === undefined
    ? ""
    : ` Without any change ${number(100 * (1 - level), 2)} % of the looks would lie above.`;
  return new Figure({
    title: `Drift of ${of}`,
    caption: (alarms.length === 0
      ? `No look of ${rows.length} lies above its threshold.`
      : `${alarms.length} of ${rows.length} looks lie above their threshold, the first: ${alarms[0].when}.`) +
      ` The threshold (dashed) is calibrated on the reference itself, at the size of each look.${rate}`,
    provenance,
  }, markup`${legend([{ name: "as the reference", color: calm }, { name: "drifted", color: alarm }])}${svg}`);
}

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

/** PSI of each distribution with its threshold. */
export function driftTests(
  rows: readonly DriftTestRow[],
  { level, provenance }: { level: number; provenance: Provenance },
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
          `${number(r.psi)}, ${r.threshold === null ? "no threshold" : `threshold ${number(r.threshold)}`}`,
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
        number(1 - level, 2)
      }.`,
    provenance,
  }, svg);
}

/** One metric at one time. */
export interface TrendPoint {
  when: string;
  value: number;
  lower?: number;
  upper?: number;
}

/** A metric over runs, with its interval and the limits of its alerts. */
export function metricTrend(
  points: readonly TrendPoint[],
  { metric, unit, above, below, provenance }: {
    metric: string;
    unit?: string;
    above?: number;
    below?: number;
    provenance: Provenance;
  },
): Figure {
  const rows = points.map((p, i) => ({ ...p, i }));
  const limits = [above, below].filter((limit) => limit !== undefined);
  const broken = (value: number) =>
    (above !== undefined && value > above) || (below !== undefined && value < below);
  const step = Math.max(1, Math.ceil(rows.length / 7));
  const svg = draw(`${metric} over time`, {
    height: 200,
    marginLeft: 60,
    marginRight: 30,
    marginTop: 26,
    marginBottom: 32,
    x: {
      label: null,
      domain: [-0.5, Math.max(0.5, rows.length - 0.5)],
      ticks: rows.filter((r) => r.i % step === 0).map((r) => r.i),
      tickFormat: (i: number) => rows[i]?.when ?? "",
    },
    y: {
      label: unit === undefined ? metric : `${metric} (${unit})`,
      grid: true,
      nice: true,
      labelArrow: "none",
    },
    marks: [
      Plot.ruleY(limits, { stroke: alarm, strokeDasharray: "4 3" }),
      Plot.areaY(rows.filter((r) => r.lower !== undefined), {
        x: "i",
        y1: "lower",
        y2: "upper",
        fill: calm,
        fillOpacity: 0.15,
      }),
      Plot.line(rows, { x: "i", y: "value", stroke: calm, strokeOpacity: 0.5 }),
      Plot.dot(rows, {
        x: "i",
        y: "value",
        r: 4,
        fill: (r) => broken(r.value) ? alarm : calm,
        title: (r) => `${r.when}: ${number(r.value)}`,
      }),
    ],
  });
  const hit = rows.filter((r) => broken(r.value)).length;
  return new Figure({
    title: metric,
    caption: limits.length === 0
      ? ""
      : `Dashed: the limit of the alert, broken ${hit} of ${rows.length} times.`,
    provenance,
  }, svg);
}
