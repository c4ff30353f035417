/** Rows of several people or sessions in one table. */
import type { Columns } from "./table.ts";

/**
 * Cuts rows where the subject or session changes, `[from, to)` each. Where rows of several are mixed in order of time, each
 * one's rows are brought together first, in place.
 *
 * Without a time column, empty lines that part blocks of ten rows and more end a recording, and so does every `every`th row.
 *
 * @param labels One per row, or undefined.
 * @param width Values of a row.
 */
export function cutRows(
  columns: Columns,
  labels: Int32Array | undefined,
  width: number,
  subject?: Int32Array,
  session?: Int32Array,
  every?: number,
): [number, number][] {
  const ends = (cuts: readonly number[]) =>
    cuts.map((from, k): [number, number] => [from, cuts[k + 1] ?? columns.rows]);
  if (columns.cuts !== undefined) return ends(columns.cuts);
  const same = (i: number, k: number) => subject?.[i] === subject?.[k] && session?.[i] === session?.[k];
  const marks = new Set(columns.time.length === 0 ? blocks(columns, every) : []);
  const runs = () => {
    const cuts = [0];
    for (let i = 1; i < columns.rows; i++) if (marks.has(i) || !same(i, i - 1)) cuts.push(i);
    return cuts;
  };
  let cuts = runs();
  if (columns.time.length > 0 && cuts.length > 10) {
    const own = groupOf(columns.rows, subject, session);
    if (cuts.length > 3 * own.count && columns.rows / cuts.length < 10) {
      reorder(columns, labels, width, inGroups(own));
      cuts = runs();
    }
  }
  return ends(cuts);
}

interface Groups {
  /** Number of each row's group, in order of appearance. */
  group: Int32Array;
  count: number;
}

/** Whose row each is: one group for each subject in each session. */
function groupOf(rows: number, subject?: Int32Array, session?: Int32Array): Groups {
  const sessions = (session ?? new Int32Array(0)).reduce((most, code) => Math.max(most, code), 0) + 1;
  const numbers = new Map<number, number>();
  const group = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const key = (subject?.[i] ?? 0) * sessions + (session?.[i] ?? 0);
    let number = numbers.get(key);
    if (number === undefined) numbers.set(key, number = numbers.size);
    group[i] = number;
  }
  return { group, count: numbers.size };
}

/** Rows by group, each group's in their order. */
function inGroups({ group, count }: Groups): Int32Array {
  const next = new Int32Array(count + 1);
  for (const g of group) next[g + 1]++;
  for (let g = 1; g <= count; g++) next[g] += next[g - 1];
  const order = new Int32Array(group.length);
  group.forEach((g, row) => order[next[g]++] = row);
  return order;
}

/** Puts rows in the given order, in place. */
function reorder(
  columns: Columns,
  labels: Int32Array | undefined,
  width: number,
  order: Int32Array,
): void {
  const values = columns.values.slice();
  order.forEach((row, i) => columns.values.set(values.subarray(row * width, (row + 1) * width), i * width));
  for (const array of [columns.time, labels, ...columns.texts.map(({ codes }) => codes)]) {
    if (array === undefined) continue;
    const old = array.slice();
    order.forEach((row, i) => array[i] = old[row]);
  }
  const { lineOf } = columns;
  columns.lineOf = (row) => lineOf(order[row]);
}

/** Fewer rows between empty lines are a stray line, not a recording. */
const leastBlock = 10;

/** First rows of recordings that empty lines or a fixed number of rows part. */
function blocks({ rows, breaks = [] }: Columns, every: number | undefined): number[] {
  if (every !== undefined) {
    return Array.from({ length: Math.ceil(rows / every) - 1 }, (_, k) => (k + 1) * every);
  }
  const edges = [0, ...breaks, rows];
  return edges.slice(1).every((at, k) => at - edges[k] >= leastBlock) ? breaks : [];
}
