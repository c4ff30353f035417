/**
 * Drift of discrete distributions (codes, behaviours) between a reference and new recordings.
 *
 * Fixed thresholds do not work: without any change the PSI of 64 codes over 1 000 against 1 000 windows is already
 * about 0.126, above the usual alarm at 0.1, and people differ by more than their windows do. So the threshold comes
 * from dealing the people of both sides anew, each with everything that was recorded of them.
 */
import type { Random } from "../../random.ts";
import { mean, quantileSorted } from "../statistics/summary.ts";
import { divergence, type Smoothing } from "./divergence.ts";

/** Bin numbers of everything that was recorded of each subject; negative ones are left out. */
export type BySubject = readonly ArrayLike<number>[];

/** A drift test. */
export interface DriftTest {
  psi: number;
  kl: number;
  js: number;
  /** PSI that a deal of the same people exceeds with probability `1 − level`; `null` where there are too few of them. */
  threshold: number | null;
  /** PSI to expect without any change: the mean over the deals. */
  expected: number;
  /** Share of the deals with at least this PSI, the observed one among them. */
  p: number;
  drifted: boolean;
  /** Why nothing can be decided; `null` where it can. */
  undecided: string | null;
  level: number;
  /** Windows in the reference and in the new recordings. */
  n: number;
  m: number;
  /** People on either side. */
  subjects: [reference: number, current: number];
  /** The bins that contribute most to the PSI. */
  bins: { bin: number; reference: number; current: number; psi: number }[];
}

/** Settings of {@linkcode testDrift}. */
export interface DriftOptions {
  /** Probability of silence when nothing has changed. */
  level?: number;
  draws?: number;
  smoothing?: Smoothing;
}

/**
 * Tests whether the people of `current` behave like those of `reference`, by permutation: without any change it does not
 * matter who is on which side, so the PSI is compared with that of random deals of the same people to sides of the same
 * sizes. The level holds for any number of people and of recordings of each, also where people recur (they then are more
 * alike than a deal, which only makes the test more cautious).
 *
 * So many people can be dealt in C(a + b, b) ways only; where that is fewer than `1/(1 − level)`, no PSI is rare enough
 * for an alarm.
 *
 * ```ts
 * import { testDrift } from "./drift.ts";
 * import { Random } from "../../random.ts";
 * import assert from "node:assert/strict";
 * const people = (n: number, bin: number) => Array.from({ length: n }, (_, i) => [bin, bin, (bin + i) % 3]);
 * const test = testDrift(people(8, 0), people(4, 2), 3, new Random(1));
 * assert.deepEqual([test.drifted, test.undecided], [true, null]);
 * assert.equal(testDrift(people(8, 0), people(1, 2), 3, new Random(1)).threshold, null);
 * ```
 */
export function testDrift(
  reference: BySubject,
  current: BySubject,
  bins: number,
  rng: Random,
  { level = 0.99, draws = 1000, smoothing = "jeffreys" }: DriftOptions = {},
): DriftTest {
  const counted = (side: BySubject) => side.map((s) => countsOf(s, bins)).filter((c) => sum(c) > 0);
  const [before, now] = [counted(reference), counted(current)];
  const p = total(before, bins), q = total(now, bins);
  const [n, m] = [sum(p), sum(q)];
  if (n === 0 || m === 0) throw new RangeError(`Cannot test drift: ${n} reference and ${m} new windows`);
  const observed = divergence(p, q, smoothing);
  const deals = dealsOf(before, now, bins, draws, rng, (a, b) => divergence(a, b, smoothing).psi);
  // Sums of the same counts in another order may differ in their last bits.
  const dust = 1e-12 * Math.max(1, observed.psi);
  const reached = deals.reduce((count, v) => count + (v >= observed.psi - dust ? 1 : 0), 0);
  const ways = choose(before.length + now.length, now.length);
  const rare = 1 - level;
  const undecided = ways * rare < 1 - 1e-9
    ? `${before.length} people in the reference and ${now.length} new ${
      now.length === 1 ? "one" : "ones"
    } can be ` +
      `dealt in ${ways} ways only: no threshold of level ${level} can be calibrated`
    : draws * rare < 1
    ? `${draws} draws are too few for level ${level}`
    : null;
  const share = (reached + 1) / (deals.length + 1);
  return {
    ...observed,
    threshold: undecided === null ? quantileSorted(deals.toSorted(), level) : null,
    expected: mean(deals),
    p: share,
    drifted: undecided === null && share <= rare + 1e-12,
    undecided,
    level,
    n,
    m,
    subjects: [before.length, now.length],
    bins: contributions(p, q, n, m),
  };
}

/** A statistic of random deals of all people to two sides of the given sizes. */
function dealsOf(
  before: Float64Array[],
  now: Float64Array[],
  bins: number,
  draws: number,
  rng: Random,
  statistic: (a: Float64Array, b: Float64Array) => number,
): Float64Array {
  const people = [...before, ...now];
  const all = total(people, bins);
  const order = Int32Array.from(people.keys());
  const a = new Float64Array(bins), b = new Float64Array(bins);
  return Float64Array.from({ length: draws }, () => {
    b.fill(0);
    for (let i = 0; i < now.length; i++) {
      const other = i + rng.below(order.length - i);
      [order[i], order[other]] = [order[other], order[i]];
      const counts = people[order[i]];
      for (let bin = 0; bin < bins; bin++) b[bin] += counts[bin];
    }
    for (let bin = 0; bin < bins; bin++) a[bin] = all[bin] - b[bin];
    return statistic(a, b);
  });
}

function countsOf(sequence: ArrayLike<number>, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  for (let i = 0; i < sequence.length; i++) {
    if (sequence[i] >= bins) throw new RangeError(`Cannot count: bin ${sequence[i]} of ${bins}`);
    if (sequence[i] >= 0) counts[sequence[i]]++;
  }
  return counts;
}

function total(people: readonly Float64Array[], bins: number): Float64Array {
  const out = new Float64Array(bins);
  for (const counts of people) for (let bin = 0; bin < bins; bin++) out[bin] += counts[bin];
  return out;
}

/** Ways to choose k of n, exact as far as numbers are. */
function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = ways * (n - k + i) / i;
  return ways;
}

function contributions(p: Float64Array, q: Float64Array, n: number, m: number): DriftTest["bins"] {
  const rows = Array.from(p, (count, bin) => {
    const a = (count + 0.5) / (n + 0.5 * p.length), b = (q[bin] + 0.5) / (m + 0.5 * p.length);
    return { bin, reference: count / n, current: q[bin] / m, psi: (b - a) * Math.log(b / a) };
  });
  return rows.sort((a, b) => b.psi - a.psi).slice(0, 10);
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
