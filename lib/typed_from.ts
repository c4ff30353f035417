/** Typed arrays that are made of others value by value, without anything between. */

/** Any typed array of numbers. */
type Numbers = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/**
 * What `type.from(values, of)` gives. That gathers all values in a list before it begins, which takes 24 bytes each (9 000 900
 * numbers of 16 bits: 206 MiB of heap; n = 1) where there is one for each of millions of windows.
 *
 * ```ts
 * import { typedFrom } from "./typed_from.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(typedFrom(Float64Array, Int32Array.of(1, 2), (x, i) => x / 2 + i), Float64Array.of(0.5, 2));
 * ```
 */
export function typedFrom<A extends Numbers>(
  type: new (length: number) => A,
  values: ArrayLike<number>,
  of: (value: number, i: number) => number,
): A {
  const out = new type(values.length);
  for (let i = 0; i < out.length; i++) out[i] = of(values[i]!, i);
  return out;
}
