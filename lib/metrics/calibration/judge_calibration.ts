/** Judges confidences: ECE with its null bias, Brier, NLL, and the reliability diagram. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Metric } from "../../artifacts/metrics.ts";
import type { Random } from "../../random.ts";
import {
  brierScore,
  calibrationError,
  classwiseCalibrationError,
  negativeLogLikelihood,
  nullCalibrationError,
  topLabel,
  widthBins,
} from "./calibration.ts";
import { eceInterval } from "./ece_interval.ts";
import type { Grouping } from "../scores/grouping.ts";
import { wilson } from "../statistics/intervals.ts";
import { type Judged, overRows } from "../scores/judged.ts";
import { softmax } from "./probabilities.ts";

/** Classes of the judged windows that the model does not know. */
export interface UnknownClasses {
  names: string[];
  /** Windows of each. */
  windows: number[];
}

/** Bins of reliability diagrams, as usual since Guo et al. 2017. */
const bins = 15;

/**
 * Calibration metrics and the rows of the reliability diagram.
 *
 * @param logits `[rows, classes]` of the judged rows.
 * @param probabilities Softmax of them at `temperature`.
 * @param unknown Classes of judged windows that the model lacks: no probability of theirs can be scored then.
 */
export function judgeCalibration(
  judged: Judged,
  logits: Float64Array,
  probabilities: Float64Array,
  temperature: number,
  grouping: Grouping,
  rng: Random,
  unknown?: UnknownClasses,
) {
  const k = judged.classNames.length;
  const { confidence, correct } = topLabel(probabilities, judged.labels, k);
  const width = calibrationError(confidence, correct, bins);
  const none = nullCalibrationError(confidence, rng.fork("null"), bins);
  const before = topLabel(softmax(logits, k), judged.labels, k);
  const scored = (value: () => number, extra: Partial<Metric> = {}) =>
    unknown === undefined
      ? overRows(judged, value(), extra)
      : overRows(judged, null, { ...extra, note: whyUnscored(unknown, judged.rows.length) });
  const metrics: Record<string, Metric> = {
    ece: overRows(judged, width.ece, {
      ...eceInterval(
        grouping,
        widthBins(confidence, bins),
        confidence.map((c, i) => correct[i] - c),
        bins,
        rng.fork("ece"),
      ),
      note: `${bins} bins of equal width; a perfectly calibrated model would show ${none.mean.toFixed(4)} ` +
        `(95 % below ${none.q95.toFixed(4)}) on these confidences`,
    }),
    ece_null: overRows(judged, none.mean, { note: "mean ECE of a perfectly calibrated model at this n" }),
    ece_equal_mass: overRows(judged, calibrationError(confidence, correct, bins, "mass").ece),
    ece_classwise: scored(() => classwiseCalibrationError(probabilities, judged.labels, k, bins)),
    ece_uncalibrated: overRows(judged, calibrationError(before.confidence, before.correct, bins).ece, {
      note: "at temperature 1",
    }),
    mce: overRows(judged, width.mce),
    brier: scored(() => brierScore(probabilities, judged.labels, k), {
      note: "summed over classes, 0 to 2",
    }),
    nll: scored(() => negativeLogLikelihood(logits, judged.labels, k, temperature), { unit: "nat" }),
    nll_uncalibrated: scored(() => negativeLogLikelihood(logits, judged.labels, k), {
      unit: "nat",
      note: "at temperature 1",
    }),
  };
  if (unknown !== undefined) {
    const windows = unknown.windows.reduce((a, b) => a + b, 0);
    metrics.unknown_class_share = overRows(judged, windows / judged.rows.length, {
      note: `windows whose class the model does not know: ${unknown.names.map((n) => `"${n}"`).join(", ")}`,
    });
  }
  const table = width.bins.map((bin) => {
    const w = bin.count === 0 ? undefined : wilson(Math.round(bin.accuracy! * bin.count), bin.count);
    return { ...bin, accuracy_lower: w?.lower ?? null, accuracy_upper: w?.upper ?? null } as {
      [c: string]: Json;
    };
  });
  return { metrics, table };
}

function whyUnscored({ names, windows }: UnknownClasses, n: number): string {
  const few = windows.reduce((a, b) => a + b, 0);
  return `undefined: the model does not know ${names.map((name) => `"${name}"`).join(", ")}, ` +
    `the class of ${few} of ${n} windows`;
}
