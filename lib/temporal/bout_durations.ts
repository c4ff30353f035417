/** How long bouts last, with the cut-off ones counted for what they are: at least so long. */
import type { Bout } from "../artifacts/behaviours.ts";
import type { BoutDurations } from "../artifacts/smoothing.ts";

/**
 * Durations by Kaplan and Meier (1958): the probability to last longer than t is the product over the ends seen up to t
 * of `1 − ends/at risk`. A bout that touches an end of its recording or a gap, on either side, lasted at least as long
 * as what was seen of it; dropping such bouts would keep the short ones.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const bout = (duration: number, censoredRight = false) => ({ duration, censoredLeft: false, censoredRight });
 * const { median, complete, completeMedian } = boutDurations([bout(1), bout(3), bout(9, true), bout(9, true)])!;
 * assert.deepEqual([median, complete, completeMedian], [3, 2, 2]);
 * ```
 *
 * @returns `null` without bouts.
 */
export function boutDurations(
  bouts: readonly Pick<Bout, "duration" | "censoredLeft" | "censoredRight">[],
): BoutDurations | null {
  if (bouts.length === 0) return null;
  const whole = ({ censoredLeft, censoredRight }: typeof bouts[number]) => !censoredLeft && !censoredRight;
  const sorted = [...bouts].sort((a, b) => a.duration - b.duration);
  const steps: { at: number; lasting: number }[] = [];
  let lasting = 1, mean = 0, last = 0;
  for (let i = 0; i < sorted.length;) {
    const at = sorted[i].duration;
    let ends = 0, gone = 0;
    for (; i + gone < sorted.length && sorted[i + gone].duration === at; gone++) {
      if (whole(sorted[i + gone])) ends++;
    }
    mean += lasting * (at - last);
    last = at;
    // Of equal durations, one that was cut off then was still at risk.
    lasting *= 1 - ends / (sorted.length - i);
    steps.push({ at, lasting });
    i += gone;
  }
  const complete = sorted.filter(whole).map(({ duration }) => duration);
  // Products of fractions miss 1 − q by their last digit.
  const quantile = (q: number) => steps.find((step) => step.lasting <= 1 - q + 1e-12)?.at ?? null;
  const middle = complete.length >> 1;
  return {
    n: sorted.length,
    complete: complete.length,
    p10: quantile(0.1),
    median: quantile(0.5),
    p90: quantile(0.9),
    mean,
    restricted: lasting > 0,
    completeMedian: complete.length === 0
      ? null
      : complete.length % 2 === 1
      ? complete[middle]
      : (complete[middle - 1] + complete[middle]) / 2,
  };
}
