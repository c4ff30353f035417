/** The bound of a score whose groups are all at one end of what it can be: no spread is not certainty. */
import type { Interval } from "../../artifacts/metrics.ts";
import { wilson } from "./intervals.ts";

/** What is known of the groups. */
export interface Alike {
  level: number;
  /** What the groups are, e.g. `subjects`. */
  of: string;
  range: readonly [number, number];
}

/**
 * Wilson's bound of `groups` that all succeeded, from one end of the range; none where the range is open.
 *
 * ```ts
 * import { allAlike } from "./all_alike.ts";
 * import assert from "node:assert/strict";
 * const bound = (end: number) => allAlike(end, 12, { level: 0.95, of: "subjects", range: [-1, 1] })!;
 * assert.deepEqual([bound(1).lower, bound(-1).upper].map((v) => v.toFixed(3)), ["0.515", "-0.515"]);
 * ```
 */
export function allAlike(
  end: number,
  groups: number,
  { level, of, range: [low, high] }: Alike,
): Interval | undefined {
  if (!Number.isFinite(high - low)) return undefined;
  const { lower, upper } = wilson(end === high ? groups : 0, groups, level);
  const at = (share: number) => low + (high - low) * share;
  return { level, lower: at(lower), upper: at(upper), method: `Wilson over ${groups} ${of}, all alike` };
}
