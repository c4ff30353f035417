import assert from "node:assert/strict";
import { mixBatch } from "../../../lib/signal/augment/mix_batch.ts";
import { Random } from "../../../lib/random.ts";

/** The share that windows keep of themselves: each of three has one number, and the fourth carries no weight. */
function mixed(alpha: number, seed: number) {
  const batch = Float32Array.of(1, 10, 100, 1000);
  const targets = Float32Array.of(0.5, 0, 0, 0.25, 0.25, 0, 0, 0);
  mixBatch(batch, targets, 4, 3, alpha, new Random(seed));
  return { batch, targets };
}

Deno.test("mixBatch() gives every window a share of another and its target the same share, and keeps their sum", () => {
  for (let seed = 0; seed < 50; seed++) {
    const { batch, targets } = mixed(0.4, seed);
    assert.equal(batch[3], 1000);
    assert.deepEqual([...targets.subarray(6)], [0, 0]);
    const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum(targets) - 1) < 1e-6);
    assert.ok(Math.abs(sum(batch.subarray(0, 3)) - 111) < 1e-3);
    // The first window's target is its own share, what it lacks of 1 comes from the other.
    const own = targets[0] / 0.5;
    if (own < 1 - 1e-6) {
      const from = targets[1] > 0 ? 10 : 100;
      const share = (batch[0] - from) / (1 - from);
      assert.ok(share >= 0.5 - 1e-6);
    }
  }
});

Deno.test("mixBatch() draws shares of Beta(α, α): half of a batch is the other's the more often, the larger α", () => {
  const owns = (alpha: number) =>
    Array.from({ length: 4000 }, (_, seed) => {
      const batch = Float32Array.of(0, 1);
      mixBatch(batch, new Float32Array(2), 2, 2, alpha, new Random(seed));
      return batch[0];
    }).filter((x) => x > 0);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  // Two windows are exchanged half of the time. Uniform at α = 1, the smaller half of it is a quarter on average.
  const [one, few] = [owns(1), owns(0.2)];
  assert.ok(Math.abs(one.length / 4000 - 0.5) < 0.05);
  assert.ok(Math.abs(mean(one) - 0.25) < 0.01, String(mean(one)));
  // E min(λ, 1 − λ) of Beta(0.2, 0.2), by numerical integration.
  assert.ok(Math.abs(mean(few) - 0.1012) < 0.01, String(mean(few)));
});
