/** Intervals, each with its true level and the name of its method. */
import type { Interval } from "../../artifacts/metrics.ts";
import { normalQuantile, tQuantile } from "./special.ts";
import { mean, variance } from "./summary.ts";

/**
 * Wilson's interval of a share (1927). It assumes independent trials, which overlapping windows of one person are not.
 *
 * ```ts
 * import { wilson } from "./intervals.ts";
 * import assert from "node:assert/strict";
 * assert.equal(wilson(1999, 2000).lower.toFixed(6), "0.997173");
 * ```
 */
export function wilson(successes: number, n: number, level = 0.95): Interval {
  const z = normalQuantile(1 - (1 - level) / 2);
  const p = successes / n, z2 = z * z;
  const center = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = z / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  const lower = successes === 0 ? 0 : center - half;
  const upper = successes === n ? 1 : center + half;
  return { level, lower, upper, method: "wilson" };
}

/**
 * Student's t interval of a mean, with the sample standard deviation (ddof = 1); undefined for fewer than two values.
 *
 * ```ts
 * import { tInterval } from "./intervals.ts";
 * import assert from "node:assert/strict";
 * assert.equal(tInterval([0.95, 0.97, 0.96, 0.98, 0.97])!.lower.toFixed(5), "0.95184");
 * ```
 */
export function tInterval(values: ArrayLike<number>, level = 0.95): Interval | undefined {
  return studentInterval(values, 1 / values.length, level, "t");
}

/**
 * The corrected resampled t interval of Nadeau and Bengio (2003): folds share training data, so the variance of the
 * mean is inflated from `s²/k` to `s² (1/k + n_test/n_train)`.
 */
export function nadeauBengio(
  values: ArrayLike<number>,
  testTrainRatio: number,
  level = 0.95,
): Interval | undefined {
  return studentInterval(values, 1 / values.length + testTrainRatio, level, "nadeau-bengio");
}

function studentInterval(values: ArrayLike<number>, factor: number, level: number, method: string) {
  const k = values.length;
  if (k < 2) return undefined;
  const center = mean(values);
  const half = tQuantile(1 - (1 - level) / 2, k - 1) * Math.sqrt(variance(values) * factor);
  return { level, lower: center - half, upper: center + half, method };
}
