/** What statsmodels computes as well, see tests/reference/statsmodels_vectors.py. */
import assert from "node:assert/strict";
import vectors from "../../reference/statsmodels.json" with { type: "json" };
import { benjaminiHochberg } from "../../../lib/metrics/groups/false_discovery.ts";
import { claimOfDifference } from "../../../lib/metrics/statistics/difference.ts";
import { welch } from "../../../lib/metrics/statistics/effect.ts";
import { wilson } from "../../../lib/metrics/statistics/intervals.ts";
import { boutDurations } from "../../../lib/temporal/bout_durations.ts";

const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

Deno.test("wilson() is statsmodels' proportion_confint() at any level", () => {
  for (const [successes, n, level, lower, upper] of vectors.wilson) {
    const found = wilson(successes, n, level);
    near(found.lower, lower);
    near(found.upper, upper);
    assert.equal(found.level, level);
  }
});

Deno.test("boutDurations() has the quantiles of statsmodels' Kaplan–Meier curve, whichever end was cut off", () => {
  for (const { seconds, ended, p10, median, p90 } of vectors.survival) {
    for (const side of ["censoredLeft", "censoredRight"]) {
      const bouts = seconds.map((duration, i) => ({
        ...{ duration, censoredLeft: false, censoredRight: false },
        [side]: !ended[i],
      }));
      const found = boutDurations(bouts)!;
      assert.deepEqual([found.p10, found.median, found.p90], [p10, median, p90]);
      assert.deepEqual([found.n, found.complete], [seconds.length, ended.filter(Boolean).length]);
    }
  }
});

Deno.test("welch() and the claim of two independent groups are statsmodels' CompareMeans", () => {
  for (const { a, b, t, p, df, interval } of vectors.welch) {
    const test = welch(a, b);
    near(test.t, t);
    near(test.p, p);
    near(test.df, df);
    const claim = claimOfDifference(a, b, { limit: 0.05, paired: false });
    near(claim.interval!.lower, interval[0]);
    near(claim.interval!.upper, interval[1]);
  }
});

Deno.test("benjaminiHochberg() is statsmodels' multipletests(), ties among them", () => {
  benjaminiHochberg(vectors.p).forEach((q, i) => near(q, vectors.q[i]));
});
