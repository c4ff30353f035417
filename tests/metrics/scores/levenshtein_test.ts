import assert from "node:assert/strict";
import fc from "fast-check";
import { levenshtein } from "../../../lib/metrics/scores/levenshtein.ts";

const word = fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 110 });

Deno.test("levenshtein() equals the plain table over any number of blocks", () => {
  fc.assert(fc.property(word, word, (a, b) => assert.equal(levenshtein(a, b), table(a, b))));
});

Deno.test("levenshtein() is right at the edges of blocks", () => {
  for (const n of [31, 32, 33, 64, 65]) {
    const a = Array.from({ length: n }, (_, i) => i % 3), b = a.toSpliced(n >> 1, 1);
    assert.deepEqual([levenshtein(a, a), levenshtein(a, b), levenshtein(b, a), levenshtein(a, [])], [
      0,
      1,
      1,
      n,
    ]);
  }
});

function table(a: number[], b: number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 1] ? row[j - 1] : 1 + row[j - 1];
      next[j] = Math.min(swap, 1 + row[j], 1 + next[j - 1]);
    }
    row = next;
  }
  return row[b.length];
}
