import assert from "node:assert/strict";
import { openDatabase } from "../../lib/schedule/database.ts";
import { readHistory, recordRun } from "../../lib/schedule/history.ts";
import { report, utilization, withProject } from "./fixtures.ts";

const quietly = { exit: 3, notify: false };

Deno.test("recordRun() keeps values with n, origin, workflow and time, and readHistory() gives them in order", async () => {
  await withProject(async (db) => {
    recordRun(db, report("b", "2026-02-01T00:00:00.000Z"), quietly);
    recordRun(db, report("a", "2026-01-01T00:00:00.000Z", { workflow: "other" }), quietly);
    const points = readHistory(db, { metric: "accuracy" });
    assert.deepEqual(points.map((p) => [p.run, p.workflow, p.value, p.n, p.of, p.origin, p.lower, p.level]), [
      ["a", "other", 0.9, 900, "windows", "simulated", 0.88, 0.95],
      ["b", "revalidate", 0.9, 900, "windows", "simulated", 0.88, 0.95],
    ]);
    assert.deepEqual(readHistory(db, { workflow: "other", metric: "silhouette" }).map((p) => p.value), [
      null,
    ]);
    assert.deepEqual(readHistory(db, { limit: 1, metric: "accuracy" }).map((p) => p.run), ["b"]);
  });
});

Deno.test("T118 recordRun() gives an alert again only after its cool-down, and keeps all of them", async () => {
  await withProject(async (db) => {
    const news = (day: number) =>
      recordRun(db, report(`r${day}`, `2026-01-${10 + day}T00:00:00.000Z`), quietly);
    assert.deepEqual([0, 3, 6, 7, 8].map((day) => news(day)!.alerts.length), [1, 0, 0, 1, 0]);
    const kept = db.prepare("SELECT direction, threshold, value, n, quiet FROM alerts ORDER BY time").all();
    assert.deepEqual(kept.map((row) => Object.values(row)), [
      ["below", 0.2, 0.1, 900, 0],
      ["below", 0.2, 0.1, 900, 1],
      ["below", 0.2, 0.1, 900, 1],
      ["below", 0.2, 0.1, 900, 0],
      ["below", 0.2, 0.1, 900, 1],
    ]);
  });
});

Deno.test("recordRun() records a due time once, whichever run comes first", async () => {
  await withProject(async (db) => {
    const due = "2026-01-05T04:00:00.000Z";
    assert.ok(recordRun(db, report("first", "2026-01-05T04:01:00.000Z", { due }), quietly));
    assert.equal(recordRun(db, report("second", "2026-01-05T04:02:00.000Z", { due }), quietly), undefined);
    assert.deepEqual(db.prepare("SELECT run FROM runs").all().map((row) => row.run), ["first"]);
    assert.deepEqual(
      db.prepare("SELECT run, state, exit FROM occurrences").all().map((r) => Object.values(r)),
      [
        ["first", "done", 3],
      ],
    );
  });
});

Deno.test("openDatabase() keeps what is there, and refuses the file of a newer program", async () => {
  await withProject(async (db, root) => {
    recordRun(db, report("a", "2026-01-01T00:00:00.000Z"), quietly);
    const again = openDatabase(root);
    assert.equal(readHistory(again).length, 2);
    again.close();
    db.exec("PRAGMA user_version = 99");
    assert.throws(() => openDatabase(root), /is of version 99, this program knows 1/);
  });
});

Deno.test("T118 recordRun() sends an alert once it is confirmed by runs in a row", async () => {
  await withProject(async (db) => {
    const look = (day: number, broken: boolean) =>
      recordRun(
        db,
        report(`r${day}`, `2026-01-${10 + day}T00:00:00.000Z`, {
          alerts: broken ? [{ ...utilization, confirm: 2, coolDown: 0 }] : [],
        }),
        quietly,
      )!.alerts.length;
    assert.deepEqual([true, false, true, true, true, false].map((broken, day) => look(day, broken)), [
      0,
      0,
      0,
      1,
      1,
      0,
    ]);
  });
});

Deno.test("recordRun() adds no numbers for a run that it knows, but judges its alerts and marks its due time as done", async () => {
  await withProject(async (db) => {
    const at = "2026-01-01T00:00:00.000Z", due = "2026-01-08T00:00:00.000Z";
    recordRun(db, report("same", at), quietly);
    const numbers = db.prepare("SELECT count(*) AS n FROM metrics").get()!.n;
    assert.deepEqual(
      recordRun(db, report("same", "2026-01-02T00:00:00.000Z"), quietly)!.alerts,
      [],
      "told just now",
    );
    const notify = { exit: 3, notify: true };
    assert.equal(
      recordRun(db, report("same", due, { due }), notify)!.alerts.length,
      1,
      "its cool-down is over",
    );
    assert.equal(db.prepare("SELECT * FROM runs").all().length, 1);
    assert.equal(db.prepare("SELECT count(*) AS n FROM metrics").get()!.n, numbers);
    assert.equal(db.prepare("SELECT * FROM outbox").all().length, 1);
    assert.deepEqual(db.prepare("SELECT due, state FROM occurrences").all().map((r) => Object.values(r)), [
      [due, "done"],
    ]);
  });
});
