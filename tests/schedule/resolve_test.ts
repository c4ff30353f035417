import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { recordRun } from "../../lib/schedule/history.ts";
import type { RunReport } from "../../lib/schedule/report.ts";
import { report, utilization, withProject } from "./fixtures.ts";

const { task, metric, direction, threshold, n } = utilization;
const holds: Partial<RunReport> = {
  alerts: [],
  held: [{ task, metric, direction, threshold, value: 0.3, n }],
};
const failing: Partial<RunReport> = {
  alerts: [],
  status: "failed",
  failures: [{ task: "model", message: "out of memory" }],
  whole: false,
};

/** One run a day; what each says is well again, with the day since when. */
function days(db: DatabaseSync, runs: Partial<RunReport>[], notify = true): string[][] {
  return runs.map((more, day) =>
    recordRun(db, report(`r${day}`, `2026-01-0${day + 1}T00:00:00.000Z`, more), { exit: 0, notify })!
      .resolved.map(({ message, since }) => `${message}, since day ${since.slice(9, 10)}`)
  );
}

const bodies = (db: DatabaseSync) =>
  db.prepare("SELECT body FROM outbox ORDER BY id").all().map((row) => JSON.parse(String(row.body)));

Deno.test("recordRun() tells once that a limit holds again, and since when it was told as broken", async () => {
  await withProject(async (db) => {
    const again = "codebook_utilization of validation is 0.3, no longer below 0.2, since day 2";
    assert.deepEqual(days(db, [holds, {}, {}, holds, holds]), [[], [], [], [again], []]);
    assert.deepEqual(bodies(db).map((b) => [b.alerts.length, b.resolved.length]), [[1, 0], [0, 1]]);
  });
});

Deno.test("recordRun() sends a limit that breaks anew after it was told as well, cool-down or not", async () => {
  await withProject(async (db) => {
    days(db, [{}, holds, {}, {}]);
    assert.deepEqual(bodies(db).map((b) => [b.run, b.alerts.length, b.resolved.length]), [
      ["r0", 1, 0],
      ["r1", 0, 1],
      ["r2", 1, 0],
    ]);
  });
});

Deno.test("recordRun() does not take a limit that was not judged, or never told, for one that holds again", async () => {
  await withProject(async (db) => {
    assert.deepEqual(days(db, [{}, { alerts: [] }, { alerts: [], held: [] }]), [[], [], []]);
  });
  await withProject(async (db) => {
    const unconfirmed = { alerts: [{ ...utilization, confirm: 2 }] };
    assert.deepEqual(days(db, [unconfirmed, holds]), [[], []]);
  });
  await withProject(async (db) => {
    assert.deepEqual(days(db, [{}, holds], false), [[], []], "there was nowhere to tell it");
  });
});

Deno.test("recordRun() tells that a failed workflow succeeds again once all of its steps are done", async () => {
  await withProject(async (db) => {
    const fine = { alerts: [] };
    const part = { alerts: [], whole: false };
    assert.deepEqual(days(db, [fine, failing, failing, part, fine, fine]), [
      [],
      [],
      [],
      [],
      ["revalidate succeeds again, since day 2"],
      [],
    ]);
  });
});

Deno.test("recordRun() is not misled by a run of a clock that was ahead", async () => {
  await withProject(async (db) => {
    const weeks = { alerts: [{ ...utilization, coolDown: 7 * 86_400 }] };
    recordRun(db, report("future", "2031-05-01T00:00:00.000Z", weeks), { exit: 3, notify: false });
    const now = recordRun(db, report("now", "2026-05-01T00:00:00.000Z", weeks), { exit: 3, notify: false })!;
    assert.equal(now.alerts.length, 1, "a cool-down that begins in five years is none");
  });
});
