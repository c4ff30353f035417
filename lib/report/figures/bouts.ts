/** How long behaviours last. */
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { behaviourColor } from "../behaviours/color.ts";
import { draw, Figure, labelMargin, Plot } from "../plot.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";

/** What figures of bouts read of behaviours. */
export type BoutSet = Pick<Behaviours, "names" | "bouts" | "origin" | "colors">;

export interface BoutSummary {
  id: number;
  name: string;
  /** Complete bouts, on which the quantiles rest. */
  n: number;
  /** Bouts whose start or end lies outside the recording, so that their length is not known. */
  censored: number;
  /** Seconds; `null` without complete bouts. */
  p10: number | null;
  median: number | null;
  p90: number | null;
}

/** Quantiles of the durations of complete bouts by behaviour, in the order of ids. */
export function summarizeBouts(behaviours: BoutSet): BoutSummary[] {
  return behaviours.names.map((name, id) => {
    const all = behaviours.bouts.filter((b) => b.label === id);
    const complete = all.filter((b) => !b.censoredLeft && !b.censoredRight).map((b) => b.duration);
    const at = (q: number) => complete.length > 0 ? quantile(complete, q) : null;
    return {
      id,
      name,
      n: complete.length,
      censored: all.length - complete.length,
      p10: at(0.1),
      median: at(0.5),
      p90: at(0.9),
    };
  }).filter((row) => row.n + row.censored > 0);
}

/** Options of {@linkcode boutDurations}. */
export interface BoutDurationsOptions {
  /** How many single bouts of a behaviour are drawn at most, thinned evenly over their durations. @default 200 */
  dots?: number;
}

/**
 * Distribution of bout durations by behaviour with median, P10 and P90 on a logarithmic scale.
 *
 * ```ts
 * import { boutDurations } from "./bouts.ts";
 * import assert from "node:assert/strict";
 * const bout = { recording: "s1", subject: "1", censoredLeft: false, censoredRight: false };
 * const bouts = [
 *   { ...bout, label: 0, start: 0, end: 4, duration: 4 },
 *   { ...bout, label: 1, start: 4, end: 6, duration: 2 },
 * ];
 * const figure = boutDurations({ names: ["walking", "sitting"], bouts, origin: "simulated" });
 * assert.match(figure.toHtml(), /<svg[\s\S]*walking/);
 * ```
 */
export function boutDurations(behaviours: BoutSet, { dots = 200 }: BoutDurationsOptions = {}): Figure {
  const rows = summarizeBouts(behaviours);
  const domain = rows.map((r) => r.name);
  const complete = behaviours.bouts.filter((b) =>
    b.label >= 0 && !b.censoredLeft && !b.censoredRight && b.duration > 0
  );
  // Thinned evenly over the sorted durations: the shape stays, the file stays small.
  const points = [...Map.groupBy(complete, (b) => b.label).values()].flatMap((bouts) => {
    const sorted = bouts.toSorted((a, b) => a.duration - b.duration);
    const n = Math.min(sorted.length, dots);
    return Array.from({ length: n }, (_, i) => sorted[Math.floor((i + 0.5) * sorted.length / n)]);
  });
  const y = (b: Bout) => behaviours.names[b.label];
  const color = behaviourColor(behaviours);
  const svg = draw("Bout durations", {
    height: 46 + rows.length * 26,
    marginLeft: labelMargin(domain),
    marginRight: 120,
    marginBottom: 38,
    marginTop: 8,
    x: {
      type: "log",
      label: "duration of a bout (s, logarithmic)",
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: (d: number) => typesetNumber(d, 1),
      ticks: 5,
    },
    y: { type: "band", domain, label: null, tickSize: 0, padding: 0.3 },
    marks: [
      Plot.tickX(points, { x: "duration", y, stroke: (b: Bout) => color(b.label), strokeOpacity: 0.22 }),
      Plot.ruleY(rows.filter((r) => r.n > 0), {
        x1: "p10",
        x2: "p90",
        y: "name",
        stroke: (r) => color(r.id),
        strokeWidth: 3,
      }),
      Plot.dot(rows.filter((r) => r.n > 0), {
        x: "median",
        y: "name",
        r: 5,
        fill: (r) => color(r.id),
        stroke: "var(--plot-background)",
        strokeWidth: 1.5,
      }),
      Plot.text(rows, {
        frameAnchor: "right",
        textAnchor: "start",
        dx: 10,
        y: "name",
        text: (r) =>
          r.n > 0 ? `${typesetNumber(r.median, 2)} s  n ${typesetCount(r.n)}` : `n 0, ${r.censored} cut off`,
        fillOpacity: 0.75,
      }),
    ],
  });
  const censored = rows.reduce((sum, r) => sum + r.censored, 0);
  return new Figure({
    title: "Bout durations",
    caption: "Dot: median, also as text; bar: 10th to 90th percentile; ticks: single bouts. " +
      `Bouts cut off by the start or end of a recording or gap are left out (${typesetCount(censored)}).`,
    provenance: { n: complete.length, of: "complete bouts", origin: behaviours.origin },
  }, svg);
}
