/** Distinct rows of integers, by open addressing; in memory are only those that differ. */

/** Distinct rows: which one each row is, `[N]`, and a row that holds each, `[M]`. */
export interface DistinctRows {
  index: Uint32Array;
  first: Uint32Array;
}

/**
 * Numbers the distinct rows of integers in lexicographic order of their values, so that the numbering does not depend on the
 * order of the rows.
 *
 * @param n Number of rows.
 * @param read Writes row `i`, int32 `[d]`.
 * @param limit Gives up as soon as more distinct rows are found.
 * @param index Where to put it: a search over millions of rows must not take new memory for each try.
 * @returns `index` `[N]` into the distinct rows, and `first` `[M]`: a row that holds each distinct one; null beyond
 * `limit`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const rows = [[5, 1], [0, 2], [5, 1]];
 * const read = (i: number, row: Int32Array) => row.set(rows[i]);
 * const { index, first } = distinctRowsUpTo(3, 2, read, 10)!;
 * assert.deepEqual([...index], [1, 0, 1]);
 * assert.deepEqual([...first], [1, 0]);
 * assert.equal(distinctRowsUpTo(3, 2, read, 1), null);
 * ```
 */
export function distinctRowsUpTo(
  n: number,
  d: number,
  read: (i: number, row: Int32Array) => void,
  limit: number,
  index: Uint32Array = new Uint32Array(n),
): DistinctRows | null {
  const row = new Int32Array(d);
  let kept = new Int32Array(512 * d);
  let capacity = 1024;
  let table = new Int32Array(capacity).fill(-1);
  const found: number[] = [];
  const hashes: number[] = [];
  for (let i = 0; i < n; i++) {
    read(i, row);
    const hash = hashRow(row);
    let slot = hash & (capacity - 1);
    while (table[slot] >= 0 && !sameRow(row, kept, table[slot] * d)) slot = (slot + 1) & (capacity - 1);
    if (table[slot] < 0) {
      if (found.length >= limit) return null;
      table[slot] = found.length;
      if (found.length * d === kept.length) kept = grown(kept);
      kept.set(row, found.length * d);
      found.push(i);
      hashes.push(hash);
      if (found.length * 2 > capacity) {
        capacity *= 4;
        table = rehash(hashes, capacity);
        index[i] = found.length - 1;
        continue;
      }
    }
    index[i] = table[slot];
  }
  const order = Uint32Array.from(found.keys()).sort((a, b) => compareRows(kept, a, b, d));
  const rank = new Uint32Array(order.length);
  order.forEach((old, rankOfOld) => rank[old] = rankOfOld);
  for (let i = 0; i < n; i++) index[i] = rank[index[i]];
  return { index, first: order.map((old) => found[old]) };
}

function rehash(hashes: number[], capacity: number): Int32Array<ArrayBuffer> {
  const table = new Int32Array(capacity).fill(-1);
  hashes.forEach((hash, entry) => {
    let slot = hash & (capacity - 1);
    while (table[slot] >= 0) slot = (slot + 1) & (capacity - 1);
    table[slot] = entry;
  });
  return table;
}

function grown(kept: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * kept.length);
  more.set(kept);
  return more;
}

function hashRow(row: Int32Array): number {
  let h = 0x9e3779b9;
  for (let t = 0; t < row.length; t++) {
    h = Math.imul(h ^ row[t], 0x85ebca6b);
    h ^= h >>> 15;
  }
  return h >>> 0;
}

function sameRow(row: Int32Array, kept: Int32Array, start: number): boolean {
  for (let t = 0; t < row.length; t++) if (row[t] !== kept[start + t]) return false;
  return true;
}

function compareRows(rows: Int32Array, i: number, j: number, d: number): number {
  for (let t = 0, p = i * d, q = j * d; t < d; t++, p++, q++) {
    if (rows[p] !== rows[q]) return rows[p] - rows[q];
  }
  return 0;
}
