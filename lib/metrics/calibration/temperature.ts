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

/** Halvings of the bracket on the logarithmic scale: 400 to a ratio of 1 + 10⁻¹⁵. */
const halvings = 53;

/**
 * Fits T > 0 minimising the mean NLL of `softmax(logits / T)`.
 *
 * The NLL is convex in β = 1/T, so that the sign of its derivative brackets the optimum, which is then halved.
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
  const kept = new Float64Array(n * classes);
  const truth = new Int32Array(n);
  rows.forEach((row, i) => {
    truth[i] = labels[row];
    for (let c = 0; c < classes; c++) kept[i * classes + c] = logits[row * classes + c];
  });

  const slopeAt = (beta: number) => slope(kept, truth, classes, beta);
  let low = 1 / hottest, high = 1 / coldest;
  const atLow = slopeAt(low), atHigh = slopeAt(high);
  // No labels, or all logits equal in each row: the likelihood is flat, and the logits are left as they are.
  const flat = atLow === 0 && atHigh === 0;
  const atBound = !flat && (atLow >= 0 || atHigh <= 0);
  for (let i = 0; i < halvings; i++) {
    const middle = Math.sqrt(low * high);
    if (slopeAt(middle) > 0) high = middle;
    else low = middle;
  }
  const beta = flat ? 1 : Math.sqrt(low * high);
  const temperature = 1 / beta;
  return {
    temperature,
    nllBefore: negativeLogLikelihood(kept, truth, classes),
    nllAfter: negativeLogLikelihood(kept, truth, classes, temperature),
    n,
    atBound,
  };
}

/** Derivative of the summed NLL by β: `Σ (E[z] − z_y)`. */
function slope(logits: Float64Array, truth: Int32Array, classes: number, beta: number): number {
  let slope = 0;
  for (let i = 0, row = 0; i < truth.length; i++, row += classes) {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[row + c]);
    let sum = 0, weighted = 0;
    for (let c = 0; c < classes; c++) {
      const z = logits[row + c] - top;
      const p = Math.exp(z * beta);
      sum += p;
      weighted += p * z;
    }
    slope += weighted / sum - (logits[row + truth[i]] - top);
  }
  return slope;
}
