/** What only chooses, averages or moves numbers: poolings, and tensors that are turned, cut out or padded. */
import type { DecodedNode } from "../../../onnx/decode.ts";
import type { Emission } from "./emission.ts";
import type { GraphConstants } from "./graph_constants.ts";
import { int, ints, refused } from "./node.ts";
import type { Extent, Tensor } from "./program.ts";
import { meaning, type Real } from "./reals.ts";

type Pair = [number, number];

/**
 * Axes of a value with its batch: a map `[n, channels, rows, columns]`, a sequence `[n, channels, columns]`, which lies like
 * a map of one row, or a vector `[n, numbers]`.
 */
export type Rank = 2 | 3 | 4;

/** Where a value of these sizes, the batch left out, lies; undefined with more axes than a map has. */
export function extentOf(sizes: readonly number[]): Extent | undefined {
  const [first, second = 1, third] = sizes;
  if (sizes.length < 1 || sizes.length > 3) return undefined;
  return sizes.length === 2 ? [first, 1, second] : [first, second, third ?? 1];
}

/** The axis of the extent that is axis `axis` of a value, the batch counted; undefined for the batch and beyond. */
export function axisOf(axis: number, rank: Rank): 0 | 1 | 2 | undefined {
  if (axis < 1 || axis >= rank) return undefined;
  return rank === 3 && axis === 2 ? 2 : axis - 1 as 0 | 1 | 2;
}

/** What a node says of rows and columns; one that sees a sequence says nothing of rows, which is `row`. */
export function pairOf(given: number[], row: number): Pair {
  return given.length === 1 ? [row, given[0]] : given as Pair;
}

/** Pads before and behind rows, and before and behind columns of each, as a map has them. */
export function padsOf(given: number[]): number[] {
  return given.length === 2 ? [0, given[0], 0, given[1]] : given;
}

/** Maxima are written at once, averages are sums. */
export function pooled(node: DecodedNode, from: Tensor, emission: Emission, rank: Rank): Real {
  if (rank === 2) throw refused(node.name, `(${node.op}) takes numbers without places`);
  const { op } = node;
  const global = op.startsWith("Global");
  const [, rows, columns] = from.size;
  const kernel = global ? [rows, columns] as Pair : pairOf(ints(node, "kernel_shape", []), 1);
  const strides = global ? [1, 1] as Pair : pairOf(ints(node, "strides", [1, 1]), 1);
  const pads = global ? [0, 0, 0, 0] : padsOf(ints(node, "pads", [0, 0, 0, 0]));
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
export function moved(
  node: DecodedNode,
  from: Tensor,
  constants: GraphConstants,
  emission: Emission,
  rank: Rank,
): Real {
  const [, rows, columns] = from.size;
  const steps: Extent = [rows * columns, columns, 1];
  const placeOf = (axis: number, why: string) => {
    const place = axisOf(axis < 0 ? axis + rank : axis, rank);
    if (place === undefined) throw refused(node.name, why);
    return place;
  };
  if (node.op === "Transpose") {
    const [batch, ...perm] = ints(node, "perm", []);
    if (batch !== 0 || perm.length !== rank - 1) throw refused(node.name, "turns windows");
    const order = perm.map((axis) => placeOf(axis, "turns windows"));
    const [size, taken] = [from.size, steps].map((of) => extentOf(order.map((place) => of[place]))!);
    return meaning(emission.copy(node.name, from, size, { fromSteps: taken, count: size }));
  }
  if (node.op === "Pad") {
    const pads = constants.ints(node, 1);
    if (pads.length !== 2 * rank || pads[0] + pads[rank] !== 0) throw refused(node.name, "pads windows");
    const [before, behind] = [0, rank].map((at) => {
      const by: Extent = [0, 0, 0];
      for (let axis = 1; axis < rank; axis++) by[placeOf(axis, "pads windows")] = pads[at + axis];
      return by;
    });
    const size = from.size.map((n, place) => n + before[place] + behind[place]) as Extent;
    const to: Extent = [size[1] * size[2], size[2], 1];
    const toAt = to.reduce((at, step, place) => at + step * before[place], 0);
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
    const place = placeOf(axis, "cuts out windows");
    const n = from.size[place];
    const [start, end] = [starts[i], ends[i]].map((at) => Math.min(n, at < 0 ? at + n : at));
    size[place] = end - start;
    fromAt += start * steps[place];
  });
  return meaning(emission.copy(node.name, from, size, { fromSteps: steps, count: size, fromAt }));
}
