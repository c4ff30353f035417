/** Judges class scores (logits) against labels: scores, calibration, baseline, subjects. */
import type { Json } from "../artifacts/artifact.ts";
import type { Interval, Metric, Metrics } from "../artifacts/metrics.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random.ts";
import {
  brierScore,
  calibrationError,
  classwiseCalibrationError,
  negativeLogLikelihood,
  nullCalibrationError,
  topLabel,
} from "./calibration.ts";
import { confusionMatrix, majorityLabel, score } from "./classification.ts";
import { optimalBlock } from "./drift.ts";
import { bootstrapGroups, wilson } from "./intervals.ts";
import { type Judged, overRows } from "./judged.ts";
import { argmaxRows, softmax } from "./probabilities.ts";
import { quantile } from "./summary.ts";

/** Bins of reliability diagrams, as usual since Guo et al. 2017. */
const bins = 15;

/** Logits of all windows and the classes they stand for. */
export interface ClassifierOutput {
  /** `[N, classes]`. */
  logits: Float32Array;
  /** Class names in the order of the logits. */
  classes: string[];
  temperature: number;
}

/** Metrics, tables and confusion of a classifier on the judged windows. */
export function judgeClassifier(
  judged: Judged,
  output: ClassifierOutput,
  trainLabels: Int32Array,
  rng: Random,
): Pick<Metrics, "metrics" | "tables"> & { confusion: number[][]; predicted: Int32Array } {
  const k = judged.classNames.length;
  const logits = logitsByLabel(judged, output);
  const probabilities = softmax(logits, k, output.temperature);
  const predicted = argmaxRows(logits, k);
  const confusion = confusionMatrix(judged.labels, predicted, k);
  const scores = score(confusion);
  const bySubject = confusionsBy(judged, predicted, judged.subject, judged.subjects.length);
  const byRecording = confusionsBy(judged, predicted, judged.recording, judged.recordings.length);
  const grouping = groupsOf(judged, predicted);
  const byGroup = confusionsBy(judged, predicted, grouping.group, grouping.count);
  const interval = (pick: (matrix: number[][]) => number | null) =>
    confusionInterval(byGroup, pick, rng, grouping.of);
  const correct = confusion.reduce((s, row, i) => s + row[i], 0);
  const w = wilson(correct, judged.rows.length);
  const metrics: Record<string, Metric> = {
    accuracy: overRows(judged, scores.accuracy, {
      interval: interval((m) => score(m).accuracy) ?? w,
      note:
        `${few(judged.subjects.length)}Wilson 95 % [${w.lower.toFixed(4)}, ${
          w.upper.toFixed(4)
        }] would hold for independent windows; ` +
        `windows of one subject are not`,
    }),
    balanced_accuracy: overRows(judged, scores.balancedAccuracy, {
      interval: interval((m) => score(m).balancedAccuracy),
    }),
    macro_f1: overRows(judged, scores.macroF1, { interval: interval((m) => score(m).macroF1) }),
    ...baseline(judged, trainLabels),
    ...subjectSpread(judged, bySubject),
  };
  const calibration = judgeCalibration(judged, logits, probabilities, output.temperature, grouping, rng);
  Object.assign(metrics, calibration.metrics);
  return {
    metrics,
    confusion,
    predicted,
    tables: {
      per_class: scores.perClass.map((c, i) =>
        ({ class: judged.classNames[i], ...c }) as { [c: string]: Json }
      ),
      per_subject: groupTable("subject", judged.subjects, bySubject),
      per_recording: groupTable("recording", judged.recordings, byRecording),
      reliability: calibration.table,
    },
  };
}

/** What to say of an interval over very few subjects: their resamplings hardly differ. */
function few(subjects: number): string {
  return subjects >= 5 ? "" : `only ${subjects} subject${subjects === 1 ? "" : "s"}: a coarse interval; `;
}

/** Logits of the judged rows in the order of the label names; classes that the head lacks get −∞. */
function logitsByLabel(judged: Judged, { logits, classes }: ClassifierOutput): Float64Array {
  const k = judged.classNames.length;
  const column = judged.classNames.map((name) => classes.indexOf(name));
  const unknown = classes.filter((name) => !judged.classNames.includes(name));
  if (unknown.length === classes.length) {
    throw new InputError(
      `Cannot validate: the model's classes (${classes.join(", ")}) are none of the labels ` +
        `(${judged.classNames.join(", ")})`,
      { hint: "Judge a model on recordings with the label names it was trained on." },
    );
  }
  const out = new Float64Array(judged.rows.length * k);
  for (let i = 0; i < judged.rows.length; i++) {
    for (let c = 0; c < k; c++) {
      // A finite stand-in for −∞ keeps 0 · ∞ out of the sums; its probability is 0 all the same.
      const value = column[c] < 0 ? -1e4 : logits[judged.rows[i] * classes.length + column[c]];
      if (!Number.isFinite(value)) {
        throw new InputError(`Cannot validate: logit ${value} at window ${judged.rows[i]}`, {
          hint: "The encoder produced a number that is not finite; look at the training history.",
        });
      }
      out[i * k + c] = value;
    }
  }
  return out;
}

