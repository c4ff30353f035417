/** Statistics of measured times. The percentile is always nearest-rank: a value that was really measured. */
import type { LatencySummary } from "../artifacts/benchmark.ts";

/**
 * The nearest-rank percentile `sorted[ceil(p·n) − 1]`.
 *
 * ```ts
 * import { nearestRank } from "./latency_summary.ts";
 * import assert from "node:assert/strict";
 * assert.equal(nearestRank(Float64Array.of(15, 20, 35, 40, 50), 0.4), 20);
 * ```
 *
 * @param sorted Ascending.
 * @param p In (0, 1].
 */
export function nearestRank(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) throw new RangeError("Cannot take percentile: there are no values");
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}

/** Summarises times in nanoseconds as milliseconds. */
export function summarizeLatency(nanoseconds: Float64Array): LatencySummary {
  const sorted = nanoseconds.toSorted();
  const n = sorted.length;
  const mean = sorted.reduce((a, b) => a + b, 0) / n;
  const variance = sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, n - 1);
  const ms = (ns: number) => ns / 1e6;
  return {
    n,
    unit: "ms",
    mean: ms(mean),
    sd: ms(Math.sqrt(variance)),
    min: ms(sorted[0]),
    p50: ms(nearestRank(sorted, 0.5)),
    p95: ms(nearestRank(sorted, 0.95)),
    p99: ms(nearestRank(sorted, 0.99)),
    max: ms(sorted[n - 1]),
    percentile: "nearest-rank",
    tail: n - Math.ceil(0.99 * n) + 1,
  };
}
