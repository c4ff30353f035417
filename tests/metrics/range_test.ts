import assert from "node:assert/strict";
import { cutInterval } from "../../lib/metrics/range.ts";

const interval = { level: 0.95, lower: -0.05, upper: 1.02, method: "t" };

Deno.test("cutInterval() cuts to the range and says so", () => {
  assert.deepEqual(cutInterval(interval, [0, 1], 0.6), {
    ...interval,
    lower: 0,
    upper: 1,
    method: "t, cut to range",
  });
  assert.equal(cutInterval(interval, [-1, 2], 0.6), interval);
  assert.equal(cutInterval(interval, undefined, 7), interval);
});

Deno.test("cutInterval() refuses a range that the mean lies outside of", () => {
  for (const value of [-0.01, 1.01, NaN]) {
    assert.throws(() => cutInterval(interval, [0, 1], value), RangeError);
  }
});

Deno.test("cutInterval() keeps the mean inside where it misses the range by rounding only", () => {
  const value = 1 + Number.EPSILON;
  const cut = cutInterval(interval, [0, 1], value);
  assert.ok(cut.lower <= value && value <= cut.upper);
});
