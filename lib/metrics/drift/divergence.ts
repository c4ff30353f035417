/** How far two discrete distributions lie apart. */

/** How empty bins are kept out of logarithms: shares are raised to a floor, or ½ is added to every count. */
export type Smoothing = "floor" | "jeffreys";

const floor = 1e-4;

/** Divergences of two distributions, natural logarithms. */
export interface Divergence {
  /** Population stability index `Σ (q − p) ln(q/p)`, the symmetric Kullback-Leibler divergence. */
  psi: number;
  /** `Σ p ln(p/q)`. */
  kl: number;
  /** Jensen-Shannon divergence, at most ln 2. */
  js: number;
}

/**
 * Compares counts over the same bins; `reference` is p, `current` is q. Bins that are empty in both are left out.
 *
 * ```ts
 * import { divergence } from "./divergence.ts";
 * import assert from "node:assert/strict";
 * const { psi } = divergence([500, 300, 150, 50, 0], [400, 320, 200, 60, 20], "jeffreys");
 * assert.equal(psi.toFixed(7), "0.1137145");
 * ```
 */
export function divergence(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  smoothing: Smoothing = "jeffreys",
): Divergence {
  if (reference.length !== current.length) {
    throw new RangeError(`Cannot compare distributions: ${reference.length} and ${current.length} bins`);
  }
  const p = shares(reference, current, smoothing), q = shares(current, reference, smoothing);
  let psi = 0, kl = 0, js = 0;
  for (let i = 0; i < p.length; i++) {
    const log = Math.log(q[i] / p[i]), middle = (p[i] + q[i]) / 2;
    psi += (q[i] - p[i]) * log;
    kl -= p[i] * log;
    js += 0.5 * (p[i] * Math.log(p[i] / middle) + q[i] * Math.log(q[i] / middle));
  }
  return { psi, kl, js };
}

function shares(counts: ArrayLike<number>, other: ArrayLike<number>, smoothing: Smoothing): number[] {
  const kept: number[] = [];
  for (let i = 0; i < counts.length; i++) if (counts[i] > 0 || other[i] > 0) kept.push(counts[i]);
  const add = smoothing === "jeffreys" ? 0.5 : 0;
  const total = kept.reduce((a, b) => a + b + add, 0);
  if (!(total > 0)) throw new RangeError("Cannot compare distributions: one of them is empty");
  return kept.map((c) => Math.max((c + add) / total, smoothing === "floor" ? floor : 0));
}
