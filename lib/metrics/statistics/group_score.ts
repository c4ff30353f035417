/** A number that is computed from groups (subjects, recordings), with what it would be without each of them. */

/** What interval methods over groups need to know of a score. */
export interface GroupScore {
  /** The score over all groups; `null` where it is undefined. */
  value: number | null;
  /** The score over all groups but this one; `null` where it is undefined. */
  without: (group: number) => number | null;
  groups: number;
  /** Where the score is a share: trials that it is a share of. Their binomial error is the least that it can have. */
  trials?: number;
}

/**
 * The score of a statistic of sums: tables of counts by group, added up.
 *
 * @param tables One vector a group, all of one length.
 * @param statistic The score of a sum of such vectors.
 *
 * ```ts
 * import { scoreOfSums } from "./group_score.ts";
 * import assert from "node:assert/strict";
 * const share = scoreOfSums([[9, 10], [7, 10]], ([right, all]) => right / all);
 * assert.deepEqual([share.value, share.without(0)], [0.8, 0.7]);
 * ```
 */
export function scoreOfSums(
  tables: readonly ArrayLike<number>[],
  statistic: (sum: Float64Array) => number | null,
): GroupScore {
  const total = new Float64Array(tables[0]?.length ?? 0);
  for (const table of tables) for (let i = 0; i < total.length; i++) total[i] += table[i];
  return {
    value: statistic(total),
    without: (group) => statistic(total.map((sum, i) => sum - tables[group][i])),
    groups: tables.length,
  };
}
