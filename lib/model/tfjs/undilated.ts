/** Dilated depthwise convolutions as plain ones, since TensorFlow.js runs such a layer without its dilation. */
import type { NpyArray } from "../../artifacts/npy.ts";
import type { LayerOf, Pair } from "../../artifacts/encoder_graph.ts";
import { weightsOf } from "../graph/walk.ts";
import type { WholeGraph } from "./whole_graph.ts";

/**
 * The same network with zeros between the taps of depthwise kernels in place of their dilation.
 *
 * @example
 * ```ts
 * import { spreadKernel } from "./undilated.ts";
 * import assert from "node:assert/strict";
 * const kernel = { data: Float32Array.of(1, 2, 3), shape: [1, 1, 1, 3] };
 * const { data, shape } = spreadKernel(kernel, [1, 2]);
 * assert.deepEqual([[...data], shape], [[1, 0, 2, 0, 3], [1, 1, 1, 5]]);
 * ```
 */
export function undilated({ graph, weights }: WholeGraph): WholeGraph {
  const spread = { ...weights };
  const plain = graph.map((layer, index) => {
    if (layer.op !== "depthwise" || layer.dilations.every((n) => n === 1)) return layer;
    const name = `${weightsOf(index)}.weight`;
    spread[name] = spreadKernel(weights[name], layer.dilations);
    const kernel = spread[name].shape.slice(2) as Pair;
    return { ...layer, kernel, dilations: [1, 1] } as LayerOf<"depthwise">;
  });
  return { graph: plain, weights: spread };
}

/** A kernel `[out, in, rows, columns]` with zeros between its taps. */
export function spreadKernel({ data, shape }: NpyArray, dilations: Pair): NpyArray<Float32Array> {
  const [out, inputs, ...kernel] = shape;
  const size = kernel.map((n, axis) => (n - 1) * dilations[axis] + 1);
  const result = new Float32Array(out * inputs * size[0] * size[1]);
  data.forEach((value: number | bigint, i: number) => {
    const [map, row, column] = [
      Math.floor(i / (kernel[0] * kernel[1])),
      Math.floor(i / kernel[1]) % kernel[0],
      i % kernel[1],
    ];
    result[(map * size[0] + row * dilations[0]) * size[1] + column * dilations[1]] = Number(value);
  });
  return { data: result, shape: [out, inputs, ...size] };
}
