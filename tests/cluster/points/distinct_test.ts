import assert from "node:assert/strict";
import { distinct } from "./distinct_rows.ts";
import { Random } from "../../../lib/random.ts";

/** The same by text. */
function byText(rows: readonly number[][]) {
  const sorted = [...new Map(rows.map((row, i) => [row.join(), { row, i }]).reverse() as any)].map(([, v]) =>
    v as { row: number[]; i: number }
  ).sort((a, b) => {
    const t = a.row.findIndex((value, at) => value !== b.row[at]);
    return t < 0 ? 0 : a.row[t] - b.row[t];
  });
  return {
    index: rows.map((row) => sorted.findIndex((found) => found.row.join() === row.join())),
    first: sorted.map(({ i }) => i),
  };
}

Deno.test("distinct rows stand in lexicographic order, each with the first row that holds it", () => {
  const rng = new Random(2);
  for (const [n, d, values] of [[0, 2, 1], [1, 1, 3], [60, 1, 5], [200, 2, 4], [300, 3, 3], [40, 4, 1]]) {
    const rows = Array.from({ length: n }, () => Array.from({ length: d }, () => rng.below(values) - 1));
    const { index, first } = distinct(Int32Array.from(rows.flat()), d, Infinity)!;
    assert.deepEqual({ index: [...index], first: [...first] }, byText(rows));
  }
});

Deno.test("as many rows as the limit are numbered, one more is given up, also in a table that grows", () => {
  for (const n of [1, 3, 511, 512, 513, 2049, 5000]) {
    // Each twice, in descending order.
    const rows = Int32Array.from({ length: 2 * n }, (_, i) => 7 * (n - 1 - i % n));
    const { index, first } = distinct(rows, 1, n)!;
    assert.ok(index.every((p, i) => p === n - 1 - i % n), `${n}`);
    assert.ok(first.length === n && first.every((row, p) => row === n - 1 - p), `${n}`);
    assert.equal(distinct(rows, 1, n - 1), null);
  }
});
