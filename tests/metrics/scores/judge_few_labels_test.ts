import assert from "node:assert/strict";
import {
  type FewLabelsResult,
  judgeFewLabels,
  type Way,
} from "../../../lib/metrics/scores/judge_few_labels.ts";
import type { Judged } from "../../../lib/metrics/scores/judged.ts";

/** Ten windows of each of six people, two classes in turn. */
const n = 60;
const judged: Judged = {
  part: Uint32Array.from({ length: n }, (_, i) => i),
  rows: Uint32Array.from({ length: n }, (_, i) => i),
  labels: Int32Array.from({ length: n }, (_, i) => i % 2),
  train: new Uint32Array(),
  classNames: ["rest", "walk"],
  subjects: ["a", "b", "c", "d", "e", "f"],
  subject: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 10)),
  recordings: ["a", "b", "c", "d", "e", "f"],
  recording: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 10)),
  origin: "simulated",
};

/** A draw that is wrong in its first `wrong` windows. */
function drawn(
  way: Way,
  draw: number,
  wrong: number,
  people = 2,
  perClass: number | null = 10,
): FewLabelsResult {
  const guesses = judged.labels.map((label, i) => i < wrong ? 1 - label : label);
  return { people, perClass, draw, way, labeled: 20 + draw, classes: 2 - (draw === 3 ? 1 : 0), guesses };
}

const close = (a: unknown, b: number) => assert.ok(Math.abs(Number(a) - b) < 1e-12, `${a} is not ${b}`);

Deno.test("judgeFewLabels() tells median and quartiles of the draws of each way, people and windows", () => {
  const wrong = [0, 6, 12, 30, 24];
  const { tables } = judgeFewLabels(judged, [
    drawn("codes", 0, 60, 1),
    ...wrong.map((w, draw) => drawn("codes", draw, w)),
    ...wrong.map((_, draw) => drawn("statistics", draw, 30)),
  ]);
  const [first, codes, statistics] = tables.few_labels;
  assert.deepEqual([first.people, first.draws, first.accuracy], [1, 1, 0]);
  // Sorted: 0.5, 0.6, 0.8, 0.9, 1.
  close(codes.accuracy, 0.8);
  close(codes.accuracy_lower, 0.6);
  close(codes.accuracy_upper, 0.9);
  // Wrong windows hit both classes alike, so F1 of each class is the accuracy.
  close(codes.macro_f1, 0.8);
  assert.deepEqual([codes.labeled, codes.classes, codes.draws, codes.judged], [22, 1, 5, 60]);
  close(statistics.accuracy_upper, 0.5);
});

Deno.test("judgeFewLabels() takes means over the draws of the last cell, and gains over the same draws", () => {
  const { metrics } = judgeFewLabels(judged, [
    ...[0, 1].map((draw) => drawn("codes", draw, 60, 1)),
    drawn("statistics", 7, 60),
    ...[6, 18].map((w, draw) => drawn("statistics", draw, 3 * w, 2, null)),
    ...[6, 18].map((w, draw) => drawn("codes", draw, w, 2, null)),
  ]);
  close(metrics.few_labels_accuracy.value, 0.8);
  close(metrics.few_labels_statistics_accuracy.value, 0.4);
  close(metrics.few_labels_gain.value, 0.4);
  assert.match(metrics.few_labels_gain.note!, /2 draws of all windows of 2 people, with the same labels/);
  assert.match(metrics.few_labels_accuracy.note!, /2 draws of all windows of 2 people$/);
  assert.deepEqual(Object.keys(metrics).filter((name) => /tuned|pretraining/.test(name)), []);
  // Without person a: windows 11 to 60, of which 0 and 8 are wrong.
  close(metrics.few_labels_accuracy.jackknife!.without[0], (50 + 42) / 100);
  assert.deepEqual(metrics.few_labels_accuracy.n, 60);
});

Deno.test("judgeFewLabels() compares tuning with training from nothing", () => {
  const { metrics } = judgeFewLabels(judged, [
    drawn("untrained", 0, 30),
    drawn("untrained", 1, 60),
    drawn("tuned", 1, 0),
  ]);
  close(metrics.pretraining_gain.value, 1);
  close(metrics.few_labels_untrained_accuracy.value, 0.25);
  assert.equal(metrics.few_labels_gain, undefined);
});
