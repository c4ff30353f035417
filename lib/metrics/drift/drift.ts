/**
 * Drift of discrete distributions (codes, behaviours) between a reference and new recordings.
 *
 * Fixed thresholds do not work: without any change the PSI of 64 codes over 1 000 against 1 000 windows is already
 * about 0.126, above the usual alarm at 0.1. So the threshold comes from the reference itself, by drawing blocks of
 * it, which also honours that neighbouring windows resemble each other.
 */
import type { Random } from "../../random.ts";
import { mean, quantileSorted } from "../statistics/summary.ts";

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
 * import { divergence } from "./drift.ts";
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

/** Sequences of bin numbers, one per recording or stretch; negative ones are left out. */
export type Sequences = readonly ArrayLike<number>[];

/** A drift test. */
export interface DriftTest {
  psi: number;
  kl: number;
  js: number;
  /** PSI that pairs of samples from the reference exceed with probability `1 − level`. */
  threshold: number;
  /** PSI to expect without any change. */
  expected: number;
  /** Share of no-change draws with at least this PSI (add-one estimate, never 0). */
  p: number;
  drifted: boolean;
  level: number;
  /** Windows in the reference and in the new recordings. */
  n: number;
  m: number;
  /** What was drawn: whole recordings, or blocks of `blockLength` windows. */
  unit: "recordings" | "blocks";
  blockLength: number | null;
  /** The bins that contribute most to the PSI. */
  bins: { bin: number; reference: number; current: number; psi: number }[];
}

/** Settings of {@linkcode testDrift}. */
export interface DriftOptions {
  /** Probability of silence when nothing has changed. */
  level?: number;
  draws?: number;
  smoothing?: Smoothing;
  /** Draw whole recordings from this many on, because recordings differ more than their windows do. */
  recordingsFrom?: number;
}

/**
 * Tests whether `current` comes from the distribution of `reference`: the no-change distribution of the PSI is found by
 * drawing, from the reference alone, a pseudo-reference and a pseudo-current of the same sizes.
 */
export function testDrift(
  reference: Sequences,
  current: Sequences,
  bins: number,
  rng: Random,
  { level = 0.99, draws = 1000, smoothing = "jeffreys", recordingsFrom = 8 }: DriftOptions = {},
): DriftTest {
  const [p, q] = [countAll(reference, bins), countAll(current, bins)];
  const [n, m] = [sum(p), sum(q)];
  if (n === 0 || m === 0) throw new RangeError(`Cannot test drift: ${n} reference and ${m} new windows`);
  const unit = reference.length >= recordingsFrom ? "recordings" : "blocks";
  const blockLength = unit === "blocks" ? optimalBlock(reference) : null;
  const draw = unit === "recordings"
    ? recordingDrawer(reference, bins, rng)
    : blockDrawer(reference, blockLength!, rng);
  const null_ = new Float64Array(draws);
  const a = new Float64Array(bins), b = new Float64Array(bins);
  for (let d = 0; d < draws; d++) {
    draw(a, n);
    draw(b, m);
    null_[d] = divergence(a, b, smoothing).psi;
  }
  const observed = divergence(p, q, smoothing);
  const exceeded = null_.reduce((count, v) => count + (v >= observed.psi ? 1 : 0), 0);
  const sorted = null_.toSorted();
  const threshold = quantileSorted(sorted, level);
  return {
    ...observed,
    threshold,
    expected: mean(null_),
    p: (exceeded + 1) / (draws + 1),
    drifted: observed.psi > threshold,
    level,
    n,
    m,
    unit,
    blockLength,
    bins: contributions(p, q, n, m),
  };
}

/**
 * Block length for the bootstrap of shares, `(√6 ρ/(1 − ρ²))^(2/3) n^(1/3)` (Carlstein 1986), with the lag-one
 * autocorrelation ρ of the bins as indicators.
 */
export function optimalBlock(sequences: Sequences): number {
  let n = 0, pairs = 0, same = 0;
  const counts = new Map<number, number>();
  for (const s of sequences) {
    for (let i = 0; i < s.length; i++) {
      n++;
      counts.set(s[i], (counts.get(s[i]) ?? 0) + 1);
      if (i > 0) pairs++;
      if (i > 0 && s[i] === s[i - 1]) same++;
    }
  }
  let squares = 0;
  for (const c of counts.values()) squares += (c / n) ** 2;
  const rho = squares >= 1 || pairs === 0
    ? 0
    : Math.min(0.99, Math.max(0, (same / pairs - squares) / (1 - squares)));
  const length = (Math.sqrt(6) * rho / (1 - rho * rho)) ** (2 / 3) * n ** (1 / 3);
  return Math.max(1, Math.min(Math.ceil(length), n));
}

function countAll(sequences: Sequences, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  for (const s of sequences) addCounts(s, counts);
  return counts;
}

function addCounts(sequence: ArrayLike<number>, counts: Float64Array): void {
  for (let i = 0; i < sequence.length; i++) {
    if (sequence[i] >= counts.length) {
      throw new RangeError(`Cannot count: bin ${sequence[i]} of ${counts.length}`);
    }
    if (sequence[i] >= 0) counts[sequence[i]]++;
  }
}

type Drawer = (into: Float64Array, size: number) => void;

/** Draws whole recordings until their windows reach the size. */
function recordingDrawer(sequences: Sequences, bins: number, rng: Random): Drawer {
  const counts = sequences.map((s) => countAll([s], bins)).filter((c) => sum(c) > 0);
  const sizes = counts.map(sum);
  return (into, size) => {
    into.fill(0);
    for (let drawn = 0; drawn < size;) {
      const i = rng.below(counts.length);
      // The last recording counts only as far as it is needed, so that sizes match.
      const share = Math.min(1, (size - drawn) / sizes[i]);
      for (let b = 0; b < into.length; b++) into[b] += share * counts[i][b];
      drawn += sizes[i];
    }
  };
}

/** Draws blocks of neighbouring windows (moving blocks, within sequences) until the size is reached. */
function blockDrawer(sequences: Sequences, length: number, rng: Random): Drawer {
  const assigned = sequences.map((s) => Int32Array.from(s).filter((bin) => bin >= 0)).filter((s) =>
    s.length > 0
  );
  const weights = assigned.map((s) => s.length);
  return (into, size) => {
    into.fill(0);
    for (let drawn = 0; drawn < size;) {
      const sequence = assigned[rng.weighted(weights)];
      const start = rng.below(Math.max(1, sequence.length - length + 1));
      const end = Math.min(sequence.length, start + length, start + size - drawn);
      for (let i = start; i < end; i++) into[sequence[i]]++;
      drawn += end - start;
    }
  };
}

function contributions(p: Float64Array, q: Float64Array, n: number, m: number): DriftTest["bins"] {
  const rows = Array.from(p, (count, bin) => {
    const a = (count + 0.5) / (n + 0.5 * p.length), b = (q[bin] + 0.5) / (m + 0.5 * p.length);
    return { bin, reference: count / n, current: q[bin] / m, psi: (b - a) * Math.log(b / a) };
  });
  return rows.sort((a, b) => b.psi - a.psi || a.bin - b.bin).slice(0, 10);
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
