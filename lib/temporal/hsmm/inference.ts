/**
 * Forward-backward for hidden semi-Markov models with a right-censored last segment, scored by P(duration ≥ u)
 * (Guédon 2003). Arithmetic is scaled, not logarithmic: every forward value is a probability given the past, so 10^6
 * steps neither underflow nor need a logarithm per step.
 *
 * The inner loops run over the ages of open segments: all segments of a state are multiplied by the same emission at
 * each step, so a sliding buffer per state holds `start probability × emissions so far` by age.
 */
import { survivor } from "./duration.ts";
import type { Hsmm } from "./model.ts";
import { checkHsmm, checkSymbols } from "./model.ts";
import type { Stretches } from "../transitions.ts";

/** Expected counts, summed over sequences: what the M-step needs. */
export interface Statistics {
  logLikelihood: number;
  /** `[K]` states at sequence starts. */
  initial: Float64Array;
  /** `[K, K]` transitions. */
  transition: Float64Array;
  /** `[K, D]` segments by duration; the last of a row counts those of D or longer. */
  duration: Float64Array;
  /** `[K]`: predictions at which a segment that had reached D lasted on, and at which one ended. */
  continued: Float64Array;
  ended: Float64Array;
  /** `[K, M]` predictions by symbol. */
  emission: Float64Array;
  /** `[K]` predictions by state, missing observations included. */
  occupancy: Float64Array;
}

/** Empty statistics for a model. */
export function emptyStatistics({ states: k, symbols, maxDuration }: Hsmm): Statistics {
  return {
    logLikelihood: 0,
    initial: new Float64Array(k),
    transition: new Float64Array(k * k),
    duration: new Float64Array(k * maxDuration),
    continued: new Float64Array(k),
    ended: new Float64Array(k),
    emission: new Float64Array(k * symbols),
    occupancy: new Float64Array(k),
  };
}

/** A model as the loops read it; made once for any number of sequences. */
interface Prepared {
  model: Hsmm;
  /**
   * Emission probabilities relative to the best state of each symbol, so that none underflows: `[M + 1, K]`; row
   * `symbol + 1`, row 0 is the missing observation.
   */
  relative: Float64Array;
  logTop: Float64Array;
  /** `[K, D]`: P(duration = d) and P(duration ≥ d) at index d − 1; both are P(duration ≥ D) at the last. */
  pmf: Float64Array;
  sf: Float64Array;
  /** `[K]`. */
  tail: Float64Array;
}

function prepare(model: Hsmm): Prepared {
  checkHsmm(model);
  const { states: k, symbols: m, logEmission, durations } = model;
  const relative = new Float64Array((m + 1) * k).fill(1), logTop = new Float64Array(m + 1);
  for (let s = 0; s < m; s++) {
    let top = -Number.MAX_VALUE;
    for (let j = 0; j < k; j++) top = Math.max(top, logEmission[j * m + s]);
    logTop[s + 1] = top;
    for (let j = 0; j < k; j++) relative[(s + 1) * k + j] = Math.exp(logEmission[j * m + s] - top);
  }
  const pmf = flatten(durations.map((d) => d.pmf)), sf = flatten(durations.map((d) => survivor(d.pmf)));
  return { model, relative, logTop, pmf, sf, tail: Float64Array.from(durations, (d) => d.tail) };
}

/** What the forward pass leaves for the backward pass. */
interface Forward {
  logLikelihood: number;
  /** `[T, K]`: a segment starts at t, given the observations before t. */
  starts: Float64Array;
  /** `[T + 1, K]`: a segment ends before t, given the observations before t. */
  ends: Float64Array;
  /** `[T + 1, K]`: a segment has lasted for D or longer before t, given the observations before t. */
  olds: Float64Array;
  /** `[T]`: probability of the observation given the past, relative to its best state. */
  norm: Float64Array;
  /** `[K]`: states at the last observation. */
  last: Float64Array;
}

