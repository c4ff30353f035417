/** Judges class scores (logits) against labels: scores, calibration, baseline, subjects. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { bySubject } from "./by_subject.ts";
import { confusionMatrix, majorityLabel, score } from "./classification.ts";
import { groupsOf } from "./grouping.ts";
import { scoreOfSums } from "../statistics/group_score.ts";
import { wilson } from "../statistics/intervals.ts";
import { judgeCalibration, type UnknownClasses } from "../calibration/judge_calibration.ts";
import { type Judged, overRows } from "./judged.ts";
import { argmaxRows, softmax } from "../calibration/probabilities.ts";
import { quantile } from "../statistics/summary.ts";

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
  const bySubjects = confusionsBy(judged, predicted, judged.subject, judged.subjects.length);
  const byRecording = confusionsBy(judged, predicted, judged.recording, judged.recordings.length);
  const grouping = groupsOf(judged);
  const claim = (pick: (matrix: number[][]) => number | null) =>
    bySubject(judged, (group, count) => {
      const matrices = group === judged.subject ? bySubjects : confusionsBy(judged, predicted, group, count);
      const sums = scoreOfSums(matrices.map((m) => m.flat()), (sum) => pick(unflat(sum, k)));
      return { ...sums, trials: judged.rows.length };
    }, [0, 1]);
  const correct = confusion.reduce((s, row, i) => s + row[i], 0);
  const w = wilson(correct, judged.rows.length);
  const metrics: Record<string, Metric> = {
    accuracy: overRows(judged, scores.accuracy, {
      ...claim((m) => score(m).accuracy),
      note:
        `Wilson 95 % [${w.lower.toFixed(4)}, ${w.upper.toFixed(4)}] would hold for independent windows; ` +
        `windows of one subject are not`,
    }),
    balanced_accuracy: overRows(judged, scores.balancedAccuracy, claim((m) => score(m).balancedAccuracy)),
    macro_f1: overRows(judged, scores.macroF1, claim((m) => score(m).macroF1)),
    ...baseline(judged, trainLabels),
    ...subjectSpread(judged, bySubjects),
  };
  const unknown = unknownClasses(judged, output.classes);
  const { temperature } = output;
  const calibration = judgeCalibration(judged, logits, probabilities, temperature, grouping, rng, unknown);
  Object.assign(metrics, calibration.metrics);
  return {
    metrics,
    confusion,
    predicted,
    tables: {
      per_class: scores.perClass.map((c, i) =>
        ({ class: judged.classNames[i], ...c }) as { [c: string]: Json }
      ),
      per_subject: groupTable("subject", judged.subjects, bySubjects),
      per_recording: groupTable("recording", judged.recordings, byRecording),
      reliability: calibration.table,
      ...(unknown === undefined ? {} : {
        unknown_classes: unknown.names.map((name, i) => ({ class: name, windows: unknown.windows[i] })),
      }),
    },
  };
}

/** Classes of the judged windows that the head lacks; `undefined` where it knows them all. */
function unknownClasses({ classNames, labels }: Judged, classes: string[]): UnknownClasses | undefined {
  const found = classNames.flatMap((name, c) => {
    const windows = labels.reduce((n, label) => n + (label === c ? 1 : 0), 0);
    return windows === 0 || classes.includes(name) ? [] : [{ name, c, windows }];
  });
  if (found.length === 0) return undefined;
  return {
    names: found.map(({ name }) => name),
    classes: found.map(({ c }) => c),
    windows: found.map(({ windows }) => windows),
  };
}

function unflat(sum: Float64Array, k: number): number[][] {
  return Array.from({ length: k }, (_, row) => Array.from(sum.subarray(row * k, (row + 1) * k)));
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
