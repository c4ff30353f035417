/** Values with intervals, one below the other. */
import { draw, Figure, labelMargin, nothingToDraw, Plot, type Provenance } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";

/** One row of a forest plot. */
export interface ForestRow {
  name: string;
  value: number;
  lower?: number;
  upper?: number;
  /** Text after the numbers at the right, e.g. `n 31`. */
  note?: string;
  /** Drawn hollow and grey: what a method has to beat. */
  baseline?: boolean;
}

/** Options of {@linkcode forest}. */
export interface ForestOptions {
  /** Title above the figure. */
  title: string;
  /** How to read the figure and what it says, in full sentences below it. */
  caption: string;
  /** Label of the horizontal axis, with the unit where there is one. */
  label: string;
  /** What the figure rests on, printed in its caption. */
  provenance: Provenance | Provenance[];
  /** Where a dashed vertical line stands, in the unit of the values, e.g. 0 for differences; none by default. */
  reference?: number;
  /** Ends of the axis, at which intervals are cut while their numbers are not; the values decide by default. */
  domain?: [number, number];
}

/** A forest plot; the numbers stand at the right. */
export function forest(
  rows: readonly ForestRow[],
  { title, caption, label, provenance, reference, domain }: ForestOptions,
): Figure {
  if (rows.length === 0) return nothingToDraw(title, provenance);
  const color = (r: ForestRow) => r.baseline ? "#7b8794" : "#0072b2";
  const clamp = (x: number) => domain === undefined ? x : Math.min(domain[1], Math.max(domain[0], x));
  const text = (r: ForestRow) =>
    [
      typesetNumber(r.value),
      isNaN(r.lower ?? NaN) ? "" : `[${typesetNumber(r.lower)}, ${typesetNumber(r.upper)}]`,
      r.note ?? "",
    ]
      .join(" ").trim();
  const longest = Math.max(...rows.map((r) => text(r).length));
  const svg = draw(title, {
    height: 48 + rows.length * 28,
    marginLeft: labelMargin(rows.map((r) => r.name)),
    marginRight: Math.min(330, 24 + longest * 6.6),
    marginTop: 8,
    marginBottom: 38,
    x: {
      label,
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      ...(domain === undefined ? {} : { domain }),
    },
    y: { type: "band", domain: rows.map((r) => r.name), label: null, tickSize: 0 },
    marks: [
      reference === undefined
        ? null
        : Plot.ruleX([reference], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.ruleY(rows.filter((r) => !isNaN(r.lower ?? NaN)), {
        x1: (r) => clamp(r.lower),
        x2: (r) => clamp(r.upper),
        y: "name",
        stroke: color,
        strokeWidth: 2,
      }),
      Plot.dot(rows, {
        x: (r) => clamp(r.value),
        y: "name",
        r: 4.5,
        fill: (r) => r.baseline ? "var(--plot-background)" : color(r),
        stroke: color,
        strokeWidth: 1.5,
      }),
      Plot.text(rows, {
        frameAnchor: "right",
        textAnchor: "start",
        dx: 12,
        y: "name",
        text,
        fillOpacity: 0.8,
        fontSize: 11,
      }),
    ],
  });
  return new Figure({ title, caption, provenance }, svg);
}
