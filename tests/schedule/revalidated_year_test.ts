/** A year of weekly revalidation through the step, the limits of the workflow file and the history that it is run with. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Codes } from "../../lib/artifacts/codes.ts";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import { reportOf } from "../../lib/schedule/run_report.ts";
import { Random } from "../../lib/random.ts";
import monitor from "../../lib/steps/monitor.ts";
import { registry } from "../../lib/steps/registry.ts";
import { openDatabase } from "../../lib/schedule/database.ts";
import { recordRun } from "../../lib/schedule/history.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";
import type { Workplan } from "../../lib/workflow/workplan.ts";
import { runStep } from "../steps/run_step.ts";
import { judgementCodes, judgementMotifs } from "../steps/judgement_fixtures.ts";
import { makeWindows } from "../temporal/fixtures.ts";

const people = 12, behaviours = 8, windowsEach = 600;
const file = fileURLToPath(new URL("../../workflows/revalidate.yaml", import.meta.url));

const windowsOf = (recordings: number) =>
  makeWindows(
    Array.from(
      { length: recordings },
      (_, i) => ({ subject: `s${i}`, samples: 5 * windowsEach + 5 }),
    ),
  );

const baselineWindows = windowsOf(3 * people), weekWindows = windowsOf(people);

/**
 * Behaviours of a week of `people` who were not there before: each has habits of their own, and a behaviour lasts about
 * ten windows. A shift of 2 takes behaviour 0 from an eighth of the time
 * to three tenths.
 */
function week(rng: Random, shift: number): number[] {
  return Array.from({ length: people }, () => {
    const weights = Array.from(
      { length: behaviours },
      (_, b) => (0.5 + rng.uniform()) * (b === 0 ? 1 + shift : 1),
    );
    let current = rng.weighted(weights);
    return Array.from({ length: windowsEach }, () => {
      if (rng.uniform() < 0.1) current = rng.weighted(weights);
      return current;
    });
  }).flat();
}

/** One side of the monitor: motifs are behaviours, each of which shows itself in eight codes. */
function side(
  windows: typeof weekWindows,
  labels: Int32Array,
  rng: Random,
): { codes: Codes; motifs: Motifs } {
  return {
    codes: {
      ...judgementCodes(windows),
      codes: Uint32Array.from(labels, (b) => 8 * b + rng.below(8)),
      codebookSize: 64,
      utilization: 1,
    },
    motifs: { ...judgementMotifs(windows), labels, k: behaviours },
  };
}

/** Weeks whose alert was sent, and weeks that broke the limit at all. */
async function alertsOf(plan: Workplan, seed: number): Promise<{ sent: number[]; broken: number[] }> {
  const rng = new Random(seed);
  const db = openDatabase(plan.root);
  // A power cut would only lose the test.
  db.exec("PRAGMA synchronous = OFF");
  const before = Int32Array.from([0, 1, 2].flatMap(() => week(rng, 0)));
  const reference = side(baselineWindows, before, rng);
  const sent: number[] = [], broken: number[] = [];
  for (let w = 0; w < 52; w++) {
    const now = side(weekWindows, Int32Array.from(week(rng, w >= 30 ? 2 : 0)), rng);
    const { outputs } = await runStep(
      monitor,
      {
        reference_windows: baselineWindows,
        reference_codes: reference.codes,
        reference_motifs: reference.motifs,
        current_windows: weekWindows,
        current_codes: now.codes,
        current_motifs: now.motifs,
      },
      { draws: 200, refits: 0 },
      { seed: 100 * seed + w },
    );
    const dir = join(plan.root, "artifact");
    await Deno.mkdir(dir, { recursive: true });
    await Metrics.write(dir, outputs.metrics);
    const task = {
      id: "drift",
      step: "drift",
      uses: "monitor",
      cell: {},
      outcome: "ran" as const,
      seconds: 1,
      attempts: 1,
      reason: "",
      key: null,
      warnings: [],
      outputs: { metrics: { id: "", type: "Metrics", dir } },
    };
    const result = {
      id: `${seed}-${w}`,
      status: "succeeded" as const,
      tasks: [task],
      seconds: 1,
      storeWarnings: [],
    };
    const time = new Date(Date.UTC(2026, 0, 5 + 7 * w, 4));
    const report = await reportOf(plan, result as never, time, time.toISOString());
    if (report.alerts.length > 0) broken.push(w);
    const news = recordRun(db, { ...report, ended: time.toISOString() }, { exit: 0, notify: true })!;
    if (news.alerts.some((alert) => alert.metric === "drifted")) sent.push(w);
  }
  db.close();
  return { sent, broken };
}

Deno.test("T222 a year of weekly revalidation sends its alert within 3 weeks of a drift in week 30, and in 20 years at most 2 wrong ones", async () => {
  const loaded = await loadWorkflow(file, { registry });
  assert.ok(loaded.ok);
  let wrong = 0, unconfirmed = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const root = await Deno.makeTempDir();
    try {
      const { sent, broken } = await alertsOf({ ...loaded.plan, root }, seed);
      wrong += sent.filter((w) => w < 30).length;
      unconfirmed += broken.filter((w) => w < 30).length;
      const first = sent.find((w) => w >= 30);
      assert.ok(first !== undefined && first <= 32, `seed ${seed}: first alert in week ${first}`);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  }
  assert.ok(wrong <= 2, `${wrong} false alarms`);
  // Two distributions at level 0.99 over 600 calm weeks: some single looks are wrong, which is why two must agree.
  assert.ok(unconfirmed >= 1 && unconfirmed <= 30, `${unconfirmed} single looks broke the limit`);
});
