/** Judges confidences: ECE with its null bias, Brier, NLL, and the reliability diagram. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Metric } from "../../artifacts/metrics.ts";
import type { Random } from "../../random.ts";
import {
  brierOfRows,
  calibrationError,
  negativeLogLikelihoodOfRows,
  nullCalibrationError,
  topLabel,
  widthBins,
} from "./calibration.ts";
import { classwiseErrorBy, errorBy, massErrorBy, meanBy } from "./calibration_by_group.ts";
import { eceInterval } from "./ece_interval.ts";
import type { Grouping } from "../scores/grouping.ts";
import { wilson } from "../statistics/intervals.ts";
import { bySubject, type ScoreBy, shareOfRows } from "../scores/by_subject.ts";
import { type Judged, overRows } from "../scores/judged.ts";
import { softmax } from "./probabilities.ts";

/** Classes of the judged windows that the model does not know. */
export interface UnknownClasses {
  names: string[];
  /** Their numbers among the labels. */
  classes: number[];
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
  const over = (by: ScoreBy, extra: Partial<Metric> = {}, range?: [number, number]) =>
    overRows(judged, by(judged.subject, judged.subjects.length).value, {
      ...bySubject(judged, by, range),
      ...extra,
    });
  const scored = (by: () => ScoreBy, extra?: Partial<Metric>, range?: [number, number]) =>
    unknown === undefined
      ? over(by(), extra, range)
      : overRows(judged, null, { ...extra, note: whyUnscored(unknown, judged.rows.length) });
  const likelihood = (temperature?: number) => () =>
    meanBy(negativeLogLikelihoodOfRows(logits, judged.labels, k, temperature));
  const metrics: Record<string, Metric> = {
    ece: over(errorBy(confidence, correct, bins), {
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
    ece_equal_mass: withoutInterval(over(massErrorBy(confidence, correct, bins))),
    ece_classwise: withoutInterval(
      scored(() => classwiseErrorBy(probabilities, judged.labels, k, bins)),
    ),
    ece_uncalibrated: withoutInterval(over(errorBy(before.confidence, before.correct, bins), {
      note: "at temperature 1",
    })),
    mce: overRows(judged, width.mce),
    brier: scored(
      () => meanBy(brierOfRows(probabilities, judged.labels, k)),
      { note: "summed over classes, 0 to 2" },
      [0, 2],
    ),
    nll: scored(likelihood(temperature), { unit: "nat" }),
    nll_uncalibrated: scored(likelihood(), { unit: "nat", note: "at temperature 1" }),
  };
  if (unknown !== undefined) {
    const classes = new Set(unknown.classes);
    metrics.unknown_class_share = shareOfRows(judged, (i) => classes.has(judged.labels[i]), {
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

/** Chance alone raises these, so that an interval about them need not hold the truth; the ECE has one of its own. */
function withoutInterval({ interval: _, ...metric }: Metric): Metric {
  return metric;
}

function whyUnscored({ names, windows }: UnknownClasses, n: number): string {
  const few = windows.reduce((a, b) => a + b, 0);
  return `undefined: the model does not know ${names.map((name) => `"${name}"`).join(", ")}, ` +
    `the class of ${few} of ${n} windows`;
}
