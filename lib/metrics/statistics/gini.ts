/** How unequally something is used. */

/**
 * Gini coefficient of counts: 0 where all are equal, 1 where one has everything, however many there are.
 * `G = Σ (2i − n − 1) x₍ᵢ₎ / ((n − 1) Σ x)` over the counts in ascending order; 0 for nothing and for one.
 *
 * ```ts
 * import { gini } from "./gini.ts";
 * import assert from "node:assert/strict";
 * assert.equal(gini([5, 5, 5, 5]), 0);
 * assert.equal(gini([8], 4), 1);
 * ```
 *
 * @param size n, where those beyond the counts have none.
 */
export function gini(counts: readonly number[], size = counts.length): number {
  const sorted = [...counts].sort((a, b) => a - b);
  const total = sorted.reduce((sum, x) => sum + x, 0);
  if (total === 0 || size < 2) return 0;
  const absent = size - sorted.length;
  const weighted = sorted.reduce((sum, x, i) => sum + (2 * (absent + i + 1) - size - 1) * x, 0);
  return weighted / ((size - 1) * total);
}
