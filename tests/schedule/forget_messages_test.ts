import assert from "node:assert/strict";
import { forgetMessages } from "../../lib/schedule/forget_messages.ts";
import { readHistory, recordRun } from "../../lib/schedule/history.ts";
import { report, utilization, withProject } from "./fixtures.ts";

Deno.test("forgetMessages() drops what was sent and is over, and neither numbers nor what waits or still holds", async () => {
  await withProject(async (db, root) => {
    const loudly = { exit: 3, notify: true };
    const { task, metric, direction, threshold, n } = utilization;
    const held = [{ task, metric, direction, threshold, value: 0.3, n }];
    recordRun(db, report("over", "2020-01-01T00:00:00.000Z", { due: "2020-01-01T00:00:00.000Z" }), loudly);
    recordRun(db, report("resolved", "2020-01-02T00:00:00.000Z", { alerts: [], held }), loudly);
    recordRun(db, report("holds", "2020-02-01T00:00:00.000Z"), loudly);
    const failures = [{ task: "model", message: "out of memory" }];
    const failing = { alerts: [], failures, status: "failed", whole: false };
    recordRun(db, report("failing", "2020-02-02T00:00:00.000Z", failing), loudly);
    recordRun(db, report("waits", "2020-02-03T00:00:00.000Z", { ...failing, file: "other.yaml" }), loudly);
    recordRun(db, report("young", new Date().toISOString(), { ...failing, file: "third.yaml" }), loudly);
    db.exec("UPDATE outbox SET delivered = created WHERE run <> 'waits'");
    const numbers = readHistory(db).length;
    const kept = () => db.prepare("SELECT run FROM outbox ORDER BY id").all().map((row) => row.run);
    assert.deepEqual(forgetMessages(root, 90, true), { messages: 2, dueTimes: 1 });
    assert.equal(kept().length, 6, "a dry run drops nothing");
    assert.deepEqual(forgetMessages(root, 90, false), { messages: 2, dueTimes: 1 });
    assert.deepEqual(kept(), ["holds", "failing", "waits", "young"]);
    assert.equal(readHistory(db).length, numbers);
  });
});
