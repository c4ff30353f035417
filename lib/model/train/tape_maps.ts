/** Convolutions over maps `[batch, rows, columns, channels]`, with strides, dilation and padding. */
import type { Pair, Sides, Size, Sliding } from "../../artifacts/encoder_graph.ts";
import type { Tape, Var } from "./tape.ts";

/** A kernel that slides over a map. */
export interface Slide extends Sliding {
  dilations: Pair;
}

/** From this many channels on, copying row by row beats slicing and joining whole tensors. */
const gatherFrom = 16;

/** Taps of a kernel in the order of the weights' rows: column by column. */
export function tapsOf({ kernel }: Pick<Sliding, "kernel">): Pair[] {
  return Array.from(
    { length: kernel[1] },
    (_, b) => Array.from({ length: kernel[0] }, (_, a): Pair => [a, b]),
  ).flat();
}

/** Adds rows and columns, or cuts them off where a number is negative. @param value What they hold, 0 by default. */
export function padded(tape: Tape, name: string, [top, left, bottom, right]: Sides, value?: number): string {
  if (top === 0 && left === 0 && bottom === 0 && right === 0) return name;
  const g = tape.graph;
  const pads = g.ints([0, top, left, 0, 0, bottom, right, 0]);
  return g.node("Pad", value === undefined ? [name, pads] : [name, pads, g.scalar(value)]);
}

/** What one tap meets: the places of a padded map that lie under it, `[batch, rows, columns, channels]` of the output. */
export function underTap(
  tape: Tape,
  map: string,
  [a, b]: Pair,
  { strides, dilations }: Slide,
  [rows, columns]: Pair | Size,
): string {
  const g = tape.graph;
  const starts = [a * dilations[0], b * dilations[1]];
  const ends = [starts[0] + (rows - 1) * strides[0] + 1, starts[1] + (columns - 1) * strides[1] + 1];
  return g.node("Slice", [map, ...[starts, ends, [1, 2], strides].map((list) => g.ints(list))]);
}

/** Puts zeros between the places of a map, so that `strides` apart they lie where a kernel took them from. */
export function insertZeros(tape: Tape, name: string, shape: readonly number[], [down, along]: Pair): string {
  if (down === 1 && along === 1) return name;
  const g = tape.graph;
  const [n, rows, columns, channels] = shape;
  const apart = g.node("Reshape", [name, g.ints([n, rows, 1, columns, 1, channels])]);
  const zeros = g.node("Pad", [apart, g.ints([0, 0, 0, 0, 0, 0, 0, 0, down - 1, 0, along - 1, 0])]);
  return g.node("Reshape", [zeros, g.ints([n, rows * down, columns * along, channels])]);
}

/** Rows of what a kernel meets (im2col): `[batch · rows · columns, taps · channels]` of the output. */
export function columnsOf(
  tape: Tape,
  map: string,
  shape: readonly number[],
  slide: Slide,
  to: Pair | Size,
): string {
  const g = tape.graph;
  const [n, rows, columns, channels] = shape;
  const taps = tapsOf(slide);
  const [top, left, bottom, right] = slide.pads;
  const height = rows + top + bottom;
  const width = columns + left + right;
  const flat = g.ints([n * to[0] * to[1], taps.length * channels]);
  if (taps.length === 1 && height === to[0] && width === to[1]) {
    return g.node("Reshape", [padded(tape, map, slide.pads), flat]);
  }
  const whole = padded(tape, map, slide.pads);
  if (channels < gatherFrom) {
    const parts = taps.map((tap) => underTap(tape, whole, tap, slide, to));
    return g.node("Reshape", [g.node("Concat", parts, { axis: 3 }), flat]);
  }
  const index = new Int32Array(n * to[0] * to[1] * taps.length);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let r = 0; r < to[0]; r++) {
      for (let c = 0; c < to[1]; c++) {
        for (const [a, b] of taps) {
          const row = r * slide.strides[0] + a * slide.dilations[0];
          index[at++] = (i * height + row) * width + c * slide.strides[1] + b * slide.dilations[1];
        }
      }
    }
  }
  const grid = g.initializer(index, [n * to[0] * to[1], taps.length], "taps");
  const places = g.node("Reshape", [whole, g.ints([n * height * width, channels])]);
  return g.node("Reshape", [g.node("Gather", [places, grid], { axis: 0 }), flat]);
}

/** The slide that takes the gradient of a map from the gradient of its result with zeros between. */
function backwards(
  { kernel, dilations, pads, strides }: Slide,
  x: readonly number[],
  y: readonly number[],
): Slide {
  const begin = (axis: 0 | 1) => dilations[axis] * (kernel[axis] - 1) - pads[axis];
  const end = (axis: 0 | 1) => x[axis + 1] - y[axis + 1] * strides[axis] + pads[axis];
  return { kernel, dilations, strides: [1, 1], pads: [begin(0), begin(1), end(0), end(1)] };
}

