import assert from "node:assert/strict";
import fc from "fast-check";
import { nearestRank, summarizeLatency } from "../../lib/device/latency_summary.ts";

Deno.test("T253 nearestRank() is the smallest value with at least a share p of values at or below it", () => {
  const values = fc.array(fc.nat(50), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
      const sorted = Float64Array.from(list).sort();
      const value = nearestRank(sorted, percent / 100);
      const share = (limit: number) => sorted.filter((v) => v <= limit).length;
      const needed = Math.ceil(percent / 100 * sorted.length);
      assert.ok(sorted.includes(value) && share(value) >= needed);
      assert.ok(sorted.filter((v) => v < value).length < needed);
    }),
    { seed: 5 },
  );
});

Deno.test("nearestRank() refuses nothing at all", () => {
  assert.throws(() => nearestRank([], 0.5), RangeError);
});

Deno.test("T252 T254 T255 T257 summarizeLatency() reports milliseconds with n and the tail that p99 rests on", () => {
  const ns = Float64Array.from({ length: 1000 }, (_, i) => (i + 1) * 1e6); // 1 to 1000 ms
  const row = summarizeLatency(ns);
  assert.deepEqual(
    [row.n, row.min, row.p50, row.p95, row.p99, row.max, row.mean, row.tail],
    [1000, 1, 500, 950, 990, 1000, 500.5, 11],
  );
  assert.ok(Math.abs(row.sd - Math.sqrt(1000 * 1001 / 12)) < 1e-9); // unbiased SD of 1..n
});