function judgeCalibration(
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

function baseline(judged: Judged, trainLabels: Int32Array): Record<string, Metric> {
  const k = judged.classNames.length;
  const majority = majorityLabel(trainLabels.length > 0 ? trainLabels : judged.labels, k);
  const scores = score(confusionMatrix(judged.labels, new Int32Array(judged.rows.length).fill(majority), k));
  const note = `always "${judged.classNames[majority]}", the most frequent ` +
    (trainLabels.length > 0 ? "class of the training part" : "class (there is no training part)");
  return {
    majority_accuracy: overRows(judged, scores.accuracy, { note }),
    majority_balanced_accuracy: overRows(judged, scores.balancedAccuracy, { note }),
    majority_macro_f1: overRows(judged, scores.macroF1, { note }),
  };
}

function subjectSpread(judged: Judged, bySubject: number[][][]): Record<string, Metric> {
  const out: Record<string, Metric> = {};
  for (const [name, pick] of [["accuracy", "accuracy"], ["macro_f1", "macroF1"]] as const) {
    const values = bySubject.map((m) => score(m)[pick]!);
    const metric = (value: number): Metric => ({
      value,
      n: values.length,
      of: "subjects",
      origin: judged.origin,
    });
    out[`subject_${name}_min`] = metric(Math.min(...values));
    out[`subject_${name}_median`] = metric(quantile(values, 0.5));
    out[`subject_${name}_max`] = metric(Math.max(...values));
  }
  return out;
}

/** One confusion matrix per group (subject, recording). */
function confusionsBy(
  judged: Judged,
  predicted: Int32Array,
  group: Int32Array,
  groups: number,
): number[][][] {
  const k = judged.classNames.length;
  const out = Array.from(
    { length: groups },
    () => Array.from({ length: k }, () => new Array<number>(k).fill(0)),
  );
  for (let i = 0; i < predicted.length; i++) out[group[i]][judged.labels[i]][predicted[i]]++;
  return out;
}

function groupTable(column: string, names: string[], matrices: number[][][]): { [column: string]: Json }[] {
  return matrices.map((matrix, i) => {
    const { n, accuracy, balancedAccuracy, macroF1 } = score(matrix);
    return {
      [column]: names[i],
      windows: n,
      accuracy,
      balanced_accuracy: balancedAccuracy,
      macro_f1: macroF1,
    };
  });
}

/** What belongs together: the group of each judged row. */
interface Grouping {
  group: Int32Array;
  count: number;
  of: string;
}

/**
 * What is drawn for intervals: subjects; recordings where there is one subject; blocks of neighbouring windows, as long
 * as right and wrong decisions hang together, where there is one recording.
 */
function groupsOf(judged: Judged, predicted: Int32Array): Grouping {
  if (judged.subjects.length > 1) {
    return { group: judged.subject, count: judged.subjects.length, of: "subjects" };
  }
  if (judged.recordings.length > 1) {
    return { group: judged.recording, count: judged.recordings.length, of: "recordings" };
  }
  const length = optimalBlock([predicted.map((p, i) => (p === judged.labels[i] ? 1 : 0))]);
  const group = predicted.map((_, i) => Math.floor(i / length));
  return { group, count: group[group.length - 1] + 1, of: `blocks of ${length} windows` };
}

/** Bootstrap over groups of a number that is computed from the summed confusion matrix. */
function confusionInterval(
  byGroup: number[][][],
  pick: (matrix: number[][]) => number | null,
  rng: Random,
  of: string,
): Interval | undefined {
  const k = byGroup[0].length;
  const statistic = (drawn: Int32Array) => {
    const sum = Array.from({ length: k }, () => new Array<number>(k).fill(0));
    for (const g of drawn) {
      for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) sum[a][b] += byGroup[g][a][b];
    }
    return pick(sum) ?? NaN;
  };
  return bootstrapGroups(byGroup.length, statistic, rng, { draws: 1000, of });
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
