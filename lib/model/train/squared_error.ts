/** Squared errors in a training step. */
import type { Tape, Var } from "./tape.ts";

/**
 * `factor · Σ weight · (y − target)²` and its gradient.
 *
 * @param weight Name of a tensor that broadcasts to `y`; all weigh 1 without.
 */
export function squaredError(
  tape: Tape,
  y: Var,
  target: Var,
  factor: number,
  weight?: string,
): { loss: string; gradient: string } {
  const g = tape.graph;
  const difference = g.node("Sub", [y.name, target.name]);
  const weighed = weight === undefined ? difference : g.node("Mul", [difference, weight]);
  const sum = g.node("ReduceSum", [g.node("Mul", [weighed, difference])], { keepdims: 0 });
  return {
    loss: g.node("Mul", [sum, g.scalar(factor)]),
    gradient: g.node("Mul", [weighed, g.scalar(2 * factor)]),
  };
}

/**
 * `factor · Σ weight · ((soft − goal)² + ½ (rounded − goal)²)`: bounded and rounded code are drawn to `goal`.
 *
 * @param soft Bounded code in the code's units, values from −1 to 1.
 */
export function goalError(
  tape: Tape,
  { soft, rounded }: { soft: Var; rounded: Var },
  goal: Var,
  factor: number,
  weight: string,
): { losses: string[]; starts: [Var, string][] } {
  const near = squaredError(tape, soft, goal, factor, weight);
  const exact = squaredError(tape, rounded, goal, 0.5 * factor, weight);
  return {
    losses: [near.loss, exact.loss],
    starts: [[soft, near.gradient], [rounded, exact.gradient]],
  };
}
