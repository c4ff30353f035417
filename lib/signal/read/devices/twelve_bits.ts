/** ActiGraph's samples of 36 bits: y, x and z with 12 bits each, the highest first. */
import { countValues } from "./count_values.ts";

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
  const values = countValues(scale);
  const value = (bits: number) => values[(bits << 20) >> 20 & 0xffff];
  const end = from + samples;
  // Two samples are nine bytes; one that begins within a byte, or has no second, is shifted on its own.
  const single = (i: number) => {
    const number = (k: number) => {
      const b = k >> 1;
      return (k & 1) === 0 ? bytes[b] << 4 | bytes[b + 1] >> 4 : (bytes[b] & 15) << 8 | bytes[b + 1];
    };
    into[at + 1] = value(number(9 * i));
    into[at] = value(number(9 * i + 3));
    into[at + 2] = value(number(9 * i + 6));
    at += 3;
  };
  let i = from;
  if ((i & 1) === 1 && i < end) single(i++);
  for (let b = 9 * i >> 1; i + 1 < end; i += 2, b += 9, at += 6) {
    into[at + 1] = value(bytes[b] << 4 | bytes[b + 1] >> 4);
    into[at] = value((bytes[b + 1] & 15) << 8 | bytes[b + 2]);
    into[at + 2] = value(bytes[b + 3] << 4 | bytes[b + 4] >> 4);
    into[at + 4] = value((bytes[b + 4] & 15) << 8 | bytes[b + 5]);
    into[at + 3] = value(bytes[b + 6] << 4 | bytes[b + 7] >> 4);
    into[at + 5] = value((bytes[b + 7] & 15) << 8 | bytes[b + 8]);
  }
  if (i < end) single(i);
}
