/** Variance, invariance and covariance of two views (VICReg: Bardes et al. 2022, arXiv 2105.04906), within groups. */
import type { Tape, Var } from "../train/tape.ts";

/** A loss and the gradient that starts at each Var. */
export interface Loss {
  loss: string;
  starts: [Var, string][];
}

/** Weights of the parts, as the paper has them; the group means are pulled together as strongly as columns are spread. */
const invariance = 25, variance = 12.5, means = 12.5, covariance = 1;

/** Under the square root of a variance. */
const epsilon = 1e-4;

/**
 * Loss of the projections `a` and `b` `[groups · each, width]`, rows group by group:
 *
 * `25 · mean (a − b)²`, and of both `12.5 · mean over columns of max(0, 1 − √(v + 1e−4))`, `Σ off-diagonal C² / width` and
 * `12.5 · mean over columns of the variance of the group means`, where C is the covariance within groups and v its
 * diagonal. All times `weight`.
 */
export function vicreg(tape: Tape, a: Var, b: Var, groups: number, weight: number): Loss {
  const g = tape.graph;
  const [rows, width] = a.shape;
  const difference = g.node("Sub", [a.name, b.name]);
  const losses = [scaled(tape, sumOf(tape, square(tape, difference)), weight * invariance / (rows * width))];
  const pull = scaled(tape, difference, 2 * weight * invariance / (rows * width));
  const starts: [Var, string][] = [[a, pull], [b, g.node("Neg", [pull])]];
  for (const u of [a, b]) {
    const { loss, gradient } = spreadWithin(tape, u, groups, weight);
    losses.push(loss);
    starts.push([u, gradient]);
  }
  return { loss: g.node("Sum", losses), starts };
}

function spreadWithin(
  tape: Tape,
  u: Var,
  groups: number,
  weight: number,
): { loss: string; gradient: string } {
  const g = tape.graph;
  const [rows, width] = u.shape;
  const each = rows / groups;
  const free = Math.max(1, rows - groups);
  const grouped = g.node("Reshape", [u.name, g.ints([groups, each, width])]);
  const mean = g.node("ReduceMean", [grouped], { axes: [1], keepdims: 1 });
  const w = g.node("Reshape", [g.node("Sub", [grouped, mean]), g.ints([rows, width])]);
  const c = scaled(tape, g.node("Gemm", [w, w], { transA: 1 }), 1 / free);
  const eye = g.initializer(
    Float32Array.from({ length: width * width }, (_, i) => Number(i % (width + 1) === 0)),
    [width, width],
    "eye",
  );
  const diagonal = g.node("Mul", [c, eye]);
  const off = g.node("Sub", [c, diagonal]);
  const v = g.node("ReduceSum", [diagonal, g.ints([0])], { keepdims: 1 });
  const deviation = g.node("Sqrt", [g.node("Add", [v, g.scalar(epsilon)])]);
  const lacking = g.node("Relu", [g.node("Sub", [g.scalar(1), deviation])]);
  // Means of groups about the mean of all.
  const middle = g.node("ReduceMean", [mean], { axes: [0], keepdims: 1 });
  const apart = g.node("Sub", [mean, middle]);
  const perMean = weight * means / (width * Math.max(1, groups - 1));
  const loss = g.node("Sum", [
    scaled(tape, sumOf(tape, lacking), weight * variance / width),
    scaled(tape, sumOf(tape, square(tape, off)), weight * covariance / width),
    scaled(tape, sumOf(tape, square(tape, apart)), perMean),
  ]);
  // By w: 4 w·off/(width·free), and −w/(width·free·√…) in columns that lack variance.
  const mixing = scaled(tape, g.node("MatMul", [w, off]), 4 * weight * covariance / (width * free));
  const lacks = g.node("Cast", [g.node("Greater", [lacking, g.scalar(0)])], { to: 1 });
  const stretch = scaled(tape, g.node("Div", [lacks, deviation]), -weight * variance / (width * free));
  const inner = g.node("Add", [mixing, g.node("Mul", [w, stretch])]);
  const outer = g.node("Add", [
    g.node("Reshape", [inner, g.ints([groups, each, width])]),
    scaled(tape, apart, 2 * perMean / each),
  ]);
  return { loss, gradient: g.node("Reshape", [outer, g.ints([rows, width])]) };
}

function square(tape: Tape, x: string): string {
  return tape.graph.node("Mul", [x, x]);
}

function sumOf(tape: Tape, x: string): string {
  return tape.graph.node("ReduceSum", [x], { keepdims: 0 });
}

function scaled(tape: Tape, x: string, factor: number): string {
  return tape.graph.node("Mul", [x, tape.graph.scalar(factor)]);
}
