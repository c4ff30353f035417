/** Convolution, batch normalisation and pooling as operations of the {@linkcode Tape}. */
import type { Tape, Var } from "./tape.ts";
import { columnsOf, type Slide } from "./tape_maps.ts";

/** What batch normalisation says about the batch, for the running statistics. */
export interface BatchStatistics {
  mean: string;
  variance: string;
}

/**
 * Convolution over time, zero-padded to keep its length, and batch normalisation with the batch's own statistics over
 * all axes but the last (Ioffe and Szegedy 2015, arXiv 1502.03167).
 *
 * One operation, because the scale `a = γ/√(σ²+ε)` of the gradient need not pass over the data: it goes into the
 * weights on both ways on from here.
 *
 * @param x `[batch, time, sensors, channels]`.
 * @param w `[width · channels, out]`, rows ordered by tap, then channel; `width` is odd.
 * @returns `[batch, time, sensors, out]`.
 */
export function normalizedConv(
  tape: Tape,
  x: Var,
  w: Var,
  width: number,
  { gamma, beta, epsilon }: { gamma: Var; beta: Var; epsilon: number },
): { y: Var; statistics: BatchStatistics } {
  const g = tape.graph;
  const [b, t, s, c] = x.shape;
  const out = w.shape[1];
  const rows = b * t * s;
  const columns = im2col(tape, x, width);
  const perRow = g.scalar(1 / rows);
  const sum = (values: string) => tape.sumRows(values, rows, out);
  const product = g.node("MatMul", [columns, w.name]);
  const mean = g.node("Mul", [sum(product), perRow]);
  const centered = g.node("Sub", [product, mean]);
  const variance = g.node("Mul", [sum(g.node("Mul", [centered, centered])), perRow]);
  const deviation = g.node("Sqrt", [g.node("Add", [variance, g.scalar(epsilon)])]);
  const a = g.node("Div", [gamma.name, deviation]);
  const shifted = g.node("Add", [g.node("Mul", [centered, a]), beta.name]);
  const y = tape.reshape({ name: shifted, shape: [rows, out] }, [b, t, s, out]);
  tape.onBackward(y, (dy) => {
    const d = g.node("Reshape", [dy, g.ints([rows, out])]);
    const dBeta = sum(d);
    const dot = sum(g.node("Mul", [d, centered]));
    tape.accumulate(beta, dBeta);
    tape.accumulate(gamma, g.node("Div", [dot, deviation]));
    // The gradient by the product is a · rest, rest = dy − Σdy/n − (x − μ) · Σ(dy·(x − μ)) / (n·σ²).
    const slope = g.node("Div", [g.node("Mul", [dot, perRow]), g.node("Mul", [deviation, deviation])]);
    const along = g.node("Mul", [centered, slope]);
    const rest = g.node("Sub", [g.node("Sub", [d, along]), g.node("Mul", [dBeta, perRow])]);
    const scale = g.node("Reshape", [a, g.ints([out, 1])]);
    // A transposed factor is slow to read: the narrower one is transposed, and then the small product.
    const transposed = g.node("Mul", [g.node("Gemm", [rest, columns], { transA: 1 }), scale]);
    // In three dimensions, or the runtime would fuse the two and undo the choice.
    const solid = g.node("Reshape", [transposed, g.ints([out, width * c, 1])]);
    const back = g.node("Transpose", [solid], { perm: [1, 0, 2] });
    tape.accumulate(w, g.node("Reshape", [back, g.ints(w.shape)]));
    if (!tape.wants(x)) return;
    // The gradient by x is the convolution of a · rest with the taps reversed and channels exchanged.
    const taps = g.node("Reshape", [w.name, g.ints([width, c, out])]);
    const reversed = g.node("Gather", [taps, g.ints(Array.from({ length: width }, (_, i) => width - 1 - i))]);
    const flipped = g.node("Mul", [g.node("Transpose", [reversed], { perm: [0, 2, 1] }), scale]);
    const matrix = g.node("Reshape", [flipped, g.ints([width * out, c])]);
    const grid = { name: g.node("Reshape", [rest, g.ints([b, t, s, out])]), shape: [b, t, s, out] };
    const dx = g.node("MatMul", [im2col(tape, grid, width), matrix]);
    tape.accumulate(x, g.node("Reshape", [dx, g.ints(x.shape)]));
  });
  return { y, statistics: { mean, variance } };
}

