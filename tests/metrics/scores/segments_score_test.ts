import assert from "node:assert/strict";
import { scoreSegments } from "../../../lib/metrics/scores/segments_score.ts";
import { runs } from "../../temporal/fixtures.ts";

const truth = runs("0x10,1x10,2x10,0x10"), predicted = runs("0x9,1x4,2,1x7,2x6,0x13");

Deno.test("scoreSegments() gives the published vector", () => {
  const s = scoreSegments([{ truth, predicted }]);
  assert.equal(s.edit!.toFixed(4), "66.6667");
  assert.deepEqual(s.overlap.map((o) => o.f1), [80, 80, 80]);
  assert.deepEqual([s.overlap[0].truePositives, s.overlap[0].falsePositives, s.overlap[0].falseNegatives], [
    4,
    2,
    0,
  ]);
  assert.equal(s.overSegmentation, 1.5);
});

Deno.test("scoreSegments() pools F1 counts over sequences but averages the edit score", () => {
  const s = scoreSegments([{ truth, predicted }, { truth: [1, 1], predicted: [1, 1] }]);
  assert.equal(s.overlap[0].f1, 100 * 10 / 12);
  assert.equal(s.edit!.toFixed(4), "83.3333");
});

Deno.test("scoreSegments() matches boundaries within the tolerance, each once", () => {
  const pair = [{ truth: runs("0x5,1x5"), predicted: runs("0x4,1,0,1x4") }];
  assert.equal(scoreSegments(pair, { tolerance: 1 }).boundaryF1, 50);
  const late = (by: number, tolerance?: number) =>
    scoreSegments([{ truth: runs("0x5,1x5"), predicted: runs(`0x${5 + by},1x${5 - by}`) }], { tolerance })
      .boundaryF1;
  assert.deepEqual([late(1), late(2), late(2, 2), late(3, 2), late(-1), late(-2)], [100, 0, 100, 0, 100, 0]);
});

Deno.test("scoreSegments() of nothing is null, and unequal lengths are refused", () => {
  const { edit, boundaryF1, overSegmentation } = scoreSegments([]);
  assert.deepEqual([edit, boundaryF1, overSegmentation], [null, null, null]);
  assert.throws(() => scoreSegments([{ truth: [1], predicted: [] }]), /1 labels, 0 predictions/);
});

Deno.test("scoreSegments() has no boundary F1 where the truth has no boundary", () => {
  assert.equal(scoreSegments([{ truth: [1, 1, 1], predicted: [1, 2, 1] }]).boundaryF1, null);
});
