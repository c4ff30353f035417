import assert from "node:assert/strict";
import { cutInterval, rangeOf } from "../../lib/metrics/range.ts";

Deno.test("rangeOf() knows shares, scores in percent, signed indices and positive numbers", () => {
  for (
    const name of ["accuracy", "subject_macro_f1_min", "ece", "ece_null", "behaviour_nmi", "top_code_share"]
  ) {
    assert.deepEqual(rangeOf(name), [0, 1], name);
  }
  assert.deepEqual(rangeOf("f1_at_50", "%"), [0, 100]);
  assert.deepEqual(rangeOf("motif_ari"), [-1, 1]);
  assert.deepEqual(rangeOf("perplexity"), [0, Infinity]);
  assert.deepEqual(rangeOf("something_of_the_user"), [-Infinity, Infinity]);
});

Deno.test("cutInterval() cuts, says so, and leaves what fits alone", () => {
  const interval = { level: 0.95, lower: 0.9, upper: 1.03, method: "t" };
  assert.deepEqual(cutInterval(interval, [0, 1]), {
    level: 0.95,
    lower: 0.9,
    upper: 1,
    method: "t, cut to range",
  });
  assert.equal(cutInterval(interval, [0, 2]), interval);
});
