/** Numbers from the bytes of text files, without making a string of each. */

const powers = Float64Array.from({ length: 309 }, (_, i) => Number(`1e${i}`));

/**
 * The decimal number in `bytes[from, to)`; NaN when it is anything else, also for `nan`, `inf` and nothing.
 *
 * Correct to the last digit but one of a double, thus exact for float32.
 *
 * ```ts
 * import { parseNumber } from "./number.ts";
 * import assert from "node:assert/strict";
 * const read = (s: string) => parseNumber(new TextEncoder().encode(s), 0, s.length);
 * assert.equal(read("-12.5e-1"), -1.25);
 * assert(Number.isNaN(read("1.2.3")) && Number.isNaN(read("")));
 * ```
 *
 * @param comma Whether `,` is a decimal separator as well as `.`.
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number, comma = false): number {
  let i = from;
  while (i < to && (bytes[i] === 32 || bytes[i] === 9)) i++;
  while (to > i && (bytes[to - 1] === 32 || bytes[to - 1] === 9)) to--;
  let negative = false;
  if (bytes[i] === 45) {
    negative = true;
    i++;
  } else if (bytes[i] === 43) i++;
  let mantissa = 0;
  let exponent = 0;
  let digits = 0;
  let seen = false;
  let fraction = false;
  for (; i < to; i++) {
    const d = bytes[i] - 48;
    if (d >= 0 && d <= 9) {
      seen = true;
      if (digits < 17) {
        mantissa = mantissa * 10 + d;
        if (mantissa > 0) digits++;
        if (fraction) exponent--;
      } else if (!fraction) exponent++;
    } else if (!fraction && (bytes[i] === 46 || (comma && bytes[i] === 44))) fraction = true;
    else break;
  }
  if (!seen) return NaN;
  if (i < to) {
    if (bytes[i] !== 101 && bytes[i] !== 69) return NaN;
    i++;
    let minus = false;
    if (bytes[i] === 45) {
      minus = true;
      i++;
    } else if (bytes[i] === 43) i++;
    if (i >= to) return NaN;
    let e = 0;
    for (; i < to; i++) {
      const d = bytes[i] - 48;
      if (d < 0 || d > 9) return NaN;
      if (e < 10000) e = e * 10 + d;
    }
    exponent += minus ? -e : e;
  }
  let value = mantissa;
  if (exponent < 0) {
    if (exponent < -308) {
      value /= 1e308;
      exponent += 308;
    }
    value = exponent < -308 ? 0 : value / powers[-exponent];
  } else if (exponent > 0) {
    value = exponent > 308 ? (mantissa === 0 ? 0 : Infinity) : value * powers[exponent];
  }
  return negative ? -value : value;
}
