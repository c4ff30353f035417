import assert from "node:assert/strict";
import { claimOfDifference, type DifferenceFacts } from "../../../lib/metrics/statistics/difference.ts";
import { pairedT, welch } from "../../../lib/metrics/statistics/effect.ts";
import { foldT } from "../../../lib/metrics/statistics/fold_t.ts";
import { signFlip } from "../../../lib/metrics/statistics/sign_flip.ts";
import { tQuantile } from "../../../lib/metrics/statistics/special.ts";

const values = [0.81, 0.93, 0.77, 0.9, 0.86, 0.95, 0.88, 0.79, 0.91, 0.84, 0.83, 0.97];
const gains = [0.03, -0.01, 0.05, 0.02, 0.06, 0.01, -0.02, 0.04, 0.03, 0.05, 0.02, 0.01];
const others = values.map((v, i) => v - gains[i]);
const claim = (n: number, facts: Partial<DifferenceFacts> = {}) =>
  claimOfDifference(values.slice(0, n), others.slice(0, n), { limit: 0.05, paired: true, ...facts });
const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
const mean = (x: number[]) => x.reduce((a, b) => a + b) / x.length;

Deno.test("claimOfDifference() takes the paired t test from 12 pairs on, and all changes of signs below", () => {
  const twelve = claim(12), t = pairedT(values, others);
  assert.deepEqual([twelve.test, twelve.df, twelve.noClaim], ["paired t", 11, null]);
  near(twelve.p, t.p!);
  near(twelve.t, t.t!);
  const half = t.error! * tQuantile(0.975, 11);
  near(twelve.interval!.lower, mean(gains) - half);
  near(twelve.interval!.upper, mean(gains) + half);
  assert.deepEqual([twelve.interval!.level, twelve.interval!.method], [0.95, "t"]);
  const eleven = claim(11), exact = signFlip(gains.slice(0, 11), 0.05);
  assert.deepEqual([eleven.test, eleven.t, eleven.df, eleven.noClaim], ["sign flips", null, null, null]);
  near(eleven.p, exact.p);
  near(eleven.interval!.lower, exact.interval![0]);
  near(eleven.interval!.upper, exact.interval![1]);
  assert.deepEqual([eleven.interval!.level, eleven.interval!.method], [0.95, "sign flips of 11 pairs"]);
  near(claim(12, { limit: 0.01 }).interval!.upper, mean(gains) + t.error! * tQuantile(0.995, 11));
});

Deno.test("claimOfDifference() says how many pairs could tell: 6 at 5 %, 8 at 1 %", () => {
  assert.equal(claim(5).noClaim, "5 pairs cannot tell, 6 can");
  assert.equal(claim(6).noClaim, null);
  assert.equal(claim(7, { limit: 0.01 }).noClaim, "7 pairs cannot tell, 8 can");
  assert.equal(claim(8, { limit: 0.01 }).noClaim, null);
  assert.equal(claim(2).test, "sign flips");
  assert.deepEqual([claim(1).test, claim(1).noClaim], ["none", "one pair has no spread to judge by"]);
});

Deno.test("claimOfDifference() of equal differences counts only all signs as they are, or all changed", () => {
  for (const n of [6, 12, 14]) {
    const x = Array.from({ length: n }, (_, i) => i / 7 + 0.1), y = x.map((v) => v - 0.1);
    const { test, p, interval, t } = claimOfDifference(x, y, { limit: 0.05, paired: true });
    assert.deepEqual([test, t], ["sign flips", null]);
    near(p, 2 ** (1 - n));
    assert.equal(interval === null, n >= 12);
  }
});

Deno.test("claimOfDifference() of folds takes the corrected t test from 3 on", () => {
  const three = claim(3, { ratio: 0.25 }), t = pairedT(values.slice(0, 3), others.slice(0, 3), 0.25);
  assert.equal(three.test, "corrected paired t");
  near(three.p, t.p!);
  near(claim(3, { ratio: 0 }).p, pairedT(values.slice(0, 3), others.slice(0, 3)).p!);
  assert.equal(claim(3, { ratio: 0 }).test, "paired t");
  assert.equal(claim(2, { ratio: 0.25 }).noClaim, "only 2 folds, 3 are needed");
  const equal = claimOfDifference([0.8, 0.8, 0.8], [0.7, 0.7, 0.7], {
    limit: 0.05,
    paired: true,
    ratio: 0.5,
  });
  assert.deepEqual([equal.test, equal.noClaim], ["none", "no spread is not certainty"]);
});

Deno.test("claimOfDifference() of cross-validated subjects takes t over the folds' models", () => {
  const models = gains.map((_, i) => [`fold ${i % 3}`]);
  const { test, p, df } = claim(12, { models }), t = foldT(gains, models)!;
  assert.deepEqual([test, df], ["t over folds", 2]);
  near(p, t.p!);
  // One model a subject shares nothing.
  assert.equal(claim(12, { models: gains.map((_, i) => [`${i}`]) }).test, "paired t");
});

Deno.test("claimOfDifference() of independent groups takes Welch's test from 5 on either side", () => {
  const five = claimOfDifference(values.slice(0, 5), others, { limit: 0.05, paired: false });
  assert.deepEqual([five.test, five.noClaim], ["Welch", null]);
  near(five.p, welch(values.slice(0, 5), others).p!);
  near((five.interval!.lower + five.interval!.upper) / 2, mean(values.slice(0, 5)) - mean(others));
  for (const [x, y] of [[values.slice(0, 4), others], [values, others.slice(0, 4)]]) {
    assert.equal(
      claimOfDifference(x, y, { limit: 0.05, paired: false }).noClaim,
      "only 4 on one side, 5 are needed",
    );
  }
  const flat = claimOfDifference(new Array(6).fill(0.5), new Array(6).fill(0.4), {
    limit: 0.05,
    paired: false,
  });
  assert.equal(flat.noClaim, "no spread is not certainty");
});

Deno.test("claimOfDifference() takes for rounding what is small beside the larger side", () => {
  const x = Array.from({ length: 12 }, (_, i) => 1 + i * 4e-14), y = new Array(12).fill(1e-3);
  const options = { limit: 0.05, paired: true };
  assert.deepEqual(
    [claimOfDifference(x, y, options), claimOfDifference(y, x, options)].map(({ test, p }) => [test, p]),
    [["sign flips", 2 ** -11], ["sign flips", 2 ** -11]],
  );
});
