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
 * be worse than.
 *
 * ```ts
 * import { worstOf } from "./worst.ts";
 * import assert from "node:assert/strict";
 * const per_class = [{ class: "sit", f1: 0.8, support: 9 }, { class: "walk", f1: 0.9, support: 20 }];
 * assert.deepEqual(worstOf({ per_class }), { class: { name: "sit", value: 0.8, n: 9 }, subject: undefined });
 * ```
 */
export function worstOf(
  tables: Metrics["tables"],
): { class: Lowest | undefined; subject: Lowest | undefined } {
  return {
    class: lowest(tables.per_class, "class", "f1", "support"),
    subject: lowest(tables.per_subject, "subject", "accuracy", "windows"),
  };
}

function lowest(
  table: Metrics["tables"][string] | undefined,
  name: string,
  column: string,
  size: string,
): Lowest | undefined {
  const rows = (table ?? []).filter((row) => typeof row[column] === "number" && Number(row[size]) > 0);
  if (rows.length < 2) return undefined;
  const row = rows.reduce((a, b) => Number(b[column]) < Number(a[column]) ? b : a);
  return { name: String(row[name]), value: Number(row[column]), n: Number(row[size]) };
}
