/** The term that keeps latents spread over the levels. */
import type { Tape, Var } from "./tape.ts";

/**
 * `weight · mean over dimensions of (variance − 1)² + mean²` of the latent over the batch: keeps `tanh` out of saturation and every level in
 * reach without normalising the latent itself.
 */
export function spread(tape: Tape, z: Var, weight: number): { loss: string; gradient: string } {
  const g = tape.graph;
  const [n, d] = z.shape;
  const perRow = g.scalar(1 / n);
  const mean = g.node("Mul", [tape.sumRows(z.name, n, d), perRow]);
  const centered = g.node("Sub", [z.name, mean]);
  const variance = g.node("Mul", [tape.sumRows(g.node("Mul", [centered, centered]), n, d), perRow]);
  const excess = g.node("Sub", [variance, g.scalar(1)]);
  const penalty = g.node("Add", [g.node("Mul", [excess, excess]), g.node("Mul", [mean, mean])]);
  const loss = g.node("Mul", [g.node("ReduceSum", [penalty], { keepdims: 0 }), g.scalar(weight / d)]);
  const slope = g.node("Mul", [excess, g.scalar(4 * weight / (d * n))]);
  const pull = g.node("Mul", [mean, g.scalar(2 * weight / (d * n))]);
  return { loss, gradient: g.node("Add", [g.node("Mul", [centered, slope]), pull]) };
}
