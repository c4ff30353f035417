/** Weights of TensorFlow.js as the recorded encoder's. */
import type { EncoderGraph, GraphLayer } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { graphWeights } from "./graph_weights.ts";
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

/**
 * Where each number of `[out, in, rows, columns]` stands in `[rows, columns, in, out]`, or in the depthwise kernel
 * `[rows, columns, channels, multiples]`.
 */
function* places(shape: readonly number[]): Generator<number> {
  const [out, inputs, rows = 1, columns = 1] = shape;
  for (let o = 0; o < out; o++) {
    for (let c = 0; c < inputs; c++) {
      for (let place = 0; place < rows * columns; place++) yield (place * inputs + c) * out + o;
    }
  }
}

/** From TensorFlow.js's order to ours. */
function turned(shape: readonly number[], data: Float32Array): Float32Array<ArrayBuffer> {
  if (shape.length < 2) return data.slice();
  return Float32Array.from(places(shape), (place) => data[place]);
}

/** The other way round. */
function turnedBack(shape: readonly number[], data: Float32Array): Float32Array<ArrayBuffer> {
  if (shape.length < 2) return data.slice();
  const result = new Float32Array(data.length);
  let ours = 0;
  for (const place of places(shape)) result[place] = data[ours++];
  return result;
}

/** Shape in TensorFlow.js of a weight with our `shape`. */
function tfjsShape(layer: GraphLayer, shape: readonly number[]): number[] {
  if (shape.length < 4) return shape.toReversed();
  const [out, inputs, ...kernel] = shape;
  return layer.op === "depthwise"
    ? [...kernel, out / layer.multiplier, layer.multiplier]
    : [...kernel, inputs, out];
}

/** Whether two shapes are equal but for leading ones, as a kernel over time has one axis less than one over a grid. */
function alike(a: readonly number[], b: readonly number[]): boolean {
  const rank = Math.max(a.length, b.length);
  const whole = (shape: readonly number[]) => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const other = whole(b);
  return whole(a).every((n, axis) => n === other[axis]);
}

/**
 * The weights of a recorded encoder.
 *
 * @param input `[channels, sensors, length]`.
 * @param file The file that they come from, for messages.
 * @throws {InputError} When one is missing or has another shape.
 */
export function weightsFromTfjs(
  graph: EncoderGraph,
  input: readonly [number, number, number],
  sources: readonly WeightSource[],
  named: NamedWeights,
  file: string,
): Record<string, NpyArray<Float32Array>> {
  const weights: Record<string, NpyArray<Float32Array>> = {};
  for (const [name, shape] of Object.entries(graphWeights(graph, input))) {
    const { layer, source, part } = parsed(graph, sources, name);
    const theirs = tfjsName(layer, source, part);
    const found = named.get(theirs);
    const expected = tfjsShape(layer, shape);
    if (found === undefined || !alike(found.shape, expected)) {
      const got = found === undefined ? "is missing" : `has shape [${found.shape}]`;
      throw new InputError(
        `Cannot read weights: ${theirs} ${got}, layer ${source.layer} needs [${expected}]`,
        {
          file,
          hint: "Take layers and weights that were saved together.",
        },
      );
    }
    weights[name] = { data: turned(shape, found.data), shape };
  }
  return weights;
}

/** One of our weights as TensorFlow.js names and lays it out. */
export function weightToTfjs(
  graph: EncoderGraph,
  sources: readonly WeightSource[],
  name: string,
  { data, shape }: NpyArray,
): { name: string; shape: number[]; data: Float32Array<ArrayBuffer> } {
  const { layer, source, part } = parsed(graph, sources, name);
  return {
    name: tfjsName(layer, source, part),
    shape: tfjsShape(layer, shape),
    data: turnedBack(shape, data as Float32Array),
  };
}

/** Layer and part that the name of a weight, `layer<i>.<part>`, stands for. */
function parsed(graph: EncoderGraph, sources: readonly WeightSource[], name: string) {
  const [which, part] = name.split(".");
  const index = Number(which.slice("layer".length));
  return { layer: graph[index], source: sources[index], part };
}
