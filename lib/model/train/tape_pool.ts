/** Poolings over maps `[batch, rows, columns, channels]` that may overlap or reach over the edge. */
import type { Pair, Size, Sliding } from "../../artifacts/encoder_graph.ts";
import type { Tape, Var } from "./tape.ts";
import { insertZeros, padded, type Slide, tapsOf, underTap } from "./tape_maps.ts";

/** Less than any activation. */
const lowest = -3e38;

/** Puts gradients back where each tap took values from, and adds them up. */
function placeBack(
  tape: Tape,
  x: Var,
  { kernel, strides, pads }: Sliding,
  to: Pair | Size,
  gradientOf: (tap: number) => string,
): void {
  if (!tape.wants(x)) return;
  const g = tape.graph;
  const [n, rows, columns, channels] = x.shape;
  const grid = [n, to[0], to[1], channels];
  const parts = tapsOf({ kernel }).map(([a, b], i) => {
    const [top, left] = [a - pads[0], b - pads[1]];
    const apart = insertZeros(tape, gradientOf(i), grid, strides);
    return padded(tape, apart, [
      top,
      left,
      rows - top - to[0] * strides[0],
      columns - left - to[1] * strides[1],
    ]);
  });
  tape.accumulate(x, parts.length === 1 ? parts[0] : g.node("Sum", parts));
}

/** Maximum under a kernel. Where several values are the largest, the gradient goes to each of them. */
export function maxPool(tape: Tape, x: Var, sliding: Sliding, to: Pair | Size): Var {
  const g = tape.graph;
  const slide: Slide = { ...sliding, dilations: [1, 1] };
  const whole = padded(tape, x.name, slide.pads, lowest);
  const seen = tapsOf(slide).map((tap) => underTap(tape, whole, tap, slide, to));
  const y: Var = { name: g.node("Max", seen), shape: [x.shape[0], to[0], to[1], x.shape[3]] };
  tape.onBackward(y, (dy) =>
    placeBack(tape, x, sliding, to, (i) => {
      const largest = g.node("Cast", [g.node("GreaterOrEqual", [seen[i], y.name])], { to: 1 });
      return g.node("Mul", [dy, largest]);
    }));
  return y;
}

/** Mean under a kernel, of the places inside the map. */
export function averagePool(tape: Tape, x: Var, sliding: Sliding, to: Pair | Size): Var {
  const g = tape.graph;
  const slide: Slide = { ...sliding, dilations: [1, 1] };
  const whole = padded(tape, x.name, slide.pads);
  const seen = tapsOf(slide).map((tap) => underTap(tape, whole, tap, slide, to));
  const share = g.initializer(shares(x.shape, sliding, to), [1, to[0], to[1], 1], "shares");
  const sum = seen.length === 1 ? seen[0] : g.node("Sum", seen);
  const y: Var = { name: g.node("Mul", [sum, share]), shape: [x.shape[0], to[0], to[1], x.shape[3]] };
  tape.onBackward(y, (dy) => {
    const each = g.node("Mul", [dy, share]);
    placeBack(tape, x, sliding, to, () => each);
  });
  return y;
}

/** One over the number of places that a kernel meets, by place of the result. */
function shares(
  [, rows, columns]: readonly number[],
  { kernel, strides, pads }: Sliding,
  to: Pair | Size,
): Float32Array {
  const met = (axis: 0 | 1, size: number, at: number) => {
    const from = at * strides[axis] - pads[axis];
    return Math.min(size, from + kernel[axis]) - Math.max(0, from);
  };
  return Float32Array.from(
    { length: to[0] * to[1] },
    (_, i) => 1 / (met(0, rows, Math.floor(i / to[1])) * met(1, columns, i % to[1])),
  );
}
