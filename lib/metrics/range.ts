/** Which values a metric can take at all, so that no interval promises an accuracy above one. */
import type { Interval } from "../artifacts/metrics.ts";

const shares =
  /accuracy|precision|recall|(^|_)f1(_|$)|macro_f1|^ece|^mce|purity|share|utilization|nmi|v_measure|homogeneity|completeness|collapsed|gini|flip_rate/;
const signed = /silhouette|stability|(^|_)ari$/;
const positive =
  /brier|nll|perplexity|entropy|count|codes|latency|duration|parameters|segmentation|distortion|epoch/;

/**
 * The attainable range of a metric by its name and unit; `[−∞, ∞]` for names that are not known.
 *
 * ```ts
 * import { rangeOf } from "./range.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(rangeOf("macro_f1"), [0, 1]);
 * assert.deepEqual(rangeOf("edit", "%"), [0, 100]);
 * ```
 */
export function rangeOf(name: string, unit?: string): [number, number] {
  if (unit === "%") return [0, 100];
  if (signed.test(name)) return [-1, 1];
  if (shares.test(name)) return [0, 1];
  return positive.test(name) ? [0, Infinity] : [-Infinity, Infinity];
}

/** Cuts an interval to the attainable range and says so in its method. Cutting loses no coverage. */
export function cutInterval(interval: Interval, [low, high]: readonly [number, number]): Interval {
  const lower = Math.max(interval.lower, low);
  const upper = Math.min(interval.upper, high);
  if (lower === interval.lower && upper === interval.upper) return interval;
  return { ...interval, lower, upper, method: `${interval.method}, cut to range` };
}
