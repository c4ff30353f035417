import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { compareSamples } from "../../../lib/metrics/compare/compare.ts";
import { obrienFleming } from "../../../lib/metrics/statistics/looks.ts";

const sample = (values: number[], prefix = "s") => new Map(values.map((v, i) => [`${prefix}${i}`, v]));
const options = { direction: "higher", alpha: 0.05, minEffect: 0.2 } as const;
const a = [0.91, 0.93, 0.9, 0.95, 0.92, 0.94], b = [0.89, 0.94, 0.88, 0.9, 0.87, 0.91, 0.86, 0.92];

Deno.test("T124 obrienFleming() gives the published boundaries of five looks", () => {
  assert.deepEqual(obrienFleming(5).map((z) => z.toFixed(2)), ["4.56", "3.23", "2.63", "2.28", "2.04"]);
});

Deno.test("obrienFleming() gives the published constants and is the plain test for one look", () => {
  const constants: [number, number][] = [[2, 1.977], [3, 2.004], [4, 2.024], [10, 2.087]];
  for (const [looks, c] of constants) {
    assert.ok(Math.abs(obrienFleming(looks)[looks - 1] - c) < 1.5e-3, `${looks}`);
  }
  assert.ok(Math.abs(obrienFleming(1)[0] - 1.959964) < 1e-6);
  assert.throws(() => obrienFleming(0), /got 0/);
});

Deno.test("T124 looks at growing data keep the false-positive rate, plain tests do not", () => {
  const rng = new Random(1), boundaries = obrienFleming(10);
  let plain = 0, corrected = 0;
  for (let run = 0; run < 4000; run++) {
    let sum = 0, hitPlain = false, hit = false;
    for (let k = 1; k <= 10; k++) {
      sum += rng.normal();
      const z = Math.abs(sum) / Math.sqrt(k);
      hitPlain ||= z >= 1.96;
      hit ||= z >= boundaries[k - 1];
    }
    if (hitPlain) plain++;
    if (hit) corrected++;
  }
  assert.ok(Math.abs(plain / 4000 - 0.193) < 0.02);
  assert.ok(Math.abs(corrected / 4000 - 0.05) < 0.012);
});

Deno.test("T121 compareSamples() uses Welch's test where nothing can be paired", () => {
  const c = compareSamples(sample(a), sample(b, "other"), options);
  assert.deepEqual([c.test, c.paired, c.winner, c.t!.toFixed(7)], ["Welch", false, "A", "2.3680739"]);
  assert.ok(c.interval!.lower < c.difference && c.difference < c.interval!.upper);
});

Deno.test("T120 compareSamples() pairs by key and then sees a difference that Welch's test misses", () => {
  const rng = new Random(2);
  const base = Array.from({ length: 12 }, () => rng.between(0.6, 0.95));
  const better = base.map((v) => v + 0.02 + rng.between(-0.005, 0.005));
  const shuffled = new Map([...sample(better)].reverse());
  const paired = compareSamples(shuffled, sample(base), { ...options, minEffect: 0.1 });
  assert.deepEqual([paired.test, paired.winner], ["paired t", "A"]);
  const unpaired = compareSamples(sample(better, "x"), sample(base), options);
  assert.equal(unpaired.winner, "inconclusive");
});

Deno.test("compareSamples() gives an interval that leaves out 0 exactly where its test is significant", () => {
  const rng = new Random(3);
  for (let i = 0; i < 80; i++) {
    const x = Array.from({ length: 6 + i % 9 }, () => 0.6 * (i % 2) + rng.normal());
    const y = Array.from({ length: i % 4 < 2 ? x.length : 8 }, () => rng.normal());
    const c = compareSamples(sample(x), sample(y, i % 4 < 2 ? "s" : "other"), options);
    const { lower, upper } = c.interval!;
    assert.equal(lower > 0 || upper < 0, c.p! < c.pLimit, `${c.test}: p = ${c.p} in [${lower}, ${upper}]`);
  }
});

Deno.test("compareSamples() takes equal differences of few pairs for what they are, rounding or not", () => {
  for (const [x, y] of [[[0.9, 0.8], [0.8, 0.7]], [[0.75, 0.5], [0.5, 0.25]]]) {
    const c = compareSamples(sample(x), sample(y), options);
    assert.deepEqual([c.winner, c.p, c.test, c.interval], ["inconclusive", 0.5, "sign flips", null]);
    assert.match(c.reason, /p = 0.5 is not below 0.05: 2 pairs cannot tell, 6 can/);
  }
  const three = compareSamples(sample([0.1, 0.2, 0.3]), sample([0.3, 0.4, 0.5]), options);
  assert.deepEqual([three.winner, three.p], ["inconclusive", 0.25]);
  const many = compareSamples(
    sample(Array.from({ length: 14 }, (_, i) => 0.5 + i / 100 + 0.02)),
    sample(Array.from({ length: 14 }, (_, i) => 0.5 + i / 100)),
    options,
  );
  assert.deepEqual([many.winner, many.p, many.test], ["A", 2 ** -13, "sign flips"]);
});

