/** What two labellings have in common, without each group in turn: from counts, which add up, not from the rows anew. */
import type { ScoreBy } from "./by_subject.ts";

/** Sums over the counts of the labels that are left. */
interface Sums {
  /** Σ n log₂ n. */
  bits: number;
  /** Σ n (n − 1) / 2. */
  pairs: number;
  /** Labels with any rows. */
  kinds: number;
}

/** Counts of a labelling with ids from 0, in all and by group. */
class Counts {
  readonly all: Sums = { bits: 0, pairs: 0, kinds: 0 };
  readonly #total = new Map<number, number>();
  readonly #own: Map<number, number>[];

  constructor(label: (row: number) => number, group: Int32Array, groups: number) {
    this.#own = Array.from({ length: groups }, () => new Map<number, number>());
    for (let row = 0; row < group.length; row++) {
      const id = label(row), own = this.#own[group[row]]!;
      own.set(id, (own.get(id) ?? 0) + 1);
    }
    for (const own of this.#own) {
      for (const [id, n] of own) this.#total.set(id, (this.#total.get(id) ?? 0) + n);
    }
    for (const n of this.#total.values()) add(this.all, n, 1);
  }

  /** The same sums without the rows of a group. */
  without(group: number): Sums {
    const sums = { ...this.all };
    for (const [id, n] of this.#own[group]!) {
      const all = this.#total.get(id)!;
      add(sums, all, -1);
      add(sums, all - n, 1);
    }
    return sums;
  }
}

function add(sums: Sums, n: number, sign: 1 | -1): void {
  if (n === 0) return;
  sums.bits += sign * n * Math.log2(n);
  sums.pairs += sign * n * (n - 1) / 2;
  sums.kinds += sign;
}

/** `n` rows: how often both labels occur together, and each by itself. */
interface Tally {
  n: number;
  both: Sums;
  first: Sums;
  second: Sums;
}

/** A score of the counts of two labellings of any whole numbers. Its work is one pass over the rows, however many groups. */
function tallied(a: Int32Array, b: Int32Array, of: (tally: Tally) => number | null): ScoreBy {
  return (group, groups) => {
    const columns = new Map([...new Set(b)].map((label, i) => [label, i]));
    const rows = new Map([...new Set(a)].map((label, i) => [label, i]));
    const size = new Float64Array(groups);
    for (const g of group) size[g]++;
    const row = (i: number) => rows.get(a[i])!, column = (i: number) => columns.get(b[i])!;
    const both = new Counts((i) => row(i) * columns.size + column(i), group, groups);
    const first = new Counts(row, group, groups), second = new Counts(column, group, groups);
    const score = (n: number, sums: (counts: Counts) => Sums) =>
      n === 0 ? null : of({ n, both: sums(both), first: sums(first), second: sums(second) });
    return {
      value: score(group.length, ({ all }) => all),
      without: (g) => score(group.length - size[g], (counts) => counts.without(g)),
      groups,
    };
  };
}

/**
 * Mutual information of two labellings in bits by group.
 *
 * ```ts
 * import { informationBy } from "./agreement_by_group.ts";
 * import assert from "node:assert/strict";
 * const told = informationBy(Int32Array.of(0, 0, 1, 1), Int32Array.of(5, 5, 7, 7))(Int32Array.of(0, 0, 0, 1), 2);
 * assert.deepEqual([told.value, told.without(0)], [1, 0]);
 * ```
 */
export function informationBy(a: Int32Array, b: Int32Array): ScoreBy {
  return tallied(a, b, information);
}

/**
 * A score of the adjusted Rand index and the normalised mutual information by group, as `agreement` gives them.
 *
 * @param of The score; `classes` is the number of labels in `truth` that are left.
 *
 * ```ts
 * import { agreementBy } from "./agreement_by_group.ts";
 * import assert from "node:assert/strict";
 * const by = agreementBy(Int32Array.of(0, 0, 1, 1), Int32Array.of(3, 3, 5, 3), ({ ari }) => ari);
 * const { value, without } = by(Int32Array.of(0, 1, 0, 1), 2);
 * assert.deepEqual([value, without(1)], [0, 1]);
 * ```
 */
export function agreementBy(
  truth: Int32Array,
  predicted: Int32Array,
  of: (agreement: { ari: number; nmi: number }, classes: number) => number | null,
): ScoreBy {
  return tallied(
    truth,
    predicted,
    (tally) => of({ ari: adjustedRand(tally), nmi: normalizedInformation(tally) }, tally.first.kinds),
  );
}

function information({ n, both, first, second }: Tally): number {
  return Math.max(0, Math.log2(n) + (both.bits - first.bits - second.bits) / n);
}

/** Divided by the arithmetic mean of the entropies, 1 where both are one label. */
function normalizedInformation(tally: Tally): number {
  const { n, first, second } = tally;
  const mutual = information(tally);
  const [told, tells] = [first, second].map(({ bits, kinds }) =>
    kinds < 2 ? 1 : mutual / (Math.log2(n) - bits / n)
  );
  return told + tells === 0 ? 0 : 2 * told * tells / (told + tells);
}

function adjustedRand({ n, both, first, second }: Tally): number {
  const all = n * (n - 1) / 2;
  if (all === 0) return 1;
  const expected = first.pairs * second.pairs / all;
  const most = (first.pairs + second.pairs) / 2;
  // Both labellings are one cluster, or both keep every row apart: equal partitions.
  return most === expected ? 1 : (both.pairs - expected) / (most - expected);
}
