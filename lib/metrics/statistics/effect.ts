/** Differences of two samples: Welch's test and standardised effects. */
import { tTwoSided } from "./special.ts";
import { mean, variance } from "./summary.ts";

/** A t test of a difference; `null` where both samples are constant. */
export interface TTest {
  t: number | null;
  df: number | null;
  p: number | null;
  /** Standard error of the difference. */
  error: number | null;
}

/**
 * Welch's two-sided t test, which does not assume equal variances. Needs two values on either side.
 *
 * ```ts
 * import { welch } from "./effect.ts";
 * import assert from "node:assert/strict";
 * const a = [0.91, 0.93, 0.9, 0.95, 0.92, 0.94], b = [0.89, 0.94, 0.88, 0.9, 0.87, 0.91, 0.86, 0.92];
 * assert.equal(welch(a, b).t!.toFixed(7), "2.3680739");
 * ```
 */
export function welch(a: ArrayLike<number>, b: ArrayLike<number>): TTest {
  requireTwo(a, b);
  const va = variance(a) / a.length, vb = variance(b) / b.length;
  if (va + vb === 0) return { t: null, df: null, p: null, error: null };
  const error = Math.sqrt(va + vb);
  const t = (mean(a) - mean(b)) / error;
  const df = (va + vb) ** 2 / (va * va / (a.length - 1) + vb * vb / (b.length - 1));
  return { t, df, p: tTwoSided(t, df), error };
}

/**
 * Paired two-sided t test of `a[i] − b[i]`.
 *
 * @param testTrainRatio For folds, which share training data: the variance of the mean is `s² (1/k + ratio)` (Nadeau and
 * Bengio 2003). 0 for values that share nothing.
 */
export function pairedT(a: ArrayLike<number>, b: ArrayLike<number>, testTrainRatio = 0): TTest {
  if (a.length !== b.length) throw new RangeError(`Cannot pair samples: ${a.length} and ${b.length} values`);
  requireTwo(a, b);
  const difference = Float64Array.from({ length: a.length }, (_, i) => a[i] - b[i]);
  const v = variance(difference) * (1 / a.length + testTrainRatio);
  if (v === 0) return { t: null, df: null, p: null, error: null };
  const error = Math.sqrt(v);
  const t = mean(difference) / error;
  return { t, df: a.length - 1, p: tTwoSided(t, a.length - 1), error };
}

/** Cohen's d with the pooled standard deviation (ddof = 1); `null` for zero variance. */
export function cohensD(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  requireTwo(a, b);
  const [n, m] = [a.length, b.length];
  const pooled = ((n - 1) * variance(a) + (m - 1) * variance(b)) / (n + m - 2);
  return pooled === 0 ? null : (mean(a) - mean(b)) / Math.sqrt(pooled);
}

/** Hedges' g: Cohen's d times the small-sample factor `1 − 3/(4(n+m) − 9)`. */
export function hedgesG(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const d = cohensD(a, b);
  return d === null ? null : d * (1 - 3 / (4 * (a.length + b.length) - 9));
}

function requireTwo(a: ArrayLike<number>, b: ArrayLike<number>) {
  if (a.length < 2 || b.length < 2) {
    throw new RangeError(`Cannot compare samples: need two values each, got ${a.length} and ${b.length}`);
  }
}
