/** Results of a matrix over level sets. */
import { draw, Figure, Plot, type Provenance } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";

/** One level set with its score. */
export interface SweepPoint {
  /** e.g. `[8, 6, 5]`. */
  name: string;
  codes: number;
  value: number;
  lower?: number;
  upper?: number;
  perplexity?: number;
}

/** Options of {@linkcode sweepFigure}. */
export interface SweepOptions {
  /** What was scored, e.g. `accuracy`; title of the vertical axis. */
  metric: string;
  /** Whether larger values are better, which decides the front of choices that nothing beats. @default true */
  higherIsBetter?: boolean;
  /** What the figure rests on, printed in its caption. */
  provenance: Provenance;
}

/**
 * The choices that nothing beats: no other has at most as many codes and a better score.
 *
 * ```ts
 * import { paretoFront } from "./sweep.ts";
 * import assert from "node:assert/strict";
 * const points = [{ name: "a", codes: 16, value: 0.8 }, { name: "b", codes: 64, value: 0.9 }, { name: "c", codes: 240, value: 0.85 }];
 * assert.deepEqual(paretoFront(points).map((p) => p.name), ["a", "b"]);
 * ```
 */
export function paretoFront(points: readonly SweepPoint[], higherIsBetter = true): SweepPoint[] {
  const better = (a: number, b: number) => higherIsBetter ? a > b : a < b;
  const front: SweepPoint[] = [];
  for (const point of points.toSorted((a, b) => a.codes - b.codes || (better(a.value, b.value) ? -1 : 1))) {
    if (front.length === 0 || better(point.value, front.at(-1)!.value)) front.push(point);
  }
  return front;
}

/** Score against the number of codes, with the front of choices that nothing beats. */
export function sweepFigure(
  points: readonly SweepPoint[],
  { metric, higherIsBetter = true, provenance }: SweepOptions,
): Figure {
  const front = paretoFront(points, higherIsBetter);
  const onFront = (p: SweepPoint) => front.includes(p);
  const svg = draw(`${metric} by number of codes`, {
    height: 320,
    marginLeft: 60,
    marginRight: 90,
    marginTop: 26,
    marginBottom: 40,
    x: {
      type: "log",
      base: 2,
      label: "codes (logarithmic)",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: "d",
      grid: true,
      inset: 24,
    },
    y: { label: metric, grid: true, nice: true, labelArrow: "none" },
    marks: [
      Plot.line(front, {
        x: "codes",
        y: "value",
        stroke: "#d55e00",
        strokeWidth: 1.5,
        curve: "step-after",
        strokeOpacity: 0.6,
      }),
      Plot.ruleX(points.filter((p) => p.lower !== undefined), {
        x: "codes",
        y1: "lower",
        y2: "upper",
        stroke: "#0072b2",
        strokeOpacity: 0.6,
        strokeWidth: 2,
      }),
      Plot.dot(points, {
        x: "codes",
        y: "value",
        r: 4.5,
        fill: (p) => onFront(p) ? "#d55e00" : "#0072b2",
        title: (p) => `${p.name}: ${typesetNumber(p.value)}`,
      }),
      Plot.text(points, {
        x: "codes",
        y: "value",
        text: "name",
        textAnchor: "start",
        dx: 7,
        dy: -9,
        fontSize: 11,
        stroke: "var(--plot-background)",
        fill: "currentColor",
      }),
    ],
  });
  const best = front.at(-1);
  return new Figure({
    title: `Sweep of levels: ${metric}`,
    caption: `Nothing tried beats the choices on the line with as few codes.` +
      (best === undefined ? "" : ` Best ${metric}: ${best.name} with ${typesetNumber(best.value)}.`),
    provenance,
  }, svg);
}
