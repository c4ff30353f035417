/** Plain summaries of a list of numbers. */

/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/**
 * Sample variance with divisor n − 1 (ddof = 1); NaN for fewer than two values, exactly 0 for equal ones.
 *
 * ```ts
 * import { variance } from "./summary.ts";
 * import assert from "node:assert/strict";
 * assert.equal(variance([0.1, 0.1, 0.1]), 0);
 * ```
 */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) return NaN;
  // Taken from the first value, because a mean of equal numbers can miss them by a rounding error.
  const shifted = Float64Array.from(values, (value) => value - values[0]);
  const m = mean(shifted);
  let sum = 0;
  for (const value of shifted) sum += (value - m) ** 2;
  return sum / (values.length - 1);
}

/**
 * Quantile by linear interpolation between order statistics (R type 7, NumPy's default); NaN for no values.
 *
 * ```ts
 * import { quantile } from "./summary.ts";
 * import assert from "node:assert/strict";
 * assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
 * ```
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`Cannot compute quantile: q must lie in [0, 1], got ${q}`);
  return quantileSorted(Float64Array.from(values).sort(), q);
}

/** {@linkcode quantile} of values that are already ascending. */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
