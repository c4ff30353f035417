/** What size of tensor a layer makes of what sizes, and whether it can. */
import {
  type GraphLayer,
  numbersIn,
  type Pair,
  type Sides,
  type Size,
  type Sliding,
} from "../../artifacts/encoder_graph.ts";
import { InputError } from "../../errors.ts";

/**
 * The size of a layer's tensor.
 *
 * @param from Sizes of its inputs.
 * @param input `[channels, sensors, length]` of the window.
 * @throws {InputError} naming the layer.
 */
export function layerSize(
  layer: GraphLayer,
  from: readonly Size[],
  [channels, sensors, length]: readonly [number, number, number],
): Size {
  const fail = (why: string) => new InputError(`Cannot build network: layer ${layer.name} ${why}`);
  if (layer.op === "input") {
    return layer.layout === "time" ? [1, length, sensors * channels] : [sensors, length, channels];
  }
  const x = from[0];
  const size = sizeOf(layer, x, from, fail);
  if (size.some((n) => !(n >= 1))) throw fail(`leaves nothing of ${shown(x)}`);
  return size;
}

function sizeOf(
  layer: Exclude<GraphLayer, { op: "input" }>,
  x: Size,
  from: readonly Size[],
  fail: (why: string) => InputError,
): Size {
  switch (layer.op) {
    case "conv":
      return [...slid(x, layer, layer.dilations), layer.filters];
    case "depthwise":
      return [...slid(x, layer, layer.dilations), x[2] * layer.multiplier];
    case "dense":
      return [x[0], x[1], layer.units];
    case "maxPool":
    case "averagePool":
      return [...slid(x, layer, [1, 1]), x[2]];
    case "globalMax":
    case "globalAverage":
      return [1, 1, x[2]];
    case "reshape":
      if (numbersIn(layer.shape) !== numbersIn(x)) {
        throw fail(`cannot make ${shown(layer.shape)} of ${shown(x)}`);
      }
      return layer.shape;
    case "permute":
      return layer.order.map((axis) => x[axis]) as Size;
    case "add":
    case "multiply":
      return from.reduce((a, b) => broadcast(a, b, fail));
    case "concat":
      return from.reduce((a, b) => {
        if (a.some((n, axis) => axis !== layer.axis && n !== b[axis])) {
          throw fail(`cannot join ${shown(a)} and ${shown(b)}`);
        }
        return a.with(layer.axis, a[layer.axis] + b[layer.axis]) as Size;
      });
    case "pad":
      return bordered(x, layer.pads, 1);
    case "crop":
      return bordered(x, layer.pads, -1);
    case "gru":
    case "lstm":
      if (x[0] !== 1) throw fail(`takes a sequence, not ${shown(x)}`);
      return [1, layer.sequences ? x[1] : 1, layer.units];
    default:
      return x;
  }
}

function slid(x: Size, { kernel, strides, pads }: Sliding, dilations: Pair): Pair {
  const along = (axis: 0 | 1) =>
    Math.floor(
      (x[axis] + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis],
    ) + 1;
  return [along(0), along(1)];
}

function broadcast(a: Size, b: Size, fail: (why: string) => InputError): Size {
  return a.map((n, axis) => {
    if (n !== b[axis] && n !== 1 && b[axis] !== 1) throw fail(`cannot combine ${shown(a)} and ${shown(b)}`);
    return Math.max(n, b[axis]);
  }) as Size;
}

function bordered([rows, columns, channels]: Size, [top, left, bottom, right]: Sides, sign: 1 | -1): Size {
  return [rows + sign * (top + bottom), columns + sign * (left + right), channels];
}

/** A size as users of TensorFlow.js know it: without leading ones. */
function shown(size: Size): string {
  const from = size.findIndex((n) => n !== 1);
  return `[${size.slice(Math.max(0, from < 0 ? 2 : from)).join(", ")}]`;
}
