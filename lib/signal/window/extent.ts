/** Lengths of time as users write them: samples, seconds or a share. */

/** `100` samples, `"2s"`, `"1500ms"` or `"50%"` of something that the caller knows. */
export type Extent = number | string;

/** What an extent given as text looks like. */
export const extentPattern = /^\d+(\.\d+)?\s*(s|ms|%)$/;

/**
 * An extent in whole samples, rounded to the nearest.
 *
 * ```ts
 * import { extentSamples } from "./extent.ts";
 * import assert from "node:assert/strict";
 * assert.equal(extentSamples("2s", 50), 100);
 * assert.equal(extentSamples("50%", 50, 128), 64);
 * assert.equal(extentSamples(64, 50), 64);
 * ```
 *
 * @param rate Samples per second.
 * @param whole What a percentage is of, in samples.
 * @throws {RangeError} for text that {@linkcode extentPattern} does not match.
 */
export function extentSamples(extent: Extent, rate: number, whole = 0): number {
  if (typeof extent === "number") return Math.round(extent);
  const match = /^(\d+(?:\.\d+)?)\s*(s|ms|%)$/.exec(extent);
  if (match === null) {
    throw new RangeError(`Cannot read extent: expected "2s", "500ms" or "50%", got "${extent}"`);
  }
  const value = Number(match[1]);
  if (match[2] === "%") return Math.round((value / 100) * whole);
  return Math.round(value * (match[2] === "s" ? 1 : 0.001) * rate);
}
