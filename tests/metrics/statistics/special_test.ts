import assert from "node:assert/strict";
import vectors from "../../reference/metrics.json" with { type: "json" };
import * as special from "../../../lib/metrics/statistics/special.ts";

for (const [name, rows] of Object.entries(vectors.special)) {
  Deno.test(`${name}() equals SciPy within 1e-10`, () => {
    const f = special[name as keyof typeof special] as (...args: number[]) => number;
    for (const row of rows) {
      const expected = row[row.length - 1], actual = f(...row.slice(0, -1));
      assert.ok(
        Math.abs(actual - expected) <= 1e-10 * Math.max(Math.abs(expected), 1e-2),
        `${name}(${row.slice(0, -1)}) is ${actual}, SciPy says ${expected}`,
      );
    }
  });
}

Deno.test("special functions refuse arguments outside their range", () => {
  assert.throws(() => special.lgamma(0), /must be positive, got 0/);
  assert.throws(() => special.digamma(-1), /must be positive/);
  assert.throws(() => special.betainc(1, 1, 2), /x in \[0, 1\]/);
  assert.throws(() => special.gammaQ(1, -1), /x ≥ 0/);
  assert.throws(() => special.tQuantile(0.5, 0), /df must be positive/);
  assert.throws(() => special.normalQuantile(1), /p must lie in \(0, 1\)/);
});
