import assert from "node:assert/strict";
import { dimensionUsage } from "../../lib/fsq/saturation.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { Random } from "../../lib/random.ts";

Deno.test("dimensionUsage() reports saturated latents and digit entropy by dimension", () => {
  const z = new Float32Array([0, 10, 0, -10, 0, 10, 0, 10]);
  const [even, edge] = dimensionUsage(z, new Quantizer([5, 4]));
  assert.deepEqual(even.counts, [0, 0, 4, 0, 0]);
  assert.equal(even.perplexity, 1);
  assert.equal(even.saturated, 0);
  assert.deepEqual(edge.counts, [1, 0, 0, 3]);
  assert.equal(edge.saturated, 1);
  assert.equal(edge.mean, 5);
  assert.ok(Math.abs(edge.deviation - Math.sqrt(75)) < 1e-12);
  assert.ok(Math.abs(edge.entropyBits - 0.8112781245) < 1e-9);
});

Deno.test("dimensionUsage() finds the published perplexities when latents are standard normal", () => {
  const rng = new Random(11);
  const levels = [4, 5, 6, 7, 8, 16];
  const z = Float64Array.from({ length: levels.length * 40_000 }, () => rng.normal());
  const expected = [3.784, 4.942, 5.831, 6.910, 7.820, 15.645];
  dimensionUsage(z, new Quantizer(levels)).forEach(({ perplexity }, j) =>
    assert.ok(Math.abs(perplexity - expected[j]) < 0.02, `${levels[j]}: ${perplexity}`)
  );
});

Deno.test("dimensionUsage() calls latents saturated beyond a distance of 3 from their centre", () => {
  const [odd] = dimensionUsage([0, 3, -3, 2.9, 3.1, -3.1, 3.01, 9], new Quantizer([5]));
  assert.equal(odd.saturated, 4 / 8);
});
