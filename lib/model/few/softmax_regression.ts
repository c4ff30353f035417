/** Multinomial logistic regression with an L2 penalty: the plainest judge of how much features say of few labels. */

/** A fitted classifier. */
export interface SoftmaxRegression {
  classes: number;
  /** Features of a row. */
  width: number;
  /** float64 `[classes, width + 1]`; the last column is the bias, which is not penalised. */
  weights: Float64Array;
}

/**
 * Minimises mean cross-entropy + `penalty`/(2 n) · Σ w² over the weights without the biases, as scikit-learn's
 * `LogisticRegression(C = 1/penalty)`, by Nesterov's accelerated gradient with restarts (O'Donoghue and Candès 2015).
 *
 * @param x float64 `[n, width]`, best standardised.
 * @param y Class of each row, from 0.
 * @param tolerance Largest component of the gradient at the end.
 */
export function fitSoftmaxRegression(
  x: Float64Array,
  y: ArrayLike<number>,
  classes: number,
  { penalty = 1, tolerance = 1e-5, rounds = 2000 }: {
    penalty?: number;
    tolerance?: number;
    rounds?: number;
  } = {},
): SoftmaxRegression {
  const n = y.length, width = x.length / n, w = width + 1;
  const decay = penalty / n;
  // The curvature of softmax is at most a half of that of its inputs, whose trace bounds it from above.
  const step = 1 / (0.5 * largestEigen(x, n, width) + decay);
  let weights = new Float64Array(classes * w), ahead = weights.slice(), momentum = 1;
  for (let round = 0; round < rounds; round++) {
    const gradient = gradientOf(x, y, classes, ahead, decay);
    if (gradient.every((g) => Math.abs(g) <= tolerance)) {
      weights = ahead;
      break;
    }
    const next = ahead.map((v, i) => v - step * gradient[i]);
    let uphill = 0;
    for (let i = 0; i < next.length; i++) uphill += gradient[i] * (next[i] - weights[i]);
    if (uphill > 0) momentum = 1;
    const later = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
    ahead = next.map((v, i) => v + (momentum - 1) / later * (v - weights[i]));
    weights = next;
    momentum = later;
  }
  return { classes, width, weights };
}

/** The likeliest class of each row of `x`. */
export function predictSoftmax({ classes, width, weights }: SoftmaxRegression, x: Float64Array): Int32Array {
  const scores = new Float64Array(classes);
  return Int32Array.from({ length: x.length / width }, (_, row) => {
    scoresOf(weights, x, row, width, scores);
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c] > scores[best]) best = c;
    return best;
  });
}

function scoresOf(
  weights: Float64Array,
  x: Float64Array,
  row: number,
  width: number,
  out: Float64Array,
): void {
  for (let c = 0; c < out.length; c++) {
    const from = c * (width + 1);
    let sum = weights[from + width];
    for (let j = 0; j < width; j++) sum += weights[from + j] * x[row * width + j];
    out[c] = sum;
  }
}

function gradientOf(
  x: Float64Array,
  y: ArrayLike<number>,
  classes: number,
  weights: Float64Array,
  decay: number,
): Float64Array {
  const n = y.length, width = x.length / n, w = width + 1;
  const gradient = weights.map((v, i) => i % w === width ? 0 : decay * v);
  const p = new Float64Array(classes);
  for (let row = 0; row < n; row++) {
    scoresOf(weights, x, row, width, p);
    const top = p.reduce((most, s) => Math.max(most, s), -Infinity);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += p[c] = Math.exp(p[c] - top);
    for (let c = 0; c < classes; c++) {
      const off = (p[c] / sum - Number(y[row] === c)) / n;
      for (let j = 0; j < width; j++) gradient[c * w + j] += off * x[row * width + j];
      gradient[c * w + width] += off;
    }
  }
  return gradient;
}

/** Largest eigenvalue of the mean of `[x, 1] [x, 1]ᵀ` by power iteration, a tenth above what it finds. */
function largestEigen(x: Float64Array, n: number, width: number): number {
  let v = new Float64Array(width + 1).fill(1 / Math.sqrt(width + 1));
  let value = 1;
  for (let round = 0; round < 30; round++) {
    const next = new Float64Array(width + 1);
    for (let row = 0; row < n; row++) {
      let dot = v[width];
      for (let j = 0; j < width; j++) dot += v[j] * x[row * width + j];
      for (let j = 0; j < width; j++) next[j] += dot * x[row * width + j] / n;
      next[width] += dot / n;
    }
    value = Math.hypot(...next);
    v = next.map((a) => a / value);
  }
  return 1.1 * value;
}
