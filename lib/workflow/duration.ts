/** Durations as people write them: `500ms`, `30s`, `5m`, `2h`, `7d`. */

const SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };

export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * Seconds of a duration; a bare number is seconds. Undefined where the text is no duration.
 *
 * ```ts
 * import { parseDuration } from "./duration.ts";
 * import assert from "node:assert/strict";
 * assert.equal(parseDuration("5m"), 300);
 * ```
 */
export function parseDuration(text: string | number): number | undefined {
  if (typeof text === "number") return text > 0 ? text : undefined;
  const match = DURATION.exec(text);
  const seconds = match === null ? NaN : Number(match[1]) * SECONDS[match[2]!]!;
  return seconds > 0 ? seconds : undefined;
}
