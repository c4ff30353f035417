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
  return (counts, states, floor) =>
    tableOfDigits(digitShares(counts, states, codes, levels, floor), states, codes, levels);
}

/** Log shares of every digit in every dimension: `[K, ΣL]`, from expected counts of codes `[K, M]`. */
export function digitShares(
  counts: Float64Array,
  states: number,
  codes: ArrayLike<number>,
  levels: readonly number[],
  floor: number,
): Float64Array {
  const width = levels.reduce((a, b) => a + b, 0);
  const sums = new Float64Array(states * width), out = new Float64Array(states * width);
  for (let s = 0; s < codes.length; s++) {
    forDigits(codes[s], levels, (at) => {
      for (let j = 0; j < states; j++) sums[j * width + at] += counts[j * codes.length + s];
    });
  }
  for (let j = 0; j < states; j++) {
    let at = j * width;
    for (const level of levels) {
      writeLogShares(sums.subarray(at, at + level), floor, out, at);
      at += level;
    }
  }
  return out;
}

/** `log P(code | state)` `[K, M]` of any codes, seen or not, from {@linkcode digitShares}. */
export function tableOfDigits(
  shares: ArrayLike<number>,
  states: number,
  codes: ArrayLike<number>,
  levels: readonly number[],
): Float64Array {
  const width = levels.reduce((a, b) => a + b, 0);
  const out = new Float64Array(states * codes.length);
  for (let s = 0; s < codes.length; s++) {
    forDigits(codes[s], levels, (at) => {
      for (let j = 0; j < states; j++) out[j * codes.length + s] += shares[j * width + at];
    });
  }
  return out;
}

/** Calls `visit` with the place of each digit in the row of all digits of all dimensions. */
function forDigits(code: number, levels: readonly number[], visit: (at: number) => void): void {
  let first = 0;
  for (const level of levels) {
    visit(first + code % level);
    code = Math.floor(code / level);
    first += level;
  }
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
