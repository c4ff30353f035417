/** A hidden Markov model with Gaussian states of full covariance, by the Baum–Welch algorithm. */
import type { Points } from "../points/points.ts";
import {
  type Chain,
  chainOf,
  type Emission,
  forwardBackward,
  likeliestStates,
  priorCounts,
  type Run,
  stayingChain,
} from "./forward_backward.ts";
import { logDensity } from "./gaussian.ts";
import { type Mixture, mStep } from "./gmm.ts";

/** A fitted model. */
export interface GaussianHmm extends Chain {
  states: Mixture;
  /** Log-likelihood by round. */
  history: number[];
}

/** Added to every count: no transition is impossible. */
const PRIOR = 1e-2;

/**
 * Fits K states; Rabiner 1989, equations 19 to 54.
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
  let chain = stayingChain(k);
  const history: number[] = [];
  while (history.length < rounds) {
    const counts = priorCounts(k, PRIOR);
    const passed = forwardBackward(n, runs, emissionOf(points, states, k), chain, counts);
    shares = passed.shares;
    history.push(passed.likelihood);
    states = mStep(points, shares, k, "full", regCovar);
    chain = chainOf(counts);
    const [before, now] = history.slice(-2);
    if (now !== undefined && Math.abs(now - before) < tolerance * Math.abs(before)) break;
  }
  return { states, ...chain, history };
}

/** The likeliest state of each row given all rows of its run, int32 `[n]`. */
export function decodeGaussianHmm(
  points: Points,
  runs: readonly Run[],
  model: Omit<GaussianHmm, "history">,
): Int32Array {
  const k = model.initial.length;
  const emission = emissionOf(points, model.states, k);
  return likeliestStates(forwardBackward(points.weights.length, runs, emission, model).shares, k);
}

function emissionOf(points: Points, states: Mixture, k: number): Emission {
  // The states' own frequencies are the business of the transitions: their equal logarithm is taken off again.
  const alike = new Float64Array(k).fill(1 / k);
  const density = logDensity("full", alike, states.means, states.covariances);
  return (row, out) => {
    density.at(points.values, row, out, 0);
    for (let c = 0; c < k; c++) out[c] += Math.log(k);
  };
}
