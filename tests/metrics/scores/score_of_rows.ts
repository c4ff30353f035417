/** The score of the rows that are left without each group, from all of them anew: what faster ways are held against. */
import type { ScoreBy } from "../../../lib/metrics/scores/by_subject.ts";

/** @param of The score of these rows, positions from 0. */
export function scoreOfRows(of: (rows: Int32Array) => number | null): ScoreBy {
  return (group, groups) => ({
    value: of(Int32Array.from(group.keys())),
    without: (g) => {
      const rest = Int32Array.from(group.keys()).filter((row) => group[row] !== g);
      return rest.length === 0 ? null : of(rest);
    },
    groups,
  });
}
