/** What each dimension of a code counts for in distances. */
import { meanOf, type Points, totalWeight } from "./points.ts";

/** A dimension that persists less still counts this much. */
const leastPersistence = 0.05;

/**
 * The factor of each dimension that makes the points' standard deviation in it its persistence: a dimension of codes
 * whose windows lie at its two ends says as much as one whose windows lie close together with few far away.
 *
 * @param persistence Of each dimension, at most 1.
 * @param points Those of positive weight are measured.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const points = { values: Float64Array.of(-1, 0.2, 1, 0.4), dimensions: 2, weights: Float64Array.of(3, 3) };
 * const [first, second] = persistentMetric([0.9, 0.5], points);
 * assert.ok(Math.abs(first - 0.9 / 1) < 1e-12 && Math.abs(second - 0.5 / 0.1) < 1e-12);
 * ```
 */
export function persistentMetric(persistence: readonly number[], points: Points): number[] {
  const { values, dimensions: d, weights } = points;
  const mean = meanOf(points);
  const squares = new Float64Array(d);
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < d; j++) squares[j] += weights[i] * (values[i * d + j] - mean[j]) ** 2;
  }
  const n = totalWeight(points);
  return persistence.map((p, j) => {
    const deviation = Math.sqrt(squares[j] / n);
    return Math.max(leastPersistence, p) / (deviation > 1e-12 ? deviation : 1);
  });
}
