import assert from "node:assert/strict";
import vectors from "../../reference/authority.json" with { type: "json" };
import { claimOverFolds, claimOverGroups } from "../../../lib/metrics/statistics/authority.ts";
import { crossValidated } from "../../../lib/metrics/statistics/cross_validated.ts";
import { foldT } from "../../../lib/metrics/statistics/fold_t.ts";
import { scoreOfSums } from "../../../lib/metrics/statistics/group_score.ts";
import { signFlip } from "../../../lib/metrics/statistics/sign_flip.ts";
import { Random } from "../../../lib/random.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
const share = (right: number[], sizes: number[]) => ({
  ...scoreOfSums(right.map((r, i) => [r, sizes[i]]), ([r, n]) => r / n),
  trials: sizes.reduce((a, b) => a + b, 0),
});
const subjects = { of: "subjects" };

Deno.test("signFlip() gives SciPy's exact p", () => {
  for (const { d, p } of vectors.sign_flips) near(signFlip(d, 0.05).p, p);
});

Deno.test("signFlip() has the interval of the shifts that its own test does not reject", () => {
  const rng = new Random(1);
  for (let i = 0; i < 40; i++) {
    const d = Array.from({ length: 6 + i % 5 }, () => rng.normal() + 0.5);
    const [lower, upper] = signFlip(d, 0.05).interval!;
    const p = (shift: number) => signFlip(d.map((v) => v - shift), 0.05).p;
    const step = 1e-9;
    for (const end of [lower, upper]) assert.ok(p(end) >= 0.05);
    assert.ok(p(lower - step) < 0.05 && p(upper + step) < 0.05, `[${lower}, ${upper}]`);
  }
});

Deno.test("claimOverGroups() gives the t interval on the logit scale of NumPy and SciPy, for unequal groups too", () => {
  for (const { right, sizes, lower, upper } of vectors.shares) {
    const { interval } = claimOverGroups(share(right, sizes), subjects, { range: [0, 1] });
    near(interval!.lower, lower);
    near(interval!.upper, upper);
  }
});

Deno.test("claimOverGroups() is SciPy's t interval for equal groups of an unbounded score", () => {
  const score = scoreOfSums(vectors.scores.map((v) => [v, 1]), ([sum, n]) => sum / n);
  const { interval } = claimOverGroups(score, subjects);
  near(interval!.lower, vectors.plain[0]);
  near(interval!.upper, vectors.plain[1]);
});

Deno.test("claimOverGroups() has Wilson's bound for people who are all perfect, and none below five", () => {
  for (const [n, lower, upper] of vectors.perfect) {
    const all = share(new Array(n).fill(20), new Array(n).fill(20));
    const { interval } = claimOverGroups(all, subjects, { range: [0, 1] });
    near(interval!.lower, lower);
    near(interval!.upper, upper);
  }
  for (const n of [1, 2, 4]) {
    const { interval, noInterval } = claimOverGroups(
      share(new Array(n).fill(6), new Array(n).fill(6)),
      subjects,
      { range: [0, 1] },
    );
    assert.deepEqual([interval, noInterval], [
      undefined,
      `only ${n} subject${n === 1 ? "" : "s"}, an interval needs 5`,
    ]);
  }
});

Deno.test("claimOverGroups() takes equal people for no more certain than independent windows", () => {
  const { interval } = claimOverGroups(share([9, 9, 9, 9, 9], [10, 10, 10, 10, 10]), subjects, {
    range: [0, 1],
  });
  assert.ok(interval!.lower < 0.75 && interval!.upper > 0.95);
  const rest = scoreOfSums([[2, 1], [2, 1], [2, 1], [2, 1], [2, 1]], ([sum, n]) => sum / n);
  assert.match(claimOverGroups(rest, subjects).noInterval!, /without a spread/);
});

Deno.test("claimOverFolds() refuses what differs by rounding only", () => {
  const facts = { level: 0.95, ratio: 0.5, subjects: 12, range: [0, 1] as const };
  assert.match(claimOverFolds([0.7 + 0.1, 0.8, 0.9 - 0.1], facts).noInterval!, /no spread is not certainty/);
  assert.match(claimOverFolds([0.1, 0.1, 0.1], facts).noInterval!, /no spread/);
  assert.match(claimOverFolds([1.5, 1.5, 1.5], { ...facts, range: [0, 2] }).noInterval!, /no spread/);
});

