/** Where a result is worst: one class and one person say more than another decimal of the mean. */
import type { Metrics } from "../artifacts/metrics.ts";

/** The lowest score of a table. */
export interface Lowest {
  name: string;
  value: number;
  /** Windows that it rests on. */
  n: number;
}

/**
 * The class of lowest F1 and the subject of lowest accuracy, of those with windows; each only where there are others to
 * be worse than. The windows of several folds count together, as in their confusion matrix.
 *
 * ```ts
 * import { worstOf } from "./worst.ts";
 * import assert from "node:assert/strict";
 * const per_class = [{ class: "sit", f1: 0.8, support: 9 }, { class: "walk", f1: 0.9, support: 20 }];
 * assert.deepEqual(worstOf({ per_class }), { class: { name: "sit", value: 0.8, n: 9 }, subject: undefined });
 * const per_subject = [[0, "a", 0.5], [1, "a", 1], [0, "b", 0.7]].map(([fold, subject, accuracy]) =>
 *   ({ fold, subject, accuracy, windows: 10 }));
 * assert.deepEqual(worstOf({ per_subject }).subject, { name: "b", value: 0.7, n: 10 });
 * ```
 */
export function worstOf(
  tables: Metrics["tables"],
): { class: Lowest | undefined; subject: Lowest | undefined } {
  return {
    class: lowest(tables.per_class, "class", "support", classF1),
    subject: lowest(tables.per_subject, "subject", "windows", ofWindows),
  };
}

type Row = Metrics["tables"][string][number];
const sum = (rows: readonly Row[], of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0);

/** F1 of a class from the rows of all folds: right ones count twice among the true and the predicted. */
function classF1(rows: readonly Row[], windows: number): number {
  if (rows.length === 1) return Number(rows[0].f1);
  const right = sum(rows, (row) => Number(row.recall) * Number(row.support));
  return 2 * right / (windows + sum(rows, (row) => Number(row.predicted)));
}

function ofWindows(rows: readonly Row[], windows: number): number {
  return sum(rows, (row) => Number(row.accuracy) * Number(row.windows)) / windows;
}

function lowest(
  table: readonly Row[] | undefined,
  name: string,
  size: string,
  score: (rows: readonly Row[], windows: number) => number,
): Lowest | undefined {
  const judged = (table ?? []).filter((row) => Number(row[size]) > 0);
  const found = [...Map.groupBy(judged, (row) => String(row[name]))].map(([name, rows]) => {
    const n = sum(rows, (row) => Number(row[size]));
    return { name, value: score(rows, n), n };
  }).filter(({ value }) => Number.isFinite(value));
  return found.length < 2 ? undefined : found.reduce((a, b) => b.value < a.value ? b : a);
}
