import assert from "node:assert/strict";
import { closeOccurrence, type Job, nextDue, takeDue } from "../../lib/schedule/ledger.ts";
import { withProject } from "./fixtures.ts";

const job: Job = { file: "nightly.yaml", cron: "0 3 * * *", timezone: "UTC" };
const at = (text: string) => new Date(`2026-${text}Z`);
const told = (date: Date | undefined) => date?.toISOString().slice(5, 16);

Deno.test("nextDue() names the time that a scheduler would start next, also after it was away", async () => {
  await withProject((db) => {
    assert.equal(
      told(nextDue(undefined, job, at("05-01T12:00"))),
      "05-02T03:00",
      "nothing was ever scheduled",
    );
    assert.equal(told(nextDue(db, job, at("05-01T12:00"))), "05-02T03:00", "the schedule is new");
    takeDue(db, job, at("05-01T12:00"));
    assert.equal(told(nextDue(db, job, at("05-01T13:00"))), "05-02T03:00");
    // Away for four nights: the last of them is made up, and that is what a scheduler does.
    const now = at("05-05T12:00");
    assert.equal(told(nextDue(db, job, now)), "05-05T03:00");
    const due = takeDue(db, job, now)!;
    assert.equal(told(due.due), "05-05T03:00");
    assert.equal(told(nextDue(db, job, now)), "05-05T03:00", "its run has no end yet");
    closeOccurrence(db, job.file, due.due, 0, now);
    assert.equal(told(nextDue(db, job, now)), "05-06T03:00");
    // The clock was years ahead: the scheduler starts anew from now on.
    assert.equal(told(nextDue(db, job, at("01-01T00:00"))), "01-01T03:00");
    assert.equal(told(nextDue(db, { ...job, cron: "0 4 * * *" }, now)), "05-06T04:00", "another schedule");
    return Promise.resolve();
  });
});
