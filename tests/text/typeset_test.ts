import assert from "node:assert/strict";
import { typesetColumn, typesetTime, typesetUnit } from "../../lib/text/typeset.ts";

Deno.test("typesetTime() takes the unit in which a stretch of time is read", () => {
  assert.deepEqual([45, 60, 720, 3600, 22_500].map(typesetTime), [
    "45 s",
    "1 min",
    "12 min",
    "1 h",
    "6.25 h",
  ]);
});

Deno.test("typesetColumn() gives all numbers of a column the same decimals, unless that hides one of them", () => {
  const column = (...values: number[]) => values.map(typesetColumn(values));
  assert.deepEqual(column(0.884, 0.9226, 0, 1), ["0.884", "0.923", "0.000", "1.000"]);
  assert.deepEqual(column(-455.12, 73, 6.34), ["−455.1", "73.0", "6.3"]);
  assert.deepEqual(column(3, 12_000, 0), ["3", "12\u202f000", "0"]);
  assert.deepEqual(column(0.0012, 0.5), ["0.0012", "0.5000"]);
  assert.deepEqual(column(1234.6, 0.0012), ["1235", "0.001200"]);
  assert.deepEqual(column(NaN, 0.25), ["–", "0.250"]);
});

Deno.test("typesetUnit() writes powers and micro as people do, and nothing for an unknown unit", () => {
  assert.deepEqual(["m/s^2", "uT", "rad/s", "g", "unknown", ""].map(typesetUnit), [
    "m/s²",
    "µT",
    "rad/s",
    "g",
    "",
    "",
  ]);
});
