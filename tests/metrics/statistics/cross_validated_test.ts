import assert from "node:assert/strict";
import { crossValidated } from "../../../lib/metrics/statistics/cross_validated.ts";
import { logitInterval } from "../../../lib/metrics/statistics/logit_interval.ts";
import { tQuantile } from "../../../lib/metrics/statistics/special.ts";
import { reachUnseen } from "../../../lib/metrics/statistics/unseen.ts";

const near = (actual: number, expected: number, what = "") =>
  assert.ok(Math.abs(actual - expected) <= 1e-9, `${what} ${actual} is not ${expected}`);

/** One model that judged people of equal weight. */
function model(scores: Record<string, number>) {
  const values = Object.values(scores), total = values.reduce((a, b) => a + b, 0);
  return {
    value: total / values.length,
    subjects: Object.keys(scores),
    without: values.map((v) => (total - v) / (values.length - 1)),
  };
}

const people = { a: 0.7, b: 0.8, c: 0.9, d: 0.75, e: 0.85 };
const between = Object.values(people).reduce((sum, v) => sum + (v - 0.8) ** 2, 0) / 4 / 5;

Deno.test("the same people in another order are one fold, whose seeds add the variance of their mean", () => {
  const values = Object.entries(people);
  const shifted = Object.fromEntries(values.toReversed().map(([name, v]) => [name, v + 0.06]));
  const { lower, upper, method } = crossValidated([model(people), model(shifted)], { level: 0.9 })!;
  // Two values of the mean, 0.06 apart, have a variance of 0.06²/2, of which the mean has half.
  const seeds = 0.06 ** 2 / 4, total = between + seeds;
  const df = total ** 2 / (between ** 2 / 4 + seeds ** 2);
  assert.ok(df < 4);
  near(upper - lower, 2 * tQuantile(0.95, df) * Math.sqrt(total));
  near((upper + lower) / 2, 0.83);
  assert.equal(method, "t over 5 subjects");
  const alone = crossValidated([model(people)], { level: 0.9 })!;
  near(alone.upper - alone.lower, 2 * tQuantile(0.95, 4) * Math.sqrt(between));
});

Deno.test("two folds are named, and add what they differ more than their subjects explain", () => {
  const folds = [model({ a: 0.7, b: 0.72 }), model({ c: 0.9, d: 0.91, e: 0.89 })];
  const { lower, upper, method } = crossValidated(folds, { level: 0.95 })!;
  assert.equal(method, "t over 5 subjects in 2 folds");
  const center = (0.71 + 0.9) / 2, weights = [1 / 4, 1 / 4, 1 / 6, 1 / 6, 1 / 6];
  const own = [0.7, 0.72, 0.9, 0.91, 0.89].reduce((sum, v, i) => sum + (weights[i] * (v - center)) ** 2, 0) *
    5 / 4;
  const more = (0.9 - 0.71) ** 2 / 4 - own;
  assert.ok(more > 0);
  const df = Math.min(4, (own + more) ** 2 / (own ** 2 / 4 + more ** 2));
  near(upper - lower, 2 * tQuantile(0.975, df) * Math.sqrt(own + more));
});

Deno.test("a bounded score is no surer than independent windows, on any range, and reaches what was not seen", () => {
  for (const range of [[0, 1], [-1, 1], [0.5, 0.95]] as const) {
    for (const trials of [undefined, 30, 1e6]) {
      const found = crossValidated([model(people)], { level: 0.95, range, trials })!;
      const least = trials === undefined ? 0 : (0.8 - range[0]) * (range[1] - 0.8) / trials;
      const half = tQuantile(0.975, 4) * Math.sqrt(Math.max(between, least));
      const expected = reachUnseen(logitInterval(0.8, half, range), {
        ...{ values: Object.values(people), weights: new Array(5).fill(0.2), range, level: 0.95 },
      });
      near(found.lower, expected.lower, `${range} ${trials}`);
      near(found.upper, expected.upper, `${range} ${trials}`);
      assert.equal(found.method, "logit t over 5 subjects");
    }
  }
  // Four of five are perfect: what few people cannot show counts.
  const slips = { a: 1, b: 1, c: 1, d: 1, e: 0.98 };
  const { lower } = crossValidated([model(slips)], { level: 0.95, range: [0, 1] })!;
  const t = logitInterval(0.996, tQuantile(0.975, 4) * 0.004, [0, 1]);
  const expected = reachUnseen(t, { values: Object.values(slips), range: [0, 1], level: 0.95 });
  near(lower, expected.lower);
  assert.ok(lower < t.lower - 0.01);
  const equal = Object.fromEntries("abcde".split("").map((name) => [name, 0.8]));
  assert.equal(crossValidated([model(equal)], { level: 0.95, range: [0, 1] }), undefined);
  assert.equal(crossValidated([model(equal)], { level: 0.95 }), undefined);
  assert.ok(crossValidated([model(equal)], { level: 0.95, range: [0, 1], trials: 50 }) !== undefined);
});
