import assert from "node:assert/strict";
import { signFlip } from "../../../lib/metrics/statistics/sign_flip.ts";
import { Random } from "../../../lib/random.ts";

/** Share of all changes of signs whose sum is as far from 0 as the sum of whole numbers is. */
function shareOfFlips(d: readonly number[]): number {
  const own = Math.abs(d.reduce((a, b) => a + b, 0));
  let extreme = 0;
  for (let flips = 0; flips < 2 ** d.length; flips++) {
    if (Math.abs(d.reduce((sum, v, i) => sum + (flips >> i & 1 ? -v : v), 0)) >= own) extreme++;
  }
  return extreme / 2 ** d.length;
}

Deno.test("the sign-flip test has the p of all changes of signs, and rounding is told from small differences", () => {
  const rng = new Random(3);
  for (let trial = 0; trial < 60; trial++) {
    const n = 1 + rng.below(8);
    // A hundred-millionth more than whole numbers, among which are zeros and ties.
    const small = trial % 2, own = Array.from({ length: n }, () => (rng.below(9) - 4) * 1e8 + small);
    const middle = signFlip(own, 0.05).p;
    assert.equal(signFlip(own.map((v) => -v), 0.05).p, middle, `${own}`);
    for (const unit of [1e-6, 1e-12, 0.1]) {
      assert.equal(signFlip(own.map((v) => v * unit), 0.05).p, middle, `${own} times ${unit}`);
    }
    // Means of subsets lie on both sides of 0 as sums of flips do: a change of the set's signs moves the sum by twice its own.
    let below = 0, above = 0;
    for (let set = 1; set < 2 ** n; set++) {
      const sum = own.reduce((total, v, i) => total + (set >> i & 1 ? v : 0), 0);
      if (sum <= 0) below++;
      if (sum >= 0) above++;
    }
    const one = (tail: number) => (tail + 1) / 2 ** n;
    assert.equal(middle, Math.min(1, 2 * Math.min(one(below), one(above))));
    if (own.every((v) => v > 0)) assert.equal(middle, shareOfFlips(own));
  }
});

Deno.test("the sign-flip interval ends at the last shift that the test does not reject at any limit", () => {
  const rng = new Random(4);
  for (const limit of [1 / 16, 4.001 / 64, 0.05, 0.2, 0.5]) {
    const d = Array.from({ length: 6 }, () => rng.normal() + 1);
    const [lower, upper] = signFlip(d, limit).interval!;
    const p = (shift: number) => signFlip(d.map((v) => v - shift), limit, 10).p;
    for (const end of [lower, upper]) assert.ok(p(end) >= limit, `${limit}`);
    assert.ok(p(lower - 1e-9) < limit && p(upper + 1e-9) < limit, `${limit}`);
  }
  assert.equal(signFlip([1, 2, 3, 4, 5, 6], 1 / 33).interval, null);
  assert.deepEqual(signFlip([1, 2, 3, 4, 5, 6], 1 / 16).interval, [1, 6]);
  for (const n of [0, 17]) assert.throws(() => signFlip(new Array(n).fill(1), 0.05), RangeError);
  assert.equal(signFlip(new Array(16).fill(1), 0.05).p, 2 ** -15);
});
