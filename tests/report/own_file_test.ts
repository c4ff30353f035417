import assert from "node:assert/strict";
import { join } from "node:path";
import { historyPage } from "../../lib/schedule/history_page.ts";
import { keepReport } from "../../lib/schedule/keep_report.ts";
import type { RunReport } from "../../lib/schedule/report.ts";
import { isReport, reportTexts } from "../../lib/schedule/report_files.ts";
import { registry } from "../../lib/steps/registry.ts";
import { isWorkflowSchema, workflowJsonSchema } from "../../lib/workflow/schema.ts";
import { lookAt, ownerOf, sealed, sealPlace, writeOwn } from "../../lib/report/own_file.ts";

async function inFolder(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const text = (word: string) => `${word}\n<!-- ${sealPlace} -->\n`;

Deno.test("a seal tells a text of ours, one that was changed, and one of others", () => {
  const ours = sealed(text("page"));
  assert.equal(ownerOf(ours), "ours");
  assert.equal(ownerOf(ours.replace("page", "pages")), "changed");
  assert.equal(ownerOf("page"), "foreign");
  assert.equal(ownerOf(""), "foreign");
  // A page that shows another sealed text is judged by its own seal.
  assert.equal(ownerOf(sealed(`${ours}${text("around")}`)), "ours");
});

Deno.test("what each kind of file is told by: reports of runs, schemas, pages", async () => {
  const report: RunReport = {
    run: "20260101-0",
    workflow: "w",
    file: "w.yaml",
    due: null,
    started: "2026-01-01T00:00:00Z",
    ended: "2026-01-01T00:00:01Z",
    status: "succeeded",
    values: [],
    alerts: [],
    unjudged: [],
    failures: [],
    held: [],
    whole: true,
  };
  for (const [ending, text] of Object.entries(reportTexts(report))) {
    assert.ok(isReport(ending, text), ending);
    assert.ok(!isReport(ending, '{ "name": "my-package", "version": "1.0.0" }'), ending);
    assert.ok(!isReport(ending, ""), ending);
  }
  assert.ok(isWorkflowSchema(JSON.stringify(await workflowJsonSchema(registry))));
  assert.ok(!isWorkflowSchema('{ "title": "Study" }'));
  assert.ok(!isWorkflowSchema("null"));
  assert.equal(ownerOf(sealed(historyPage([], []))), "ours");
});

Deno.test("reports never take the place of a file that only bears the workflow's name", async () => {
  await inFolder(async (dir) => {
    const path = join(dir, "package.json");
    Deno.writeTextFileSync(path, '{ "name": "mine" }');
    const told: string[] = [];
    const report = { workflow: "package", run: "r", values: [], alerts: [], unjudged: [], failures: [] };
    await keepReport(dir, report as unknown as RunReport, 0, {
      reports: dir,
      onWarning: (m) => told.push(m),
    });
    assert.equal(Deno.readTextFileSync(path), '{ "name": "mine" }');
    assert.match(told[0], /cannot write the reports: Cannot write .*package\.json: it is there/);
    assert.ok(![...Deno.readDirSync(dir)].some(({ name }) => name.endsWith(".prom")), "all or nothing");
  });
});

Deno.test("writeOwn() replaces what it wrote, keeps what somebody changed, and refuses the rest untouched", async () => {
  await inFolder(async (dir) => {
    const path = join(dir, "a/page.html");
    assert.equal(await writeOwn(path, text("one")), undefined);
    assert.equal(await writeOwn(path, text("two")), undefined);
    assert.match(Deno.readTextFileSync(path), /^two/);
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace("two", "my notes"));
    const kept = await writeOwn(path, text("three"));
    assert.match(Deno.readTextFileSync(kept!), /^my notes/);
    assert.match(Deno.readTextFileSync(path), /^three/);
    assert.equal([...Deno.readDirSync(join(dir, "a"))].length, 2, "no temporary file is left");

    const foreign = join(dir, "thesis.html");
    Deno.writeTextFileSync(foreign, "the only copy");
    await assert.rejects(() => writeOwn(foreign, text("x")), {
      message: /thesis\.html: it is there and was not/,
    });
    assert.equal(Deno.readTextFileSync(foreign), "the only copy");
    Deno.symlinkSync(path, join(dir, "link.html"));
    await assert.rejects(() => lookAt(join(dir, "link.html")), { message: /it is a link/ });
    await assert.rejects(() => lookAt(join(dir, "a")), { message: /a folder is there/ });
    assert.equal(await lookAt(join(dir, "free.html")), undefined);
  });
});
