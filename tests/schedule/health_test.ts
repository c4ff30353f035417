import assert from "node:assert/strict";
import { join } from "node:path";
import { tryLock } from "../../lib/engine/system/lock.ts";
import { scheduleHealth } from "../../lib/schedule/health.ts";
import { recordRun } from "../../lib/schedule/history.ts";
import { takeDue } from "../../lib/schedule/ledger.ts";
import { report, withProject } from "./fixtures.ts";

const nightly = { file: "nightly.yaml", cron: "30 2 * * *", timezone: "UTC" };
const at = (time: string) => new Date(`2026-05-${time}Z`);
const brief = (root: string, now: Date) =>
  scheduleHealth(root, now).map(({ name, status, detail }) => [name, status, detail]);

Deno.test("scheduleHealth() tells whether a scheduler runs, what did not run, and a clock that was ahead", async () => {
  await withProject(async (db, root) => {
    assert.deepEqual(brief(root, at("01T00:00")), [], "nothing was scheduled");
    takeDue(db, nightly, at("01T00:00"));
    assert.deepEqual(brief(root, at("01T01:00")), [[
      "Scheduler",
      "missing",
      "no scheduler runs now; 1 workflow",
    ]]);
    using _ = tryLock(join(root, ".motiflow/schedule/scheduler.lock"));
    assert.deepEqual(brief(root, at("01T01:00")), [["Scheduler", "ok", "a scheduler runs; 1 workflow"]]);
    assert.deepEqual(brief(root, at("01T03:00")), [
      ["Scheduler", "problem", "a scheduler runs; nightly.yaml came due and did not run"],
    ]);
    assert.match(
      brief(root, new Date("2020-01-01"))[0][2],
      /the clock was ahead when nightly\.yaml last ran/,
    );
  });
});

Deno.test("scheduleHealth() tells what fails, what waits and what was refused", async () => {
  await withProject(async (db, root) => {
    const failures = [{ task: "model", message: "out of memory" }];
    const failing = { alerts: [], failures, status: "failed", whole: false };
    for (const [run, file] of [["r1", "a.yaml"], ["r2", "b.yaml"], ["r3", "c.yaml"]]) {
      const more = file === "b.yaml" ? { ...failing, broken: true as const } : failing;
      recordRun(db, report(run, "2026-05-01T00:00:00.000Z", { ...more, file }), { exit: 1, notify: true });
    }
    db.exec(
      "UPDATE outbox SET delivered = created WHERE run = 'r1'; UPDATE outbox SET aside = created WHERE run = 'r2'",
    );
    assert.deepEqual(brief(root, at("01T03:00")), [
      ["Workflows", "problem", "a.yaml fails since 2026-05-01T00:00:00.000Z"],
      ["Workflows", "problem", "b.yaml cannot be read since 2026-05-01T00:00:00.000Z"],
      ["Workflows", "problem", "c.yaml fails since 2026-05-01T00:00:00.000Z"],
      [
        "Alerts",
        "problem",
        "1 message sent; 1 waiting since 2026-05-01T00:00:00.000Z: the webhook did not take them; " +
        "1 put aside: they were refused",
      ],
    ]);
  });
});

Deno.test("scheduleHealth() names a history that is damaged", async () => {
  await withProject(async (db, root) => {
    db.close();
    Deno.writeTextFileSync(join(root, ".motiflow/history.sqlite"), "no database\n".repeat(500));
    const [{ name, status, detail }] = scheduleHealth(root);
    assert.deepEqual([name, status], ["History", "problem"]);
    assert.match(detail, /Move the file away/);
    // The fixture closes it again.
    db.open();
  });
});
