/** When to raise an alarm over a series of drift tests: confirmed, and not every week anew. */

/** Settings of {@linkcode alarmsOf}. */
export interface AlarmRule {
  /** Tests in a row that must find drift. At level 0.99, two in a row are wrong once in 10 000 pairs. */
  confirm?: number;
  /** Tests after an alarm during which it is not repeated. */
  coolDown?: number;
  /** Least number of windows for a test to count; smaller ones neither confirm nor clear. */
  minCount?: number;
}

/**
 * Indices of the tests at which an alarm is raised.
 *
 * ```ts
 * import { alarmsOf } from "./drift_monitor.ts";
 * import assert from "node:assert/strict";
 * const tests = [false, true, false, true, true, true].map((drifted) => ({ drifted, m: 1000 }));
 * assert.deepEqual(alarmsOf(tests), [4]);
 * ```
 */
export function alarmsOf(
  tests: readonly { drifted: boolean; m: number }[],
  { confirm = 2, coolDown = 4, minCount = 1 }: AlarmRule = {},
): number[] {
  const alarms: number[] = [];
  let inRow = 0, quietUntil = -1;
  tests.forEach(({ drifted, m }, i) => {
    if (m < minCount) return;
    inRow = drifted ? inRow + 1 : 0;
    if (inRow < confirm || i < quietUntil) return;
    alarms.push(i);
    quietUntil = i + 1 + coolDown;
  });
  return alarms;
}
