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
    const keys = new Map<string, number[]>();
    for (let i = 0; i < columns.rows; i++) {
      const key = `${subject?.[i]}/${session?.[i]}`;
      const rows = keys.get(key);
      if (rows === undefined) keys.set(key, [i]);
      else rows.push(i);
    }
    if (cuts.length > 3 * keys.size && columns.rows / cuts.length < 10) {
      const order = Int32Array.from([...keys.values()].flat());
      reorder(columns, labels, width, order);
      cuts = runs();
    }
  }
  return ends(cuts);
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
