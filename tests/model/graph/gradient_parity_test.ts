import assert from "node:assert/strict";
import "./register_gradients.ts";
import { toGraphLayout, toModelLayout, trainingGraph } from "../../../lib/model/train/training_graph.ts";
import { weightsFromTfjs } from "../../../lib/model/graph/tfjs_weights.ts";
import { graphWeights } from "../../../lib/model/graph/graph_weights.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { type Case, cases } from "./layer_cases.ts";
import { forTfjs, recorded, tf, windows } from "./tfjs_model.ts";

const n = 5;

/** Gradients of the training step by weight, in the artifact's layout, and the same from TensorFlow.js. */
async function gradients({ model: build, input }: Case) {
  const model = build();
  const { architecture: a, weights, sources } = recorded(model, input);
  const x = windows(n, input);
  const target = Float32Array.from({ length: n * 2 }, (_, i) => (i % 3 === 0 ? 0.7 : 0.1) / n);
  const graph = trainingGraph(a, { batch: n, dropout: false, auxiliary: 0, spread: 0 });
  const feeds: Parameters<Awaited<ReturnType<typeof openSession>>["run"]>[0] = {
    window: { data: x, shape: [n, ...input] },
    target: { data: target, shape: [n, 2] },
  };
  for (const [name, shape] of Object.entries(graph.parameters)) {
    feeds[name] = { data: toGraphLayout(a, name, weights[name].data), shape };
  }
  const session = await openSession(graph.onnx);
  const out = await session.run(feeds);
  await session.release();
  const first = a.graph![0];
  const inputs = forTfjs(x, input, first.op === "input" ? first.layout : "time");
  const dense = (h: tf.Tensor, name: string) => {
    const w = weights[`${name}.weight`];
    return tf.add(
      tf.matMul(h as tf.Tensor2D, tf.tensor2d(w.data, w.shape as [number, number]), false, true),
      tf.tensor1d(weights[`${name}.bias`].data),
    );
  };
  const { value, grads } = tf.variableGrads(() => {
    const features = model.apply(inputs, { training: true }) as tf.Tensor;
    const logits = dense(dense(features, "projection"), "head0");
    return tf.neg(tf.sum(tf.mul(tf.tensor2d(target, [n, 2]), tf.logSoftmax(logits)))) as tf.Scalar;
  }, model.trainableWeights.map((w) => (w as unknown as { val: tf.Variable }).val));
  // Variables are numbered on where names are taken already.
  const byVariable = new Map(
    model.trainableWeights.map((w) => [(w as unknown as { val: tf.Variable }).val.name, w.name]),
  );
  const named = new Map(
    model.weights.map((w) => [w.name, {
      data: new Float32Array(w.shape.reduce((p: number, d) => p * d!, 1)),
      shape: w.shape as number[],
    }]),
  );
  for (const [name, gradient] of Object.entries(grads)) {
    named.set(byVariable.get(name)!, { data: Float32Array.from(gradient.dataSync()), shape: gradient.shape });
  }
  const theirs = weightsFromTfjs(a.graph!, input, sources, named, "model.json");
  const loss = { ours: (out.loss.data as Float32Array)[0], theirs: value.dataSync()[0] };
  model.dispose();
  return { a, out, theirs, loss };
}

/** TensorFlow.js draws its dropout itself. */
const without = /Dropout/;

for (const [name, layer] of Object.entries(cases).filter(([name]) => !without.test(name))) {
  Deno.test(`gradient, ${name}: the training step and TensorFlow.js agree to 1e-4`, async () => {
    const { a, out, theirs, loss } = await gradients(layer);
    assert.ok(Math.abs(loss.ours - loss.theirs) < 1e-5, `loss ${loss.ours}, ${loss.theirs}`);
    let compared = 0;
    for (const weight of Object.keys(graphWeights(a.graph!, a.input))) {
      if (!Object.hasOwn(out, `grad.${weight}`)) continue;
      const ours = toModelLayout(a, weight, out[`grad.${weight}`].data as Float32Array);
      const scale = Math.max(1e-3, ...theirs[weight].data.map(Math.abs));
      ours.forEach((value, i) =>
        assert.ok(
          Math.abs(value - theirs[weight].data[i]) < 1e-4 * scale,
          `${weight}[${i}]: ${value}, ${theirs[weight].data[i]}`,
        )
      );
      compared++;
    }
    const trained = Object.keys(graphWeights(a.graph!, a.input)).filter((weight) =>
      /weight$|kernel$|gamma$/.test(weight)
    );
    assert.ok(compared >= trained.length, `${compared} of ${trained.length} compared`);
  });
}
