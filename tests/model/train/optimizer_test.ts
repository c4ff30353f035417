import assert from "node:assert/strict";
import { AdamW, globalNorm, learningRate } from "../../../lib/model/train/optimizer.ts";

Deno.test("AdamW takes PyTorch's first two steps", () => {
  // torch.optim.AdamW([p], lr=0.1, weight_decay=0.01) with gradients 0.5 and then −1 at p = 1, by hand:
  // step 1: 1·(1 − 0.001) − 0.1·1 = 0.899; step 2: m̂ = (0.9·0.05 − 0.1)/0.19, v̂ = (0.999·0.00025 + 0.001)/0.001999
  const weight = new Float32Array([1]);
  const optimizer = new AdamW({ "a.weight": weight }, { weightDecay: 0.01, clip: Infinity });
  optimizer.step({ "a.weight": new Float32Array([0.5]) }, 0.1);
  assert.ok(Math.abs(weight[0] - 0.899) < 1e-6);
  optimizer.step({ "a.weight": new Float32Array([-1]) }, 0.1);
  const m = (0.9 * 0.05 - 0.1) / 0.19, v = (0.999 * 0.00025 + 0.001) / 0.001999;
  assert.ok(Math.abs(weight[0] - (0.899 * 0.999 - 0.1 * m / Math.sqrt(v))) < 1e-6);
});

Deno.test("T085 AdamW decays weights, not biases", () => {
  const [weight, bias] = [new Float32Array([1]), new Float32Array([1])];
  const optimizer = new AdamW({ "a.weight": weight, "a.bias": bias }, { weightDecay: 0.1, clip: 1 });
  optimizer.step({ "a.weight": new Float32Array(1), "a.bias": new Float32Array(1) }, 0.5);
  assert.ok(Math.abs(weight[0] - 0.95) < 1e-6);
  assert.equal(bias[0], 1);
});

Deno.test("T084 gradients are clipped by their global norm", () => {
  const make = (clip: number) => {
    const p = { "a.weight": new Float32Array(2), "b.bias": new Float32Array(1) };
    return { p, optimizer: new AdamW(p, { weightDecay: 0, clip }) };
  };
  const gradients = { "a.weight": new Float32Array([3, 0]), "b.bias": new Float32Array([4]) };
  const half = { "a.weight": new Float32Array([0.6, 0]), "b.bias": new Float32Array([0.8]) };
  const [clipped, given] = [make(1), make(10)];
  assert.equal(clipped.optimizer.step(gradients, 0.1), 5);
  given.optimizer.step(half, 0.1);
  // Adam's first step is blind to scale, its second is not.
  clipped.optimizer.step(half, 0.1);
  given.optimizer.step(half, 0.1);
  for (const name of ["a.weight", "b.bias"] as const) {
    assert.ok(globalNorm({ d: clipped.p[name].map((x, i) => x - given.p[name][i]) }) < 1e-6);
  }
});

Deno.test("T210 AdamW names the parameter whose gradient is not finite", () => {
  const optimizer = new AdamW({ "a.weight": new Float32Array(1) }, { weightDecay: 0, clip: 1 });
  assert.throws(
    () => optimizer.step({ "a.weight": new Float32Array([NaN]) }, 0.1),
    /the gradient of a\.weight/,
  );
});

Deno.test("T086 T087 learningRate() warms up linearly and ends at zero by a cosine", () => {
  const schedule = { peak: 1e-3, epochs: 100, warmupEpochs: 5 };
  assert.equal(learningRate(2.5, schedule), 5e-4);
  assert.ok(Math.abs(learningRate(52.5, schedule) - 5e-4) < 1e-12);
  assert.ok(learningRate(100, schedule) < 1e-12);
});
