/** What one labelling tells of another, without each group in turn: from counts, which add up, not from the rows anew. */
import type { ScoreBy } from "./by_subject.ts";

/** Counts of a labelling with ids from 0, in all and by group. */
class Counts {
  /** Σ n log₂ n of the counts in all. */
  readonly sum: number;
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
    this.sum = [...this.#total.values()].reduce((sum, n) => sum + weighed(n), 0);
  }

  /** The same sum without the rows of a group. */
  without(group: number): number {
    let sum = this.sum;
    for (const [id, n] of this.#own[group]!) {
      const all = this.#total.get(id)!;
      sum += weighed(all - n) - weighed(all);
    }
    return sum;
  }
}

function weighed(n: number): number {
  return n === 0 ? 0 : n * Math.log2(n);
}

/**
 * Mutual information of two labellings in bits by group. Its work is that of one pass over the rows, however many groups there
 * are.
 *
 * @param a Labels of any whole numbers by row.
 *
 * ```ts
 * import { informationBy } from "./told_by_group.ts";
 * import assert from "node:assert/strict";
 * const told = informationBy(Int32Array.of(0, 0, 1, 1), Int32Array.of(5, 5, 7, 7))(Int32Array.of(0, 0, 0, 1), 2);
 * assert.deepEqual([told.value, told.without(0)], [1, 0]);
 * ```
 */
export function informationBy(a: Int32Array, b: Int32Array): ScoreBy {
  return (group, groups) => {
    const columns = new Map([...new Set(b)].map((label, i) => [label, i]));
    const rows = new Map([...new Set(a)].map((label, i) => [label, i]));
    const size = new Float64Array(groups);
    for (const g of group) size[g]++;
    const row = (i: number) => rows.get(a[i])!, column = (i: number) => columns.get(b[i])!;
    const both = new Counts((i) => row(i) * columns.size + column(i), group, groups);
    const first = new Counts(row, group, groups), second = new Counts(column, group, groups);
    const bits = (n: number, sums: [both: number, first: number, second: number]) =>
      n === 0 ? null : Math.max(0, Math.log2(n) + (sums[0] - sums[1] - sums[2]) / n);
    return {
      value: bits(group.length, [both.sum, first.sum, second.sum]),
      without: (g) => bits(group.length - size[g], [both.without(g), first.without(g), second.without(g)]),
      groups,
    };
  };
}
