/** What each dimension of a code counts for in distances. */
import { halfWidths } from "../../fsq/constants.ts";

/** A dimension that persists less still counts this much. */
const leastPersistence = 0.05;

/**
 * The factor of each dimension that makes it as wide as it is persistent: codes spread over all of a dimension's levels, also
 * of one that says little of what lasts. Even numbers of levels, whose values span less, are brought to the same width.
 */
export function persistentMetric(persistence: readonly number[], levels: readonly number[]): number[] {
  const widths = halfWidths(levels);
  return persistence.map((p, j) => Math.max(leastPersistence, p) * widths[j] / ((levels[j] - 1) / 2));
}