Deno.test("claimOverFolds() takes what subjects add only where models and people are told, else the folds", () => {
  const facts = { level: 0.95, ratio: 0.5, subjects: 12, range: [0, 1] as const };
  assert.equal(claimOverFolds([0.7, 0.8, 0.9], facts).interval!.method, "nadeau-bengio");
  assert.match(claimOverFolds([1, 1, 1], facts).noInterval!, /^3 equal values: no spread/);
  const models = foldsOf([[0.7, 0.8], [0.8, 0.9], [0.6, 0.9]]);
  const unknown = { ...facts, ratio: null, subjects: null, models };
  assert.equal(claimOverFolds([0.75, 0.85, 0.75], unknown).interval!.method, "t");
  assert.match(
    claimOverFolds([0.75, 0.85, 0.75], { ...facts, models }).interval!.method,
    /6 subjects in 3 folds/,
  );
  for (const [values, text] of [[[], "0 values"], [[0.5], "1 value"], [[0.5, 0.6], "2 values"]] as const) {
    assert.equal(claimOverFolds(values, facts).noInterval, `only ${text}, an interval over folds needs 3`);
  }
});

Deno.test("foldT() is SciPy's t test of the folds' means where models differ more than people", () => {
  for (const { d, folds, t, p } of vectors.folds) {
    const test = foldT(d, folds.map((f) => [String(f)]))!;
    near(test.t!, t);
    near(test.p!, p);
  }
  const equal = foldT(new Array(9).fill(0.1), Array.from({ length: 9 }, (_, i) => [`${i % 3}`]));
  assert.deepEqual(equal, { t: null, df: null, p: null, error: null });
  assert.equal(foldT([1, 2, 3], [["a"], ["a"], ["a"]]), null);
  assert.equal(foldT([1, 2, 3], [["a"], ["b"], ["c"]]), null);
  // Seeds that repeat the folds are not more folds.
  const { d, folds } = vectors.folds[0];
  const twice = foldT(d, folds.map((f) => [`1/${f}`, `2/${f}`]))!;
  near(twice.t!, vectors.folds[0].t);
  assert.equal(twice.df, 2);
});

/** Folds of subjects with one score each, of equal weight. */
const foldsOf = (values: number[][]) => {
  let next = 0;
  return values.map((own) => {
    const total = own.reduce((a, b) => a + b, 0);
    return {
      value: total / own.length,
      subjects: own.map(() => `s${next++}`),
      without: own.length === 1 ? [] : own.map((v) => (total - v) / (own.length - 1)),
    };
  });
};

Deno.test("crossValidated() gives NumPy's and SciPy's interval, for unequal folds and single subjects too", () => {
  for (const { values, lower, upper } of vectors.cross_validated) {
    const found = crossValidated(foldsOf(values), { level: 0.95 })!;
    near(found.lower, lower);
    near(found.upper, upper);
  }
});

Deno.test("crossValidated() counts a subject once, however many seeds judged it", () => {
  const once = foldsOf(vectors.cross_validated[0].values);
  const { lower, upper } = crossValidated(once, { level: 0.95 })!;
  const twice = crossValidated([...once, ...once], { level: 0.95 })!;
  near(twice.lower, lower);
  near(twice.upper, upper);
  // Seeds that judge the same subjects differently add the variance of their mean.
  const people = foldsOf([[0.7, 0.8, 0.9, 0.75, 0.85]])[0];
  const shifted = { ...people, value: people.value + 0.02, without: people.without.map((v) => v + 0.02) };
  const width = (models: typeof once) => {
    const interval = crossValidated(models, { level: 0.95 })!;
    return interval.upper - interval.lower;
  };
  assert.ok(width([people, shifted]) > width([people, people]));
});

Deno.test("claimOverFolds() takes subjects for the sample where the folds tell what each adds", () => {
  const models = foldsOf([[0.9, 0.95], [0.8, 0.85], [0.92, 0.9]]);
  const values = models.map(({ value }) => value);
  const facts = { level: 0.95, ratio: 0.5, range: [0, 1] as const, models, trials: 600 };
  const { interval } = claimOverFolds(values, { ...facts, subjects: 6 });
  assert.equal(interval!.method, "logit t over 6 subjects in 3 folds");
  assert.match(claimOverFolds(values, { ...facts, subjects: 4 }).noInterval!, /only 4 subjects/);
  const perfect = foldsOf([[1, 1], [1, 1], [1, 1]]);
  const all = claimOverFolds([1, 1, 1], { ...facts, models: perfect, subjects: 6 }).interval!;
  assert.ok(all.lower < 0.65 && all.upper === 1, all.method);
});

