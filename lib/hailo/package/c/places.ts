/** What only chooses, averages or moves numbers: poolings, and tensors that are turned, cut out or padded. */
import type { DecodedNode } from "../../../onnx/decode.ts";
import type { Emission } from "./emission.ts";
import type { GraphConstants } from "./graph_constants.ts";
import { int, ints, refused } from "./node.ts";
import type { Extent, Tensor } from "./program.ts";
import { meaning, type Real } from "./reals.ts";

type Pair = [number, number];

/** Maxima are written at once, averages are sums. */
export function pooled(node: DecodedNode, from: Tensor, emission: Emission): Real {
  const { op } = node;
  const global = op.startsWith("Global");
  const [, rows, columns] = from.size;
  const kernel = (global ? [rows, columns] : ints(node, "kernel_shape", [])) as Pair;
  const strides = (global ? [1, 1] : ints(node, "strides", [1, 1])) as Pair;
  const pads = global ? [0, 0, 0, 0] : ints(node, "pads", [0, 0, 0, 0]);
  if (int(node, "ceil_mode", 0) !== 0 || ints(node, "dilations", [1, 1]).some((d) => d !== 1)) {
    throw refused(node.name, `(${op}) rounds sizes up or has holes`);
  }
  const size: Extent = [
    from.size[0],
    Math.floor((rows + pads[0] + pads[2] - kernel[0]) / strides[0]) + 1,
    Math.floor((columns + pads[1] + pads[3] - kernel[1]) / strides[1]) + 1,
  ];
  if (op.endsWith("MaxPool")) {
    return meaning(emission.maximum(node.name, from, size, kernel, strides, [pads[0], pads[1]]));
  }
  if (pads.some((pad) => pad !== 0)) throw refused(node.name, "is an average over padded places");
  const places = kernel[0] * kernel[1];
  const each = <T>(value: T) => new Array<T>(size[0]).fill(value);
  return {
    kind: "sums",
    size,
    from,
    unit: each(from.scale / places),
    added: each(0),
    bound: each(places * Math.max(from.zero, 255 - from.zero)),
    ...{ low: -Infinity, high: Infinity, slope: 1 },
    how: { op: "average", kernel, strides },
  };
}

/** Transposed, cut out or padded. */
export function moved(node: DecodedNode, from: Tensor, constants: GraphConstants, emission: Emission): Real {
  const [, rows, columns] = from.size;
  const steps: Extent = [rows * columns, columns, 1];
  if (node.op === "Transpose") {
    const order = ints(node, "perm", []).slice(1).map((axis) => axis - 1);
    if (order.length !== 3 || order.includes(-1)) throw refused(node.name, "turns windows");
    const [size, taken] = [from.size, steps].map((of) => order.map((axis) => of[axis]) as Extent);
    return meaning(emission.copy(node.name, from, size, { fromSteps: taken, count: size }));
  }
  if (node.op === "Pad") {
    const pads = constants.ints(node, 1);
    if (pads.length !== 8 || pads[0] + pads[4] !== 0) throw refused(node.name, "pads windows");
    const size = from.size.map((n, axis) => n + pads[axis + 1] + pads[axis + 5]) as Extent;
    const to: Extent = [size[1] * size[2], size[2], 1];
    const toAt = to.reduce((at, step, axis) => at + step * pads[axis + 1], 0);
    const how = { fromSteps: steps, count: from.size, toAt, fill: true };
    return meaning(emission.copy(node.name, from, size, how));
  }
  const [starts, ends, axes] = [1, 2, 3].map((i) => constants.ints(node, i));
  if (node.inputs[4] !== undefined && constants.ints(node, 4).some((step) => step !== 1)) {
    throw refused(node.name, "takes every other place");
  }
  const size: Extent = [...from.size];
  let fromAt = 0;
  axes.forEach((axis, i) => {
    const n = from.size[axis - 1];
    const [start, end] = [starts[i], ends[i]].map((at) => Math.min(n, at < 0 ? at + n : at));
    size[axis - 1] = end - start;
    fromAt += start * steps[axis - 1];
  });
  return meaning(emission.copy(node.name, from, size, { fromSteps: steps, count: size, fromAt }));
}
