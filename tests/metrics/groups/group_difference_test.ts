import assert from "node:assert/strict";
import vectors from "../../reference/groups.json" with { type: "json" };
import { differenceOf } from "../../../lib/metrics/groups/group_difference.ts";
import { epsilonSquared, kendallsW, rankBiserial } from "../../../lib/metrics/groups/effect_sizes.ts";

const near = (actual: number | null, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 1e-9, `${actual} is not ${expected}`);

Deno.test("differenceOf() two groups is Cliff's delta by Feng and Cliff, and Welch's interval by SciPy", () => {
  for (const { a, b, difference, welch, delta, delta_interval } of vectors.differences) {
    const found = differenceOf([a, b], 0, false);
    assert.equal(found.effect_name, "Cliff's delta");
    near(found.effect, delta);
    near(found.effect_lower, delta_interval[0]);
    near(found.effect_upper, delta_interval[1]);
    near(found.difference, difference);
    near(found.difference_lower, welch[0]);
    near(found.difference_upper, welch[1]);
  }
});

Deno.test("differenceOf() two sessions is the rank biserial correlation, and the paired t interval by SciPy", () => {
  for (const { a, b, interval, signed, biserial } of vectors.paired) {
    const found = differenceOf([a, b], signed, true);
    assert.equal(found.effect_name, "rank biserial");
    near(found.effect, biserial);
    near(found.difference_lower, interval[0]);
    near(found.difference_upper, interval[1]);
    near(found.difference, (interval[0] + interval[1]) / 2);
    assert.deepEqual([found.effect_lower, found.effect_upper], [null, null]);
  }
});

Deno.test("differenceOf() groups that do not overlap bounds delta by the smaller group, and gives equal ones no interval", () => {
  const above = differenceOf([[1, 2, 3, 4], [5, 6, 7, 8, 9]], 0, false);
  // (4 − z²)/(4 + z²) with z = 1.959964
  assert.deepEqual([above.effect, above.effect_upper], [1, 1]);
  near(above.effect_lower, (4 - 1.959963984540054 ** 2) / (4 + 1.959963984540054 ** 2));
  const below = differenceOf([[5, 6, 7, 8, 9], [1, 2, 3, 4]], 0, false);
  assert.deepEqual([below.effect, below.effect_lower], [-1, -1]);
  near(below.effect_upper, -above.effect_lower!);
  const equal = differenceOf([[2, 2, 2], [3, 3, 3]], 0, false);
  assert.deepEqual([equal.difference, equal.difference_lower, equal.difference_upper], [1, null, null]);
  assert.equal(differenceOf([[2], [3]], 1, true).difference_lower, null);
});

Deno.test("differenceOf() three groups has the effect alone: H by N − 1, and Friedman's by n (k − 1)", () => {
  const groups = differenceOf([[1, 2], [3, 4], [5, 6, 7]], 4.5, false);
  assert.deepEqual([groups.effect, groups.effect_name], [4.5 / 6, "epsilon squared"]);
  const sessions = differenceOf([[1, 2, 3], [2, 3, 4], [3, 4, 5]], 6, true);
  // All three people in the same order: Friedman's statistic is 6, which is full agreement.
  assert.deepEqual([sessions.effect, sessions.effect_name], [1, "Kendall's W"]);
  assert.deepEqual([groups.difference, sessions.difference, groups.effect_lower], [null, null, null]);
});

Deno.test("effect sizes reach their ends, and no pair has no effect", () => {
  assert.deepEqual([rankBiserial(15, 5), rankBiserial(-15, 5), rankBiserial(0, 0)], [1, -1, 0]);
  assert.equal(kendallsW(8, 4, 3), 1);
  assert.equal(epsilonSquared(7, 8), 1);
});

Deno.test("differenceOf() groups with ties takes the least variance that delta can have", () => {
  // Three of four pairs in order, one tied: δ = 0.75; the unbiased variance is 1/16, below (1 − δ²)/(mn − 1) = 7/48.
  const tied = differenceOf([[1, 2], [2, 3]], 0, false);
  assert.equal(tied.effect, 0.75);
  near(tied.effect_lower, -0.321506769636871);
  near(tied.effect_upper, 0.979261222004303);
});

Deno.test("differenceOf() tells a small spread from rounding by the size of the difference, but not below 1", () => {
  const told = (b: number[], a = [0, 0]) => differenceOf([a, b], 0, false).difference_lower !== null;
  // Standard errors of 1e-9 beside 1, and of a tenth of a millionth beside a million, up and down.
  assert.deepEqual([told([1, 1 + 2e-9]), told([1e6, 1e6 + 2e-7]), told([-1e6, -1e6 - 2e-7])], [
    true,
    false,
    false,
  ]);
  assert.equal(told([1e6, 1e6 + 2e-5]), true);
  // Beside a thousandth: half a trillionth, and one and a half.
  assert.deepEqual([told([1e-3, 1e-3 + 1e-12]), told([1e-3, 1e-3 + 3e-12])], [false, true]);
});

Deno.test("differenceOf() two sessions counts no one who did not change, and needs two people for an interval", () => {
  // Ranks 1 and 2 are both positive.
  assert.equal(differenceOf([[1, 2, 3], [1, 3, 5]], 3, true).effect, 1);
  const { difference, difference_lower, difference_upper } = differenceOf([[2], [3]], 1, true);
  assert.deepEqual([difference, difference_lower, difference_upper], [1, null, null]);
});
