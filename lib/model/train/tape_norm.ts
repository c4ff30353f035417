/** Normalisations over rows `[rows, channels]`. */
import type { BatchStatistics } from "./tape_conv.ts";
import type { Tape, Var } from "./tape.ts";

/** Batch normalisation with the batch's own statistics by channel (Ioffe and Szegedy 2015, arXiv 1502.03167). */
export function batchNorm(
  tape: Tape,
  x: Var,
  { gamma, beta, epsilon }: { gamma: Var; beta: Var; epsilon: number },
): { y: Var; statistics: BatchStatistics } {
  const g = tape.graph;
  const channels = x.shape.at(-1)!;
  const rows = x.shape.reduce((product, n) => product * n, 1) / channels;
  const flat = (name: string) => g.node("Reshape", [name, g.ints([rows, channels])]);
  const perRow = g.scalar(1 / rows);
  const sum = (values: string) => tape.sumRows(values, rows, channels);
  const values = flat(x.name);
  const mean = g.node("Mul", [sum(values), perRow]);
  const centered = g.node("Sub", [values, mean]);
  const variance = g.node("Mul", [sum(g.node("Mul", [centered, centered])), perRow]);
  const deviation = g.node("Sqrt", [g.node("Add", [variance, g.scalar(epsilon)])]);
  const a = g.node("Div", [gamma.name, deviation]);
  const shifted = g.node("Add", [g.node("Mul", [centered, a]), beta.name]);
  const y: Var = { name: g.node("Reshape", [shifted, g.ints(x.shape)]), shape: x.shape };
  tape.onBackward(y, (dy) => {
    const d = flat(dy);
    const dBeta = sum(d);
    const dot = sum(g.node("Mul", [d, centered]));
    tape.accumulate(beta, dBeta);
    tape.accumulate(gamma, g.node("Div", [dot, deviation]));
    if (!tape.wants(x)) return;
    // a · (dy − Σdy/n − (x − μ) · Σ(dy·(x − μ)) / (n·σ²))
    const slope = g.node("Div", [g.node("Mul", [dot, perRow]), g.node("Mul", [deviation, deviation])]);
    const along = g.node("Mul", [centered, slope]);
    const rest = g.node("Sub", [g.node("Sub", [d, along]), g.node("Mul", [dBeta, perRow])]);
    tape.accumulate(x, g.node("Reshape", [g.node("Mul", [rest, a]), g.ints(x.shape)]));
  });
  return { y, statistics: { mean, variance } };
}

/** Layer normalisation over the last axis (Ba et al. 2016, arXiv 1607.06450). */
export function layerNorm(
  tape: Tape,
  x: Var,
  { gamma, beta, epsilon }: { gamma: Var; beta: Var; epsilon: number },
): Var {
  const g = tape.graph;
  const channels = x.shape.at(-1)!;
  const rows = x.shape.reduce((product, n) => product * n, 1) / channels;
  const flat = (name: string) => g.node("Reshape", [name, g.ints([rows, channels])]);
  const meanOf = (values: string) => g.node("ReduceMean", [values], { axes: [1], keepdims: 1 });
  const values = flat(x.name);
  const centered = g.node("Sub", [values, meanOf(values)]);
  const variance = meanOf(g.node("Mul", [centered, centered]));
  const deviation = g.node("Sqrt", [g.node("Add", [variance, g.scalar(epsilon)])]);
  const normal = g.node("Div", [centered, deviation]);
  const shifted = g.node("Add", [g.node("Mul", [normal, gamma.name]), beta.name]);
  const y: Var = { name: g.node("Reshape", [shifted, g.ints(x.shape)]), shape: x.shape };
  tape.onBackward(y, (dy) => {
    const d = flat(dy);
    tape.accumulate(beta, tape.sumRows(d, rows, channels));
    tape.accumulate(gamma, tape.sumRows(g.node("Mul", [d, normal]), rows, channels));
    if (!tape.wants(x)) return;
    const inner = g.node("Mul", [d, gamma.name]);
    const along = g.node("Mul", [normal, meanOf(g.node("Mul", [inner, normal]))]);
    const rest = g.node("Sub", [g.node("Sub", [inner, meanOf(inner)]), along]);
    tape.accumulate(x, g.node("Reshape", [g.node("Div", [rest, deviation]), g.ints(x.shape)]));
  });
  return y;
}
