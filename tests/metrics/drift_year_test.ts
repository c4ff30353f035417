import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { judgeAlerts } from "../../lib/cli/alerts.ts";
import { openDatabase } from "../../lib/schedule/database.ts";
import { recordRun } from "../../lib/schedule/history.ts";
import { Random } from "../../lib/random.ts";
import { type DriftTest, testDrift } from "../../lib/metrics/drift.ts";
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

function year(seed: number): DriftTest[] {
  const rng = new Random(seed);
  const habits = Array.from(
    { length: people },
    () => Array.from({ length: behaviours }, () => 0.5 + rng.uniform()),
  );
  const baseline = [0, 1, 2].flatMap(() => week(rng, habits, 0));
  return Array.from(
    { length: 52 },
    (_, w) => testDrift(baseline, week(rng, habits, w >= 30 ? 1.5 : 0), behaviours, rng, { draws: 200 }),
  );
}

/** Weeks in which a weekly revalidation sends its alert, told by the history in which every run is kept. */
function sentWeeks(db: DatabaseSync, seed: number, tests: DriftTest[]): number[] {
  const limits = [{ metric: "drifted", above: 0, confirm: 2, cool_down: "28d" }];
  return tests.flatMap(({ drifted }, week) => {
    const ended = new Date(Date.UTC(2026, 0, 5 + 7 * week, 4)).toISOString();
    const number = { n: 1, of: "distributions", origin: "simulated" as const };
    const values = [{ task: "drift", metric: "drifted", value: Number(drifted), ...number }];
    const { tripped } = judgeAlerts(limits, values);
    const run = `${seed}-${week}`, file = `year-${seed}.yaml`;
    const shared = {
      workflow: "revalidate",
      due: ended,
      started: ended,
      status: "succeeded",
      unjudged: [],
      failures: [],
    };
    const sent = recordRun(db, { run, file, ended, values, alerts: tripped, ...shared }, {
      exit: 0,
      notify: false,
    });
    return sent!.length > 0 ? [week] : [];
  });
}

Deno.test("testDrift() and alarmsOf() find a drift of week 30 within 3 weeks, with at most 2 false alarms in 20 years", () => {
  const early = { alarmsOf: 0, history: 0 };
  const root = Deno.makeTempDirSync();
  const db = openDatabase(root);
  try {
    for (let seed = 1; seed <= 20; seed++) {
      const tests = year(seed);
      for (
        const [way, weeks] of Object.entries({
          alarmsOf: alarmsOf(tests),
          history: sentWeeks(db, seed, tests),
        })
      ) {
        early[way as keyof typeof early] += weeks.filter((w) => w < 30).length;
        const first = weeks.find((w) => w >= 30);
        assert.ok(first !== undefined && first <= 32, `seed ${seed}, ${way}: first alarm in week ${first}`);
      }
    }
  } finally {
    db.close();
    Deno.removeSync(root, { recursive: true });
  }
  assert.ok(Math.max(...Object.values(early)) <= 2, `false alarms: ${JSON.stringify(early)}`);
});

Deno.test("alarmsOf() confirms, cools down and ignores weeks with too few windows", () => {
  const weeks = (text: string) => [...text].map((c) => ({ drifted: c !== ".", m: c === "s" ? 5 : 100 }));
  assert.deepEqual(alarmsOf(weeks("x.x.x.")), []);
  assert.deepEqual(alarmsOf(weeks("xxxxxxxxx"), { coolDown: 4 }), [1, 6]);
  assert.deepEqual(alarmsOf(weeks("xsx"), { minCount: 50 }), [2]);
});
