/** ActiGraph's samples of 36 bits: y, x and z with 12 bits each, the highest first. */

/**
 * Unpacks `samples` samples from sample `from` on into `[samples, 3]` as x, y, z divided by `scale` counts per g.
 *
 * ```ts
 * import { unpackTwelveBits } from "./twelve_bits.ts";
 * import assert from "node:assert/strict";
 * // The example of ActiGraph's description: counts 8, 6, −323 and 9, 7, −321.
 * const bytes = new Uint8Array([0x00, 0x60, 0x08, 0xeb, 0xd0, 0x07, 0x00, 0x9e, 0xbf]);
 * const out = new Float32Array(6);
 * unpackTwelveBits(bytes, 0, 2, out, 0, 1);
 * assert.deepEqual([...out], [8, 6, -323, 9, 7, -321]);
 * ```
 */
export function unpackTwelveBits(
  bytes: Uint8Array,
  from: number,
  samples: number,
  into: Float32Array,
  at: number,
  scale: number,
): void {
  /** The 12-bit number that begins at half byte `k`. */
  const number = (k: number) => {
    const b = k >> 1;
    const raw = (k & 1) === 0 ? bytes[b] << 4 | bytes[b + 1] >> 4 : (bytes[b] & 15) << 8 | bytes[b + 1];
    return (raw << 20) >> 20;
  };
  for (let i = 0, k = 9 * from; i < samples; i++, k += 9) {
    into[at + 1] = number(k) / scale;
    into[at] = number(k + 3) / scale;
    into[at + 2] = number(k + 6) / scale;
    at += 3;
  }
}
