/** Logits to probabilities and decisions. */

/**
 * Softmax of each row of `logits / temperature`.
 *
 * @param logits `[n, classes]` row-major.
 * @returns float64 `[n, classes]`; rows sum to 1.
 */
export function softmax(logits: ArrayLike<number>, classes: number, temperature = 1): Float64Array {
  if (!(temperature > 0)) {
    throw new RangeError(`Cannot compute softmax: temperature must be positive, got ${temperature}`);
  }
  const out = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[row + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += out[row + c] = Math.exp((logits[row + c] - top) / temperature);
    for (let c = 0; c < classes; c++) out[row + c] /= sum;
  }
  return out;
}

/** Index of the largest value of each row (the first one where tied), int32 `[n]`. */
export function argmaxRows(values: ArrayLike<number>, classes: number): Int32Array {
  const out = new Int32Array(values.length / classes);
  for (let i = 0, row = 0; i < out.length; i++, row += classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (values[row + c] > values[row + best]) best = c;
    out[i] = best;
  }
  return out;
}
