/** k-means on codes whose dimensions count by how persistent they are. */
import assert from "node:assert/strict";
import { applyToWindows } from "../../lib/cluster/apply.ts";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { persistentMetric } from "../../lib/cluster/points/persistent_metric.ts";
import { refitAgreement } from "../../lib/cluster/refit.ts";
import { Random } from "../../lib/random.ts";
import { codesFrom, requestOf } from "./make_request.ts";

const levels = [8, 5];
// Of the first dimension two levels side by side are in use, which last; the second is all over the place.
const rng = new Random(3);
const truth = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 20) % 2);
const digits = Array.from(truth, (t) => [t === 0 ? 2 : 4, rng.below(5)]);
const codes = codesFrom(Uint32Array.from(digits, ([a, b]) => a + 8 * b), levels);
const persistent = { ...codes, persistence: [0.9, 0.01] };
const of = (own: typeof codes, more = {}) =>
  clusterWindows(requestOf({ codes: own, k: 2, weigh: "persistence", ...more }), new Random(1));

/** Whether labels are the truth, whatever their numbers. */
const same = (labels: Int32Array) => new Set(Array.from(labels, (l, i) => `${l} ${truth[i]}`)).size === 2;

Deno.test("a dimension that does not last does not make motifs, but where all count alike it does", () => {
  assert.ok(same(of(persistent).labels));
  for (const equal of [of(persistent, { weigh: "equal" }), of(codes)]) assert.ok(!same(equal.labels));
});

Deno.test("persistentMetric() makes the deviation of a dimension its persistence, however its levels are used", () => {
  // Ten windows at −1 and ten at 1, beside 18 at 0 and one at either end; a point without weight counts for nothing.
  const points = {
    values: Float64Array.of(-1, 0, 1, 0, -1, -1, 1, 1, 50, 50),
    dimensions: 2,
    weights: Float64Array.of(9, 9, 1, 1, 0),
  };
  const [wide, narrow] = persistentMetric([0.9, 0.5], points);
  assert.ok(Math.abs(wide - 0.9) < 1e-12 && Math.abs(narrow - 0.5 * Math.sqrt(10)) < 1e-12);
  assert.equal(persistentMetric([0.01, 0.5], points)[0], 0.05);
  // One level in use: nothing can be told apart by it, whatever it counts for.
  const one = { values: Float64Array.of(3, 3), dimensions: 1, weights: Float64Array.of(1, 1) };
  assert.deepEqual(persistentMetric([0.7], one), [0.7]);
});

Deno.test("each window has the motif whose mean is nearest in that metric, and each mean is that of its windows", () => {
  const motifs = of(persistent, { k: 3 });
  const values = digits.map(([a, b]) => [(a - 4) / 4, (b - 2) / 2]);
  const metric = persistentMetric(persistent.persistence, {
    values: Float64Array.from(values.flat()),
    dimensions: 2,
    weights: new Float64Array(values.length).fill(1),
  });
  const means = [0, 1, 2].map((k) => {
    const own = values.filter((_, i) => motifs.labels[i] === k);
    return [0, 1].map((j) => own.reduce((sum, v) => sum + v[j], 0) / own.length);
  });
  const far = (v: number[], m: number[]) => v.reduce((sum, x, j) => sum + (metric[j] * (x - m[j])) ** 2, 0);
  values.forEach((v, i) => {
    const least = Math.min(...means.map((m) => far(v, m)));
    assert.ok(far(v, means[motifs.labels[i]]) < least + 1e-9, `window ${i}`);
  });
  const rule = motifs.rule as unknown as { means: number[] };
  const told = [...rule.means].map((x) => x.toFixed(6)).sort();
  assert.deepEqual(told, means.flat().map((x) => x.toFixed(6)).sort());
});

Deno.test("motifs in that metric are given to new windows and found again like any others", () => {
  const motifs = of(persistent);
  const all = codesFrom(Uint32Array.from({ length: 40 }, (_, i) => i), levels);
  const given = applyToWindows(motifs, { codes: all });
  // Digits of the first dimension up to the middle belong to one motif, the others to the other.
  const low = given.labels[2], high = given.labels[4];
  assert.notEqual(low, high);
  given.labels.forEach((label, i) => {
    if (i % 8 !== 3) assert.equal(label, i % 8 < 3 ? low : high, `code ${i}`);
  });
  assert.equal(refitAgreement(motifs, new Random(2)).ari, 1);
});
