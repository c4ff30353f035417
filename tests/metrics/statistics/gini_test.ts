import assert from "node:assert/strict";
import fc from "fast-check";
import { gini } from "../../../lib/metrics/statistics/gini.ts";

Deno.test("gini() agrees with the mean absolute difference, absent ones counted or told by the size", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 }), (x) => {
    const n = x.length;
    const sum = x.reduce((a, b) => a + b, 0);
    const expected = sum === 0 || n === 1
      ? 0
      : x.flatMap((a) => x.map((b) => Math.abs(a - b))).reduce((a, b) => a + b, 0) / (2 * (n - 1) * sum);
    assert.ok(Math.abs(gini(x) - expected) < 1e-12);
    const used = x.filter((count) => count > 0);
    assert.ok(Math.abs(gini(used, n) - expected) < 1e-12);
  }));
});
