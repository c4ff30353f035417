/** Gaussian mixtures on weighted points by expectation-maximisation. */
import type { Covariances, CovarianceType } from "./gaussian.ts";
import { logDensity, mixtureParameters, NEGLIGIBLE } from "./gaussian.ts";
import type { Points } from "../points/points.ts";
import { sizeOf, totalWeight } from "../points/points.ts";

/** Parameters of a mixture of K components. */
export interface Mixture {
  covariance: CovarianceType;
  /** float64 `[K]`, sum 1. */
  weights: Float64Array;
  /** float64 `[K, d]`. */
  means: Float64Array;
  covariances: Covariances;
}

export interface GmmOptions {
  covariance?: CovarianceType;
  /** Added to every variance; 1e-6 as in scikit-learn. */
  regCovar?: number;
  /** Stop when the mean log-likelihood gains less than this; 1e-3 as in scikit-learn. */
  tolerance?: number;
  /** At most so many rounds; 100 as in scikit-learn. */
  maxIterations?: number;
}

export interface GmmFit extends Mixture {
  /** Mean log-likelihood of a row by round, from the first expectation step on. */
  history: number[];
  iterations: number;
  converged: boolean;
  /** Log-likelihood of all rows under the final parameters, Σ w ln p. */
  logLikelihood: number;
  /** `−2 ln L + p ln N`. */
  bic: number;
  /** int32 `[M]`: the component of largest responsibility. */
  labels: Int32Array;
  /** float64 `[M, K]`, rows sum to 1. */
  responsibilities: Float64Array;
}

/**
 * Fits a mixture; equal to scikit-learn's on the duplicated rows from the same start.
 *
 * @param points M points with positive weights.
 * @param start Labels `[M]` of an initial hard clustering into `k` clusters, responsibilities `[M, k]`, or a mixture to
 *   go on from.
 */
export function gmm(
  points: Points,
  k: number,
  start: Int32Array | Float64Array | Mixture,
  options: GmmOptions = {},
): GmmFit {
  const { covariance = "full", regCovar = 1e-6, tolerance = 1e-3, maxIterations = 100 } = options;
  const m = sizeOf(points);
  const total = totalWeight(points);
  const responsibilities = new Float64Array(m * k);
  let mixture: Mixture;
  if (start instanceof Int32Array) {
    for (let i = 0; i < m; i++) responsibilities[i * k + start[i]] = 1;
    mixture = mStep(points, responsibilities, k, covariance, regCovar);
  } else if (start instanceof Float64Array) mixture = mStep(points, start, k, covariance, regCovar);
  else mixture = start;
  const history: number[] = [];
  let converged = false;
  while (!converged && history.length < maxIterations) {
    history.push(eStep(points, mixture, responsibilities) / total);
    mixture = mStep(points, responsibilities, k, covariance, regCovar);
    converged = history.length > 1 && Math.abs(history.at(-1)! - history.at(-2)!) < tolerance;
  }
  const logLikelihood = eStep(points, mixture, responsibilities);
  return {
    ...mixture,
    history,
    iterations: history.length,
    converged,
    logLikelihood,
    bic: -2 * logLikelihood + mixtureParameters(covariance, k, points.dimensions) * Math.log(total),
    labels: hardLabels(responsibilities, k),
    responsibilities,
  };
}

/**
 * E-step: responsibilities of each component for each point, in log space.
 *
 * @param out float64 `[M, K]`, overwritten; rows sum to 1. What it held before, from an earlier round, saves time.
 * @returns Σ w ln p(x).
 */
export function eStep(points: Points, mixture: Mixture, out: Float64Array): number {
  const { values, weights } = points;
  const k = mixture.weights.length;
  const density = logDensity(mixture.covariance, mixture.weights, mixture.means, mixture.covariances);
  const log = new Float64Array(k);
  let likelihood = 0;
  for (let i = 0; i < weights.length; i++) {
    // What the last round, or the initial clustering, found.
    let likely = 0;
    for (let c = 1; c < k; c++) if (out[i * k + c] > out[i * k + likely]) likely = c;
    density.at(values, i, log, likely);
    let most = -Infinity;
    for (let c = 0; c < k; c++) if (log[c] > most) most = log[c];
    let sum = 0;
    for (let c = 0; c < k; c++) {
      log[c] = log[c] - most < NEGLIGIBLE ? 0 : Math.exp(log[c] - most);
      sum += log[c];
    }
    likelihood += weights[i] * (most + Math.log(sum));
    for (let c = 0; c < k; c++) out[i * k + c] = log[c] / sum;
  }
  return likelihood;
}

