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

Deno.test("AdamW follows its definition over many steps, clipping and decay included", () => {
  const weight = Float32Array.of(0.5, -1.5), bias = Float32Array.of(2);
  const optimizer = new AdamW({ "a.weight": weight, "a.bias": bias }, { weightDecay: 0.02, clip: 1.5 });
  const values = [0.5, -1.5, 2], m = [0, 0, 0], v = [0, 0, 0];
  for (let step = 1; step <= 60; step++) {
    const gradients = [Math.sin(step), 2 * Math.cos(3 * step), 1e-7 * step], rate = 0.01 / step;
    const norm = Math.hypot(...gradients);
    const told = optimizer.step({
      "a.weight": Float32Array.from(gradients.slice(0, 2)),
      "a.bias": Float32Array.from(gradients.slice(2)),
    }, rate);
    assert.ok(Math.abs(told - norm) < 1e-5);
    gradients.forEach((gradient, i) => {
      const g = gradient * Math.min(1, 1.5 / norm);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      const change = m[i] / (1 - 0.9 ** step) / (Math.sqrt(v[i] / (1 - 0.999 ** step)) + 1e-8);
      values[i] = values[i] * (i < 2 ? 1 - rate * 0.02 : 1) - rate * change;
    });
    [...weight, ...bias].forEach((value, i) => assert.ok(Math.abs(value - values[i]) < 2e-6, `${step} ${i}`));
  }
  assert.equal(optimizer.steps, 60);
});

Deno.test("AdamW goes on where it was restored", () => {
  const parameters = () => ({ "a.weight": Float32Array.of(1, 2) });
  const gradient = { "a.weight": Float32Array.of(0.3, -0.2) };
  const [one, two] = [parameters(), parameters()];
  const first = new AdamW(one, { weightDecay: 0.1, clip: 1 });
  for (let i = 0; i < 3; i++) first.step(gradient, 0.1);
  two["a.weight"].set(one["a.weight"]);
  const second = new AdamW(two, { weightDecay: 0.1, clip: 1 });
  second.restore(first.steps, structuredClone(first.moments()));
  assert.equal(second.steps, 3);
  assert.deepEqual(second.moments(), first.moments());
  first.step(gradient, 0.1);
  second.step(gradient, 0.1);
  assert.deepEqual(two, one);
});

Deno.test("learningRate() stays at zero beyond the end, and peaks at once without a warm-up", () => {
  const schedule = { peak: 2, epochs: 8, warmupEpochs: 0 };
  assert.equal(learningRate(0, schedule), 2);
  assert.ok(Math.abs(learningRate(2, schedule) - (1 + Math.SQRT1_2)) < 1e-12);
  assert.ok(learningRate(12, schedule) < 1e-12);
  assert.equal(learningRate(4, { peak: 2, epochs: 4, warmupEpochs: 4 }), 2);
});
