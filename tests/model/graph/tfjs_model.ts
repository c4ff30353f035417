/** TensorFlow.js beside the recorded network: the same weights, the same windows. */
import * as tf from "@tensorflow/tfjs";
import type { WeightSource } from "../../../lib/model/graph/weight_source.ts";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { numbersIn } from "../../../lib/artifacts/encoder_graph.ts";
import { recordTopology } from "../../../lib/model/graph/record.ts";
import { graphSizes } from "../../../lib/model/graph/walk.ts";
import { weightsFromTfjs } from "../../../lib/model/graph/tfjs_weights.ts";
import { weightShapes } from "../../../lib/model/architecture.ts";
import { Random } from "../../../lib/random.ts";

export { tf };

await tf.setBackend("cpu");

/** Channels, sensors and length of the windows. */
export type Input = [channels: number, sensors: number, length: number];

/** A recorded network with the weights of `model`, which are drawn anew, and its twin here. */
export function recorded(
  model: tf.LayersModel,
  input: Input,
  seed = 1,
): { sources: WeightSource[]; architecture: Architecture; weights: Record<string, NpyArray<Float32Array>> } {
  const [channels, sensors, length] = input;
  const shapes = new Map(model.weights.map(({ name, shape }) => [name, shape]));
  const window = { length, channels, sensors };
  const { graph, sources } = recordTopology(model.toJSON(null, false), window, "encoder.ts", { shapes });
  const rng = new Random(seed);
  for (const weight of model.weights) {
    const scale = weight.name.includes("moving_variance") ? 0 : 0.5;
    const values = Float32Array.from(
      { length: weight.shape.reduce((p: number, n) => p * n!, 1) },
      () => scale === 0 ? 0.5 + rng.uniform() : scale * rng.normal(),
    );
    weight.write(tf.tensor(values, weight.shape as number[]));
  }
  const named = new Map(
    model.weights.map((
      w,
    ) => [w.name, { data: w.read().dataSync() as Float32Array, shape: w.shape as number[] }]),
  );
  const features = numbersIn(graphSizes(graph, input).at(-1)!);
  const architecture: Architecture = {
    input,
    blocks: [],
    pooling: [],
    graph,
    levels: null,
    latent: 2,
    head: [],
    classes: 2,
  };
  const weights: Record<string, NpyArray<Float32Array>> = weightsFromTfjs(
    graph,
    input,
    sources,
    named,
    "model.json",
  );
  for (const [name, shape] of Object.entries(weightShapes(architecture))) {
    weights[name] ??= {
      shape,
      data: Float32Array.from({ length: shape.reduce((p, n) => p * n, 1) }, () => 0.3 * rng.normal()),
    };
  }
  if (features < 1) throw new Error("no features");
  return { sources, architecture, weights };
}

/** Windows `[n, channels, sensors, length]`. */
export function windows(n: number, input: Input, seed = 2): Float32Array {
  const rng = new Random(seed);
  return Float32Array.from({ length: n * input[0] * input[1] * input[2] }, () => rng.normal());
}

/** The same as the network of TensorFlow.js takes them. */
export function forTfjs(
  data: Float32Array,
  [channels, sensors, length]: Input,
  layout: "time" | "grid",
): tf.Tensor {
  return tf.tidy(() => {
    const x = tf.tensor4d(data, [data.length / (channels * sensors * length), channels, sensors, length]);
    if (layout === "grid") return tf.transpose(x, [0, 2, 3, 1]);
    return tf.reshape(tf.transpose(x, [0, 3, 2, 1]), [-1, length, sensors * channels]);
  });
}
