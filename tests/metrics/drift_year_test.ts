import assert from "node:assert/strict";
import { Random } from "../../lib/random.ts";
import { testDrift } from "../../lib/metrics/drift.ts";
import { alarmsOf } from "../../lib/metrics/drift_monitor.ts";

const people = 12, behaviours = 8;

/** A week of recordings: people differ, each week a little from the last, and behaviours last. */
function week(rng: Random, habits: number[][], shift: number): Int32Array[] {
  return habits.map((habit) => {
    const weights = habit.map((w, b) => w * Math.exp(0.15 * rng.normal()) * (b === 0 ? 1 + shift : 1));
    let current = rng.weighted(weights);
    return Int32Array.from({ length: 1200 }, () => {
      if (rng.uniform() < 0.1) current = rng.weighted(weights);
      return current;
    });
  });
}

function year(seed: number): number[] {
  const rng = new Random(seed);
  const habits = Array.from(
    { length: people },
    () => Array.from({ length: behaviours }, () => 0.5 + rng.uniform()),
  );
  const baseline = [0, 1, 2].flatMap(() => week(rng, habits, 0));
  const tests = Array.from(
    { length: 52 },
    (_, w) => testDrift(baseline, week(rng, habits, w >= 30 ? 1.5 : 0), behaviours, rng, { draws: 200 }),
  );
  return alarmsOf(tests);
}

Deno.test("testDrift() and alarmsOf() find a drift of week 30 within 3 weeks, with at most 2 false alarms in 20 years", () => {
  let early = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const alarms = year(seed);
    early += alarms.filter((w) => w < 30).length;
    const first = alarms.find((w) => w >= 30);
    assert.ok(first !== undefined && first <= 32, `seed ${seed}: first alarm in week ${first}`);
  }
  assert.ok(early <= 2, `${early} false alarms`);
});

Deno.test("alarmsOf() confirms, cools down and ignores weeks with too few windows", () => {
  const weeks = (text: string) => [...text].map((c) => ({ drifted: c !== ".", m: c === "s" ? 5 : 100 }));
  assert.deepEqual(alarmsOf(weeks("x.x.x.")), []);
  assert.deepEqual(alarmsOf(weeks("xxxxxxxxx"), { coolDown: 4 }), [1, 6]);
  assert.deepEqual(alarmsOf(weeks("xsx"), { minCount: 50 }), [2]);
});
