/** Intervals of bounded scores, made where they are closer to normal. */

/**
 * The interval `centre ± half` carried to the logit scale between the ends of `range` by the delta method.
 *
 * @param centre Inside the range.
 *
 * ```ts
 * import { logitInterval } from "./logit_interval.ts";
 * import assert from "node:assert/strict";
 * const { lower, upper } = logitInterval(0.9, 0.05, [0, 1]);
 * assert.deepEqual([lower, upper].map((v) => v.toFixed(3)), ["0.838", "0.940"]);
 * ```
 */
export function logitInterval(
  center: number,
  half: number,
  [low, high]: readonly [number, number],
): { lower: number; upper: number } {
  const width = high - low, share = (center - low) / width;
  const odds = Math.log(share / (1 - share)), reach = half / width / (share * (1 - share));
  const at = (x: number) => low + width / (1 + Math.exp(-x));
  return { lower: at(odds - reach), upper: at(odds + reach) };
}
