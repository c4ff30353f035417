/** Effect sizes of a comparison, with intervals where a method holds. */
import { tInterval } from "../statistics/intervals.ts";
import { normalQuantile, tQuantile } from "../statistics/special.ts";
import { mean, variance } from "../statistics/summary.ts";
import { cliffsDelta, epsilonSquared, kendallsW, rankBiserial } from "./effect_sizes.ts";

/** Effect of a comparison; intervals have a level of 95 %. */
export interface GroupEffect {
  effect: number;
  effect_name: "Cliff's delta" | "epsilon squared" | "rank biserial" | "Kendall's W";
  effect_lower: number | null;
  effect_upper: number | null;
  /** Second group less the first, in the measure's unit, of means; only between two. */
  difference: number | null;
  difference_lower: number | null;
  difference_upper: number | null;
}

/**
 * Sizes of the difference between groups (or sessions).
 *
 * @param columns Values by group; for sessions the same subjects in the same order.
 * @param statistic The test's statistic: H, the sum of signed ranks, or Friedman's.
 */
export function differenceOf(columns: number[][], statistic: number, paired: boolean): GroupEffect {
  const none = {
    effect_lower: null,
    effect_upper: null,
    difference: null,
    difference_lower: null,
    difference_upper: null,
  };
  const n = columns.reduce((sum, column) => sum + column.length, 0);
  if (columns.length > 2) {
    return paired
      ? {
        ...none,
        effect: kendallsW(statistic, columns[0].length, columns.length),
        effect_name: "Kendall's W",
      }
      : { ...none, effect: epsilonSquared(statistic, n), effect_name: "epsilon squared" };
  }
  const [a, b] = columns;
  if (paired) {
    const differences = a.map((value, i) => b[i] - value);
    const interval = tInterval(differences);
    return {
      ...none,
      effect: rankBiserial(statistic, differences.filter((d) => d !== 0).length),
      effect_name: "rank biserial",
      difference: mean(differences),
      difference_lower: interval?.lower ?? null,
      difference_upper: interval?.upper ?? null,
    };
  }
  const effect = cliffsDelta(a, b);
  const [effect_lower, effect_upper] = deltaInterval(a, b, effect);
  return { effect, effect_name: "Cliff's delta", effect_lower, effect_upper, ...welchInterval(a, b) };
}

function welchInterval(a: number[], b: number[]) {
  const difference = mean(b) - mean(a);
  const [va, vb] = [variance(a) / a.length, variance(b) / b.length];
  const se = Math.sqrt(va + vb);
  // No spread is not certainty.
  if (!(se > 1e-12 * Math.max(1, Math.abs(difference)))) {
    return { difference, difference_lower: null, difference_upper: null };
  }
  const df = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const half = tQuantile(0.975, df) * se;
  return { difference, difference_lower: difference - half, difference_upper: difference + half };
}

/**
 * Interval of Cliff's delta by Feng and Cliff (2004): the consistent variance, and the asymmetric form that stays inside
 * [−1, 1]. Where the groups do not overlap at all the variance is 0; then the bound is that of n subjects all on one
 * side, `(n − z²)/(n + z²)` with the smaller group's n.
 */
export function deltaInterval(a: number[], b: number[], delta: number): [number, number] {
  const z = normalQuantile(0.975);
  if (Math.abs(delta) === 1) {
    const n = Math.min(a.length, b.length);
    const bound = (n - z ** 2) / (n + z ** 2);
    return delta === 1 ? [bound, 1] : [-1, -bound];
  }
  const [m, n] = [a.length, b.length];
  const rows = a.map((x) => mean(b.map((y) => Math.sign(y - x))));
  const columns = b.map((y) => mean(a.map((x) => Math.sign(y - x))));
  const squares = (values: number[]) => values.reduce((sum, value) => sum + (value - delta) ** 2, 0);
  let cells = 0;
  for (const x of a) for (const y of b) cells += (Math.sign(y - x) - delta) ** 2;
  const unbiased = (m ** 2 * squares(rows) + n ** 2 * squares(columns) - cells) / (m * n * (m - 1) * (n - 1));
  const s2 = Math.max(unbiased, (1 - delta ** 2) / (m * n - 1));
  const root = z * Math.sqrt(s2) * Math.sqrt(1 - 2 * delta ** 2 + delta ** 4 + z ** 2 * s2);
  const under = 1 - delta ** 2 + z ** 2 * s2;
  return [(delta - delta ** 3 - root) / under, (delta - delta ** 3 + root) / under];
}
