/** How evenly codes are used, from their counts: what shards of codes are joined by. */

/**
 * Expected number of distinct codes among `draws` uniform draws from `size` codes, `n(1 − (1 − 1/n)^N)`.
 *
 * ```ts
 * import { expectedDistinct } from "./code_usage.ts";
 * import assert from "node:assert/strict";
 * assert.equal((expectedDistinct(4800, 2000) / 4800).toFixed(3), "0.341");
 * ```
 */
export function expectedDistinct(size: number, draws: number): number {
  if (size === 1) return Math.min(draws, 1);
  return -size * Math.expm1(draws * Math.log1p(-1 / size));
}

/** Entropy in bits of counts or weights; zeros contribute nothing, and one kind alone is exactly 0. */
export function entropyBits(counts: Iterable<number>): number {
  let total = 0, sum = 0, kinds = 0;
  for (const count of counts) {
    if (count === 0) continue;
    kinds++;
    total += count;
    sum += count * Math.log2(count);
  }
  return kinds < 2 ? 0 : Math.max(0, Math.log2(total) - sum / total);
}

/** Perplexity 2^H of counts; exact for a single code and for even use. */
export function perplexity(counts: readonly number[]): number {
  const used = counts.filter((count) => count > 0);
  if (used.every((count) => count === used[0])) return used.length;
  return 2 ** entropyBits(used);
}