Deno.test("compareSamples() tests the folds, not the subjects, where subjects of a fold share one model", () => {
  // Three folds of eight; each model is off by its own amount, which all its subjects share.
  const rng = new Random(4);
  let bySubject = 0, byFold = 0;
  for (let run = 0; run < 200; run++) {
    const keys = Array.from({ length: 24 }, (_, i) => `s${i}`);
    const off = [0, 1, 2].map(() => [0.01 * rng.normal(), 0.01 * rng.normal()]);
    const side = (s: number) => new Map(keys.map((k, i) => [k, 0.9 + off[i % 3][s] + 0.02 * rng.normal()]));
    const [x, y] = [side(0), side(1)];
    const models = new Map(keys.map((k, i) => [k, [`fold ${i % 3}`]]));
    if (compareSamples(x, y, options).winner !== "inconclusive") bySubject++;
    const c = compareSamples(x, y, { ...options, models });
    assert.deepEqual([c.test, c.df], ["t over folds", 2]);
    if (c.winner !== "inconclusive") byFold++;
  }
  assert.ok(byFold <= 16, `${byFold} false winners of 200`);
  assert.ok(bySubject >= 24, `${bySubject} false winners of 200 by subject`);
});

Deno.test("compareSamples() widens by what folds share of their training data", () => {
  const x = sample([0.91, 0.93, 0.9, 0.95, 0.92]), y = sample([0.9, 0.91, 0.89, 0.94, 0.9]);
  const plain = compareSamples(x, y, { ...options, testTrainRatio: 0 });
  const folds = compareSamples(x, y, { ...options, testTrainRatio: 0.25 });
  assert.deepEqual([plain.test, folds.test], ["paired t", "corrected paired t"]);
  // s²(1/5) against s²(1/5 + 1/4): t shrinks by √(0.2/0.45).
  assert.ok(Math.abs(folds.t! / plain.t! - Math.sqrt(0.2 / 0.45)) < 1e-12);
  assert.ok(folds.p! > plain.p!);
});

Deno.test("compareSamples() calls a difference significant below the limit, not at it", () => {
  const at = (alpha: number) =>
    compareSamples(sample([2, 3]), sample([1, 2]), { ...options, alpha, minEffect: 0 });
  assert.deepEqual([at(0.5).p, at(0.5).winner], [0.5, "inconclusive"]);
  assert.deepEqual([at(0.51).winner, at(0.51).nA, at(0.51).meanA, at(0.51).meanB], ["A", 2, 2.5, 1.5]);
  // Two values a side have a spread: d = 1/√½.
  assert.ok(Math.abs(at(0.5).cohensD! - Math.SQRT2) < 1e-12);
});

Deno.test("T122 compareSamples() turns round for metrics where less is better", () => {
  const lower = { ...options, direction: "lower" } as const;
  assert.equal(compareSamples(sample(a), sample(b, "other"), lower).winner, "B");
});

Deno.test("T119 compareSamples() is inconclusive without significance, without effect and without spread", () => {
  assert.match(
    compareSamples(sample([1, 2, 3]), sample([2, 1, 3.1]), options).reason,
    /^p = .* is not below/,
  );
  const few = [1, 2, 3, 4, 5, 6], above = [1.001, 2.0011, 3.0009, 4.001, 5.001, 6.0012];
  const tiny = compareSamples(sample(few), sample(above), options);
  assert.match(tiny.reason, /\|d\| = .* is below 0.2/);
  assert.match(compareSamples(sample([1]), sample([2]), options).reason, /one value each/);
  assert.equal(compareSamples(sample([1, 2]), sample([1, 2]), options).reason, "no difference");
});

Deno.test("compareSamples() shares alpha among comparisons and looks", () => {
  const at = (extra: object) => compareSamples(sample(a), sample(b), { ...options, ...extra }).pLimit;
  assert.equal(at({ comparisons: 5 }), 0.01);
  assert.ok(at({ looks: { planned: 5, look: 1 } }) < 1e-5);
  assert.ok(Math.abs(at({ looks: { planned: 5, look: 5 } }) - 0.0413) < 5e-4);
  assert.throws(() => at({ looks: { planned: 2, look: 3 } }), /look 3 of 2 planned/);
});

