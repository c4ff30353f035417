import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { judgeLabeling, judgeSegments } from "../../../lib/metrics/scores/judge_behaviours.ts";
import { judge } from "../../../lib/metrics/scores/judged.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows, runs } from "../../temporal/fixtures.ts";

/** A training recording and a test recording of twelve windows each. */
const truth = runs("0x6,1x6,0x4,-1x2,1x4,-1x2");
const labels = runs("0x6,1x3,2x3,0x3,1x3,2x4,3x2");
const windows = makeWindows([{ subject: "a", samples: 65 }, { subject: "b", samples: 65 }], {
  label: (r, start) => truth[12 * r + start / 5],
});
const split = splitOf(Uint8Array.from(windows.recording, (r) => r === 0 ? Part.train : Part.test));
const judged = judge(windows, split, "test");

Deno.test("judgeLabeling() learns meanings on training windows and counts labelled test windows only", () => {
  const { metrics, mapped } = judgeLabeling(judged, windows.labels, labels, "motif");
  // Motif 0 means class 0, motifs 1 and 2 class 1; motif 3 was never seen in training.
  assert.deepEqual([...mapped.subarray(12)], [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, -1, -1]);
  // Test windows with a label: 0000 and 1111, of which the fourth is called class 1.
  const { motif_accuracy, motif_macro_f1, motif_count, motif_ari } = metrics;
  assert.deepEqual([motif_accuracy.value, motif_accuracy.n], [7 / 8, 8]);
  // Class 0: 3 hits of 3 said and 4 there; class 1: 4 hits of 5 said and 4 there; class 2 does not occur.
  assert.ok(Math.abs(motif_macro_f1.value! - (6 / 7 + 8 / 9) / 2) < 1e-12);
  assert.deepEqual([motif_count.value, motif_count.n], [4, 12]);
  // Pairs among 0001 2222 1111: the contingency table is [[3, 1], [0, 0], [0, 4 of motif 2]].
  assert.ok(Math.abs(motif_ari.value! - ari([[3, 1, 0], [0, 0, 4]])) < 1e-12, `${motif_ari.value}`);
});

/** Adjusted Rand index of a contingency table by Hubert and Arabie's formula. */
function ari(table: number[][]): number {
  const pairs = (n: number) => n * (n - 1) / 2;
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const rows = table.map(sum), columns = table[0].map((_, j) => sum(table.map((row) => row[j])));
  const both = sum(table.flat().map(pairs)), a = sum(rows.map(pairs)), b = sum(columns.map(pairs));
  const expected = a * b / pairs(sum(rows));
  return (both - expected) / ((a + b) / 2 - expected);
}

Deno.test("judgeLabeling() counts a label without meaning as wrong", () => {
  const unknown = labels.map((label, i) => i === 13 ? 3 : i === 23 ? -1 : label);
  const { metrics } = judgeLabeling(judged, windows.labels, unknown, "behaviour");
  assert.equal(metrics.behaviour_accuracy.value, 6 / 8);
  assert.equal(metrics.behaviour_count.value, 4);
});

Deno.test("judgeLabeling() has no accuracy without labelled training windows", () => {
  const all = judge(windows, splitOf(new Uint8Array(24).fill(Part.test)), "test");
  const { metrics } = judgeLabeling(all, windows.labels, labels, "motif");
  assert.deepEqual([metrics.motif_accuracy.value, metrics.motif_macro_f1.value], [null, null]);
  assert.match(metrics.motif_accuracy.note!, /no labelled training part/);
  assert.notEqual(metrics.motif_ari.value, null);
});

Deno.test("judgeSegments() cuts unlabelled windows out on both sides and scores what remains", () => {
  const right = Int32Array.from(truth, (label) => Math.max(0, label));
  const { metrics, tables } = judgeSegments(windows, judged, { motifs: labels, behaviours: right });
  assert.deepEqual(tables.segments.map(({ source }) => source), ["motifs", "behaviours"]);
  const [motifs, behaviours] = tables.segments;
  // Two stretches of one class each: 0000, of which motifs make 0001, and 1111, which they call 2222.
  assert.deepEqual([motifs.sequences, motifs.true_segments, motifs.predicted_segments], [2, 2, 3]);
  assert.deepEqual([motifs.edit, motifs.f1_at_50, motifs.over_segmentation], [25, 40, 1.5]);
  assert.deepEqual([behaviours.edit, behaviours.f1_at_10, behaviours.boundary_f1], [100, 100, null]);
  assert.deepEqual([metrics.edit_score.value, metrics.edit_score.n, metrics.edit_score.of], [
    100,
    2,
    "sequences",
  ]);
  assert.deepEqual([metrics.f1_at_25.value, metrics.f1_at_25.n, metrics.f1_at_25.unit], [100, 2, "%"]);
  assert.match(metrics.f1_at_50.note!, /every sequence holds one label only/);
  assert.deepEqual([metrics.over_segmentation.value, metrics.over_segmentation.unit], [1, undefined]);
});

Deno.test("judgeSegments() says nothing of flat sequences where labels change within one", () => {
  const { metrics } = judgeSegments(
    windows,
    judge(windows, splitOf(new Uint8Array(24).fill(Part.test)), "test"),
    {
      behaviours: truth,
    },
  );
  // 000000111111, 0000 and 1111.
  assert.deepEqual([metrics.f1_at_10.n, metrics.f1_at_10.note, metrics.boundary_f1.value], [
    4,
    undefined,
    100,
  ]);
  assert.equal(metrics.over_segmentation.note, "predicted segments per true segment");
});

Deno.test("judgeSegments() takes each labelled stretch for a sequence, single windows at both ends of a recording too", () => {
  // Windows: a labelled one, none, three, none, a labelled one; the second recording is labelled throughout.
  const labelled = runs("0,-1,1x2,0,-1,1,0x3,1x4");
  const own = makeWindows([{ subject: "a", samples: 40 }, { subject: "b", samples: 40 }], {
    label: (r, start) => labelled[7 * r + start / 5],
  });
  assert.equal(own.start.length, 14);
  const all = judge(own, splitOf(new Uint8Array(14).fill(Part.test)), "all");
  const told = (predicted: Int32Array) =>
    judgeSegments(own, all, { behaviours: predicted }).tables.segments[0];
  const right = told(labelled);
  assert.deepEqual([right.sequences, right.true_segments, right.predicted_segments, right.edit], [
    4,
    6,
    6,
    100,
  ]);
  // Each sequence has its own edit score: one of four is all wrong.
  const last = told(labelled.with(6, 0)), first = told(labelled.with(0, 1));
  assert.deepEqual([last.edit, first.edit, last.sequences], [75, 75, 4]);
});

Deno.test("judgeSegments() gives each overlap its own F1", () => {
  const labels = runs("0x10,1x10");
  const one = makeWindows([{ subject: "a", samples: 105 }], { label: (_, start) => labels[start / 5] });
  const all = judge(one, splitOf(new Uint8Array(20).fill(Part.test)), "test");
  const { metrics } = judgeSegments(one, all, { behaviours: runs("0x3,2x7,1x2,2x8") });
  const near = (name: string, value: number) =>
    assert.ok(Math.abs(metrics[name].value! - value) < 1e-12, name);
  // Of four predicted segments two meet a true one of their label, over 3 and 2 of its 10 windows.
  near("f1_at_10", 100 * 4 / 6);
  near("f1_at_25", 100 * 2 / 6);
  near("f1_at_50", 0);
});
