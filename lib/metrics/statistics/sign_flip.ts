/** The exact sign-flip test of paired differences, and the interval that belongs to it. */
import { largest, withoutDust } from "./dust.ts";

/** A two-sided test of a mean difference by all 2ⁿ changes of signs. */
export interface SignFlip {
  /** Share of the changes of signs whose sum is at least as extreme; never below 2^(1−n). */
  p: number;
  /** The shifts that the same test does not reject at `limit`; `null` where n differences can reject none. */
  interval: [lower: number, upper: number] | null;
}

/** Most differences for which all changes of signs are gone through. */
const MOST_EXACT = 16;

/**
 * Tests whether differences that are symmetric about μ have μ = 0 (Fisher 1935), exactly for any n.
 *
 * A shift below the mean is rejected by how few means of subsets lie at or below it (Hartigan 1969: the 2ⁿ − 1 means of
 * non-empty subsets cut the line into 2ⁿ equally likely pieces), which gives test and interval at once.
 *
 * @param limit The interval's error: the shifts with p ≥ limit.
 * @param scale Size of the numbers that the differences were computed from, for rounding.
 * @throws {RangeError} Without differences or for more than 16.
 *
 * ```ts
 * import { signFlip } from "./sign_flip.ts";
 * import assert from "node:assert/strict";
 * assert.equal(signFlip([0.9 - 0.8, 0.8 - 0.7], 0.05).p, 0.5);
 * assert.equal(signFlip([1, 2, 3, 4, 5, 6], 0.05).p, 1 / 32);
 * assert.deepEqual(signFlip([1, 2, 3, 4, 5], 0.05).interval, null);
 * ```
 */
export function signFlip(differences: ArrayLike<number>, limit: number, scale?: number): SignFlip {
  const n = differences.length;
  if (n === 0 || n > MOST_EXACT) {
    throw new RangeError(`Cannot flip signs: need 1 to ${MOST_EXACT} differences, got ${n}`);
  }
  const size = scale ?? largest(differences);
  const d = withoutDust(differences, size);
  const means = subsetMeans(d);
  const dust = 1e-12 * size;
  let below = 0, above = 0;
  for (const m of means) {
    if (m <= dust) below++;
    if (m >= -dust) above++;
  }
  const all = 2 ** n;
  const p = Math.min(1, 2 * (Math.min(below, above) + 1) / all);
  // The smallest shift with 2 (j + 1)/2ⁿ ≥ limit, where j means lie at or below it.
  const rank = Math.ceil(limit * all / 2 - 1e-9) - 1;
  return { p, interval: rank < 1 ? null : [means[rank - 1], means[means.length - rank]] };
}

/** Means of the non-empty subsets, ascending. */
function subsetMeans(d: Float64Array): Float64Array {
  const all = 2 ** d.length;
  const sum = new Float64Array(all), count = new Uint8Array(all);
  for (let set = 1; set < all; set++) {
    const first = 31 - Math.clz32(set & -set);
    const rest = set & (set - 1);
    sum[set] = sum[rest] + d[first];
    count[set] = count[rest] + 1;
  }
  return sum.map((s, set) => s / count[set]).subarray(1).sort();
}
