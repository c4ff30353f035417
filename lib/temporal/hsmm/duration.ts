/**
 * Duration distributions of hidden semi-Markov states: a family on 1, 2, … whose values up to D − 1 stand alone, whose
 * rest is "D or longer", and a geometric tail from there. Without the tail a behaviour could not last longer than D, and
 * a decoder would have to invent another one in the middle of it.
 *
 * All parametric families have the form `P(d) ∝ h(d) θ^(d−1)`: geometric h = 1, Poisson h = 1/(d−1)!, negative binomial
 * h = Γ(d−1+r)/((d−1)! Γ(r)) with θ = p (so d − 1 ~ NB(r, p), mean 1 + rp/(1−p)). The likelihood with durations grouped
 * from D on is maximised itself, because the M-step of ungrouped durations would make EM fall.
 */

/** Family of duration distributions. */
export type DurationFamily = "negative_binomial" | "poisson" | "geometric" | "nonparametric";

/** A fitted distribution. */
export interface Duration {
  family: DurationFamily;
  /** float64 `[D]`, P(d) at index d − 1; the last is P(duration ≥ D). */
  pmf: Float64Array;
  /** Probability τ in [0, 1) to last on after D: P(D + m) = P(≥ D)(1 − τ)τᵐ. */
  tail: number;
  /** θ: p of the negative binomial and geometric, λ of the Poisson. */
  theta?: number;
  /** r of the negative binomial. */
  r?: number;
}

const smallestTheta = 1e-12, largestP = 1 - 1e-6;
const smallestR = 0.05, largestR = 200;
/** A tail that never ended in the data would have no mean. */
const largestTail = 1 - 1e-6;

/**
 * The distribution of a family with given parameters, renormalised on 1 … D and without a tail: nothing lasts longer.
 *
 * ```ts
 * import { durationOf } from "./duration.ts";
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
  return family === "negative_binomial"
    ? { family, pmf, tail: 0, theta, r }
    : { family, pmf, tail: 0, theta };
}

/** The distribution of a family with given parameters, whose last value is P(duration ≥ D), and a tail. */
export function openDuration(
  family: Exclude<DurationFamily, "nonparametric">,
  maximum: number,
  theta: number,
  r: number,
  tail: number,
): Duration {
  const pmf = logWeights(family, maximum, r);
  const logTheta = Math.log(theta), base = logBase(family, theta, r);
  let below = 0;
  for (let i = 0; i < maximum; i++) {
    pmf[i] = Math.exp(pmf[i] + i * logTheta + base);
    if (i < maximum - 1) below += pmf[i];
  }
  // One minus a sum loses small numbers; P(≥ D) is at least P(D).
  pmf[maximum - 1] = Math.max(pmf[maximum - 1], 1 - below);
  const sum = below + pmf[maximum - 1];
  for (let i = 0; i < maximum; i++) pmf[i] /= sum;
  return family === "negative_binomial" ? { family, pmf, tail, theta, r } : { family, pmf, tail, theta };
}

/** log P(1) without h: what makes a family sum to 1 over all durations. */
function logBase(family: DurationFamily, theta: number, r: number): number {
  return family === "poisson" ? -theta : r * Math.log1p(-theta);
}

/**
 * The distribution with the given mean ≥ 1; the negative binomial gets r = 2. Its tail lasts for a quarter of D on
 * average: a start from which EM can go either way.
 */
export function durationWithMean(family: DurationFamily, maximum: number, mean: number): Duration {
  const excess = Math.max(1e-3, mean - 1);
  const tail = 1 - 1 / Math.max(2, maximum / 4, mean - maximum + 1);
  switch (family) {
    case "poisson":
      return openDuration(family, maximum, excess, 1, tail);
    case "geometric":
      return openDuration(family, maximum, excess / (1 + excess), 1, tail);
    case "negative_binomial":
      return openDuration(family, maximum, excess / (2 + excess), 2, tail);
    case "nonparametric":
      return { family, pmf: openDuration("geometric", maximum, excess / (1 + excess), 1, tail).pmf, tail };
  }
}

/** Expected events of segments that have reached D: predictions at which they lasted on, and ends. */
export interface TailCounts {
  continued: number;
  ended: number;
}

/**
 * Maximum likelihood given expected numbers of segments by duration, never worse than `old`.
 *
 * @param eta float64 `[D]`; the last counts segments of D or longer.
 */