Deno.test("compareSamples() says in words what decided, either way", () => {
  const plus = (by: number) => sample([1, 2, 3, 4, 5, 6, 7].map((v, i) => v + by + i / 100), "s");
  const base = sample([1, 2, 3, 4, 5, 6, 7]);
  const higher = compareSamples(plus(2), base, options), lower = compareSamples(base, plus(2), options);
  assert.equal(higher.reason, "A is higher by 2.03, p = 0.0156, d = 0.935");
  assert.equal(lower.reason, "B is higher by 2.03, p = 0.0156, d = -0.935");
  const less = { ...options, direction: "lower" } as const;
  assert.equal(
    compareSamples(plus(2), base, less).reason,
    "B is lower by 2.03, p = 0.0156, d = 0.935",
  );
  const open = { ...options, direction: undefined };
  const unknown =
    "but nothing says whether more is better: state it in the metric's `kind` or in `directions`";
  assert.equal(compareSamples(plus(2), base, open).reason, `A exceeds B by 2.03, ${unknown}`);
  assert.equal(compareSamples(base, plus(2), open).reason, `A falls below B by 2.03, ${unknown}`);
  assert.equal(compareSamples(base, plus(2), open).winner, "inconclusive");
  // Zero variance on either side has no d, and equal differences are no less a difference.
  const flat = compareSamples(sample(new Array(7).fill(2)), sample(new Array(7).fill(1)), options);
  assert.equal(flat.reason, "A is higher by 1, p = 0.0156, the same in every pair");
  assert.deepEqual([flat.cohensD, flat.hedgesG, flat.winner], [null, null, "A"]);
});

Deno.test("compareSamples() takes an effect of the least size that matters, and small differences by their sign", () => {
  const base = sample([1, 2, 3, 4, 5, 6, 7]), above = sample([1.2, 2.21, 3.22, 4.23, 5.24, 6.25, 7.26]);
  const { cohensD } = compareSamples(above, base, { ...options, minEffect: 0 });
  const least = { ...options, minEffect: cohensD! };
  assert.equal(compareSamples(above, base, least).winner, "A");
  assert.equal(
    compareSamples(above, base, { ...options, minEffect: cohensD! + 1e-12 }).winner,
    "inconclusive",
  );
  const open = { ...options, minEffect: 0, direction: undefined };
  assert.match(compareSamples(above, base, open).reason, /^A exceeds B by 0\.23,/);
});

Deno.test("compareSamples() pairs common keys only, from two on, unless equal keys are different groups", () => {
  const x = new Map([["a", 1], ["b", 2], ["c", 9]]), y = new Map([["b", 1], ["c", 5], ["d", 100]]);
  const common = compareSamples(x, y, options);
  assert.deepEqual([common.paired, common.nA, common.nB, common.meanA, common.meanB], [true, 2, 2, 5.5, 3]);
  const apart = compareSamples(x, y, { ...options, paired: false });
  assert.deepEqual([apart.paired, apart.nA, apart.meanA], [false, 3, 4]);
  const one = compareSamples(new Map([["a", 1], ["b", 3]]), new Map([["b", 1], ["d", 2], ["e", 6]]), options);
  assert.deepEqual([one.paired, one.nA, one.nB, one.meanA, one.meanB], [false, 2, 3, 2, 3]);
  assert.equal(one.reason, "only 2 on one side, 5 are needed");
  assert.ok(Math.abs(one.cohensD! - -1 / Math.sqrt((2 + 14) / 3)) < 1e-12);
  assert.ok(Math.abs(one.hedgesG! - one.cohensD! * (1 - 3 / 11)) < 1e-12);
});

Deno.test("compareSamples() of single values has no effect size, and of none there is nothing to compare", () => {
  const single = compareSamples(sample([3]), sample([1, 2], "t"), options);
  assert.deepEqual([single.cohensD, single.hedgesG, single.reason], [
    null,
    null,
    "only 1 on one side, 5 are needed",
  ]);
  const other = compareSamples(sample([1, 2], "t"), sample([3]), options);
  assert.deepEqual([other.cohensD, other.reason], [null, "only 1 on one side, 5 are needed"]);
  const both = compareSamples(sample([3]), sample([1], "t"), options);
  assert.equal(both.reason, "one value each (1 and 1): there is no spread to judge by");
  assert.throws(() => compareSamples(sample([]), sample([1]), options), /0 and 1 values$/);
  assert.throws(() => compareSamples(sample([1]), sample([]), options), /1 and 0 values$/);
});

Deno.test("compareSamples() must undercut the boundary of its look, and the plain level at the only look", () => {
  const at = (planned: number, look: number) =>
    compareSamples(sample(a), sample(b), { ...options, looks: { planned, look } }).pLimit;
  assert.equal(at(1, 1), 0.05);
  // 2 · (1 − Φ(z)) of the published boundaries of two looks, 2.797 and 1.977.
  assert.ok(Math.abs(at(2, 1) - 0.00516) < 1e-4);
  assert.ok(Math.abs(at(2, 2) - 0.04799) < 2e-4);
  for (const look of [0, 3]) assert.throws(() => at(2, look), new RegExp(`look ${look} of 2 planned`));
});

Deno.test("compareSamples() keeps a subject of no model among those whose models are told", () => {
  const keys = a.map((_, i) => `s${i}`);
  const models = new Map(keys.slice(1).map((key, i) => [key, [`fold ${i % 2}`]]));
  const found = compareSamples(sample(a), sample(b), { ...options, models });
  assert.deepEqual([found.test, found.nA], ["t over folds", 6]);
  // What cannot be told is said only where it cannot.
  const near = sample(a.map((v, i) => v + (i % 2 ? 0.01 : -0.011)));
  assert.match(compareSamples(near, sample(a), options).reason, /^p = [\d.]+ is not below 0\.05$/);
});
