/** TensorFlow.js beside ONNX and the plain reference: how far their results are from each other. */
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import type { Case } from "./layer_cases.ts";
import { forTfjs, recorded, type tf, windows } from "./tfjs_model.ts";

/** Largest difference of features, which the latent of a unit projection shows; relative where they exceed 1. */
export async function differences({ model: build, input }: Case): Promise<{ onnx: number; plain: number }> {
  const model = build();
  const { architecture, weights } = recorded(model, input);
  const n = 3;
  const x = windows(n, input);
  const layout = architecture.graph![0].op === "input" ? architecture.graph![0].layout : "time";
  const expected = (model.predict(forTfjs(x, input, layout)) as tf.Tensor).dataSync();
  const features = expected.length / n;
  const identity = Float32Array.from({ length: features ** 2 }, (_, i) => Number(i % (features + 1) === 0));
  const whole = {
    architecture: { ...architecture, latent: features, classes: 0 },
    weights: {
      ...weights,
      "projection.weight": { data: identity, shape: [features, features] },
      "projection.bias": { data: new Float32Array(features), shape: [features] },
    },
  };
  const session = await openSession(encoderOnnx(whole));
  const { latent } = await session.run({ window: { data: x, shape: [n, ...input] } });
  await session.release();
  const size = x.length / n;
  const plain = Array.from(
    { length: n },
    (_, i) => [...referenceForward(whole, x.subarray(i * size, (i + 1) * size)).features.data],
  ).flat();
  const worst = (values: ArrayLike<number>) =>
    Math.max(...expected.map((value, i) => Math.abs(value - values[i]) / Math.max(1, Math.abs(value))));
  model.dispose();
  return { onnx: worst(latent.data as Float32Array), plain: worst(plain) };
}
