/** What few groups cannot show: the rare group that fails where nearly all others are perfect. */
import { wilson } from "./intervals.ts";

/** How fast the bound falls with the share of groups that make up the distance; see the bench `coverage`. */
const power = 5;

/** The groups' own values of a bounded score. */
export interface GroupValues {
  values: ArrayLike<number>;
  /** Share of the mean that each holds; equal where not given. */
  weights?: ArrayLike<number>;
  range: readonly [number, number];
  level: number;
}

/**
 * The interval `ends`, carried on towards the far end of the range where few of the groups make up all of the distance to
 * the near one.
 *
 * Scores that pile up at an end have their spread from few groups, which say little of those that were not seen: two
 * slips among twelve perfect people would give a narrower interval than no slip at all. The bound is Wilson's for n groups
 * that all succeeded, times (1 − kₑ/n)⁵ with the effective number `kₑ = (Σ e)²/Σ e²` of groups in the distances e from the
 * near end: all of it where nobody fails, next to nothing where the distances are like exponential ones (kₑ = n/2). The
 * power is a convention of this project, chosen by simulation: below 6 for coverage, above 4 for width.
 *
 * ```ts
 * import { reachUnseen } from "./unseen.ts";
 * import assert from "node:assert/strict";
 * const range = [0, 1] as const, level = 0.95;
 * const at = (values: number[], lower: number) => reachUnseen({ lower, upper: 1 }, { values, range, level }).lower.toFixed(3);
 * assert.equal(at([1, 1, 1, 1, 1, 1, 1, 1], 1), "0.676"); // Wilson's bound
 * assert.equal(at([1, 1, 1, 1, 1, 1, 1, 0.98], 0.99), "0.834");
 * assert.equal(at([0.9, 0.92, 0.95, 0.9, 0.88, 0.97, 0.91, 0.93], 0.89), "0.890");
 * ```
 */
export function reachUnseen(
  { lower, upper }: { lower: number; upper: number },
  { values, weights, range: [low, high], level }: GroupValues,
): { lower: number; upper: number } {
  const n = values.length;
  const w = (i: number) => weights === undefined ? 1 / n : weights[i];
  let mean = 0;
  for (let i = 0; i < n; i++) mean += w(i) * values[i];
  const top = mean > (low + high) / 2;
  let sum = 0, squares = 0;
  for (let i = 0; i < n; i++) {
    const distance = w(i) * Math.max(0, top ? high - values[i] : values[i] - low);
    sum += distance;
    squares += distance ** 2;
  }
  const effective = squares === 0 ? 0 : sum ** 2 / squares;
  const reach = (high - low) * wilson(0, n, level).upper * (1 - effective / n) ** power;
  return top
    ? { lower: Math.min(lower, high - reach), upper }
    : { lower, upper: Math.max(upper, low + reach) };
}
