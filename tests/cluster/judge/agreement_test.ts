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

Deno.test("agreement() counts cells of one row, and is 1 for partitions that only differ in numbers", () => {
  const { ari, homogeneity, completeness, vMeasure } = agreement(
    Int32Array.of(0, 0, 1, 1),
    Int32Array.of(5, 2, 2, 2),
  );
  const mutual = (Math.log2(4 / 2) + Math.log2(4 / 6) + 2 * Math.log2(8 / 6)) / 4;
  const other = 0.25 * Math.log2(4) + 0.75 * Math.log2(4 / 3);
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);
  near(homogeneity, mutual);
  near(completeness, mutual / other);
  near(vMeasure, 2 * mutual * (mutual / other) / (mutual + mutual / other));
  // One of the two pairs of either side is common, out of six.
  near(ari, (1 - 2 * 3 / 6) / ((2 + 3) / 2 - 1));
  const same = agreement(Int32Array.of(3, 3, 1), Int32Array.of(0, 0, 9));
  for (const share of [same.ari, same.nmi, same.homogeneity, same.completeness]) near(share, 1);
  assert.equal(same.n, 3);
  const one = agreement(Int32Array.of(0, 1, 2), Int32Array.of(4, 4, 4));
  assert.deepEqual([one.homogeneity, one.completeness, one.vMeasure], [0, 1, 0]);
});
