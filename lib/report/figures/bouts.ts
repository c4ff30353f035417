/** How long behaviours last. */
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import { usageOf } from "../../temporal/usage.ts";
import { behaviourColor } from "../behaviours/color.ts";
import { draw, Figure, labelMargin, Plot } from "../plot.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";

/** What figures of bouts read of behaviours. */
export type BoutSet = Pick<Behaviours, "names" | "bouts" | "origin" | "colors">;

/** Bouts of one behaviour. */
export interface BoutSummary {
  id: number;
  name: string;
  /** Bouts, of which `complete` began and ended within their recording. */
  n: number;
  complete: number;
  /** Seconds by Kaplan and Meier; `null` where too few bouts are seen to end. */
  p10: number | null;
  median: number | null;
  p90: number | null;
}

/** Quantiles of the durations by behaviour, those of `usage`, in the order of ids. */
export function summarizeBouts({ names, bouts }: BoutSet): BoutSummary[] {
  return usageOf(bouts, names.length).flatMap(({ id, duration }) => {
    if (duration === null) return [];
    const { n, complete, p10, median, p90 } = duration;
    return [{ id, name: names[id], n, complete, p10, median, p90 }];
  });
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
    marginRight: 180,
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
      Plot.ruleY(rows.filter((r) => r.p10 !== null && r.p90 !== null), {
        x1: "p10",
        x2: "p90",
        y: "name",
        stroke: (r) => color(r.id),
        strokeWidth: 3,
      }),
      Plot.dot(rows.filter((r) => r.median !== null), {
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
          `${r.median === null ? "–" : `${typesetNumber(r.median, 2)} s`}  n ${typesetCount(r.n)}, ${
            typesetCount(r.complete)
          } complete`,
        fillOpacity: 0.75,
      }),
    ],
  });
  const all = rows.reduce((sum, { n }) => sum + n, 0);
  return new Figure({
    title: "Bout durations",
    caption:
      "Dot: median, also as text; bar: 10th to 90th percentile; ticks: single complete bouts. Quantiles by " +
      "Kaplan and Meier: a bout cut off by the start or end of a recording or gap lasted at least so long " +
      `(${typesetCount(all - complete.length)} of ${typesetCount(all)}).`,
    provenance: { n: all, of: "bouts", origin: behaviours.origin },
  }, svg);
}