Deno.test("claimOverFolds() bounds scores that are at one end in every fold by Wilson over the people", () => {
  const at = (end: number, range: readonly [number, number] = [0, 1], subjects: number | null = 12) => {
    const models = foldsOf([[end, end], [end, end], [end, end]]);
    return claimOverFolds([end, end, end], { level: 0.95, ratio: 0.5, subjects, range, models });
  };
  const none = at(0).interval!, all = at(1).interval!;
  // z²/(n + z²) with n = 12
  const bound = 1.959963984540054 ** 2 / (12 + 1.959963984540054 ** 2);
  near(none.upper, bound);
  near(all.lower, 1 - bound);
  assert.deepEqual([none.lower, all.upper, none.method], [0, 1, "Wilson over 12 subjects, all alike"]);
  near(at(1, [-1, 1]).interval!.lower, 1 - 2 * bound);
  assert.match(at(0, [0, 1], null).noInterval!, /no spread/);
  assert.match(at(0, [-1, 1]).noInterval!, /no spread/);
  assert.match(at(0, [0, Infinity]).noInterval!, /no spread/);
  // What does not tell who adds what is no share of the people, such as the worst subject's score.
  const facts = { level: 0.95, ratio: 0.5, subjects: 12, range: [0, 1] as const };
  assert.match(claimOverFolds([1, 1, 1], facts).noInterval!, /no spread/);
});

Deno.test("claimOverFolds() lets what chance raises say nothing from below", () => {
  const models = foldsOf([[0.04, 0.05], [0.03, 0.06], [0.05, 0.04]]);
  const facts = { level: 0.95, ratio: 0.5, subjects: 6, range: [0, 1] as const };
  const values = models.map(({ value }) => value);
  const { lower, upper } = claimOverFolds(values, { ...facts, models, raised: true }).interval!;
  assert.deepEqual([lower, upper], [0, claimOverFolds(values, { ...facts, models }).interval!.upper]);
  assert.match(claimOverFolds(values, { ...facts, raised: true }).noInterval!, /chance alone raises it/);
});

Deno.test("a few slips among perfect people leave most of the doubt that perfect ones leave", () => {
  const lower = (right: number[]) =>
    claimOverGroups(share(right, right.map(() => 100)), subjects, { range: [0, 1] }).interval!.lower;
  for (const n of [8, 12, 30]) {
    const doubt = 1 - lower(new Array(n).fill(100));
    for (const slips of [1, 2, 3]) {
      const bound = lower(Array.from({ length: n }, (_, i) => i < slips ? 99 : 100));
      near(bound, 1 - doubt * (1 - slips / n) ** 5);
    }
  }
  // The same of a share that most people never show.
  const rare = claimOverGroups(share([0, 0, 0, 0, 0, 0, 0, 2], new Array(8).fill(100)), subjects, {
    range: [0, 1],
  });
  assert.ok(rare.interval!.upper > 0.15, `${rare.interval!.upper}`);
});

Deno.test("claimOverGroups() says why there is no interval: groups that say nothing of others, or no score", () => {
  const score = share([9, 8, 9, 7, 9, 10], new Array(6).fill(10));
  const refused = "one recording says nothing of others";
  assert.deepEqual(claimOverGroups(score, { of: "recordings", refused }), { noInterval: refused });
  const none = { value: null, without: () => null, groups: 6 };
  assert.deepEqual(claimOverGroups(none, subjects), { noInterval: "the score is undefined" });
  const alone = { value: 0.5, without: (g: number) => g === 0 ? null : 0.5, groups: 6 };
  assert.match(claimOverGroups(alone, subjects).noInterval!, /6 subjects without a spread.*holds a class/);
});

Deno.test("claimOverFolds() takes folds for alike only where all are at one end of a range", () => {
  const claim = (values: number[][], more: object = {}) => {
    const models = foldsOf(values), subjects = values.flat().length;
    return claimOverFolds(models.map(({ value }) => value), {
      ...{ level: 0.95, ratio: 0.5, subjects, range: [0, 1] as const, models },
      ...more,
    });
  };
  for (const values of [[[1, 1], [0.8, 0.9], [0.7, 0.9]], [[0.8, 0.9], [1, 1], [1, 1]]]) {
    assert.equal(claim(values).interval!.method, "logit t over 6 subjects in 3 folds");
  }
  assert.equal(claim([[1, 1, 1, 1, 1, 1]]).interval!.method, "Wilson over 6 subjects, all alike");
  near(claim([[1, 1, 1, 1, 1, 1]]).interval!.upper, 1);
  assert.equal(
    claim([[1, 1], [0.8, 0.9], [0.7, 0.9]], { range: undefined }).interval!.method,
    "t over 6 subjects in 3 folds",
  );
  assert.equal(
    claim([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]).noInterval,
    "6 equal subjects: no spread is not certainty",
  );
  assert.equal(
    claim([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]], { trials: 60 }).interval!.method,
    "logit t over 6 subjects in 3 folds",
  );
});
