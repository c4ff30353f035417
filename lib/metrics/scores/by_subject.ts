/** What a score of the judged windows claims over its subjects, and what each of them adds to a mean over folds. */
import type { Metric } from "../../artifacts/metrics.ts";
import { claimOverGroups } from "../statistics/authority.ts";
import { type GroupScore, scoreOfSums } from "../statistics/group_score.ts";
import { groupsOf } from "./grouping.ts";
import { type Judged, overRows } from "./judged.ts";

/** A score by group, from the group of each judged row. */
export type ScoreBy = (group: Int32Array, count: number) => GroupScore;

/** Interval (or why there is none) and the values without each subject. */
export function bySubject(
  judged: Judged,
  scoreBy: ScoreBy,
  range?: readonly [number, number],
): Pick<Metric, "interval" | "noInterval" | "jackknife"> {
  const grouping = groupsOf(judged);
  const people = scoreBy(judged.subject, judged.subjects.length);
  const score = grouping.of === "subjects" ? people : scoreBy(grouping.group, grouping.count);
  return {
    ...claimOverGroups(score, grouping, range === undefined ? {} : { range }),
    jackknife: {
      subjects: judged.subjects,
      without: people.groups === 1 ? [] : judged.subjects.map((_, s) => people.without(s)),
    },
  };
}

/** A share of the judged rows, with its interval over subjects. */
export function shareOfRows(
  judged: Judged,
  holds: (row: number) => boolean,
  extra: Partial<Metric> = {},
): Metric {
  const by: ScoreBy = (group, count) => {
    const counts = Array.from({ length: count }, () => [0, 0]);
    group.forEach((g, row) => {
      counts[g][0] += holds(row) ? 1 : 0;
      counts[g][1]++;
    });
    return { ...scoreOfSums(counts, ([some, all]) => all === 0 ? null : some / all), trials: group.length };
  };
  const { value } = by(judged.subject, judged.subjects.length);
  return overRows(judged, value, { ...bySubject(judged, by, [0, 1]), ...extra });
}

/** Columns of the given rows of a matrix, or the values of a list. */
export function rowsOf<T extends Int32Array | Float64Array | Uint8Array>(
  matrix: T,
  rows: Int32Array,
  columns = 1,
): T {
  const out = new (matrix.constructor as new (length: number) => T)(rows.length * columns);
  rows.forEach((row, i) => out.set(matrix.subarray(row * columns, (row + 1) * columns), i * columns));
  return out;
}
