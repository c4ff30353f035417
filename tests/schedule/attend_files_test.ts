import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { openEngine } from "../../lib/engine/mod.ts";
import { attendFiles } from "../../lib/schedule/attend_files.ts";
import { keepFailedRun } from "../../lib/schedule/failed_run.ts";
import { recordRun } from "../../lib/schedule/history.ts";
import type { BrokenFile, Schedules } from "../../lib/schedule/schedule_files.ts";
import { report, withProject } from "./fixtures.ts";

const job = { file: "nightly.yaml", cron: "0 3 * * *", timezone: "UTC" };
const broken: BrokenFile = {
  file: job.file,
  problem: "nightly.yaml:3:1: steps is missing",
  source: "name: x\n",
};
const well: Schedules = { jobs: [job], broken: [] };
const bad: Schedules = { jobs: [job], broken: [broken] };

/** What a project's webhook was sent. */
async function withWebhook(
  use: (project: { db: DatabaseSync; root: string; url: string; sent: any[] }) => Promise<void>,
): Promise<void> {
  const sent: any[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    sent.push(await request.json());
    return new Response("");
  });
  try {
    await withProject((db, root) => use({ db, root, url: `http://127.0.0.1:${server.addr.port}/`, sent }));
  } finally {
    await server.shutdown();
  }
}

const never = (message: string) => assert.fail(message);

Deno.test("a scheduled file that breaks is a failed run with record, report and alert, once, and its recovery is told", async () => {
  await withWebhook(async ({ db, root, url, sent }) => {
    recordRun(
      db,
      report("r1", "2026-01-01T03:00:00.000Z", { file: job.file, workflow: "nightly", alerts: [] }),
      { exit: 0, notify: true },
    );
    let now = well;
    const outlets = { webhook: url, reports: `${root}/reports`, onWarning: never };
    const start = () => attendFiles(async () => now, root, outlets);
    let { jobs } = start();
    await jobs();
    assert.equal(sent.length, 0);
    now = bad;
    for (let turn = 0; turn < 3; turn++) assert.deepEqual(await jobs(), [job], "its due times stay");
    assert.equal(sent.length, 1);
    assert.deepEqual(
      [sent[0].workflow, sent[0].status, sent[0].broken, sent[0].failures],
      ["nightly", "failed", true, [{ task: job.file, message: broken.problem }]],
    );
    assert.match(Deno.readTextFileSync(`${root}/reports/nightly.prom`), /^motiflow_run_success\{.*\} 0$/m);
    const engine = await openEngine({ root });
    const [record] = await engine.listRuns();
    assert.deepEqual([record.id, record.status, record.error], [sent[0].run, "failed", broken.problem]);

    // Another life of the scheduler, and a run that came due: nothing is told again.
    ({ jobs } = start());
    await jobs();
    const due = "2026-01-02T03:00:00.000Z";
    await keepFailedRun(root, { ...broken, due, broken: true }, 2, outlets);
    assert.equal(sent.length, 1);
    assert.equal((await engine.listRuns()).length, 2, "each due time has its record");
    const row = db.prepare("SELECT state, exit FROM occurrences WHERE due = ?").get(due);
    assert.deepEqual({ ...row }, { state: "done", exit: 2 });

    now = well;
    for (let turn = 0; turn < 3; turn++) await jobs();
    assert.equal(sent.length, 2);
    assert.deepEqual(sent[1].resolved.map((r: any) => r.message), ["nightly.yaml can be read again"]);
    assert.deepEqual([sent[1].failures, sent[1].run], [[], sent[0].run]);
    now = bad;
    await jobs();
    assert.equal(sent.length, 3, "a new break is told anew");
  });
});

Deno.test("the run that finds the file well again tells its recovery, where no scheduler saw it", async () => {
  await withWebhook(async ({ db, root, url, sent }) => {
    const outlets = { webhook: url, onWarning: never };
    await keepFailedRun(root, { ...broken, due: "2026-01-02T03:00:00.000Z", broken: true }, 2, outlets);
    const later = report("r2", "2999-01-03T03:00:00.000Z", { file: job.file, alerts: [] });
    const news = recordRun(db, later, { exit: 0, notify: true })!;
    assert.deepEqual(news.resolved.map((r) => r.message), ["nightly.yaml can be read again"]);
    assert.equal(sent.length, 1);
  });
});

Deno.test("a failed run whose history cannot be kept is sent all the same", async () => {
  await withWebhook(async ({ db, root, url, sent }) => {
    db.exec("DROP TABLE outbox; CREATE TABLE outbox (x TEXT) STRICT");
    const warned: string[] = [];
    const outlets = { webhook: url, onWarning: (message: string) => void warned.push(message) };
    await keepFailedRun(root, { ...broken, broken: true }, 2, outlets);
    assert.equal(sent.length, 1);
    assert.match(warned.join("\n"), /cannot keep this run in the history/);
  });
});
