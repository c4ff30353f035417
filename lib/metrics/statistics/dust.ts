/** Rounding dust: differences of numbers that would be equal in exact arithmetic. */

/** What may differ by rounding alone, relative to the largest value. */
const relative = 1e-12;

/**
 * The values with those set equal that differ by rounding only, so that no variance is made of the last bits.
 *
 * @param scale Size of the numbers that the values were computed from; by default that of the values themselves.
 *
 * ```ts
 * import { withoutDust } from "./dust.ts";
 * import { variance } from "./summary.ts";
 * import assert from "node:assert/strict";
 * assert.ok(variance([0.9 - 0.8, 0.8 - 0.7]) > 0);
 * assert.equal(variance(withoutDust([0.9 - 0.8, 0.8 - 0.7])), 0);
 * ```
 */
export function withoutDust(values: ArrayLike<number>, scale = largest(values)): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = Float64Array.from(values);
  for (let i = 1; i < order.length; i++) {
    const [before, at] = [order[i - 1], order[i]];
    if (values[at] - values[before] <= relative * scale) out[at] = out[before];
  }
  return out;
}

/** Largest absolute value; 0 for no values. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
