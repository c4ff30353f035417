import assert from "node:assert/strict";
import { type GroupScore, scoreOfSums } from "../../../lib/metrics/statistics/group_score.ts";
import { jackknifeT } from "../../../lib/metrics/statistics/jackknife_t.ts";
import { logitInterval } from "../../../lib/metrics/statistics/logit_interval.ts";
import { tQuantile } from "../../../lib/metrics/statistics/special.ts";
import { reachUnseen } from "../../../lib/metrics/statistics/unseen.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
const means = (values: number[]): GroupScore => scoreOfSums(values.map((v) => [v, 1]), ([sum, n]) => sum / n);
const of = "subjects";

Deno.test("logitInterval() carries an interval to the logit scale of any range and back", () => {
  const logit = (x: number) => Math.log(x / (1 - x)), share = (z: number) => 1 / (1 + Math.exp(-z));
  const [low, high] = [-1, 1], center = 0.6, half = 0.1;
  const at = (center - low) / 2, reach = half / 2 / (at * (1 - at));
  const { lower, upper } = logitInterval(center, half, [low, high]);
  near(lower, low + 2 * share(logit(at) - reach));
  near(upper, low + 2 * share(logit(at) + reach));
  assert.ok(lower < center && center < upper);
});

Deno.test("jackknifeT() of a mean is Student's t over the groups, at the level asked for", () => {
  const values = [3, 5, 4, 8, 6, 5], mean = 31 / 6;
  const error = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / 5 / 6);
  for (const level of [0.8, 0.95]) {
    const interval = jackknifeT(means(values), { level, of })!;
    const half = tQuantile(1 - (1 - level) / 2, 5) * error;
    near(interval.lower, mean - half);
    near(interval.upper, mean + half);
    assert.deepEqual([interval.level, interval.method], [level, "t over 6 subjects"]);
    // A range without an end has no logit scale.
    assert.deepEqual(jackknifeT(means(values), { level, of, range: [0, Infinity] }), interval);
    const onLogits = jackknifeT(means(values), { level, of, range: [0, 10] })!;
    const expected = logitInterval(mean, half, [0, 10]);
    near(onLogits.lower, expected.lower);
    near(onLogits.upper, expected.upper);
    assert.equal(onLogits.method, "logit t over 6 subjects");
  }
});

Deno.test("jackknifeT() of a share is no surer than independent trials", () => {
  const tables = new Array(6).fill([8, 10]);
  const score = { ...scoreOfSums(tables, ([right, n]) => right / n), trials: 60 };
  const interval = jackknifeT(score, { level: 0.95, of, range: [0, 1] })!;
  const expected = logitInterval(0.8, tQuantile(0.975, 5) * Math.sqrt(0.8 * 0.2 / 60), [0, 1]);
  near(interval.lower, expected.lower);
  near(interval.upper, expected.upper);
  assert.equal(jackknifeT({ ...score, trials: undefined }, { level: 0.95, of, range: [0, 1] }), undefined);
});

Deno.test("jackknifeT() bounds scores at an end of their range by Wilson over the groups", () => {
  const z2 = 1.959963984540054 ** 2;
  for (const [value, range] of [[1, [0, 1]], [3, [1, 3]], [0, [0, 1]], [1, [1, 3]]] as const) {
    const { lower, upper, method } = jackknifeT(means(new Array(7).fill(value)), { level: 0.95, of, range })!;
    const [low, high] = range, bound = (high - low) * z2 / (7 + z2);
    near(lower, value === high ? high - bound : low);
    near(upper, value === high ? high : low + bound);
    assert.equal(method, "Wilson over 7 subjects, all alike");
  }
});

Deno.test("jackknifeT() tells nothing of one group, no spread, or a score that is undefined without a group", () => {
  const options = { level: 0.95, of };
  assert.equal(jackknifeT(means([3]), options), undefined);
  assert.equal(jackknifeT(means([3, 3, 3]), options), undefined);
  assert.equal(jackknifeT({ value: null, without: () => 1, groups: 3 }, options), undefined);
  assert.equal(jackknifeT({ value: 1, without: (g) => g === 2 ? null : g, groups: 3 }, options), undefined);
  assert.ok(jackknifeT(means([3, 4]), options) !== undefined);
});

Deno.test("jackknifeT() takes scores a billionth from the end of their range as they are", () => {
  const tables = Array.from({ length: 7 }, (_, g) => [1e9 - (g === 3 ? 20 : 0), 1e9]);
  const score = scoreOfSums(tables, ([right, n]) => right / n);
  assert.equal(jackknifeT(score, { level: 0.95, of, range: [0, 1] })!.method, "logit t over 7 subjects");
  const wrong = scoreOfSums(tables.map(([right, n]) => [n - right, n]), ([right, n]) => right / n);
  assert.equal(jackknifeT(wrong, { level: 0.95, of, range: [0, 1] })!.method, "logit t over 7 subjects");
});

Deno.test("jackknifeT() of a ratio reaches what the pseudo-values of its groups leave unseen", () => {
  for (const range of [[0, 1], [-1, 1], [-2, 1.25]] as const) {
    for (const right of [[20, 30, 50, 9, 40, 25], [20, 30, 50, 1, 40, 25], [0, 0, 3, 0, 0, 1]]) {
      const sizes = [20, 30, 50, 10, 40, 25], n = 6;
      const sum = (values: number[], skip = -1) => values.reduce((s, v, i) => i === skip ? s : s + v, 0);
      const value = sum(right) / sum(sizes);
      const pseudo = right.map((_, g) => n * value - (n - 1) * sum(right, g) / sum(sizes, g));
      const center = sum(pseudo) / n;
      const error = Math.sqrt(pseudo.reduce((s, v) => s + (v - center) ** 2, 0) / (n - 1) / n);
      const score = scoreOfSums(right.map((r, g) => [r, sizes[g]]), ([r, all]) => r / all);
      const found = jackknifeT(score, { level: 0.95, of, range })!;
      const half = tQuantile(0.975, n - 1) * error;
      const expected = reachUnseen(logitInterval(value, half, range), { values: pseudo, range, level: 0.95 });
      near(found.lower, expected.lower);
      near(found.upper, expected.upper);
    }
  }
});
