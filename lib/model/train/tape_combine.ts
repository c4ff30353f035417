/** Sums, products and rearrangements of maps `[batch, rows, columns, channels]`. */
import type { Sides } from "../../artifacts/encoder_graph.ts";
import type { Tape, Var } from "./tape.ts";
import { padded } from "./tape_maps.ts";

/** A gradient of `shape` as one of `x`: summed over the axes along which `x` was repeated. */
function folded(tape: Tape, gradient: string, shape: readonly number[], x: Var): string {
  const axes = shape.flatMap((n, axis) => n !== x.shape[axis] ? [axis] : []);
  if (axes.length === 0) return gradient;
  return tape.graph.node("ReduceSum", [gradient, tape.graph.ints(axes)], { keepdims: 1 });
}

/** `a + b` or `a · b`, number by number; an axis of one is repeated. */
export function combine(tape: Tape, op: "Add" | "Mul", a: Var, b: Var): Var {
  const shape = a.shape.map((n, axis) => Math.max(n, b.shape[axis]));
  const y = tape.emit(op, [a.name, b.name], shape);
  tape.onBackward(y, (dy) => {
    for (const [x, other] of [[a, b], [b, a]]) {
      if (!tape.wants(x)) continue;
      const gradient = op === "Add" ? dy : tape.graph.node("Mul", [dy, other.name]);
      tape.accumulate(x, folded(tape, gradient, shape, x));
    }
  });
  return y;
}

/** Cuts along an axis into parts of one. */
export function split(tape: Tape, x: Var, axis: number): Var[] {
  const g = tape.graph;
  const n = x.shape[axis];
  if (n === 1) return [x];
  const shape = x.shape.with(axis, 1);
  const names = g.nodes("Split", [x.name, g.ints(Array(n).fill(1))], { axis }, { outputs: n });
  const parts = names.map((name): Var => ({ name, shape }));
  tape.onBackwardOf(parts, (gradients) => {
    if (!tape.wants(x)) return;
    const zeros = () => g.node("Mul", [names[0], g.scalar(0)]);
    tape.accumulate(x, g.node("Concat", gradients.map((gradient) => gradient ?? zeros()), { axis }));
  });
  return parts;
}

/** Adds rows and columns of zeros, or cuts them off. */
export function border(tape: Tape, x: Var, [top, left, bottom, right]: Sides, sign: 1 | -1): Var {
  const sides = (factor: number): Sides => [top * factor, left * factor, bottom * factor, right * factor];
  const [n, rows, columns, channels] = x.shape;
  const y: Var = {
    name: padded(tape, x.name, sides(sign)),
    shape: [n, rows + sign * (top + bottom), columns + sign * (left + right), channels],
  };
  if (y.name === x.name) return x;
  tape.onBackward(y, (dy) => {
    if (tape.wants(x)) tape.accumulate(x, padded(tape, dy, sides(-sign)));
  });
  return y;
}

/** Every channel `times` times, one behind the other. */
export function repeatChannels(tape: Tape, x: Var, times: number): Var {
  if (times === 1) return x;
  const g = tape.graph;
  const [n, rows, columns, channels] = x.shape;
  const index = Int32Array.from({ length: channels * times }, (_, i) => Math.floor(i / times));
  const y = tape.emit("Gather", [x.name, g.initializer(index, [index.length], "repeated")], [
    n,
    rows,
    columns,
    channels * times,
  ], { axis: 3 });
  if (!tape.wants(x)) return tape.constant(y);
  tape.onBackward(y, (dy) => {
    const apart = g.node("Reshape", [dy, g.ints([n, rows, columns, channels, times])]);
    tape.accumulate(x, g.node("ReduceSum", [apart, g.ints([4])], { keepdims: 0 }));
  });
  return y;
}
