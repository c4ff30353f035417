/** How large a difference between groups or sessions is, in terms that do not depend on the unit. */

/**
 * Cliff's delta: P(b > a) − P(b < a) over all pairs of one subject of each group; −1 and 1 mean that the groups do not
 * overlap.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(cliffsDelta([1, 2, 3], [2, 3, 4]), (6 - 1) / 9);
 * ```
 */
export function cliffsDelta(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) sum += Math.sign(b[j] - a[i]);
  }
  return sum / (a.length * b.length);
}

/**
 * Epsilon squared of Kruskal–Wallis, `H/(N − 1)`: the share of the variance of ranks that lies between the groups, 0 to 1
 * (Kelley 1935; Tomczak and Tomczak 2014).
 */
export function epsilonSquared(h: number, n: number): number {
  return h / (n - 1);
}

/** Matched-pairs rank biserial correlation: the sum of signed ranks over its largest possible value, −1 to 1. */
export function rankBiserial(signedRankSum: number, pairs: number): number {
  return pairs === 0 ? 0 : signedRankSum / (pairs * (pairs + 1) / 2);
}

/** Kendall's W of Friedman's statistic, `χ²/(n (k − 1))`: 0 no, 1 full agreement of the subjects on the order of sessions. */
export function kendallsW(statistic: number, subjects: number, sessions: number): number {
  return statistic / (subjects * (sessions - 1));
}
