/** Findings of several cells of a matrix, told once. */
import type { Metrics } from "../artifacts/metrics.ts";

/**
 * The rows of the table of findings by what was found: one list a finding, with a row of each cell that found it.
 *
 * ```ts
 * import { findingGroups } from "./finding_groups.ts";
 * import assert from "node:assert/strict";
 * const findings = [{ id: "a", fold: 0 }, { id: "b", fold: 0 }, { id: "a", fold: 1 }];
 * assert.deepEqual(findingGroups({ findings }).map((rows) => rows.length), [2, 1]);
 * ```
 */
export function findingGroups({ findings = [] }: Metrics["tables"]): Metrics["tables"][string][] {
  return [...Map.groupBy(findings, (row) => String(row.id)).values()];
}
