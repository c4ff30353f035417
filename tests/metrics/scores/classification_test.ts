import assert from "node:assert/strict";
import vectors from "../../reference/metrics.json" with { type: "json" };
import { confusionMatrix, majorityLabel, score } from "../../../lib/metrics/scores/classification.ts";
import { argmaxRows } from "../../../lib/metrics/calibration/probabilities.ts";

Deno.test("T064 score() equals scikit-learn's accuracy, balanced accuracy and macro-F1", () => {
  for (const v of vectors.classification) {
    const confusion = confusionMatrix(v.truth, argmaxRows(v.logits, v.classes), v.classes);
    assert.deepEqual(confusion, v.confusion);
    const s = score(confusion);
    assert.ok(Math.abs(s.accuracy! - v.accuracy) < 1e-12);
    assert.ok(Math.abs(s.balancedAccuracy! - v.balanced) < 1e-12);
    assert.ok(Math.abs(s.macroF1! - v.macro_f1) < 1e-12);
  }
});

Deno.test("score() has null, not NaN, for classes and matrices without rows", () => {
  const { accuracy, perClass } = score([[0, 0], [0, 0]]);
  assert.deepEqual([accuracy, perClass[0].recall, perClass[0].precision, perClass[0].f1], [
    null,
    null,
    null,
    null,
  ]);
});

Deno.test("confusionMatrix() leaves unlabelled rows out and refuses predictions that are no class", () => {
  assert.deepEqual(confusionMatrix([0, -1], [1, 1], 2), [[0, 1], [0, 0]]);
  assert.throws(() => confusionMatrix([0], [2], 2), /row 0 has label 0, prediction 2 of 2 classes/);
  assert.throws(() => confusionMatrix([0], [], 2), /1 labels, 0 predictions/);
});

Deno.test("majorityLabel() takes the most frequent label, the smaller where tied, −1 for none", () => {
  assert.equal(majorityLabel([2, 1, 1, 2, -1, -1, -1], 3), 1);
  assert.equal(majorityLabel([-1], 3), -1);
});
