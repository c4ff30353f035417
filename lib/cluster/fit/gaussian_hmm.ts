/** A hidden Markov model with Gaussian states of full covariance, by the Baum–Welch algorithm. */
import type { Points } from "../points/points.ts";
import { logDensity } from "./gaussian.ts";
import { type Mixture, mStep } from "./gmm.ts";

/** Rows `[from, to)` that follow each other. */
export interface Run {
  from: number;
  to: number;
}

/** A fitted model. */
export interface GaussianHmm {
  states: Mixture;
  /** float64 `[K]` and `[K, K]`, rows sum to 1. */
  initial: Float64Array;
  transitions: Float64Array;
  /** Log-likelihood by round. */
  history: number[];
}

/** Added to every count: no transition is impossible. */
const PRIOR = 1e-2;

/**
 * Fits K states; Rabiner 1989, equations 19 to 54, with scaled forward and backward variables.
 *
 * @param points Rows in order of time, of weight 1; every row lies in one of `runs`.
 * @param start Labels of an initial clustering into `k` clusters.
 */
export function gaussianHmm(
  points: Points,
  runs: readonly Run[],
  k: number,
  start: Int32Array,
  { rounds = 40, regCovar = 1e-3, tolerance = 1e-4 }: {
    rounds?: number;
    regCovar?: number;
    tolerance?: number;
  } = {},
): GaussianHmm {
  const n = points.weights.length;
  let shares: Float64Array = new Float64Array(n * k);
  start.forEach((label, i) => shares[i * k + label] = 1);
  let states = mStep(points, shares, k, "full", regCovar);
  let initial: Float64Array = new Float64Array(k).fill(1 / k);
  let transitions: Float64Array = Float64Array.from(
    { length: k * k },
    (_, i) => i % (k + 1) === 0 ? 0.9 : 0.1 / Math.max(1, k - 1),
  );
  if (k === 1) transitions = Float64Array.of(1);
  const history: number[] = [];
  while (history.length < rounds) {
    const counts = { initial: new Float64Array(k).fill(PRIOR), moved: new Float64Array(k * k).fill(PRIOR) };
    const passed = forwardBackward(points, runs, { states, initial, transitions }, counts);
    shares = passed.shares;
    history.push(passed.likelihood);
    states = mStep(points, shares, k, "full", regCovar);
    initial = normalized(counts.initial, k);
    transitions = normalized(counts.moved, k);
    const [before, now] = history.slice(-2);
    if (now !== undefined && Math.abs(now - before) < tolerance * Math.abs(before)) break;
  }
  return { states, initial, transitions, history };
}

/** The likeliest state of each row given all rows of its run, int32 `[n]`. */
export function decodeGaussianHmm(
  points: Points,
  runs: readonly Run[],
  model: Omit<GaussianHmm, "history">,
): Int32Array {
  const k = model.initial.length;
  const { shares } = forwardBackward(points, runs, model);
  return Int32Array.from({ length: points.weights.length }, (_, i) => {
    let best = 0;
    for (let c = 1; c < k; c++) if (shares[i * k + c] > shares[i * k + best]) best = c;
    return best;
  });
}

function normalized(counts: Float64Array, k: number): Float64Array {
  return counts.map((x, i) => {
    const from = i - i % k;
    let sum = 0;
    for (let c = from; c < from + k; c++) sum += counts[c];
    return x / sum;
  });
}

/** Shares of the states in each row `[n, K]`, and the log-likelihood; adds to the expected counts. */
function forwardBackward(
  points: Points,
  runs: readonly Run[],
  { states, initial, transitions }: Omit<GaussianHmm, "history">,
  counts?: { initial: Float64Array; moved: Float64Array },
): { shares: Float64Array; likelihood: number } {
  const k = initial.length;
  // The states' own frequencies are the business of the transitions.
  const alike = new Float64Array(k).fill(1 / k);
  const density = logDensity("full", alike, states.means, states.covariances);
  const shares = new Float64Array(points.weights.length * k);
  let likelihood = 0;
  for (const { from, to } of runs) {
    const n = to - from;
    const emitted = new Float64Array(n * k), forward = new Float64Array(n * k), scale = new Float64Array(n);
    for (let t = 0; t < n; t++) {
      const row = emitted.subarray(t * k, (t + 1) * k);
      density.at(points.values, from + t, row, 0);
      const top = row.reduce((most, x) => Math.max(most, x), -Infinity);
      for (let c = 0; c < k; c++) row[c] = Math.exp(row[c] - top);
      likelihood += top + Math.log(k);
      for (let c = 0; c < k; c++) {
        let before = initial[c];
        if (t > 0) {
          before = 0;
          for (let b = 0; b < k; b++) before += forward[(t - 1) * k + b] * transitions[b * k + c];
        }
        forward[t * k + c] = before * row[c];
        scale[t] += forward[t * k + c];
      }
      likelihood += Math.log(scale[t]);
      for (let c = 0; c < k; c++) forward[t * k + c] /= scale[t];
    }
    const backward = new Float64Array(k).fill(1);
    for (let t = n - 1; t >= 0; t--) {
      for (let c = 0; c < k; c++) shares[(from + t) * k + c] = forward[t * k + c] * backward[c];
      if (t === 0) break;
      const next = backward.map((b, c) => b * emitted[t * k + c] / scale[t]);
      for (let b = 0; b < k; b++) {
        backward[b] = 0;
        for (let c = 0; c < k; c++) {
          const moved = transitions[b * k + c] * next[c];
          backward[b] += moved;
          if (counts !== undefined) counts.moved[b * k + c] += forward[(t - 1) * k + b] * moved;
        }
      }
    }
    if (counts !== undefined) { for (let c = 0; c < k; c++) counts.initial[c] += shares[from * k + c]; }
  }
  return { shares, likelihood };
}
