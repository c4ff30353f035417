/**
 * A sticky hidden Markov model whose states are linear dynamics: what MoSeq (Wiltschko et al. 2015) finds syllables with.
 * Here the number of states is given and the mode of the posterior is found by EM, not by sampling.
 */
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
import { inverseCholesky } from "./gaussian.ts";

/** Row t of state k is normal about `A x(t − 1) + b`. */
export interface Dynamics {
  /** float64 `[d, d + 1]`: A and, as the last column, b. */
  weights: Float64Array;
  /** float64 `[d, d]`, of what the dynamics leave over. */
  covariance: Float64Array;
}

/** A fitted model. */
export interface ArHmm extends Chain {
  states: Dynamics[];
  /** Log of likelihood and prior of the transitions, up to a constant, by round. */
  history: number[];
}

export interface ArHmmOptions {
  rounds?: number;
  /** Added to the variances of what is left over. */
  regCovar?: number;
  /** Windows' worth of belief that each state's dynamics are still: shrinks A and b to 0. */
  ridge?: number;
  /** Self-transitions that each state is credited with; as many as there are rows unless given, as moseq2-model has it. */
  stickiness?: number;
  tolerance?: number;
}

/** Added to every count: no transition is impossible. */
const PRIOR = 1e-2;

/**
 * Fits K states. The first row of each run is where the dynamics start from: it says nothing of the states itself.
 *
 * @param points Rows in order of time, of weight 1; every row lies in one of `runs`.
 * @param start Labels of an initial clustering into `k` clusters.
 */
export function arHmm(
  points: Points,
  runs: readonly Run[],
  k: number,
  start: Int32Array,
  options: ArHmmOptions = {},
): ArHmm {
  const n = points.weights.length;
  const { rounds = 40, regCovar = 1e-3, ridge = 1, stickiness = n, tolerance = 1e-4 } = options;
  let shares: Float64Array = new Float64Array(n * k);
  start.forEach((label, i) => shares[i * k + label] = 1);
  const fitted = () =>
    Array.from({ length: k }, (_, c) => fitDynamics(points, runs, shares, c, k, { regCovar, ridge }));
  let states = fitted();
  let chain = stayingChain(k);
  const history: number[] = [];
  while (history.length < rounds) {
    const counts = priorCounts(k, PRIOR);
    for (let c = 0; c < k; c++) counts.moved[c * (k + 1)] += stickiness;
    const passed = forwardBackward(n, runs, emissionOf(points, runs, states), chain, counts);
    shares = passed.shares;
    const stays = chain.transitions.reduce((sum, p, i) => i % (k + 1) === 0 ? sum + Math.log(p) : sum, 0);
    history.push(passed.likelihood + stickiness * stays);
    states = fitted();
    chain = chainOf(counts);
    const [before, now] = history.slice(-2);
    if (now !== undefined && Math.abs(now - before) < tolerance * Math.abs(before)) break;
  }
  return { states, ...chain, history };
}

/** The likeliest state of each row given all rows of its run, int32 `[n]`. */
export function decodeArHmm(points: Points, runs: readonly Run[], model: Omit<ArHmm, "history">): Int32Array {
  const emission = emissionOf(points, runs, model.states);
  const { shares } = forwardBackward(points.weights.length, runs, emission, model);
  return likeliestStates(shares, model.states.length);
}

function emissionOf(
  { values, dimensions: d }: Points,
  runs: readonly Run[],
  states: readonly Dynamics[],
): Emission {
  const prepared = states.map(({ weights, covariance }) => {
    const inverse = inverseCholesky(covariance, d);
    let constant = -d / 2 * Math.log(2 * Math.PI);
    for (let j = 0; j < d; j++) constant += Math.log(inverse[j * d + j]);
    return { weights, inverse, constant };
  });
  const first = new Set(runs.map(({ from }) => from));
  const left = new Float64Array(d);
  return (row, out) => {
    if (first.has(row)) {
      out.fill(0);
      return;
    }
    prepared.forEach(({ weights, inverse, constant }, c) => {
      for (let j = 0; j < d; j++) {
        let mean = weights[j * (d + 1) + d];
        for (let p = 0; p < d; p++) mean += weights[j * (d + 1) + p] * values[(row - 1) * d + p];
        left[j] = values[row * d + j] - mean;
      }
      let log = constant;
      for (let j = 0; j < d; j++) {
        let y = 0;
        for (let p = 0; p <= j; p++) y += inverse[j * d + p] * left[p];
        log -= y * y / 2;
      }
      out[c] = log;
    });
  };
}

/** Least squares of state `c`, each row counted by its share, with a ridge. */
function fitDynamics(
  { values, dimensions: d }: Points,
  runs: readonly Run[],
  shares: Float64Array,
  c: number,
  k: number,
  { regCovar, ridge }: { regCovar: number; ridge: number },
): Dynamics {
  const w = d + 1;
  const xx = new Float64Array(w * w), yx = new Float64Array(d * w), yy = new Float64Array(d * d);
  const x = new Float64Array(w).fill(1);
  let total = 0;
  for (const { from, to } of runs) {
    for (let row = from + 1; row < to; row++) {
      const share = shares[row * k + c];
      if (share === 0) continue;
      total += share;
      x.set(values.subarray((row - 1) * d, row * d));
      const y = values.subarray(row * d, (row + 1) * d);
      for (let p = 0; p < w; p++) for (let q = 0; q <= p; q++) xx[p * w + q] += share * x[p] * x[q];
      for (let j = 0; j < d; j++) {
        for (let q = 0; q < w; q++) yx[j * w + q] += share * y[j] * x[q];
        for (let q = 0; q < d; q++) yy[j * d + q] += share * y[j] * y[q];
      }
    }
  }
  // Its lower triangle is all that the factor reads.
  for (let p = 0; p < w; p++) xx[p * w + p] += ridge;
  const inverse = inverseCholesky(xx, w);
  const weights = new Float64Array(d * w);
  const whitened = new Float64Array(w);
  for (let j = 0; j < d; j++) {
    for (let p = 0; p < w; p++) {
      whitened[p] = 0;
      for (let q = 0; q <= p; q++) whitened[p] += inverse[p * w + q] * yx[j * w + q];
    }
    for (let q = 0; q < w; q++) {
      for (let p = q; p < w; p++) weights[j * w + q] += inverse[p * w + q] * whitened[p];
    }
  }
  // With the ridge's own part, what is left over is yy − W yxᵀ: the mode under a matrix-normal prior of W.
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = yy[i * d + j];
      for (let q = 0; q < w; q++) sum -= weights[i * w + q] * yx[j * w + q];
      covariance[i * d + j] = covariance[j * d + i] = sum / Math.max(total, 1) + (i === j ? regCovar : 0);
    }
  }
  return { weights, covariance };
}
