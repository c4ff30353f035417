/** Convolutions and dense layers with 8-bit weights as integer sums. */
import type { DecodedNode } from "../../../onnx/decode.ts";
import type { GraphConstants } from "./graph_constants.ts";
import { float, int, ints, refused } from "./node.ts";
import { padsOf, pairOf, type Rank } from "./places.ts";
import { type Extent, numbersOf, type Tensor } from "./program.ts";
import type { QuantizedConstant } from "./quantized_constants.ts";
import type { Sums } from "./reals.ts";

type Pair = [number, number];

export function convolution(
  node: DecodedNode,
  from: Tensor,
  constants: GraphConstants,
  rank: Rank,
): Sums {
  const weight = constants.quantized(node.inputs[1]);
  if (weight === undefined || rank === 2 || weight.shape.length !== rank) {
    throw refused(node.name, "has no 8-bit weights");
  }
  if (!["NOTSET", undefined].includes(node.attributes.auto_pad as string | undefined)) {
    throw refused(node.name, "pads by auto_pad");
  }
  const kernel = pairOf(weight.shape.slice(2), 1);
  const strides = pairOf(ints(node, "strides", [1, 1]), 1);
  const dilations = pairOf(ints(node, "dilations", [1, 1]), 1);
  const pads = padsOf(ints(node, "pads", [0, 0, 0, 0]));
  const [rows, columns] = [0, 1].map((axis) =>
    Math.floor(
      (from.size[axis + 1] + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel[axis] - 1) - 1) /
        strides[axis],
    ) + 1
  );
  return sums(node, from, weight, constants, [weight.shape[0], rows, columns], {
    ...{ kernel, strides, dilations, groups: int(node, "group", 1) },
    pads: [pads[0], pads[1]],
  });
}

export function denseLayer(node: DecodedNode, from: Tensor, constants: GraphConstants): Sums {
  const weight = constants.quantized(node.inputs[1]);
  if (float(node, "alpha", 1) !== 1 || float(node, "beta", 1) !== 1) throw refused(node.name, "has factors");
  if (weight === undefined || weight.shape[1] !== numbersOf(from.size)) {
    throw refused(node.name, "has no 8-bit weights");
  }
  const vector: Tensor = { ...from, size: [numbersOf(from.size), 1, 1] };
  const one: Pair = [1, 1];
  return sums(node, vector, weight, constants, [weight.shape[0], 1, 1], {
    ...{ kernel: one, strides: one, dilations: one, pads: [0, 0], groups: 1 },
  });
}

function sums(
  node: DecodedNode,
  from: Tensor,
  weight: QuantizedConstant,
  constants: GraphConstants,
  size: Extent,
  how: Omit<Sums["how"] & { op: "product" }, "op" | "weights" | "bias">,
): Sums {
  const weights = weight.data as Int8Array;
  const [outputs] = size;
  const given = node.inputs[2];
  const whole = constants.quantized(given);
  const real = given === undefined || whole !== undefined ? undefined : constants.floats(node, 2);
  const bias = whole === undefined ? new Int32Array(outputs) : Int32Array.from(whole.data);
  const per = weights.length / outputs;
  const largest = Math.max(from.zero, 255 - from.zero);
  const bound = Array.from(bias, (b, o) => {
    const row = weights.subarray(o * per, (o + 1) * per);
    return Math.abs(b) + largest * row.reduce((sum, w) => sum + Math.abs(w), 0);
  });
  if (bound.some((b) => b >= 2 ** 31)) throw refused(node.name, "may overflow sums of 32 bits");
  return {
    kind: "sums",
    size,
    from,
    unit: Array.from(weight.scales, (scale) => scale * from.scale),
    bound,
    added: Array.from(bias, (_, o) => real === undefined ? 0 : real[o % real.length]),
    ...{ low: -Infinity, high: Infinity, slope: 1 },
    how: { op: "product", ...how, weights, bias },
  };
}