function forward(prepared: Prepared, symbols: ArrayLike<number>, from: number, T: number): Forward {
  const { model: { states: k, maxDuration: D, initial, transition }, relative, logTop, pmf, sf, tail } =
    prepared;
  const starts = new Float64Array(T * k), ends = new Float64Array((T + 1) * k), norm = new Float64Array(T);
  const olds = new Float64Array((T + 1) * k);
  const size = 4 * D + 64;
  const open = new Float64Array(k * size);
  // Start probability × emissions so far × τ for each prediction beyond D, summed over all segments of D or longer.
  const old = new Float64Array(k);
  const factor = new Float64Array(k), predicted = new Float64Array(k), ending = new Float64Array(k);
  let logLikelihood = 0;
  let head = size - D;
  starts.set(initial);
  for (let t = 0; t < T; t++) {
    if (head === 0) {
      head = moveToEnd(open, k, size, D);
    }
    head--;
    for (let j = 0; j < k; j++) {
      const f = factor[j], at = j * size + head, table = j * D;
      const begun = starts[t * k + j];
      open[at] = begun;
      // A single duration is D itself, of which `old` keeps the sum.
      let stay = D > 1 ? begun : 0, end = D > 1 ? begun * pmf[table] : 0;
      for (let u = 1; u < D - 1; u++) {
        const x = open[at + u] * f;
        open[at + u] = x;
        stay += x * sf[table + u];
        end += x * pmf[table + u];
      }
      const reached = D === 1 ? begun : open[at + D - 1] * f;
      old[j] = old[j] * f * tail[j] + reached;
      const lasting = old[j] * pmf[table + D - 1];
      predicted[j] = stay + lasting;
      ending[j] = end + lasting * (1 - tail[j]);
      olds[(t + 1) * k + j] = lasting;
    }
    const row = (symbols[from + t] + 1) * k;
    let n = 0;
    for (let j = 0; j < k; j++) n += predicted[j] * relative[row + j];
    if (!(n > 0)) throw new RangeError(`Cannot use sequence: observation ${from + t} has probability 0`);
    norm[t] = n;
    logLikelihood += Math.log(n) + logTop[symbols[from + t] + 1];
    for (let j = 0; j < k; j++) {
      factor[j] = relative[row + j] / n;
      ends[(t + 1) * k + j] = ending[j] * factor[j];
      olds[(t + 1) * k + j] *= factor[j];
    }
    if (t + 1 === T) break;
    for (let i = 0; i < k; i++) {
      const a = ends[(t + 1) * k + i];
      // Denormal numbers would slow every later step; at this size they cannot matter.
      if (a < 1e-250) continue;
      for (let j = 0; j < k; j++) starts[(t + 1) * k + j] += a * transition[i * k + j];
    }
  }
  const last = predicted.map((p, j) => p * factor[j]);
  return { logLikelihood, starts, ends, olds, norm, last };
}

/**
 * Log-likelihood of one sequence.
 *
 * @param symbols Observations in 0 … M−1, −1 where missing; the sequence is `[from, to)`.
 */
export function logLikelihood(
  model: Hsmm,
  symbols: ArrayLike<number>,
  from = 0,
  to = symbols.length,
): number {
  checkSymbols(model, symbols, from, to);
  return to === from ? 0 : forward(prepare(model), symbols, from, to - from).logLikelihood;
}

/**
 * Adds the expected counts of independent sequences to `into`.
 *
 * @param posterior `[T, K]`; where given, receives P(state at t | sequence) for the t of the sequences.
 */
export function accumulate(
  model: Hsmm,
  symbols: ArrayLike<number>,
  into: Statistics,
  { stretches = [{ from: 0, to: symbols.length }], posterior }: {
    stretches?: Stretches;
    posterior?: Float64Array;
  } = {},
): void {
  const prepared = prepare(model);
  for (const { from, to } of stretches) checkSymbols(model, symbols, from, to);
  for (const { from, to } of stretches) {
    if (from === to) continue;
    const passed = forward(prepared, symbols, from, to - from);
    into.logLikelihood += passed.logLikelihood;
    backward(prepared, passed, symbols, from, into, posterior?.subarray(from * model.states));
  }
}

