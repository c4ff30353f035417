import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { judgeClassifier } from "../../../lib/metrics/scores/judge_classifier.ts";
import { judge } from "../../../lib/metrics/scores/judged.ts";
import { Random } from "../../../lib/random.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

// Six people of two recordings with four windows each: labels 0, 0, 1, 1; person i is wrong in the first i windows.
const windows = makeWindows(
  Array.from({ length: 12 }, (_, r) => ({ subject: `s${Math.floor(r / 2)}`, samples: 25 })),
  { label: (_, start) => (start < 10 ? 0 : 1) },
);
const person = Array.from(windows.recording, (r) => Math.floor(r / 2));
const said = Array.from(windows.labels, (label, i) => (i % 8 < person[i] ? 1 - label : label));
const judged = judge(windows, splitOf(new Uint8Array(48).fill(Part.test)), "test");
const logitsOf = (classes: string[], names = ["sit", "walk", "run"]) =>
  Float32Array.from(said.flatMap((label) => classes.map((name) => (name === names[label] ? 2 : 0))));
const judgedAs = (classes: string[], train = Int32Array.of(1, 1, 0)) =>
  judgeClassifier(judged, { logits: logitsOf(classes), classes, temperature: 1 }, train, new Random(1));

Deno.test("judgeClassifier() counts rows and columns of the confusion matrix, whatever the order of the logits", () => {
  for (const classes of [["sit", "walk", "run"], ["walk", "run", "sit"]]) {
    const { confusion, metrics, predicted } = judgedAs(classes);
    assert.deepEqual([...predicted], said);
    // 0 + 1 + 2 + 3 + 4 + 5 of 48 are wrong: of the first two windows 0 + 1 + 2 + 2 + 2 + (2 + 1) are of class 0.
    assert.deepEqual(confusion, [[14, 10, 0], [5, 19, 0], [0, 0, 0]]);
    assert.deepEqual([metrics.accuracy.value, metrics.accuracy.n], [33 / 48, 48]);
    assert.ok(Math.abs(metrics.balanced_accuracy.value! - (14 / 24 + 19 / 24) / 2) < 1e-12);
  }
});

Deno.test("judgeClassifier() has tables of people and recordings, and the spread over people", () => {
  const { tables, metrics } = judgedAs(["sit", "walk", "run"]);
  assert.deepEqual(tables.per_subject.map(({ subject, windows, accuracy }) => [subject, windows, accuracy]), [
    ["s0", 8, 1],
    ["s1", 8, 7 / 8],
    ["s2", 8, 6 / 8],
    ["s3", 8, 5 / 8],
    ["s4", 8, 4 / 8],
    ["s5", 8, 3 / 8],
  ]);
  assert.deepEqual(
    tables.per_recording.map(({ recording, accuracy }) => [recording, accuracy]).slice(8, 12),
    [
      ["r8", 0],
      ["r9", 1],
      ["r10", 0],
      ["r11", 3 / 4],
    ],
  );
  const { subject_accuracy_min: least, subject_accuracy_median: middle, subject_accuracy_max: most } =
    metrics;
  assert.deepEqual([least.value, middle.value, most.value, most.n, most.of], [
    3 / 8,
    11 / 16,
    1,
    6,
    "subjects",
  ]);
  assert.deepEqual(tables.per_class.map((row) => row.class), ["sit", "walk", "run"]);
  // Without person 0 33 − 8 of 40 are right, without person 5 33 − 3.
  const { subjects, without } = metrics.accuracy.jackknife!;
  assert.deepEqual([subjects.length, without[0], without[5]], [6, 25 / 40, 30 / 40]);
  assert.match(metrics.accuracy.interval!.method, /logit t over 6 subjects/);
  assert.match(metrics.accuracy.note!, /^Wilson 95 % \[0\.5467, 0\.8005\]/);
});

Deno.test("judgeClassifier() holds scores against the most frequent class of training, or of the judged windows", () => {
  const { metrics } = judgedAs(["sit", "walk", "run"]);
  assert.deepEqual([metrics.majority_accuracy.value, metrics.majority_balanced_accuracy.value], [0.5, 0.5]);
  assert.match(
    metrics.majority_accuracy.note!,
    /^always "walk", the most frequent class of the training part$/,
  );
  const none = judgedAs(["sit", "walk", "run"], new Int32Array(0)).metrics.majority_macro_f1;
  assert.match(none.note!, /^always "sit", the most frequent class \(there is no training part\)$/);
  // F1 of class 0 is 2 · 24/(48 + 24); class 1 has 0.
  assert.ok(Math.abs(none.value! - (2 / 3) / 2) < 1e-12);
});

Deno.test("judgeClassifier() tells classes that the model lacks, with their windows, and refuses when it knows none", () => {
  const { metrics, tables, confusion } = judgedAs(["sit", "run"]);
  assert.deepEqual(tables.unknown_classes, [{ class: "walk", windows: 24 }]);
  assert.equal(metrics.unknown_class_share.value, 0.5);
  assert.equal(metrics.nll.value, null);
  assert.equal(confusion.reduce((sum, row) => sum + row[1], 0), 0);
  assert.throws(() => judgedAs(["a", "b"]), /classes \(a, b\) are none of the labels \(sit, walk, run\)/);
  for (const column of [0, 1, 2]) {
    const logits = logitsOf(["sit", "walk", "run"]);
    logits[3 * 7 + column] = NaN;
    const output = { logits, classes: ["sit", "walk", "run"], temperature: 1 };
    assert.throws(
      () => judgeClassifier(judged, output, new Int32Array(0), new Random(1)),
      /logit NaN at window 7/,
    );
  }
});

Deno.test("judgeClassifier() has the mean −ln p of the labels, over the temperature, with every class in the sum", () => {
  const logits = Float32Array.from({ length: 3 * 48 }, (_, i) => (i * 7 % 5) - 2);
  const classes = ["run", "sit", "walk"], temperature = 1.5;
  const { metrics } = judgeClassifier(
    judged,
    { logits, classes, temperature },
    Int32Array.of(0),
    new Random(1),
  );
  const nll = (by: number) =>
    judged.labels.reduce((sum, label, i) => {
      const row = [1, 2, 0].map((column) => Math.exp(logits[3 * i + column] / by));
      return sum - Math.log(row[label] / (row[0] + row[1] + row[2])) / 48;
    }, 0);
  assert.ok(Math.abs(metrics.nll.value! - nll(1.5)) < 1e-6);
});
