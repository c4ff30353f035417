import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { classesOf, classWeights, labeledRowsOf } from "../../../lib/model/train/training_rows.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const windows = makeWindows([{ subject: "a", samples: 45 }], {
  label: (_, start) => [2, 2, -1, 0, 0, 0, 1, 2][start / 5],
});
windows.purity.set([1, 0.8, 1, 0.79, 1, 1, 1, 1]);
const part = Uint8Array.from([1, 1, 1, 1, 1, 1, 2, 3]);

Deno.test("labeledRowsOf() takes labelled windows of a part that are pure enough", () => {
  assert.deepEqual([...labeledRowsOf(windows, splitOf(part), Part.train, 0)], [0, 1, 3, 4, 5]);
  assert.deepEqual([...labeledRowsOf(windows, splitOf(part), Part.train, 0.8)], [0, 1, 4, 5]);
  assert.deepEqual([...labeledRowsOf(windows, splitOf(part), Part.validation, 1)], [6]);
  assert.throws(
    () => labeledRowsOf(windows, splitOf(part.subarray(1)), Part.train, 0),
    /it divides 7 windows, there are 8/,
  );
});

Deno.test("classesOf() numbers the classes that are trained on, in the order of the label names", () => {
  const { names, labels, classOf } = classesOf(windows, Int32Array.of(0, 1, 3));
  assert.deepEqual([names, [...classOf]], [["sit", "run"], [0, -1, 1]]);
  assert.deepEqual([...labels], [1, 1, -1, 0, 0, 0, -1, 1]);
});

Deno.test("classWeights() weigh classes by one over their share or its root, 1 on average over the windows", () => {
  // Four windows of class 0, one of class 1.
  const labels = Int32Array.of(0, 0, 0, 0, 1), rows = Int32Array.from(labels.keys());
  const near = (actual: Float64Array, expected: number[]) =>
    expected.forEach((value, c) => assert.ok(Math.abs(actual[c] - value) < 1e-12, `${actual}`));
  near(classWeights(labels, rows, 2, "none"), [1, 1]);
  near(classWeights(labels, rows, 2, "balanced"), [5 / 8, 5 / 2]);
  // Weights ½ and 1 by root: (4 · ½ + 1)/5 is their mean.
  near(classWeights(labels, rows, 2, "sqrt"), [0.5 / 0.6, 1 / 0.6]);
});
