/** Judges confidences: ECE with its null bias, Brier, NLL, and the reliability diagram. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Interval, Metric } from "../../artifacts/metrics.ts";
import type { Random } from "../../random.ts";
import {
  brierScore,
  calibrationError,
  classwiseCalibrationError,
  negativeLogLikelihood,
  nullCalibrationError,
  topLabel,
} from "./calibration.ts";
import type { Grouping } from "../scores/grouping.ts";
import { bootstrapGroups, wilson } from "../statistics/intervals.ts";
import { type Judged, overRows } from "../scores/judged.ts";
import { softmax } from "./probabilities.ts";

/** Bins of reliability diagrams, as usual since Guo et al. 2017. */
const bins = 15;

/**
 * Calibration metrics and the rows of the reliability diagram.
 *
 * @param logits `[rows, classes]` of the judged rows.
 * @param probabilities Softmax of them at `temperature`.
 */
export function judgeCalibration(
  judged: Judged,
  logits: Float64Array,
  probabilities: Float64Array,
  temperature: number,
  grouping: Grouping,
  rng: Random,
) {
  const k = judged.classNames.length;
  const { confidence, correct } = topLabel(probabilities, judged.labels, k);
  const width = calibrationError(confidence, correct, bins);
  const none = nullCalibrationError(confidence, rng.fork("null"), bins);
  const before = topLabel(softmax(logits, k), judged.labels, k);
  const metrics: Record<string, Metric> = {
    ece: overRows(judged, width.ece, {
      interval: eceInterval(grouping, confidence, correct, rng),
      note: `${bins} bins of equal width; a perfectly calibrated model would show ${none.mean.toFixed(4)} ` +
        `(95 % below ${none.q95.toFixed(4)}) on these confidences`,
    }),
    ece_null: overRows(judged, none.mean, { note: "mean ECE of a perfectly calibrated model at this n" }),
    ece_equal_mass: overRows(judged, calibrationError(confidence, correct, bins, "mass").ece),
    ece_classwise: overRows(judged, classwiseCalibrationError(probabilities, judged.labels, k, bins)),
    ece_uncalibrated: overRows(judged, calibrationError(before.confidence, before.correct, bins).ece, {
      note: "at temperature 1",
    }),
    mce: overRows(judged, width.mce),
    brier: overRows(judged, brierScore(probabilities, judged.labels, k), {
      note: "summed over classes, 0 to 2",
    }),
    nll: overRows(judged, negativeLogLikelihood(logits, judged.labels, k, temperature), { unit: "nat" }),
    nll_uncalibrated: overRows(judged, negativeLogLikelihood(logits, judged.labels, k), {
      unit: "nat",
      note: "at temperature 1",
    }),
  };
  const table = width.bins.map((bin) => {
    const w = bin.count === 0 ? undefined : wilson(Math.round(bin.accuracy! * bin.count), bin.count);
    return { ...bin, accuracy_lower: w?.lower ?? null, accuracy_upper: w?.upper ?? null } as {
      [c: string]: Json;
    };
  });
  return { metrics, table };
}

/** Bootstrap over groups of the ECE; bins add up over groups, so a draw costs nothing per window. */
function eceInterval(
  { group, count, of }: Grouping,
  confidence: Float64Array,
  correct: Uint8Array,
  rng: Random,
): Interval | undefined {
  const gap = new Float64Array(count * bins), size = new Float64Array(count);
  for (let i = 0; i < confidence.length; i++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence[i] * bins) - 1));
    gap[group[i] * bins + bin] += correct[i] - confidence[i];
    size[group[i]]++;
  }
  const statistic = (drawn: Int32Array) => {
    let total = 0, n = 0;
    for (let b = 0; b < bins; b++) {
      let sum = 0;
      for (const g of drawn) sum += gap[g * bins + b];
      total += Math.abs(sum);
    }
    for (const g of drawn) n += size[g];
    return total / n;
  };
  return bootstrapGroups(count, statistic, rng, { draws: 1000, of });
}
