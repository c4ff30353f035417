import assert from "node:assert/strict";
import { stepCounts, transitions } from "../../lib/temporal/transitions.ts";

const labels = [0, 0, 1, 1, 2, 0];
const cut = [{ from: 0, to: 4 }, { from: 4, to: 6 }];

Deno.test("T108 stepCounts() gives the published vector, self-transitions included", () => {
  assert.deepEqual(stepCounts(labels, 3), [[1, 1, 0], [0, 1, 1], [1, 0, 0]]);
});

Deno.test("T108 stepCounts() counts nothing across a recording boundary", () => {
  assert.deepEqual(stepCounts(labels, 3, cut), [[1, 1, 0], [0, 1, 0], [1, 0, 0]]);
});

Deno.test("transitions() leaves self-transitions out and is always K × K", () => {
  const { counts, rows, bigram } = transitions(labels, 4);
  assert.deepEqual(counts, [[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]);
  assert.deepEqual(rows[3], [0, 0, 0, 0]);
  // From 0 twice to 1 and once to 2; the first change is one.
  assert.deepEqual(transitions([0, 1, 0, 2, 0, 1], 3).rows, [[0, 2 / 3, 1 / 3], [1, 0, 0], [1, 0, 0]]);
  assert.deepEqual(transitions([0, 1], 2).counts, [[0, 1], [0, 0]]);
  assert.equal(bigram.flat().reduce((a, b) => a + b, 0), 1);
});

Deno.test("transitions() is interrupted by unassigned bouts", () => {
  assert.deepEqual(transitions([0, -1, 1], 2).counts, [[0, 0], [0, 0]]);
});

Deno.test("transitions() of no change has zero tables rather than NaN", () => {
  assert.deepEqual(transitions([1, 1, 1], 2).bigram, [[0, 0], [0, 0]]);
});

Deno.test("stepCounts() and transitions() skip unassigned predictions on either side", () => {
  assert.deepEqual(stepCounts([0, -1, 1, 1, 0], 2), [[0, 0], [1, 1]]);
  const { counts, rows, bigram } = transitions([0, 1, 0, -1, 1, 0], 2, [{ from: 0, to: 2 }, {
    from: 2,
    to: 6,
  }]);
  assert.deepEqual(counts, [[0, 1], [1, 0]]);
  assert.deepEqual([rows, bigram], [[[0, 1], [1, 0]], [[0, 0.5], [0.5, 0]]]);
});
