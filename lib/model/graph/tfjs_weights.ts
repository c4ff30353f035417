/** Weights of TensorFlow.js as the recorded encoder's. */
import type { EncoderGraph, GraphLayer } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { graphWeights } from "./graph_weights.ts";
import { weightsOf } from "./walk.ts";
import type { WeightSource } from "./weight_source.ts";

/** Values by the name `layer/weight`. */
export type NamedWeights = ReadonlyMap<string, { data: Float32Array; shape: readonly number[] }>;

/** Name of a weight in TensorFlow.js. */
function tfjsName({ op }: GraphLayer, { layer, part: piece }: WeightSource, part: string): string {
  const names: Record<string, string> = {
    weight: op === "depthwise" ? "depthwise_kernel" : piece === "pointwise" ? "pointwise_kernel" : "kernel",
    mean: "moving_mean",
    variance: "moving_variance",
    recurrent: "recurrent_kernel",
  };
  return `${layer}/${Object.hasOwn(names, part) ? names[part] : part}`;
}

/** From `[rows, columns, in, out]`, of a depthwise kernel `[rows, columns, channels, multiples]`, to `[out, in, rows, columns]`. */
function turned(shape: readonly number[], data: Float32Array): Float32Array {
  if (shape.length < 2) return data.slice();
  const [out, inputs, rows = 1, columns = 1] = shape;
  const result = new Float32Array(data.length);
  let ours = 0;
  for (let o = 0; o < out; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let place = 0; place < rows * columns; place++) {
        result[ours++] = data[(place * inputs + c) * out + o];
      }
    }
  }
  return result;
}

/**
 * The weights of a recorded encoder.
 *
 * @param input `[channels, sensors, length]`.
 * @throws {InputError} When one is missing or has another size.
 */
export function weightsFromTfjs(
  graph: EncoderGraph,
  input: readonly [number, number, number],
  sources: readonly WeightSource[],
  named: NamedWeights,
): Record<string, NpyArray<Float32Array>> {
  const weights: Record<string, NpyArray<Float32Array>> = {};
  for (const [name, shape] of Object.entries(graphWeights(graph, input))) {
    const { layer, source, part } = parsed(graph, sources, name);
    const theirs = tfjsName(layer, source, part);
    const found = named.get(theirs);
    const size = shape.reduce((product, n) => product * n, 1);
    if (found?.data.length !== size) {
      const got = found === undefined ? "is missing" : `has ${found.data.length} numbers, ${size} are needed`;
      throw new InputError(`Cannot read weights: ${theirs} ${got}`);
    }
    weights[name] = { data: turned(shape, found.data), shape };
  }
  return weights;
}

function parsed(graph: EncoderGraph, sources: readonly WeightSource[], name: string) {
  const [which, part] = name.split(".");
  const index = Number(which.slice(weightsOf(0).length - 1));
  return { layer: graph[index], source: sources[index], part };
}