/** The column of the largest value in each row of `[M, K]`; the first on ties. */
export function hardLabels(responsibilities: Float64Array, k: number): Int32Array {
  return Int32Array.from({ length: responsibilities.length / k }, (_, i) => {
    let at = 0;
    for (let c = 1; c < k; c++) if (responsibilities[i * k + c] > responsibilities[i * k + at]) at = c;
    return at;
  });
}

/** M-step: weights, means and covariances from responsibilities. */
export function mStep(
  points: Points,
  responsibilities: Float64Array,
  k: number,
  covariance: CovarianceType,
  regCovar: number,
): Mixture {
  const { values, dimensions: d, weights: w } = points;
  const m = w.length;
  // The floor keeps a component without points from dividing by zero; its size is scikit-learn's.
  const mass = new Float64Array(k).fill(10 * Number.EPSILON);
  const means = new Float64Array(k * d);
  for (let i = 0; i < m; i++) {
    for (let c = 0; c < k; c++) {
      const share = w[i] * responsibilities[i * k + c];
      if (share === 0) continue;
      mass[c] += share;
      for (let t = 0; t < d; t++) means[c * d + t] += share * values[i * d + t];
    }
  }
  for (let q = 0; q < means.length; q++) means[q] /= mass[Math.floor(q / d)];
  const scatter = scatterOf(
    points,
    responsibilities,
    means,
    k,
    covariance === "full" || covariance === "tied",
  );
  const total = mass.reduce((sum, x) => sum + x, 0);
  return {
    covariance,
    weights: mass.map((x) => x / total),
    means,
    covariances: covariancesOf(scatter, mass, d, covariance, regCovar),
  };
}

/** Weighted sums of products of deviations: `[K, d, d]` (lower triangle filled to both) or the diagonals `[K, d]`. */
function scatterOf(
  points: Points,
  responsibilities: Float64Array,
  means: Float64Array,
  k: number,
  full: boolean,
) {
  const { values, dimensions: d, weights: w } = points;
  const scatter = new Float64Array(full ? k * d * d : k * d);
  const diff = new Float64Array(d);
  for (let i = 0; i < w.length; i++) {
    for (let c = 0; c < k; c++) {
      const share = w[i] * responsibilities[i * k + c];
      if (share === 0) continue;
      for (let t = 0; t < d; t++) diff[t] = values[i * d + t] - means[c * d + t];
      if (full) {
        for (let r = 0, q = c * d * d; r < d; r++, q += d) {
          const scaled = share * diff[r];
          for (let t = 0; t <= r; t++) scatter[q + t] += scaled * diff[t];
        }
      } else for (let t = 0; t < d; t++) scatter[c * d + t] += share * diff[t] * diff[t];
    }
  }
  if (full) {
    for (let c = 0; c < k; c++) {
      for (let r = 0; r < d; r++) {
        for (let t = 0; t < r; t++) scatter[c * d * d + t * d + r] = scatter[c * d * d + r * d + t];
      }
    }
  }
  return scatter;
}

function covariancesOf(
  scatter: Float64Array,
  mass: Float64Array,
  d: number,
  covariance: CovarianceType,
  regCovar: number,
): Covariances {
  const k = mass.length;
  if (covariance === "full") {
    return scatter.map((sum, q) =>
      sum / mass[Math.floor(q / (d * d))] + (q % (d * d) % (d + 1) === 0 ? regCovar : 0)
    );
  }
  if (covariance === "tied") {
    const total = mass.reduce((sum, x) => sum + x, 0);
    const pooled = new Float64Array(d * d);
    for (let q = 0; q < scatter.length; q++) pooled[q % (d * d)] += scatter[q];
    return pooled.map((sum, q) => sum / total + (q % (d + 1) === 0 ? regCovar : 0));
  }
  const variances = scatter.map((sum, q) => sum / mass[Math.floor(q / d)] + regCovar);
  if (covariance === "diag") return variances;
  return Float64Array.from({ length: k }, (_, c) => {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += variances[c * d + t];
    return sum / d;
  });
}
