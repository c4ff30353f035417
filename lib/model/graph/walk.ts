/** Runs a recorded encoder over some kind of tensor, and the size of every tensor on the way. */
import type { EncoderGraph, GraphLayer, LayerOf, Op, Size } from "../../artifacts/encoder_graph.ts";
import { layerSize } from "./layer_size.ts";

/** Where a layer stands. */
export interface Place {
  index: number;
  /** Sizes of its inputs and of its output. */
  from: Size[];
  to: Size;
}

/** The operations over some kind of tensor `T`; the trainer, the exporter and the plain reference each have one. */
export type GraphOps<T> = { [O in Op]: (layer: LayerOf<O>, inputs: T[], place: Place) => T } & {
  /** What is done with each layer's result. */
  finish?(value: T, inputs: T[], layer: GraphLayer, place: Place): T;
};

/** Beginning of the names of a layer's weights: `layer<i>`. */
export function weightsOf(index: number): string {
  return `layer${index}`;
}

/**
 * The size of every layer's tensor.
 *
 * @param input `[channels, sensors, length]`.
 * @throws {InputError} naming the layer that does not fit.
 */
export function graphSizes(graph: EncoderGraph, input: readonly [number, number, number]): Size[] {
  const sizes: Size[] = [];
  for (const layer of graph) sizes.push(layerSize(layer, layer.inputs.map((from) => sizes[from]), input));
  return sizes;
}

/** Runs the window `x` through the graph; returns its last tensor. */
export function runGraph<T>(
  ops: GraphOps<T>,
  graph: EncoderGraph,
  input: readonly [number, number, number],
  x: T,
): T {
  const sizes = graphSizes(graph, input);
  const values: T[] = [];
  graph.forEach((layer, index) => {
    const place = { index, from: layer.inputs.map((from) => sizes[from]), to: sizes[index] };
    const inputs = index === 0 ? [x] : layer.inputs.map((from) => values[from]);
    const value = (ops[layer.op] as (layer: GraphLayer, inputs: T[], place: Place) => T)(
      layer,
      inputs,
      place,
    );
    values.push(ops.finish?.(value, inputs, layer, place) ?? value);
  });
  return values.at(-1)!;
}

/** Layers that take a layer's result. */
export function followers(graph: EncoderGraph, index: number): number[] {
  return graph.flatMap(({ inputs }, i) => inputs.includes(index) ? [i] : []);
}

/** The only layer that takes a layer's result, if it does `op`. */
export function onlyFollower<O extends Op>(
  graph: EncoderGraph,
  index: number,
  op: O,
): LayerOf<O> | undefined {
  const [next, ...others] = followers(graph, index);
  if (next === undefined || others.length > 0 || graph[next].op !== op) return undefined;
  return graph[next] as LayerOf<O>;
}
