/** Rounding as ONNX `Round`, NumPy and IEEE 754 do it. */

/**
 * Rounds to the nearest integer, halves to the even one; never gives −0. `Math.round` rounds halves up.
 *
 * ```ts
 * import { roundHalfEven } from "./rounding.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([-1.5, -0.5, 0.5, 1.5, 2.5].map(roundHalfEven), [-2, 0, 0, 2, 2]);
 * ```
 */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor + 0;
  if (rest > 0.5) return floor + 1 + 0;
  return (floor % 2 === 0 ? floor : floor + 1) + 0;
}
