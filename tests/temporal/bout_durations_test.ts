import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "../../lib/random.ts";
import { boutDurations } from "../../lib/temporal/bout_durations.ts";

const bout = (duration: number, cut = false) => ({ duration, censoredLeft: false, censoredRight: cut });

Deno.test("boutDurations() gives the leukaemia remissions of Freireich et al. (1963) as published", () => {
  // 6-mercaptopurine arm, weeks; + is cut off. Kaplan–Meier: S(6) = 0.857, S(10) = 0.753, S(23) = 0.448; median 23.
  const times = [6, 6, 6, 7, 10, 13, 16, 22, 23].map((t) => bout(t));
  const cut = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((t) => bout(t, true));
  const found = boutDurations([...cut, ...times])!;
  assert.deepEqual([found.n, found.complete, found.p10, found.median, found.p90], [21, 9, 6, 23, null]);
  assert.ok(found.restricted);
  assert.ok(Math.abs(found.mean - 23.287) < 2e-3, `${found.mean}`);
});

Deno.test("boutDurations() of complete bouts are the plain quantiles and mean", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }), (values) => {
      const found = boutDurations(values.map((v) => bout(v)))!;
      const sorted = [...values].sort((a, b) => a - b);
      assert.equal(found.median, sorted[Math.ceil(values.length / 2) - 1]);
      assert.ok(Math.abs(found.mean - values.reduce((a, b) => a + b) / values.length) < 1e-9);
      assert.equal(found.restricted, false);
    }),
  );
});

Deno.test("boutDurations() are not shortened by the ends of recordings", () => {
  const rng = new Random(3);
  const mean = 60, length = 120;
  const seen = Array.from({ length: 4000 }, () => {
    const duration = -mean * Math.log(1 - rng.uniform()), room = length * rng.uniform();
    return duration <= room ? bout(duration) : bout(room, true);
  });
  const { median, completeMedian } = boutDurations(seen)!;
  assert.ok(Math.abs(median! - mean * Math.LN2) < 3, `${median}`);
  assert.ok(completeMedian! < 0.7 * mean * Math.LN2);
});

Deno.test("boutDurations() are unknown where everything was cut off, and absent without bouts", () => {
  const cut = boutDurations([bout(5, true), bout(9, true)])!;
  assert.deepEqual([cut.median, cut.completeMedian, cut.mean, cut.restricted], [null, null, 9, true]);
  assert.equal(boutDurations([]), null);
});

Deno.test("boutDurations() has the tenth, half and nine tenths, and the middle of the complete bouts", () => {
  const ten = boutDurations([...Array(10).keys()].map((i) => bout(i + 1)))!;
  assert.deepEqual([ten.p10, ten.median, ten.p90, ten.completeMedian], [1, 5, 9, 5.5]);
  const hundred = boutDurations([...Array(100).keys()].map((i) => bout(i + 1)))!;
  assert.deepEqual([hundred.p10, hundred.median, hundred.p90], [10, 50, 90]);
  const odd = boutDurations([bout(2), bout(9), bout(4), bout(7, true), { ...bout(1), censoredLeft: true }])!;
  assert.deepEqual([odd.n, odd.complete, odd.completeMedian, odd.restricted], [5, 3, 4, false]);
  // Of equal durations, the one that was cut off was still at risk: the last end leaves half of two.
  const tied = boutDurations([bout(3, true), bout(3)])!;
  assert.deepEqual([tied.median, tied.p90, tied.restricted, tied.mean], [3, null, true, 3]);
});
