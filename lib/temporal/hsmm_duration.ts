/**
 * Duration distributions of hidden semi-Markov states on 1 … D, renormalised there.
 *
 * All parametric families have the form `P(d) ∝ h(d) θ^(d−1)`: geometric h = 1, Poisson h = 1/(d−1)!, negative binomial
 * h = Γ(d−1+r)/((d−1)! Γ(r)) with θ = p (so d − 1 ~ NB(r, p), mean 1 + rp/(1−p)). The truncated likelihood is maximised
 * itself, because the closed-form M-step of the untruncated family makes EM fall (seen at D = 10).
 */

/** Family of duration distributions. */
export type DurationFamily = "negative_binomial" | "poisson" | "geometric" | "nonparametric";

/** A fitted distribution. */
export interface Duration {
  family: DurationFamily;
  /** float64 `[D]`, P(d) at index d − 1. */
  pmf: Float64Array;
  /** θ: p of the negative binomial and geometric, λ of the Poisson. */
  theta?: number;
  /** r of the negative binomial. */
  r?: number;
}

const smallestTheta = 1e-12, largestP = 1 - 1e-6;
const smallestR = 0.05, largestR = 200;

/**
 * The distribution of a family with given parameters on 1 … D.
 *
 * ```ts
 * import { durationOf } from "./hsmm_duration.ts";
 * import assert from "node:assert/strict";
 * const { pmf } = durationOf("negative_binomial", 4, 0.4, 2);
 * assert.ok(Math.abs(pmf[0] - 0.39432177) < 1e-8);
 * ```
 */
export function durationOf(
  family: Exclude<DurationFamily, "nonparametric">,
  maximum: number,
  theta: number,
  r = 1,
): Duration {
  const pmf = logWeights(family, maximum, r);
  const logTheta = Math.log(theta);
  let top = -Infinity;
  for (let i = 0; i < maximum; i++) top = Math.max(top, pmf[i] += i * logTheta);
  let sum = 0;
  for (let i = 0; i < maximum; i++) sum += pmf[i] = Math.exp(pmf[i] - top);
  for (let i = 0; i < maximum; i++) pmf[i] /= sum;
  return family === "negative_binomial" ? { family, pmf, theta, r } : { family, pmf, theta };
}

/** The distribution with (before truncation) the given mean ≥ 1; the negative binomial gets r = 2. */
export function durationWithMean(family: DurationFamily, maximum: number, mean: number): Duration {
  const excess = Math.max(1e-3, mean - 1);
  switch (family) {
    case "poisson":
      return durationOf(family, maximum, excess);
    case "geometric":
      return durationOf(family, maximum, excess / (1 + excess));
    case "negative_binomial":
      return durationOf(family, maximum, excess / (2 + excess), 2);
    case "nonparametric":
      return { family, pmf: durationOf("geometric", maximum, excess / (1 + excess)).pmf };
  }
}

/**
 * Maximum likelihood given expected numbers of segments by duration, never worse than `old`.
 *
 * @param eta float64 `[D]`.
 */
export function fitDuration(old: Duration, eta: Float64Array): Duration {
  let total = 0;
  for (const e of eta) total += e;
  if (!(total > 1e-12)) return old;
  if (old.family === "nonparametric") return { family: old.family, pmf: eta.map((e) => e / total) };
  const family = old.family;
  const fitted = family === "negative_binomial"
    ? fitNegativeBinomial(eta, total, old.r ?? 1)
    : durationOf(family, eta.length, solveTheta(family, eta, total, 1));
  return logLikelihood(fitted, eta) >= logLikelihood(old, eta) ? fitted : old;
}

/** P(duration ≥ u) at index u − 1, summed from the tail. */
export function survivor(pmf: Float64Array): Float64Array {
  const out = new Float64Array(pmf.length);
  for (let i = pmf.length - 1, sum = 0; i >= 0; i--) out[i] = sum += pmf[i];
  return out;
}

/** Mean duration. */
export function meanDuration(pmf: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < pmf.length; i++) mean += (i + 1) * pmf[i];
  return mean;
}

/** Golden section on log r over the profile likelihood; the result is only ever taken when it is no worse. */
function fitNegativeBinomial(eta: Float64Array, total: number, oldR: number): Duration {
  const at = (logR: number) => {
    const r = Math.exp(logR);
    const duration = durationOf(
      "negative_binomial",
      eta.length,
      solveTheta("negative_binomial", eta, total, r),
      r,
    );
    return { duration, value: logLikelihood(duration, eta) };
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(smallestR), high = Math.log(largestR);
  let left = at(high - ratio * (high - low)), right = at(low + ratio * (high - low));
  let best = at(Math.log(oldR));
  while (high - low > 1e-4) {
    if (left.value >= right.value) {
      high = low + ratio * (high - low);
      right = left;
      left = at(high - ratio * (high - low));
    } else {
      low = high - ratio * (high - low);
      left = right;
      right = at(low + ratio * (high - low));
    }
    for (const candidate of [left, right]) if (candidate.value > best.value) best = candidate;
  }
  return best.duration;
}

/** θ whose truncated mean equals the observed one. The mean grows with log θ by the variance: safeguarded Newton. */
function solveTheta(family: DurationFamily, eta: Float64Array, total: number, r: number): number {
  let target = 0;
  for (let i = 0; i < eta.length; i++) target += i * eta[i] / total;
  const weights = logWeights(family, eta.length, r);
  let low = Math.log(smallestTheta);
  let high = family === "poisson" ? Math.log(1e3 * eta.length) : Math.log(largestP);
  if (truncatedMoments(weights, high).mean <= target) return Math.exp(high);
  if (truncatedMoments(weights, low).mean >= target) return Math.exp(low);
  // Without truncation the mean is rθ/(1 − θ), or θ for the Poisson family.
  let x = Math.log(family === "poisson" ? target : target / (target + (family === "geometric" ? 1 : r)));
  for (let i = 0; i < 200; i++) {
    if (!(x > low && x < high)) x = 0.5 * (low + high);
    const { mean, variance } = truncatedMoments(weights, x);
    if (mean < target) low = x;
    else high = x;
    const next = x - (mean - target) / variance;
    if (Math.abs(next - x) <= 1e-13 * Math.max(1, Math.abs(x)) || high - low <= 1e-15 * Math.abs(x)) break;
    x = next;
  }
  return Math.exp(x);
}

/** Mean and variance of d − 1 under weights `h(d) θ^(d−1)`. */
function truncatedMoments(weights: Float64Array, logTheta: number): { mean: number; variance: number } {
  let top = -Infinity;
  for (let i = 0; i < weights.length; i++) top = Math.max(top, weights[i] + i * logTheta);
  let sum = 0, first = 0, second = 0;
  for (let i = 0; i < weights.length; i++) {
    const p = Math.exp(weights[i] + i * logTheta - top);
    sum += p;
    first += i * p;
    second += i * i * p;
  }
  const mean = first / sum;
  return { mean, variance: second / sum - mean * mean };
}

/** log h(d) at index d − 1. */
function logWeights(family: DurationFamily, maximum: number, r: number): Float64Array {
  const out = new Float64Array(maximum);
  for (let i = 1; i < maximum; i++) {
    const step = family === "geometric" ? 0 : family === "poisson" ? -Math.log(i) : Math.log((i - 1 + r) / i);
    out[i] = out[i - 1] + step;
  }
  return out;
}

function logLikelihood({ pmf }: Duration, eta: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < eta.length; i++) if (eta[i] > 0) sum += eta[i] * Math.log(pmf[i]);
  return sum;
}
