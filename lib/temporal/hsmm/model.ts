/** The parameters of a hidden semi-Markov model with explicit durations over a finite set of symbols. */
import type { Duration } from "./duration.ts";

/** States follow each other without self-transitions; their durations are explicit up to D, geometric beyond. */
export interface Hsmm {
  /** Number of states K. */
  states: number;
  /** Number of symbols M. */
  symbols: number;
  /** Longest explicit duration D. */
  maxDuration: number;
  /** float64 `[K]`: probability that a sequence starts in the state. */
  initial: Float64Array;
  /** float64 `[K, K]`, rows sum to 1, zero diagonal (a single state has no transitions). */
  transition: Float64Array;
  durations: Duration[];
  /** float64 `[K, M]`: log P(symbol | state); −Infinity allowed. */
  logEmission: Float64Array;
}

/** Throws unless the shapes fit and probabilities are probabilities. */
export function checkHsmm(model: Hsmm): void {
  const { states: k, symbols, maxDuration, initial, transition, durations, logEmission } = model;
  const fail = (why: string) => {
    throw new RangeError(`Cannot use hidden semi-Markov model: ${why}`);
  };
  if (!(Number.isInteger(k) && k >= 1 && k <= 255)) fail(`states must be an integer in [1, 255], got ${k}`);
  if (!(Number.isInteger(maxDuration) && maxDuration >= 1 && maxDuration <= 65535)) {
    fail(`maxDuration must be an integer in [1, 65535], got ${maxDuration}`);
  }
  if (initial.length !== k || transition.length !== k * k || durations.length !== k) {
    fail(`initial, transition or durations do not fit ${k} states`);
  }
  if (logEmission.length !== k * symbols) fail(`logEmission needs ${k * symbols} values`);
  if (durations.some((d) => !(d.tail >= 0 && d.tail < 1))) fail("tails of durations must lie in [0, 1)");
  if (durations.some((d) => d.pmf.length !== maxDuration)) {
    fail(`durations need ${maxDuration} probabilities`);
  }
}

/** Throws when `symbol` is impossible in every state, naming it. −1 is a missing observation and always possible. */
export function checkSymbols(model: Hsmm, symbols: ArrayLike<number>, from: number, to: number): void {
  const { states, symbols: m, logEmission } = model;
  const possible = (s: number) => {
    for (let j = 0; j < states; j++) if (logEmission[j * m + s] > -Infinity) return true;
    return false;
  };
  for (let t = from; t < to; t++) {
    const s = symbols[t];
    if (s === -1 || (s >= 0 && s < m && possible(s))) continue;
    if (s >= 0 && s < m) {
      throw new RangeError(`Cannot use sequence: symbol ${s} at ${t} is impossible in every state`);
    }
    throw new RangeError(`Cannot use sequence: symbol ${s} at ${t} is not in 0…${m - 1}`);
  }
}
