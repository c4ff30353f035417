import assert from "node:assert/strict";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { vectors } from "../vectors.ts";

Deno.test("agreement() equals scikit-learn on duplicated rows", () => {
  for (const { truth, predicted, w, ari, nmi, homogeneity, completeness, v } of vectors.agreement) {
    const result = agreement(Int32Array.from(truth), Int32Array.from(predicted), w);
    assert.ok(Math.abs(result.ari - ari) < 1e-9);
    assert.ok(Math.abs(result.nmi - nmi) < 1e-9);
    assert.ok(Math.abs(result.homogeneity - homogeneity) < 1e-9);
    assert.ok(Math.abs(result.completeness - completeness) < 1e-9);
    assert.ok(Math.abs(result.vMeasure - v) < 1e-9);
    assert.equal(result.n, w.reduce((sum, x) => sum + x, 0));
  }
});

Deno.test("agreement() of trivial labellings is that of scikit-learn", () => {
  const one = Int32Array.of(0, 0, 0, 0), apart = Int32Array.of(0, 1, 2, 3);
  assert.equal(agreement(one, one).ari, 1);
  assert.equal(agreement(apart, apart).ari, 1);
  const mixed = agreement(one, apart);
  assert.equal(mixed.ari, 0);
  assert.equal(mixed.homogeneity, 1);
  assert.equal(mixed.completeness, 0);
  assert.equal(mixed.vMeasure, 0);
});

Deno.test("agreement() refuses labellings of different length", () => {
  assert.throws(() => agreement(Int32Array.of(0), Int32Array.of(0, 1)), /they have 1 and 2 rows/);
});
