import assert from "node:assert/strict";
import { latentMoments, measureLevels } from "../../lib/fsq/levels_measured.ts";
import { Random } from "../../lib/random.ts";

Deno.test("latentMoments() gives mean and population variance of all or some rows", () => {
  const z = [1, 10, 3, 10, 5, 13];
  assert.deepEqual(latentMoments(z, 2).mean, [3, 11]);
  assert.ok(Math.abs(latentMoments(z, 2).variance[0] - 8 / 3) < 1e-12);
  assert.deepEqual(latentMoments(z, 2, [0, 2]), { mean: [3, 11.5], variance: [4, 2.25] });
  assert.throws(() => latentMoments([], 2), RangeError);
});

Deno.test("measureLevels() tells all of the variance when values lie on few points", () => {
  const z = Float32Array.from({ length: 400 }, (_, i) => i % 2 === 0 ? -1 : 1);
  const m = measureLevels(z, latentMoments(z, 1), [5]);
  assert.ok(m.relativeDistortion < 1e-12);
  assert.ok(Math.abs(m.entropyBits - 1) < 1e-12);
  assert.equal(m.used, 2);
});

Deno.test("measureLevels() approaches published entropy and the model of distortion on normal latents", () => {
  const rng = new Random(3);
  const z = Float64Array.from({ length: 3 * 20_000 }, (_, i) => [2, 1, 0.5][i % 3] * rng.normal() + 7);
  const moments = latentMoments(z, 3);
  const m = measureLevels(z, moments, [8, 6, 5]);
  const expected = Math.log2(7.820 * 5.831 * 4.942); // perplexities of standard normal latents
  assert.ok(Math.abs(m.entropyBits - expected) < 0.02, `${m.entropyBits} ${expected}`);
  // Max (1960): least distortion of any 8, 6 and 5 levels for a normal source; FSQ's fixed grid cannot do better.
  const least = (4 * 0.03454 + 0.05798 + 0.25 * 0.07994) / 5.25;
  assert.ok(m.relativeDistortion > least && m.relativeDistortion < 1.5 * least, `${m.relativeDistortion}`);
  const finer = measureLevels(z, moments, [16, 12, 10]);
  assert.ok(finer.relativeDistortion < m.relativeDistortion / 2);
});

Deno.test("measureLevels() measures the loss against the latents' own mean where the moments are of other ones", () => {
  // Moments of training latents: mean 0, variance 1. The measured ones lie at 1, 1, 1 and 3, all of them in one cell of
  // three levels: nothing is told, so all of their own variance is lost.
  const moments = { mean: [0], variance: [1] };
  assert.ok(Math.abs(measureLevels([1.6, 1.8, 2, 3], moments, [3]).relativeDistortion - 1) < 1e-12);
  // Two cells: within them nothing varies.
  assert.ok(measureLevels([0, 0, 3, 3], moments, [3]).relativeDistortion < 1e-12);
  // By hand: cells {0, 0.2} and {3}; the squares from the cells' means by those from the common mean.
  const mean = 3.2 / 3;
  const total = mean ** 2 + (0.2 - mean) ** 2 + (3 - mean) ** 2;
  const { relativeDistortion, used } = measureLevels([0, 0.2, 3], moments, [3]);
  assert.ok(Math.abs(relativeDistortion - 0.02 / total) < 1e-12, `${relativeDistortion}`);
  assert.equal(used, 2);
});
