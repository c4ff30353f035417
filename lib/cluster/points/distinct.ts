/** Distinct rows of an integer matrix, by open addressing. */

/** Distinct rows: which one each row is, `[N]`, and a row that holds each, `[M]`. */
export interface DistinctRows {
  index: Uint32Array;
  first: Uint32Array;
}

/**
 * Numbers the distinct rows of an integer matrix in lexicographic order of their values, so that the numbering does
 * not depend on the order of the rows.
 *
 * @param rows int32 `[N, d]`.
 * @param limit Gives up as soon as more distinct rows are found.
 * @returns `index` `[N]` into the distinct rows, and `first` `[M]`: a row that holds each distinct one; null beyond
 * `limit`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const { index, first } = distinctRowsUpTo(Int32Array.of(5, 1, 0, 2, 5, 1), 2, 10)!;
 * assert.deepEqual([...index], [1, 0, 1]);
 * assert.deepEqual([...first], [1, 0]);
 * assert.equal(distinctRowsUpTo(Int32Array.of(5, 1, 0, 2), 2, 1), null);
 * ```
 */
export function distinctRowsUpTo(rows: Int32Array, d: number, limit: number): DistinctRows | null {
  const n = rows.length / d;
  const index = new Uint32Array(n);
  let capacity = 1024;
  let table = new Int32Array(capacity).fill(-1);
  const found: number[] = [];
  const hashes: number[] = [];
  for (let i = 0; i < n; i++) {
    const hash = hashRow(rows, i * d, d);
    let slot = hash & (capacity - 1);
    while (table[slot] >= 0 && !sameRow(rows, i, found[table[slot]], d)) slot = (slot + 1) & (capacity - 1);
    if (table[slot] < 0) {
      if (found.length >= limit) return null;
      table[slot] = found.length;
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
  const order = Uint32Array.from(found.keys()).sort((a, b) => compareRows(rows, found[a], found[b], d));
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

function hashRow(rows: Int32Array, start: number, d: number): number {
  let h = 0x9e3779b9;
  for (let t = start; t < start + d; t++) {
    h = Math.imul(h ^ rows[t], 0x85ebca6b);
    h ^= h >>> 15;
  }
  return h >>> 0;
}

function sameRow(rows: Int32Array, i: number, j: number, d: number): boolean {
  for (let t = 0, p = i * d, q = j * d; t < d; t++, p++, q++) if (rows[p] !== rows[q]) return false;
  return true;
}

function compareRows(rows: Int32Array, i: number, j: number, d: number): number {
  for (let t = 0, p = i * d, q = j * d; t < d; t++, p++, q++) {
    if (rows[p] !== rows[q]) return rows[p] - rows[q];
  }
  return 0;
}
