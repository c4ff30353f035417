import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import fc from "fast-check";
import {
  classesOf,
  classWeights,
  labeledRowsOf,
  sampleRuns,
  sampleSplit,
} from "../../../lib/model/train/training_rows.ts";
import { Random } from "../../../lib/random.ts";
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

Deno.test("sampleRuns() draws so many windows, no other and none twice, in runs of neighbours, all of them alike", () => {
  fc.assert(fc.property(fc.nat(300), fc.integer({ min: 1, max: 300 }), fc.nat(), (n, most, seed) => {
    const rows = Int32Array.from({ length: n }, (_, i) => 3 * i + 1);
    const drawn = sampleRuns(rows, most, new Random(seed));
    assert.equal(drawn.length, Math.min(n, most));
    assert.equal(new Set(drawn).size, drawn.length);
    assert.ok(drawn.every((row, i) => row % 3 === 1 && (i === 0 || row > drawn[i - 1])));
    // Every run that was begun is whole but for the last one drawn.
    const begun = new Set(Array.from(drawn, (row) => Math.floor((row - 1) / 3 / 32)));
    assert.ok(begun.size <= Math.ceil(drawn.length / 32) + 1);
  }));
  const rows = Int32Array.from({ length: 320 }, (_, i) => i);
  const seen = new Float64Array(320);
  for (let seed = 0; seed < 4000; seed++) {
    for (const row of sampleRuns(rows, 96, new Random(seed))) seen[row]++;
  }
  // Three of ten runs: 1200 times each, with a standard deviation of 29.
  assert.ok(seen.every((times) => Math.abs(times - 1200) < 150), String(seen.filter((_, i) => i % 32 === 0)));
});

Deno.test("sampleSplit() leaves what it did not draw to no part, and the test part as it is", () => {
  const part = Uint8Array.from(
    { length: 900 },
    (_, i) => i < 600 ? Part.train : i < 800 ? Part.validation : Part.test,
  );
  const split = splitOf(part);
  const even = (which: Part) => Int32Array.from(part.keys().filter((i) => part[i] === which && i % 2 === 0));
  const { split: drawn, from } = sampleSplit(split, even, 80, new Random(3));
  assert.deepEqual(from, { windows: 300, validationWindows: 100 });
  const rows = (which: Part) => [...drawn.part.keys().filter((i) => drawn.part[i] === which)];
  assert.deepEqual([rows(Part.train).length, rows(Part.validation).length, rows(Part.test).length], [
    80,
    20,
    100,
  ]);
  assert.ok(
    [...rows(Part.train), ...rows(Part.validation)].every((i) => i % 2 === 0 && drawn.part[i] === part[i]),
  );
  assert.equal(split.part, part);
});
