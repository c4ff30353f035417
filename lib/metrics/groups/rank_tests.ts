/**
 * Rank tests of differences between groups and between sessions of the same subjects: Kruskal and Wallis (1952), and
 * Friedman (1937). P-values come from permutations of who belongs where, exact where these can be counted: chi-square
 * approximations do not hold for the few subjects of a behaviour study.
 */
import type { Random } from "../../random.ts";

/** A test statistic with its permutation p-value. */
export interface PermutationTest {
  statistic: number;
  /** Share of the permutations whose statistic is at least as large. */
  p: number;
  /** All permutations were counted; otherwise they were drawn, and p is (larger + 1)/(draws + 1). */
  exact: boolean;
}

/** Permutations counted in full at most, and drawn beyond. */
const EXACT = 20_000, DRAWS = 9_999;

/** Ranks from 1, ties sharing their mean rank. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j < order.length && values[order[j]] === values[order[i]]) j++;
    for (let q = i; q < j; q++) out[order[q]] = (i + 1 + j) / 2;
    i = j;
  }
  return out;
}

/** `Σ (t³ − t)` over ties of `t` equal values. */
function tieSum(values: ArrayLike<number>): number {
  let sum = 0;
  for (const [, t] of countsOf(values)) sum += t ** 3 - t;
  return sum;
}

function countsOf(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  return counts;
}

/**
 * Kruskal–Wallis H with correction for ties, `12/(N(N+1)) Σ R_g²/n_g − 3(N+1)` over its tie factor. For two groups it is
 * the square of the standardised Mann–Whitney U.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const h = kruskalWallis(Float64Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(0, 0, 0, 1, 1, 1), 2);
 * assert.equal(h.toFixed(6), "3.857143");
 * ```
 *
 * @param values One value a subject.
 * @param group Group of each subject, 0 … groups − 1; each has at least one.
 * @returns 0 where all values are equal.
 */
export function kruskalWallis(values: Float64Array, group: Int32Array, groups: number): number {
  const n = values.length;
  const factor = 1 - tieSum(values) / (n ** 3 - n);
  return factor <= 0 ? 0 : ranked(ranks(values), group, groups) / factor;
}

function ranked(rank: Float64Array, group: Int32Array, groups: number): number {
  const n = rank.length;
  const sums = new Float64Array(groups), counts = new Float64Array(groups);
  for (let i = 0; i < n; i++) {
    sums[group[i]] += rank[i];
    counts[group[i]]++;
  }
  let total = 0;
  for (let g = 0; g < groups; g++) total += sums[g] ** 2 / counts[g];
  return 12 / (n * (n + 1)) * total - 3 * (n + 1);
}

/** Kruskal–Wallis with subjects permuted over the groups, whose sizes stay. */
export function testGroups(
  values: Float64Array,
  group: Int32Array,
  groups: number,
  rng: Random,
): PermutationTest {
  const statistic = kruskalWallis(values, group, groups);
  if (statistic === 0) return { statistic, p: 1, exact: true };
  const rank = ranks(values);
  const n = values.length;
  const factor = 1 - tieSum(values) / (n ** 3 - n);
  const sizes = Array.from({ length: groups }, (_, g) => group.filter((own) => own === g).length);
  const own = group.slice();
  let larger = 0, all = 0;
  const count = () => {
    all++;
    if (ranked(rank, own, groups) / factor >= statistic - 1e-9) larger++;
  };
  if (arrangements(sizes) <= EXACT) {
    const place = (i: number, left: number[]) => {
      if (i === n) return count();
      for (let g = 0; g < groups; g++) {
        if (left[g] === 0) continue;
        left[g]--;
        own[i] = g;
        place(i + 1, left);
        left[g]++;
      }
    };
    place(0, [...sizes]);
    return { statistic, p: larger / all, exact: true };
  }
  for (let draw = 0; draw < DRAWS; draw++) {
    rng.shuffle(own);
    count();
  }
  return { statistic, p: (larger + 1) / (DRAWS + 1), exact: false };
}

/** Ways to divide people into groups of these sizes. */
function arrangements(sizes: number[]): number {
  let ways = 1, n = 0;
  for (const size of sizes) for (let i = 1; i <= size; i++) ways *= ++n / i;
  return Math.round(ways);
}

/**
 * Friedman's statistic of subjects measured in every session, corrected for ties. With two sessions it is the sign test.
 *
 * @param values `[subjects][sessions]`.
 * @returns 0 where no subject differs between sessions.
 */
export function friedman(values: Float64Array[]): number {
  const sessions = values[0].length, n = values.length;
  const sums = new Float64Array(sessions);
  let ties = 0;
  for (const row of values) {
    ranks(row).forEach((rank, s) => sums[s] += rank);
    ties += tieSum(row);
  }
  const factor = 1 - ties / (n * (sessions ** 3 - sessions));
  if (factor <= 0) return 0;
  const center = n * (sessions + 1) / 2;
  const spread = sums.reduce((sum, rank) => sum + (rank - center) ** 2, 0);
  return 12 * spread / (n * sessions * (sessions + 1)) / factor;
}

/**
 * Test of sessions of the same subjects. Two sessions: signs of the differences are flipped and their sum of signed
 * ranks counted (Wilcoxon), exact up to fourteen subjects. More: Friedman's statistic with each subject's sessions
 * permuted.
 *
 * @param values `[subjects][sessions]`.
 */
export function testSessions(values: Float64Array[], rng: Random): PermutationTest {
  return values[0].length === 2 ? signedRanks(values, rng) : permutedSessions(values, rng);
}

function signedRanks(values: Float64Array[], rng: Random): PermutationTest {
  const differences = values.map(([a, b]) => b - a).filter((d) => d !== 0);
  const n = differences.length;
  if (n === 0) return { statistic: 0, p: 1, exact: true };
  const rank = ranks(differences.map(Math.abs));
  const statistic = differences.reduce((sum, d, i) => sum + Math.sign(d) * rank[i], 0);
  const extreme = Math.abs(statistic) - 1e-9;
  const exact = 2 ** n <= EXACT;
  const draws = exact ? 2 ** n : DRAWS;
  let larger = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const positive = exact ? (draw >> i & 1) === 1 : rng.uniform() < 0.5;
      sum += positive ? rank[i] : -rank[i];
    }
    if (Math.abs(sum) >= extreme) larger++;
  }
  return { statistic, p: exact ? larger / draws : (larger + 1) / (draws + 1), exact };
}

function permutedSessions(values: Float64Array[], rng: Random): PermutationTest {
  const statistic = friedman(values);
  if (statistic === 0) return { statistic, p: 1, exact: true };
  const own = values.map((row) => row.slice());
  let larger = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    for (const row of own) rng.shuffle(row);
    if (friedman(own) >= statistic - 1e-9) larger++;
  }
  return { statistic, p: (larger + 1) / (DRAWS + 1), exact: false };
}
