import assert from "node:assert/strict";
import { reachUnseen } from "../../../lib/metrics/statistics/unseen.ts";

const range = [0, 1] as const, level = 0.95;

Deno.test("reachUnseen() goes towards the far end by the mean of all groups, the last one included", () => {
  // Without the last group the mean would lie in the lower half, and the upper end would move.
  const moved = reachUnseen({ lower: 1, upper: 1 }, { values: [0.4, 0.4, 0.4, 1], range, level });
  assert.ok(moved.lower < 1, `${moved.lower}`);
  assert.equal(moved.upper, 1);
  const turned = reachUnseen({ lower: 0, upper: 0 }, { values: [0.6, 0.6, 0.6, 0], range, level });
  assert.equal(turned.lower, 0);
  assert.ok(turned.upper > 0, `${turned.upper}`);
});

Deno.test("reachUnseen() weighs groups where weights are given", () => {
  const of = (weights?: number[]) =>
    reachUnseen({ lower: 1, upper: 1 }, { values: [1, 1, 1, 0.5], range, level, ...(weights && { weights }) })
      .lower;
  assert.equal(of([0.25, 0.25, 0.25, 0.25]), of());
  // A group of no weight fails for nobody.
  assert.ok(of([1 / 3, 1 / 3, 1 / 3, 0]) < of());
});

Deno.test("reachUnseen() of a mean in the middle goes upwards, by Wilson's bound times the fifth power", () => {
  // Two of four groups make up all of the distance; Wilson's bound of none of four is z²/(4 + z²).
  const z2 = 1.959963984540054 ** 2, reach = z2 / (4 + z2) * 0.5 ** 5;
  const { lower, upper } = reachUnseen({ lower: 0.99, upper: 0 }, { values: [0, 0, 1, 1], range, level });
  assert.equal(lower, 0.99);
  assert.ok(Math.abs(upper - reach) < 1e-12, `${upper}`);
});