/** Rows of `width` neighbouring time steps: `[batch·time·sensors, width·channels]`. */
function im2col(tape: Tape, x: Var, width: number): string {
  const side = (width - 1) / 2;
  const [, time, sensors] = x.shape;
  const slide: Slide = { kernel: [width, 1], strides: [1, 1], dilations: [1, 1], pads: [side, 0, side, 0] };
  return columnsOf(tape, x.name, x.shape, slide, [time, sensors]);
}

/** Maximum over `factor` neighbouring time steps of `[batch, time, sensors, channels]`; a rest is dropped. */
export function maxPoolTime(tape: Tape, x: Var, factor: number): Var {
  if (factor === 1) return x;
  const g = tape.graph;
  const [b, t, s, c] = x.shape;
  const length = Math.floor(t / factor);
  const even = length * factor === t
    ? x.name
    : g.node("Slice", [x.name, g.ints([0]), g.ints([length * factor]), g.ints([1])]);
  const grouped = g.node("Reshape", [even, g.ints([b * length, factor, s * c])]);
  const phases = g.nodes("Split", [grouped, g.ints(Array(factor).fill(1))], { axis: 1 }, { outputs: factor });
  const flat = g.node("Max", phases);
  const y: Var = { name: g.node("Reshape", [flat, g.ints([b, length, s, c])]), shape: [b, length, s, c] };
  tape.onBackward(y, (dy) => {
    if (!tape.wants(x)) return;
    const d = g.node("Reshape", [dy, g.ints([b * length, 1, s * c])]);
    const parts = phases.map((phase) => {
      const isMax = g.node("Cast", [g.node("GreaterOrEqual", [phase, flat])], { to: 1 });
      return g.node("Mul", [d, isMax]);
    });
    let dx = g.node("Reshape", [g.node("Concat", parts, { axis: 1 }), g.ints([b, length * factor, s, c])]);
    if (length * factor !== t) dx = g.node("Pad", [dx, g.ints([0, 0, 0, 0, 0, t - length * factor, 0, 0])]);
    tape.accumulate(x, dx);
  });
  return y;
}

/**
 * Mean, maximum or standard deviation over time and sensors, in each of `segments` equal stretches of time:
 * `[batch, time, sensors, channels]` → `[batch, channels · segments]`, segments fastest.
 */
export function statistic(
  tape: Tape,
  x: Var,
  which: "mean" | "max" | "std",
  epsilon: number,
  segments = 1,
): Var {
  const [b, t, s, c] = x.shape;
  const length = Math.floor(t / segments);
  const kept = length * segments === t ? x : tape.firstSteps(x, length * segments);
  const pooled = poolRows(tape, tape.reshape(kept, [b * segments, length * s, c]), which, epsilon);
  if (segments === 1) return pooled;
  const ordered = tape.transpose(tape.reshape(pooled, [b, segments, c]), [0, 2, 1]);
  return tape.reshape(ordered, [b, c * segments]);
}

/** One statistic over the middle axis: `[batch, n, channels]` → `[batch, channels]`. */
function poolRows(tape: Tape, rows: Var, which: "mean" | "max" | "std", epsilon: number): Var {
  const g = tape.graph;
  const [b, n, c] = rows.shape;
  const over = (op: string, input: string) =>
    op === "ReduceSum"
      ? g.node(op, [input, g.ints([1])], { keepdims: 1 })
      : g.node(op, [input], { axes: [1], keepdims: 1 });
  const mean = () => g.node("Mul", [over("ReduceSum", rows.name), g.scalar(1 / n)]);
  let value: string;
  let flow: (d: string) => string;
  if (which === "mean") {
    value = mean();
    flow = (d) => g.node("Expand", [g.node("Mul", [d, g.scalar(1 / n)]), g.ints([b, n, c])]);
  } else if (which === "max") {
    value = over("ReduceMax", rows.name);
    flow = (d) =>
      g.node("Mul", [g.node("Cast", [g.node("GreaterOrEqual", [rows.name, value])], { to: 1 }), d]);
  } else {
    const centered = g.node("Sub", [rows.name, mean()]);
    const variance = g.node("Mul", [over("ReduceSum", g.node("Mul", [centered, centered])), g.scalar(1 / n)]);
    value = g.node("Sqrt", [g.node("Add", [variance, g.scalar(epsilon)])]);
    flow = (d) => g.node("Mul", [centered, g.node("Div", [g.node("Mul", [d, g.scalar(1 / n)]), value])]);
  }
  const y: Var = { name: g.node("Reshape", [value, g.ints([b, c])]), shape: [b, c] };
  tape.onBackward(y, (dy) => tape.accumulate(rows, flow(g.node("Reshape", [dy, g.ints([b, 1, c])]))));
  return y;
}
