/** Scores of all rows at once, which those by group are held against. */
import { brierOfRows, calibrationError } from "../../../lib/metrics/calibration/calibration.ts";
import { mean } from "../../../lib/metrics/statistics/summary.ts";

export const brierScore = (
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number => mean(brierOfRows(probabilities, labels, classes));

/** Mean over classes of the binary calibration error of `p_k` against `label = k`. */
export function classwiseCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  bins = 15,
): number {
  const n = labels.length;
  let total = 0;
  for (let k = 0; k < classes; k++) {
    const p = Float64Array.from({ length: n }, (_, i) => probabilities[i * classes + k]);
    const hit = Uint8Array.from({ length: n }, (_, i) => (labels[i] === k ? 1 : 0));
    total += calibrationError(p, hit, bins).ece;
  }
  return total / classes;
}
