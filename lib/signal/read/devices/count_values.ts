/** What the whole numbers of a device stand for. */

let last: { perUnit: number; values: Float32Array } | undefined;

/**
 * Every 16-bit number divided by `perUnit`, float32 `[65536]` by the number's bits: a division for each sample would take
 * longer than all else that is done with it.
 *
 * ```ts
 * import { countValues } from "./count_values.ts";
 * import assert from "node:assert/strict";
 * assert.equal(countValues(256)[-64 & 0xffff], -0.25);
 * ```
 */
export function countValues(perUnit: number): Float32Array {
  if (last?.perUnit !== perUnit) {
    const values = new Float32Array(1 << 16);
    for (let bits = 0; bits < values.length; bits++) values[bits] = ((bits << 16) >> 16) / perUnit;
    last = { perUnit, values };
  }
  return last.values;
}
