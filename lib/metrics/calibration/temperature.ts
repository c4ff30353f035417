/**
 * Temperature scaling (Guo et al. 2017): one positive number that divides the logits, fitted by likelihood on held-out
 * windows. It never changes a decision; it may raise the ECE although the likelihood improves, so both are reported.
 */
import { negativeLogLikelihood } from "./calibration.ts";

/** A fitted temperature. */
export interface TemperatureFit {
  temperature: number;
  /** Mean negative log-likelihood at T = 1 and at the fitted T, nats. */
  nllBefore: number;
  nllAfter: number;
  /** Labelled rows used. */
  n: number;
  /** The optimum lies outside `[0.05, 20]` (e.g. every row is right by a margin): the bound was taken. */
  atBound: boolean;
}

const coldest = 0.05, hottest = 20;

/**
 * Fits T > 0 minimising the mean NLL of `softmax(logits / T)`.
 *
 * The NLL is convex in β = 1/T, so the sign of its derivative brackets the optimum: safeguarded Newton on β.
 *
 * @param logits `[n, classes]` row-major.
 * @param labels Class per row; rows with a negative label are left out.
 *
 * ```ts
 * import { fitTemperature } from "./temperature.ts";
 * import assert from "node:assert/strict";
 * const logits = [4, 1, 0, 3, 2.5, 0, 0, 5, 1, 1, 0, 3, 2, 2.2, 0, 0, 0.5, 4, 5, 0, 0, 1, 3, 0];
 * const { temperature } = fitTemperature(logits, [0, 1, 1, 2, 0, 1, 0, 1], 3);
 * assert.ok(Math.abs(temperature - 1.5655632) < 1e-7);
 * ```
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): TemperatureFit {
  if (logits.length !== labels.length * classes) {
    throw new RangeError(
      `Cannot fit temperature: ${labels.length} labels of ${classes} classes need ` +
        `${labels.length * classes} logits, got ${logits.length}`,
    );
  }
  const rows: number[] = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] >= 0) rows.push(i);
  const n = rows.length;
  if (n === 0) return { temperature: 1, nllBefore: NaN, nllAfter: NaN, n, atBound: false };
  const kept = new Float64Array(n * classes);
  const truth = new Int32Array(n);
  rows.forEach((row, i) => {
    truth[i] = labels[row];
    for (let c = 0; c < classes; c++) kept[i * classes + c] = logits[row * classes + c];
  });

  let low = 1 / hottest, high = 1 / coldest;
  const atLow = slope(kept, truth, classes, low)[0], atHigh = slope(kept, truth, classes, high)[0];
  const atBound = atLow >= 0 || atHigh <= 0;
  let beta = atLow >= 0 ? low : atHigh <= 0 ? high : 1;
  for (let i = 0; i < 100 && !atBound; i++) {
    const [first, second] = slope(kept, truth, classes, beta);
    if (first > 0) high = beta;
    else low = beta;
    const newton = beta - first / second;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - beta) <= 1e-14 * beta) break;
    beta = next;
  }
  // A flat likelihood (all logits equal in each row) has no optimum: leave the logits as they are.
  if (atLow === 0 && atHigh === 0) beta = 1;
  const temperature = 1 / beta;
  return {
    temperature,
    nllBefore: negativeLogLikelihood(kept, truth, classes),
    nllAfter: negativeLogLikelihood(kept, truth, classes, temperature),
    n,
    atBound,
  };
}

/** First and second derivative of the summed NLL by β: `Σ (E[z] − z_y)` and `Σ Var[z]`. */
function slope(logits: Float64Array, truth: Int32Array, classes: number, beta: number): [number, number] {
  let first = 0, second = 0;
  for (let i = 0, row = 0; i < truth.length; i++, row += classes) {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[row + c]);
    let sum = 0, m1 = 0, m2 = 0;
    for (let c = 0; c < classes; c++) {
      const z = logits[row + c] - top;
      const p = Math.exp(z * beta);
      sum += p;
      m1 += p * z;
      m2 += p * z * z;
    }
    m1 /= sum;
    first += m1 - (logits[row + truth[i]] - top);
    second += m2 / sum - m1 * m1;
  }
  return [first, second];
}