export function fitDuration(old: Duration, eta: Float64Array, { continued, ended }: TailCounts): Duration {
  const events = continued + ended;
  const tail = events > 1e-12 ? Math.min(largestTail, continued / events) : old.tail;
  return fitFamily({ ...old, tail }, eta);
}

function fitFamily(old: Duration, eta: Float64Array): Duration {
  let total = 0;
  for (const e of eta) total += e;
  if (!(total > 1e-12)) return old;
  if (old.family === "nonparametric") {
    return { family: old.family, pmf: eta.map((e) => e / total), tail: old.tail };
  }
  const family = old.family;
  const fitted = family === "negative_binomial"
    ? fitNegativeBinomial(eta, total, old.r ?? 1, old.tail)
    : openDuration(family, eta.length, solveTheta(family, eta, total, 1), 1, old.tail);
  return logLikelihood(fitted, eta) >= logLikelihood(old, eta) ? fitted : old;
}

/** P(duration ≥ u) at index u − 1, summed from the tail. */
export function survivor(pmf: Float64Array): Float64Array {
  const out = new Float64Array(pmf.length);
  for (let i = pmf.length - 1, sum = 0; i >= 0; i--) out[i] = sum += pmf[i];
  return out;
}

/** Mean duration, the tail included: Σ d P(d) + P(≥ D) τ/(1 − τ); `null` where the tail never ended in the data. */
export function meanDuration({ pmf, tail }: Duration): number | null {
  const last = pmf[pmf.length - 1];
  if (tail >= largestTail && last > 1e-12) return null;
  let mean = last * tail / (1 - tail);
  for (let i = 0; i < pmf.length; i++) mean += (i + 1) * pmf[i];
  return mean;
}

/** Golden section on log r over the profile likelihood; the result is only ever taken when it is no worse. */
function fitNegativeBinomial(eta: Float64Array, total: number, oldR: number, tail: number): Duration {
  const at = (logR: number) => {
    const r = Math.exp(logR);
    const theta = solveTheta("negative_binomial", eta, total, r);
    const duration = openDuration("negative_binomial", eta.length, theta, r, tail);
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

/**
 * θ that maximises the likelihood of counts of which the last is of D or longer. The slope along log θ is what was
 * observed less what is expected: `Σ_{d<D} η_d (d−1) + η_D E[X | X ≥ D−1] − N E[X]` with X = d − 1; its zero is found by
 * false position (Illinois), safeguarded by bisection.
 */
function solveTheta(family: DurationFamily, eta: Float64Array, total: number, r: number): number {
  const D = eta.length;
  const weights = logWeights(family, D, r);
  let observed = 0;
  for (let i = 0; i < D - 1; i++) observed += i * eta[i];
  const slope = (logTheta: number) => {
    const theta = Math.exp(logTheta), base = logBase(family, theta, r);
    const mean = family === "poisson" ? theta : r * theta / (1 - theta);
    let below = 0, first = 0;
    for (let i = 0; i < D - 1; i++) {
      const p = Math.exp(weights[i] + i * logTheta + base);
      below += p;
      first += i * p;
    }
    const beyond = 1 - below;
    const long = beyond > 1e-9 ? Math.max(D - 1, (mean - first) / beyond) : D - 1;
    return observed + eta[D - 1] * long - total * mean;
  };
  let low = Math.log(smallestTheta), high = family === "poisson" ? Math.log(1e3 * D) : Math.log(largestP);
  let atLow = slope(low), atHigh = slope(high);
  if (atHigh >= 0) return Math.exp(high);
  if (atLow <= 0) return Math.exp(low);
  for (let i = 0, side = 0; i < 200 && high - low > 1e-13 * Math.max(1, Math.abs(low)); i++) {
    const guess = (low * atHigh - high * atLow) / (atHigh - atLow);
    // Far from the zero the slope is so uneven that false position would creep.
    const x = i % 3 === 2 || !(guess > low && guess < high) ? (low + high) / 2 : guess;
    const value = slope(x);
    if (value === 0) return Math.exp(x);
    if (value > 0) {
      [low, atLow] = [x, value];
      if (side > 0) atHigh /= 2;
      side = 1;
    } else {
      [high, atHigh] = [x, value];
      if (side < 0) atLow /= 2;
      side = -1;
    }
  }
  return Math.exp((low + high) / 2);
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
