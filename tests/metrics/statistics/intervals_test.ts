import assert from "node:assert/strict";
import vectors from "../../reference/metrics.json" with { type: "json" };
import { cohensD, hedgesG, pairedT, welch } from "../../../lib/metrics/statistics/effect.ts";
import { nadeauBengio, tInterval, wilson } from "../../../lib/metrics/statistics/intervals.ts";
import { normalQuantile } from "../../../lib/metrics/statistics/special.ts";
import { quantile } from "../../../lib/metrics/statistics/summary.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
const folds = [0.95, 0.97, 0.96, 0.98, 0.97];

Deno.test("T070 tInterval() uses ddof = 1 and gives the published vectors", () => {
  const at95 = tInterval(folds)!, at99 = tInterval(folds, 0.99)!;
  near(at95.lower, 0.95184, 5e-6);
  near(at95.upper, 0.98016, 5e-6);
  near(at99.lower, 0.94252, 5e-6);
  near(at99.upper, 0.98948, 5e-6);
  assert.equal(tInterval([0.9]), undefined);
});

Deno.test("nadeauBengio() inflates the variance by the test share and gives the published vector", () => {
  const { lower, upper, method } = nadeauBengio(folds, 0.25)!;
  near(lower, 0.94476, 5e-6);
  near(upper, 0.98724, 5e-6);
  assert.equal(method, "nadeau-bengio");
});

Deno.test("T248 wilson() gives the published vector and stays within [0, 1]", () => {
  near(wilson(1999, 2000).lower, 0.997173, 5e-7);
  near(wilson(1999, 2000).upper, 0.999912, 5e-7);
  assert.deepEqual([wilson(0, 5).lower, wilson(5, 5).upper], [0, 1]);
});

const a = [0.91, 0.93, 0.9, 0.95, 0.92, 0.94], b = [0.89, 0.94, 0.88, 0.9, 0.87, 0.91, 0.86, 0.92];

Deno.test("T121 welch() gives the published vector", () => {
  const { t, df, p } = welch(a, b);
  near(t!, 2.3680739, 5e-8);
  near(df!, 11.9784585, 5e-8);
  near(p!, 0.0355602, 5e-8);
});

Deno.test("T123 cohensD() and hedgesG() give the published vectors, and null for zero variance", () => {
  near(cohensD(a, b)!, 1.2133304, 5e-8);
  near(hedgesG(a, b)!, 1.1358838, 5e-8);
  assert.deepEqual([cohensD([1, 1], [1, 1]), hedgesG([1, 1], [1, 1])], [null, null]);
});

Deno.test("welch() and pairedT() equal SciPy", () => {
  for (const v of vectors.effects) {
    near(welch(v.a, v.b).t!, v.t);
    near(welch(v.a, v.b).p!, v.p);
    if (v.paired_t === undefined) continue;
    near(pairedT(v.a, v.b).t!, v.paired_t);
    near(pairedT(v.a, v.b).p!, v.paired_p!);
  }
});

Deno.test("tests of two samples refuse too few values and unequal pairs", () => {
  assert.throws(() => welch([1], [1, 2]), /two values each, got 1 and 2/);
  assert.throws(() => pairedT([1, 2], [1]), /2 and 1 values/);
  assert.deepEqual(welch([1, 1], [2, 2]).p, null);
});

Deno.test("quantile() interpolates as NumPy does", () => {
  near(quantile([4, 1, 3, 2], 0.1), 1.3);
  assert.throws(() => quantile([1], 2), /q must lie in/);
});

Deno.test("both ends of wilson() solve its equation, and are 0 and 1 exactly for none and all", () => {
  for (const n of [1, 2, 3, 7, 20, 300]) {
    for (const level of [0.5, 0.9, 0.95, 0.999]) {
      const z2 = normalQuantile(1 - (1 - level) / 2) ** 2;
      for (let k = 0; k <= n; k += Math.max(1, n >> 2)) {
        const { lower, upper } = wilson(k, n, level), p = k / n;
        for (const x of [lower, upper]) near(n * (p - x) ** 2, z2 * x * (1 - x), 1e-9);
        assert.ok(lower <= p && p <= upper && lower < upper);
        if (k === 0) assert.equal(lower, 0);
        if (k === n) assert.equal(upper, 1);
      }
    }
  }
});

Deno.test("tInterval() of two values is Cauchy's", () => {
  const { lower, upper } = tInterval([3, 5], 0.8)!;
  near(upper - 4, Math.tan(Math.PI * 0.4));
  near(4 - lower, Math.tan(Math.PI * 0.4));
  assert.equal(nadeauBengio([], 0.25), undefined);
});

Deno.test("welch() takes samples of equal spread, pairedT() needs two pairs, and neither tells anything of no spread", () => {
  // Means 3 apart, standard error √(1/3 + 1/3).
  const { t, df, error } = welch([4, 5, 6], [1, 2, 3]);
  near(t!, 3 / Math.sqrt(2 / 3));
  near(error!, Math.sqrt(2 / 3));
  near(df!, 4);
  assert.throws(() => pairedT([1], [2]), /two values each, got 1 and 1/);
  assert.throws(() => cohensD([1], [1, 2]), /two values each, got 1 and 2/);
  assert.deepEqual(pairedT([1, 2, 3], [2, 3, 4]), { t: null, df: null, p: null, error: null });
  // Folds that share training data: s² (1/k + ratio) of the differences 1, 2, 3.
  near(pairedT([2, 4, 6], [1, 2, 3], 0.25).error!, Math.sqrt(1 / 3 + 0.25));
});
