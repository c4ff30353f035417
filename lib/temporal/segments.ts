/** Runs of equal labels. */

/** A run `[from, to)` of one label. */
export interface Segment {
  label: number;
  from: number;
  to: number;
}

/**
 * The runs of `labels[from..to)`.
 *
 * ```ts
 * import { segmentsOf } from "./segments.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(segmentsOf([3, 3, 1]), [{ label: 3, from: 0, to: 2 }, { label: 1, from: 2, to: 3 }]);
 * ```
 */
export function segmentsOf(labels: ArrayLike<number>, from = 0, to = labels.length): Segment[] {
  const out: Segment[] = [];
  for (let start = from, i = from + 1; i <= to; i++) {
    if (i < to && labels[i] === labels[start]) continue;
    out.push({ label: labels[start], from: start, to: i });
    start = i;
  }
  return out;
}
