/** How states of a hidden semi-Markov model emit symbols: expected counts to log probabilities. */

/** Turns expected counts `[K, M]` into `log P(symbol | state)` `[K, M]` (the M-step of the emissions). */
export type EmissionFamily = (counts: Float64Array, states: number, floor: number) => Float64Array;

/** One probability per state and symbol. */
export const categorical: EmissionFamily = (counts, states, floor) => {
  const m = counts.length / states;
  const out = new Float64Array(counts.length);
  for (let j = 0; j < states; j++) writeLogShares(counts.subarray(j * m, (j + 1) * m), floor, out, j * m);
  return out;
};

/**
 * Codes as independent digits: `P(code | state) = Π P(digit_i | state)`. A state of levels [8,6,5,5,4] has 28 shares
 * instead of 4 800, and codes never seen in training still get a probability.
 *
 * @param codes Code of each symbol; first dimension fastest.
 */
export function factorised(codes: ArrayLike<number>, levels: readonly number[]): EmissionFamily {
  const m = codes.length;
  const digits = levels.map(() => new Int32Array(m));
  for (let s = 0; s < m; s++) {
    let rest = codes[s];
    levels.forEach((level, i) => {
      digits[i][s] = rest % level;
      rest = Math.floor(rest / level);
    });
  }
  return (counts, states, floor) => {
    const out = new Float64Array(states * m);
    for (let j = 0; j < states; j++) {
      levels.forEach((level, i) => {
        const sums = new Float64Array(level), logs = new Float64Array(level);
        for (let s = 0; s < m; s++) sums[digits[i][s]] += counts[j * m + s];
        writeLogShares(sums, floor, logs, 0);
        for (let s = 0; s < m; s++) out[j * m + s] += logs[digits[i][s]];
      });
    }
    return out;
  };
}

/** Logarithms of the shares of `counts`, mixed with the uniform distribution at weight `floor`; uniform for no counts. */
function writeLogShares(counts: Float64Array, floor: number, out: Float64Array, at: number): void {
  let total = 0;
  for (const c of counts) total += c;
  for (let s = 0; s < counts.length; s++) {
    const share = total > 0 ? counts[s] / total : 1 / counts.length;
    out[at + s] = Math.log((1 - floor) * share + floor / counts.length);
  }
}
