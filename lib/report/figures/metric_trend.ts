/** A metric over time. */
import { draw, Figure, Plot, type Provenance } from "../plot.ts";
import { lookAxis } from "../axes.ts";
import { typesetNumber } from "../../text/typeset.ts";

const calm = "#0072b2";
const alarm = "#d55e00";

/** One metric at one time. */
export interface TrendPoint {
  when: string;
  value: number;
  lower?: number;
  upper?: number;
}

/** Options of {@linkcode metricTrend}. */
export interface MetricTrendOptions {
  /** Title of the figure and of its vertical axis. */
  metric: string;
  /** Unit of the values, added to the title of the axis in parentheses; none by default. */
  unit?: string;
  /** Limit, in the unit of the values, above which an alert trips; points beyond it are red. No limit by default. */
  above?: number;
  /** Limit, in the unit of the values, below which an alert trips; points beyond it are red. No limit by default. */
  below?: number;
  /** What the figure rests on, printed in its caption. */
  provenance: Provenance;
}

/** A metric over runs, with its interval and the limits of its alerts. */
export function metricTrend(
  points: readonly TrendPoint[],
  { metric, unit, above, below, provenance }: MetricTrendOptions,
): Figure {
  const rows = points.map((p, i) => ({ ...p, i }));
  const limits = [above, below].filter((limit) => limit !== undefined);
  const broken = (value: number) =>
    (above !== undefined && value > above) || (below !== undefined && value < below);
  const svg = draw(`${metric} over time`, {
    height: 200,
    marginLeft: 60,
    marginRight: 30,
    marginTop: 26,
    marginBottom: 32,
    x: lookAxis(rows, 7),
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
        title: (r) => `${r.when}: ${typesetNumber(r.value)}`,
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
