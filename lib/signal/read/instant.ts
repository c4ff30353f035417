/** Points in time as data loggers write them. */

const pattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Milliseconds since 1970 of a date and time of ISO 8601, with all digits of its fraction; NaN for anything else. A time
 * without zone is taken as UTC, so that a result does not depend on the machine.
 *
 * ```ts
 * import { parseInstant } from "./instant.ts";
 * import assert from "node:assert/strict";
 * assert.equal(parseInstant("1970-01-01 00:00:01.0205"), 1020.5);
 * assert.equal(parseInstant("1970-01-01T01:00:00+01:00"), 0);
 * assert(Number.isNaN(parseInstant("yesterday")));
 * ```
 */
export function parseInstant(text: string): number {
  const match = pattern.exec(text.trim());
  if (match === null) return NaN;
  const [, year, month, day, hour, minute, second = "0", fraction, zone = "Z"] = match;
  const seconds = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  const offset = zone === "Z"
    ? 0
    : (+zone.slice(1, 3) * 60 + +zone.slice(-2)) * 60_000 * (zone[0] === "-" ? -1 : 1);
  return seconds - offset + (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000);
}