function backward(
  { model, relative, pmf, sf, tail }: Prepared,
  { starts, ends, olds, norm, last }: Forward,
  symbols: ArrayLike<number>,
  from: number,
  into: Statistics,
  posterior?: Float64Array,
) {
  const { states: k, symbols: m, maxDuration: D, transition } = model;
  const T = norm.length;
  const size = 4 * D + 64;
  // Open segments by length d at index head + d − 1: emissions from t on, times what follows after their end.
  const open = new Float64Array(k * size);
  const unended = new Float64Array(k).fill(1);
  // Rings over the last D + 1 boundaries: what follows a segment of D or longer there, and the emissions from there on
  // as a sum of logarithms, which begins anew after one that is impossible.
  const ring = D + 1;
  const lasting = new Float64Array(ring * k).fill(1), logs = new Float64Array(ring * k);
  const impossible = new Float64Array(k).fill(Infinity);
  const closed = new Float64Array(k * D), censored = new Float64Array(k * D);
  const after = new Float64Array(k), begin = new Float64Array(k), gamma = last;
  let head = size - D, ratio = 1, top = 1;
  for (let t = T - 1; t >= 0; t--) {
    if (head === 0) {
      head = moveToEnd(open, k, size, D);
    }
    head--;
    // Own scaling: the forward norm times the last maximum keeps values near 1 even for states the past rules out.
    const scale = norm[t] * top;
    ratio *= top;
    top = 0;
    const row = (symbols[from + t] + 1) * k;
    const left = T - t;
    const here = (t % ring) * k, next = ((t + 1) % ring) * k, there = ((t + D) % ring) * k;
    for (let j = 0; j < k; j++) {
      const f = relative[row + j] / scale, at = j * size + head, table = j * D;
      open[at] = after[j];
      const weight = starts[t * k + j] * ratio;
      let sum = 0;
      for (let d = 0; d < D - 1; d++) {
        const w = open[at + d] * f;
        open[at + d] = w;
        sum += w * pmf[table + d];
        closed[table + d] += weight * w;
      }
      const before = logs[there + j];
      if (f > 0) logs[here + j] = logs[next + j] + Math.log(f);
      else impossible[j] = t;
      if (left < D) {
        unended[j] *= f;
        sum += unended[j] * sf[table + left - 1];
        censored[table + left - 1] += weight * unended[j];
      } else if (impossible[j] >= t + D) {
        const long = Math.exp(logs[here + j] - before) * lasting[there + j] * pmf[table + D - 1];
        sum += long;
        into.duration[table + D - 1] += weight * long;
      }
      begin[j] = sum;
      if (sum > top) top = sum;
    }
    if (!(top > 0 && ratio < Infinity)) {
      throw new RangeError(`Cannot use sequence: numbers break down at observation ${from + t}`);
    }
    for (let j = 0; j < k; j++) {
      const g = Math.max(0, gamma[j]);
      into.occupancy[j] += g;
      if (symbols[from + t] >= 0) into.emission[j * m + symbols[from + t]] += g;
      if (posterior !== undefined) posterior[t * k + j] = g;
    }
    if (t === 0) {
      for (let j = 0; j < k; j++) into.initial[j] += starts[j] * begin[j] * ratio;
      break;
    }
    for (let i = 0; i < k; i++) {
      let sum = 0;
      const a = ends[t * k + i] * ratio;
      for (let j = 0; j < k; j++) {
        const step = transition[i * k + j] * begin[j];
        sum += step;
        into.transition[i * k + j] += a * step;
      }
      after[i] = sum;
      const longer = tail[i] * relative[row + i] / scale * lasting[next + i], ended = (1 - tail[i]) * sum;
      lasting[here + i] = longer + ended;
      const old = olds[t * k + i] * ratio;
      into.continued[i] += old * longer;
      into.ended[i] += old * ended;
      gamma[i] += a * sum - starts[t * k + i] * begin[i] * ratio;
    }
  }
  for (let j = 0; j < k; j++) {
    for (let d = 0, running = 0; d < D; d++) {
      running += censored[j * D + d];
      into.duration[j * D + d] += pmf[j * D + d] * (closed[j * D + d] + running);
    }
  }
}

function flatten(rows: Float64Array[]): Float64Array {
  const out = new Float64Array(rows.length * rows[0].length);
  rows.forEach((row, i) => out.set(row, i * row.length));
  return out;
}

/** Moves the last `kept` entries of each of `k` rows to the row's end; returns where they begin. */
function moveToEnd(rows: Float64Array, k: number, size: number, kept: number): number {
  for (let j = 0; j < k; j++) {
    rows.copyWithin(j * size + size - kept, j * size, j * size + kept);
  }
  return size - kept;
}