/**
 * Convolution.
 *
 * @param w `[taps · channels, filters]`, rows by tap (see {@linkcode tapsOf}), then channel.
 * @param to Rows and columns of the result.
 */
export function convolve(tape: Tape, x: Var, w: Var, slide: Slide, to: Pair | Size): Var {
  const g = tape.graph;
  const [n, , , channels] = x.shape;
  const filters = w.shape[1];
  const rows = n * to[0] * to[1];
  const columns = columnsOf(tape, x.name, x.shape, slide, to);
  const shape = [n, to[0], to[1], filters];
  const y: Var = { name: g.node("Reshape", [g.node("MatMul", [columns, w.name]), g.ints(shape)]), shape };
  tape.onBackward(y, (dy) => {
    const d = g.node("Reshape", [dy, g.ints([rows, filters])]);
    // A transposed factor is slow to read: the narrower one is transposed, and then the small product.
    const transposed = g.node("Gemm", [d, columns], { transA: 1 });
    const solid = g.node("Reshape", [transposed, g.ints([filters, w.shape[0], 1])]);
    tape.accumulate(
      w,
      g.node("Reshape", [g.node("Transpose", [solid], { perm: [1, 0, 2] }), g.ints(w.shape)]),
    );
    if (!tape.wants(x)) return;
    const flipped = g.node("Transpose", [reversed(tape, w, channels)], { perm: [0, 2, 1] });
    const matrix = g.node("Reshape", [flipped, g.ints([w.shape[0] / channels * filters, channels])]);
    const apart = insertZeros(tape, dy, shape, slide.strides);
    const grid = [n, shape[1] * slide.strides[0], shape[2] * slide.strides[1], filters];
    const back = columnsOf(tape, apart, grid, backwards(slide, x.shape, shape), [x.shape[1], x.shape[2]]);
    tape.accumulate(x, g.node("Reshape", [g.node("MatMul", [back, matrix]), g.ints(x.shape)]));
  });
  return y;
}

/** Weights `[taps · channels, filters]` as `[taps, channels, filters]`, last tap first. */
function reversed(tape: Tape, w: Var, channels: number): string {
  const g = tape.graph;
  const taps = w.shape[0] / channels;
  const split = g.node("Reshape", [w.name, g.ints([taps, channels, w.shape[1]])]);
  return g.node("Gather", [split, g.ints(Array.from({ length: taps }, (_, i) => taps - 1 - i))]);
}

/**
 * Convolution of each channel by itself, tap by tap.
 *
 * @param w `[taps, channels]`.
 */
export function convolveApart(tape: Tape, x: Var, w: Var, slide: Slide, to: Pair | Size): Var {
  const g = tape.graph;
  const [n, , , channels] = x.shape;
  const taps = tapsOf(slide);
  const sum = (parts: string[]) => parts.length === 1 ? parts[0] : g.node("Sum", parts);
  const rowsOf = (weights: string) =>
    taps.length === 1
      ? [weights]
      : g.nodes("Split", [weights, g.ints(taps.map(() => 1))], { axis: 0 }, { outputs: taps.length });
  const rows = rowsOf(w.name);
  const whole = padded(tape, x.name, slide.pads);
  const seen = taps.map((tap) => underTap(tape, whole, tap, slide, to));
  const shape = [n, to[0], to[1], channels];
  const y: Var = { name: sum(seen.map((part, i) => g.node("Mul", [part, rows[i]]))), shape };
  tape.onBackward(y, (dy) => {
    const products = seen.map((part) => {
      const flat = g.node("Reshape", [g.node("Mul", [part, dy]), g.ints([n * to[0] * to[1], channels])]);
      return g.node("Reshape", [tape.sumRows(flat, n * to[0] * to[1], channels), g.ints([1, channels])]);
    });
    tape.accumulate(w, products.length === 1 ? products[0] : g.node("Concat", products, { axis: 0 }));
    if (!tape.wants(x)) return;
    const back = backwards(slide, x.shape, shape);
    const apart = padded(tape, insertZeros(tape, dy, shape, slide.strides), back.pads);
    const parts = taps.map((tap, i) => {
      const part = underTap(tape, apart, tap, back, [x.shape[1], x.shape[2]]);
      return g.node("Mul", [part, rows[taps.length - 1 - i]]);
    });
    tape.accumulate(x, sum(parts));
  });
  return y;
}
