/** How long one window takes. */
import type { Origin } from "../../artifacts/artifact.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { draw, Figure, Plot } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";

/** Options of {@linkcode latencyDistribution}. */
export interface LatencyOptions {
  /** Machine on which it was measured; it stands in the title. */
  device: string;
  /** Whether a device was timed or a stand-in; printed in the caption. */
  origin: Origin;
  /** Upper bound in milliseconds that the 95th percentile has to keep, drawn dashed; none by default. */
  budget?: number;
}

/** Distribution of latencies in milliseconds, with the quantiles that a budget is judged on. */
export function latencyDistribution(
  milliseconds: ArrayLike<number>,
  { device, origin, budget }: LatencyOptions,
): Figure {
  const values = Float64Array.from(milliseconds).sort();
  const quantiles = [["p50", 0.5], ["p95", 0.95], ["p99", 0.99]] as const;
  const marks = quantiles.map(([name, q]) => ({ name, value: quantile(values, q) }));
  // The largest percent would squeeze all else into one bar; they are counted in the caption instead.
  const limit = Math.max(
    quantile(values, 0.99) * 1.15,
    budget !== undefined && budget < 4 * marks[2].value ? budget * 1.05 : 0,
  );
  const shown = values.filter((v) => v <= limit);
  const svg = draw("Latency", {
    height: 220,
    marginLeft: 60,
    marginTop: 50,
    marginBottom: 38,
    x: {
      label: "time per window (ms)",
      labelAnchor: "center",
      labelArrow: "none",
      domain: [Math.min(values[0], values[0] * 0.95), limit],
    },
    y: { label: "windows", grid: true, labelArrow: "none" },
    marks: [
      Plot.rectY(bins(shown, 60), { x1: "from", x2: "to", y: "count", fill: "#0072b2", inset: 0.5 }),
      Plot.ruleX(marks, { x: "value", stroke: "#d55e00" }),
      // One line each: on a fast machine the three lie close together.
      ...marks.map((m, i) =>
        Plot.text([m], {
          x: "value",
          frameAnchor: "top",
          lineAnchor: "bottom",
          textAnchor: "start",
          dx: 3,
          dy: -3 - 13 * (marks.length - 1 - i),
          text: (q) => `${q.name} ${typesetNumber(q.value)}`,
          fontSize: 11,
        })
      ),
      budget === undefined || budget > limit ? null : Plot.ruleX([budget], { strokeDasharray: "4 3" }),
      Plot.ruleY([0]),
    ],
  });
  const beyond = values.length - shown.length;
  const budgetText = budget === undefined
    ? ""
    : ` Budget for p95: ${typesetNumber(budget)} ms, ${marks[1].value <= budget ? "kept" : "missed"}.`;
  return new Figure({
    title: `Latency on ${device}`,
    caption: `${
      marks.map((m) => `${m.name} ${typesetNumber(m.value)} ms`).join(", ")
    }, largest ${typesetNumber(values.at(-1)!)} ms` +
      (beyond > 0 ? `; ${beyond} slower windows lie beyond the axis.` : ".") + budgetText,
    provenance: { n: values.length, of: "windows", origin },
  }, svg);
}

/** Counts of ascending values in `n` bins of equal width. */
function bins(sorted: Float64Array, n: number): { from: number; to: number; count: number }[] {
  const low = sorted[0];
  const width = (sorted[sorted.length - 1] - low) / n || low * 0.01 || 1;
  const counts = new Uint32Array(n);
  for (const value of sorted) counts[Math.min(n - 1, Math.floor((value - low) / width))]++;
  return Array.from(counts, (count, i) => ({ from: low + i * width, to: low + (i + 1) * width, count }));
}
