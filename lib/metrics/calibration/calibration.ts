/**
 * Calibration: how far confidence lies from accuracy. Bins are `(low, high]` with 0 in the first bin, as in
 * Guo et al. 2017; the estimator's own bias is reported beside it, because a perfectly calibrated model on a few
 * hundred windows already shows an ECE of several percent.
 */
import type { Random } from "../../random.ts";
import { argmaxRows } from "./probabilities.ts";
import { mean, quantile } from "../statistics/summary.ts";

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  lower: number;
  upper: number;
  count: number;
  /** Mean confidence and share correct; `null` in an empty bin. */
  confidence: number | null;
  accuracy: number | null;
}

/** Expected and maximum calibration error with the bins behind them. */
export interface Calibration {
  ece: number;
  mce: number;
  bins: ReliabilityBin[];
}

/** How confidences are grouped: bins of equal width, or of (nearly) equal count. */
export type Binning = "width" | "mass";

/** Confidence (largest probability) of each row and whether the decision is right. */
export function topLabel(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): { confidence: Float64Array; correct: Uint8Array } {
  const decided = argmaxRows(probabilities, classes);
  return {
    confidence: Float64Array.from(decided, (c, i) => probabilities[i * classes + c]),
    correct: Uint8Array.from(decided, (c, i) => (c === labels[i] ? 1 : 0)),
  };
}

/**
 * Expected calibration error `Σ n_b/N |accuracy_b − confidence_b|`; 0 for no data.
 *
 * ```ts
 * import { calibrationError } from "./calibration.ts";
 * import assert from "node:assert/strict";
 * const confidence = [0.95, 0.92, 0.88, 0.81, 0.77, 0.64, 0.58, 0.55, 0.42, 1];
 * const correct = [1, 1, 0, 1, 1, 0, 1, 0, 0, 1];
 * assert.ok(Math.abs(calibrationError(confidence, correct).ece - 0.246) < 1e-12);
 * ```
 */
export function calibrationError(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number>,
  bins = 15,
  binning: Binning = "width",
): Calibration {
  if (!(Number.isInteger(bins) && bins > 0)) {
    throw new RangeError(`Cannot bin confidences: bins must be a positive integer, got ${bins}`);
  }
  const n = confidence.length;
  const count = new Float64Array(bins), sum = new Float64Array(bins), right = new Float64Array(bins);
  const low = new Float64Array(bins).fill(Infinity), high = new Float64Array(bins).fill(-Infinity);
  const binOf = binning === "width" ? widthBins(confidence, bins) : massBins(confidence, bins);
  for (let i = 0; i < n; i++) {
    const b = binOf[i];
    count[b]++;
    sum[b] += confidence[i];
    right[b] += correct[i];
    low[b] = Math.min(low[b], confidence[i]);
    high[b] = Math.max(high[b], confidence[i]);
  }
  let ece = 0, mce = 0;
  const table: ReliabilityBin[] = [];
  for (let b = 0; b < bins; b++) {
    const empty = count[b] === 0;
    const gap = empty ? 0 : Math.abs(right[b] - sum[b]) / count[b];
    ece += gap * count[b] / Math.max(1, n);
    mce = Math.max(mce, gap);
    const equalWidth = binning === "width";
    table.push({
      lower: equalWidth ? b / bins : empty ? 0 : low[b],
      upper: equalWidth ? (b + 1) / bins : empty ? 0 : high[b],
      count: count[b],
      confidence: empty ? null : sum[b] / count[b],
      accuracy: empty ? null : right[b] / count[b],
    });
  }
  return { ece, mce, bins: table };
}

/** Bin `(b/bins, (b+1)/bins]`; 0 belongs to the first, and a value above 1 by rounding to the last. */
export function widthBins(confidence: ArrayLike<number>, bins: number): Int32Array {
  const out = new Int32Array(confidence.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.min(bins - 1, Math.max(0, Math.ceil(confidence[i] * bins) - 1));
  }
  return out;
}

/** Bins of sorted confidences whose sizes differ by at most one. */
function massBins(confidence: ArrayLike<number>, bins: number): Int32Array {
  const n = confidence.length;
  const out = new Int32Array(n);
  ascending(confidence).forEach((row, rank) => out[row] = Math.floor(rank * bins / n));
  return out;
}

/** Rows by their confidence, equal ones in the order of rows. */
export function ascending(confidence: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: confidence.length }, (_, i) => i).sort((a, b) =>
    confidence[a] - confidence[b] || a - b
  );
}

/** ECE that a perfectly calibrated model with these confidences would show: mean and 95 % quantile over draws. */
export function nullCalibrationError(
  confidence: ArrayLike<number>,
  rng: Random,
  bins = 15,
  draws = 200,
  binning: Binning = "width",
): { mean: number; q95: number } {
  const correct = new Uint8Array(confidence.length);
  const values = Float64Array.from({ length: draws }, () => {
    for (let i = 0; i < correct.length; i++) correct[i] = rng.uniform() < confidence[i] ? 1 : 0;
    return calibrationError(confidence, correct, bins, binning).ece;
  });
  return { mean: mean(values), q95: quantile(values, 0.95) };
}

/** Brier score of each row, **summed** over classes (0 to 2). */
export function brierOfRows(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, i) => {
    let total = 0;
    for (let k = 0; k < classes; k++) {
      total += (probabilities[i * classes + k] - (labels[i] === k ? 1 : 0)) ** 2;
    }
    return total;
  });
}

/** Mean negative log-likelihood of the labels under `softmax(logits / temperature)`, nats. */
export function negativeLogLikelihood(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  temperature = 1,
): number {
  return mean(negativeLogLikelihoodOfRows(logits, labels, classes, temperature));
}

/** The negative log-likelihood of each row. */
export function negativeLogLikelihoodOfRows(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  temperature = 1,
): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, i) => {
    const row = i * classes;
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[row + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp((logits[row + c] - top) / temperature);
    return Math.log(sum) - (logits[row + labels[i]] - top) / temperature;
  });
}
