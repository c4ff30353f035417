/** The most probable state sequence of a hidden semi-Markov model. */
import { survivor } from "./duration.ts";
import type { Hsmm } from "./model.ts";
import { checkHsmm, checkSymbols } from "./model.ts";

/**
 * Viterbi with explicit durations; the last segment is scored by log P(duration ≥ u).
 *
 * Segments of D or longer are followed as one candidate a state, which loses log τ a prediction.
 *
 * Only the best score per end is computed on the way; which duration gave it is recomputed on the few segments of the
 * traced path, which keeps branches out of the inner loop.
 *
 * @returns int32 `[to − from]` and the log probability of the path with the observations.
 */
export function viterbi(
  model: Hsmm,
  symbols: ArrayLike<number>,
  from = 0,
  to = symbols.length,
): { path: Int32Array; logProbability: number } {
  checkHsmm(model);
  checkSymbols(model, symbols, from, to);
  const { states: k, symbols: m, maxDuration: D, logEmission } = model;
  const T = to - from;
  const path = new Int32Array(T);
  if (T === 0) return { path, logProbability: 0 };
  const logTransition = model.transition.map(Math.log);
  // Reversed, so that both arrays of the inner loop are read forwards: index D − d.
  const logPmf = model.durations.map((d) => d.pmf.map(Math.log).reverse());
  const logSurvivor = model.durations.map((d) => survivor(d.pmf).map(Math.log).reverse());
  const logTail = model.durations.map((d) => Math.log(d.tail)),
    logEnd = model.durations.map((d) => Math.log1p(-d.tail));
  // Best lead of a segment of D or longer, less log τ for each prediction beyond D, and where it started.
  const long = new Float64Array(k).fill(-Infinity);
  const longStart = Array.from({ length: k }, () => new Int32Array(T).fill(-1));
  // lead[j][s]: best score of a segment of j starting at s, minus the emissions of j before s.
  const lead = Array.from({ length: k }, () => new Float64Array(T));
  const previous = new Uint8Array(T * k);
  const emitted = new Float64Array(k), ending = new Float64Array(k);
  // An impossible symbol is left out of the sums; segments of the state begin behind it, here or later.
  const barred = new Int32Array(k);
  const emission = (j: number, t: number) =>
    symbols[from + t] < 0 ? 0 : logEmission[j * m + symbols[from + t]];
  for (let j = 0; j < k; j++) lead[j][0] = Math.log(model.initial[j]);
  for (let t = 0; t < T; t++) {
    const first = t + 2 - D, shift = D - t - 1;
    for (let j = 0; j < k; j++) {
      const log = emission(j, t);
      if (log === -Infinity) barred[j] = t + 1;
      else emitted[j] += log;
      const reached = t + 1 - D;
      const start = t === 0 ? -1 : longStart[j][t - 1];
      long[j] = start >= barred[j] ? long[j] + logTail[j] : -Infinity;
      longStart[j][t] = start >= barred[j] ? start : -1;
      if (reached >= barred[j] && lead[j][reached] > long[j]) {
        long[j] = lead[j][reached];
        longStart[j][t] = reached;
      }
      const explicit = bestOf(lead[j], logPmf[j], Math.max(first, barred[j]), t + 1, shift);
      ending[j] = Math.max(explicit, long[j] + logPmf[j][0] + logEnd[j]) + emitted[j];
    }
    if (t + 1 === T) break;
    for (let j = 0; j < k; j++) {
      let best = -Infinity, by = 0;
      for (let i = 0; i < k; i++) {
        const v = ending[i] + logTransition[i * k + j];
        if (v > best) {
          best = v;
          by = i;
        }
      }
      previous[(t + 1) * k + j] = by;
      lead[j][t + 1] = best - emitted[j];
    }
  }
  let state = 0, logProbability = -Infinity;
  for (let j = 0; j < k; j++) {
    const first = Math.max(T + 1 - D, barred[j]);
    const v = Math.max(bestOf(lead[j], logSurvivor[j], first, T, D - T), long[j] + logPmf[j][0]) + emitted[j];
    if (v > logProbability) {
      logProbability = v;
      state = j;
    }
  }
  // What the best segment of D or longer scored at each end is worked out again along the path.
  for (let end = T, table = logSurvivor; end > 0; table = logPmf) {
    let first = end;
    while (first > 0 && first > end - D + 1 && emission(state, first - 1) > -Infinity) first--;
    let { start, score } = startOf(lead[state], table[state], first, end, D - end);
    const early = longStart[state][end - 1];
    if (early >= 0) {
      const beyond = end - early - D;
      const lasted = lead[state][early] + (beyond === 0 ? 0 : beyond * logTail[state]) + logPmf[state][0] +
        (table === logPmf ? logEnd[state] : 0);
      if (lasted >= score) start = early;
    }
    path.fill(state, start, end);
    state = previous[start * k + state];
    end = start;
  }
  return { path, logProbability };
}

/** max over s in [from, to) of `lead[s] + log[s + shift]`. */
function bestOf(lead: Float64Array, log: Float64Array, from: number, to: number, shift: number): number {
  let best = -Infinity;
  for (let s = from; s < to; s++) {
    const v = lead[s] + log[s + shift];
    best = v > best ? v : best;
  }
  return best;
}

/** The start of the best segment in `[from, end)`, the longest one where tied, and its score. */
function startOf(
  lead: Float64Array,
  log: Float64Array,
  from: number,
  end: number,
  shift: number,
): { start: number; score: number } {
  let best = -Infinity, start = end - 1;
  for (let s = from; s < end; s++) {
    const v = lead[s] + log[s + shift];
    if (v > best) {
      best = v;
      start = s;
    }
  }
  return { start, score: best };
}
