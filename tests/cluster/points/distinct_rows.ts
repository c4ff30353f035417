/** Distinct rows of a matrix that is there. */
import { type DistinctRows, distinctRowsUpTo } from "../../../lib/cluster/points/distinct.ts";

/** @param rows int32 `[N, d]`. */
export function distinct(rows: Int32Array, d: number, limit: number): DistinctRows | null {
  const read = (i: number, row: Int32Array) => row.set(rows.subarray(i * d, i * d + d));
  return distinctRowsUpTo(rows.length / d, d, read, limit);
}
