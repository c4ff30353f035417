/** Vectors made by scikit-learn and SciPy (tests/reference/cluster.py), and small helpers to compare with them. */
import type { Points } from "../../lib/cluster/points/points.ts";
import vectors from "../reference/cluster.json" with { type: "json" };

export { vectors };

/** Points of rows and multiplicities. */
export function pointsOf(x: number[][], w: number[]): Points {
  return { values: Float64Array.from(x.flat()), dimensions: x[0].length, weights: Float64Array.from(w) };
}

/** The same points, each repeated by its weight, with weight 1. */
export function duplicated(points: Points): { points: Points; index: Uint32Array } {
  const { values, dimensions: d, weights } = points;
  const index = Uint32Array.from([...weights].flatMap((w, i) => new Array<number>(w).fill(i)));
  const rows = new Float64Array(index.length * d);
  index.forEach((p, n) => rows.set(values.subarray(p * d, p * d + d), n * d));
  return { points: { values: rows, dimensions: d, weights: new Float64Array(index.length).fill(1) }, index };
}

/** Labels renumbered by first occurrence, −1 kept: equal for equal partitions. */
export function canonical(labels: ArrayLike<number>): number[] {
  const ids = new Map<number, number>();
  return Array.from(labels, (label) => {
    if (label < 0) return -1;
    if (!ids.has(label)) ids.set(label, ids.size);
    return ids.get(label)!;
  });
}

/** Largest absolute difference of two lists of the same length. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
}

/** The weighted toy of eight codes of levels [4, 4, 4]. */
export const toy = {
  digits: [[3, 3, 3], [3, 3, 2], [2, 3, 3], [0, 0, 0], [0, 1, 0], [1, 0, 0], [3, 0, 1], [3, 0, 0]],
  weights: [5, 3, 2, 6, 1, 2, 4, 3],
  labels: Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2),
};

/** The toy as points `x = (g − 2)/2`. */
export const toyPoints = pointsOf(toy.digits.map((g) => g.map((v) => (v - 2) / 2)), toy.weights);
