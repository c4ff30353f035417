import assert from "node:assert/strict";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { graphWeights } from "../../../lib/model/graph/graph_weights.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { toGraphLayout, toModelLayout, trainingGraph } from "../../../lib/model/train/training_graph.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { cases, forwardOnly } from "./layer_cases.ts";
import { type Input, recorded, tf, windows } from "./tfjs_model.ts";

const n = 3;
const target = [0.2, 0.1, 0.15, 0.2, 0.3, 0.05];

/** Cross-entropy of the plain reference in double precision. */
function loss(
  architecture: Parameters<typeof referenceForward>[0]["architecture"],
  weights: Record<string, NpyArray>,
  x: Float32Array,
): number {
  const size = x.length / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const logits =
      referenceForward({ architecture, weights }, x.subarray(i * size, (i + 1) * size)).logits!.data;
    const total = Math.log(logits.reduce((s, z) => s + Math.exp(z), 0));
    logits.forEach((z, k) => sum -= target[2 * i + k] * (z - total));
  }
  return sum;
}

const dropout = cases["Dropout"];

/** Gradients of a training step over a normalisation, by weight; weights without one have what leaves values alone. */
async function normalized(scale: boolean, center: boolean) {
  const input: Input = [3, 2, 12];
  const network = (own: { scale: boolean; center: boolean }) =>
    tf.sequential({
      layers: [
        tf.layers.conv1d({ inputShape: [12, 6], filters: 4, kernelSize: 3 }),
        tf.layers.batchNormalization(own),
        tf.layers.activation({ activation: "tanh" }),
        tf.layers.flatten(),
      ],
    });
  const whole = recorded(network({ scale: true, center: true }), input);
  const neutral = { ...whole.weights };
  const { shape } = neutral["layer2.gamma"];
  if (!scale) neutral["layer2.gamma"] = { data: new Float32Array(4).fill(1), shape };
  if (!center) neutral["layer2.beta"] = { data: new Float32Array(4), shape };
  const gradientsOf = async (a: typeof whole.architecture) => {
    const graph = trainingGraph(a, { batch: n, dropout: false, auxiliary: 0, spread: 0 });
    const feeds: Parameters<Awaited<ReturnType<typeof openSession>>["run"]>[0] = {
      window: { data: windows(n, input), shape: [n, ...input] },
      target: { data: Float32Array.from(target), shape: [n, 2] },
    };
    for (const [name, shape] of Object.entries(graph.parameters)) {
      feeds[name] = { data: toGraphLayout(a, name, neutral[name].data), shape };
    }
    const session = await openSession(graph.onnx);
    const out = await session.run(feeds);
    await session.release();
    return out;
  };
  const part = recorded(network({ scale, center }), input).architecture;
  return { whole: await gradientsOf(whole.architecture), part: await gradientsOf(part) };
}

for (const [scale, center] of [[false, true], [true, false], [false, false]]) {
  Deno.test(`gradient, BatchNormalization with scale ${scale} and center ${center}, is that of a neutral one`, async () => {
    const { whole, part } = await normalized(scale, center);
    assert.equal(Object.hasOwn(part, "grad.layer2.gamma"), scale);
    assert.equal(Object.hasOwn(part, "grad.layer2.beta"), center);
    const names = Object.keys(part).filter((name) => name.startsWith("grad."));
    assert.ok(names.includes("grad.layer1.weight"));
    for (const name of names) {
      const [ours, theirs] = [part, whole].map((out) => out[name].data as Float32Array);
      ours.forEach((value, i) => assert.ok(Math.abs(value - theirs[i]) < 1e-6, `${name}[${i}]`));
    }
  });
}

for (const [name, { model, input }] of Object.entries(forwardOnly)) {
  Deno.test(`gradient, ${name}: the training step agrees with differences of the plain reference`, async () => {
    const { architecture: a, weights } = recorded(model(), input);
    const x = windows(n, input);
    const graph = trainingGraph(a, { batch: n, dropout: false, auxiliary: 0, spread: 0 });
    const feeds: Parameters<Awaited<ReturnType<typeof openSession>>["run"]>[0] = {
      window: { data: x, shape: [n, ...input] },
      target: { data: Float32Array.from(target), shape: [n, 2] },
    };
    for (const [name, shape] of Object.entries(graph.parameters)) {
      feeds[name] = { data: toGraphLayout(a, name, weights[name].data), shape };
    }
    const session = await openSession(graph.onnx);
    const out = await session.run(feeds);
    await session.release();
    for (const weight of Object.keys(graphWeights(a.graph!, input))) {
      const gradient = toModelLayout(a, weight, out[`grad.${weight}`].data as Float32Array);
      const scale = Math.max(1e-3, ...gradient.map(Math.abs));
      for (let i = 0; i < gradient.length; i += Math.ceil(gradient.length / 12)) {
        const at = (change: number) => {
          const data = Float64Array.from(weights[weight].data);
          data[i] += change;
          return loss(a, { ...weights, [weight]: { data, shape: weights[weight].shape } }, x);
        };
        const slope = (at(1e-4) - at(-1e-4)) / 2e-4;
        assert.ok(Math.abs(slope - gradient[i]) < 1e-4 * scale, `${weight}[${i}]: ${gradient[i]}, ${slope}`);
      }
    }
  });
}

Deno.test("dropout of a recorded layer has a mask of its own rate, over all numbers or over channels", () => {
  const { architecture } = recorded(dropout.model(), dropout.input);
  const { masks, rates } = trainingGraph(architecture, { batch: 4, dropout: false, auxiliary: 0, spread: 0 });
  assert.deepEqual(masks, { "layer2.mask": [4, 1, 12, 4], "layer5.mask": [4, 1, 1, 4] });
  assert.deepEqual(rates, { "layer2.mask": 0.3, "layer5.mask": 0.2 });
});
