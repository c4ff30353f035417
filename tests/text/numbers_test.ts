import assert from "node:assert/strict";
import { bytes, duration, moment, number } from "../../lib/text/numbers.ts";

Deno.test("duration() changes its unit where people do", () => {
  assert.deepEqual([0, 0.04, 9.94, 9.96, 59.4, 59.6, 200, 3599.6, 7500].map(duration), [
    "0.0 s",
    "0.0 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 0 s",
    "3 min 20 s",
    "1 h 0 min",
    "2 h 5 min",
  ]);
});

Deno.test("T262 bytes() and number() keep few digits", () => {
  assert.deepEqual([0, 999, 1500, 27_500_000, 3e15].map(bytes), [
    "0 B",
    "999 B",
    "1.5 KB",
    "28 MB",
    "3000 TB",
  ]);
  assert.deepEqual([3, 0.93451, 12.3456, 0.00001234, 2e12 + 0.5, -1.5, 0].map(number), [
    "3",
    "0.9345",
    "12.35",
    "1.234e-5",
    "2.000e+12",
    "-1.5",
    "0",
  ]);
});

Deno.test("moment() tells a time of a record by the clock of this machine", () => {
  const local = new Date(2026, 0, 9, 7, 5, 3);
  assert.equal(moment(local.toISOString()), "2026-01-09 07:05:03");
});
