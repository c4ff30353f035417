import assert from "node:assert/strict";
import { largest, withoutDust } from "../../../lib/metrics/statistics/dust.ts";

Deno.test("largest() is the largest absolute value, 0 of none", () => {
  assert.deepEqual([largest([1, -3, 2]), largest([]), largest([-0.5])], [3, 0, 0.5]);
});

Deno.test("withoutDust() sets equal what differs by 10⁻¹² of the largest, along chains, in its place", () => {
  assert.deepEqual([...withoutDust([5, 1, 3])], [5, 1, 3]);
  assert.deepEqual([...withoutDust([2 + 1e-12, 5, 2])], [2, 5, 2]);
  assert.deepEqual([...withoutDust([2 + 1e-11, 5, 2])], [2 + 1e-11, 5, 2]);
  // Each step is dust, the whole way is not.
  const chain = [1, 1 + 0.9e-12, 1 + 1.8e-12, 1 + 2.7e-12];
  assert.deepEqual([...withoutDust(chain.toReversed(), 1)], [1, 1, 1, 1]);
  assert.deepEqual([...withoutDust([1, 1 + 0.9e-9], 1000)], [1, 1]);
  assert.deepEqual([...withoutDust([1, 1 + 0.9e-9], 100)], [1, 1 + 0.9e-9]);
});
