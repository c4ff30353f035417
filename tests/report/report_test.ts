import assert from "node:assert/strict";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import report from "../../lib/steps/report.ts";
import { writeNotebook } from "../../lib/report/notebook.ts";
import { readNotebook } from "../../lib/report/nbformat.ts";
import { drawSection } from "../../lib/report/sections/mod.ts";
import { Sources } from "../../lib/report/sources.ts";
import { writeFixtures } from "./fixtures.ts";
import { makeLineage } from "./lineage_fixture.ts";

const notebook = new URL("../../notebooks/report.ipynb", import.meta.url).pathname;

async function withFolder(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs the step as the engine does, without its worker. */
async function runStep(dir: string, sources: any[], params: Record<string, unknown> = {}) {
  const out = await Deno.makeTempDir({ dir });
  const result = await report.run({
    inputs: { artifacts: sources },
    inputDirs: {},
    params: report.params.parse(params),
    files: { notebook: [String(params.notebook ?? notebook)] },
    out: () => out,
    scratch: await Deno.makeTempDir({ dir }),
    lineage: makeLineage(),
    signal: new AbortController().signal,
    progress: () => {},
    log: () => {},
    warn: () => {},
  } as any);
  return { out, result };
}

Deno.test("the report shows every artifact, twice with the same bytes, and loads nothing", async () => {
  await withFolder(async (dir) => {
    const sources = (await writeFixtures(dir)).map((s) => ({ ...s, value: undefined }));
    const { out, result } = await runStep(dir, sources, { title: "Test & trial", description: "A <test>." });
    assert.equal(result.report.header.type, "Report");
    const html = await Deno.readTextFile(join(out, "report.html"));
    const { document } = parseHTML(html);
    assert.equal(document.querySelector("h1")?.textContent, "Test & trial");
    const titles = [...document.querySelectorAll("figure > .title")].map((e) => e.textContent!);
    for (
      const title of [
        "Windows by class",
        "Learning curves",
        "Scores and baseline",
        "Confusion matrix",
        "Accuracy by held-out subject",
        "Reliability",
        "Code usage",
        "Ethogram",
        "Time budget",
        "Transitions",
        "Bout durations",
        "Latency on",
      ]
    ) {
      assert.ok(titles.some((t) => t.startsWith(title)), title);
    }
    assert.doesNotMatch(html, /NaN|undefined|\[object|No [a-z ]+ connected to this report/);
    const left = document.querySelector("p.left-out")?.textContent;
    assert.equal(left, "Nothing is connected to this report for: Noise.");
    assert.doesNotMatch(html, new RegExp(dir), "no path of this machine");
    assert.match(html, /skipped-no-sdk/);
    assert.match(html, /Estimate of 8-bit arithmetic on CPU.*test part, by subject/);
    assert.match(html, /All data are simulated/);
    const remote = [...document.querySelectorAll("[src], link")].map((e) => e.outerHTML);
    assert.deepEqual(remote, []);
    const again = await runStep(dir, sources, { title: "Test & trial", description: "A <test>." });
    for (const file of ["report.html", "report.ipynb"]) {
      assert.equal(
        await Deno.readTextFile(join(again.out, file)),
        await Deno.readTextFile(join(out, file)),
        file,
      );
    }
    const executed = await readNotebook(join(out, "report.ipynb"));
    assert.ok(executed.cells.every((c) => c.cell_type !== "code" || c.execution_count !== null));
  });
});

Deno.test("the report says in one line which artifacts are missing", async () => {
  await withFolder(async (dir) => {
    const split = (await writeFixtures(dir)).filter(({ type }) => type === "Split");
    const { out } = await runStep(dir, split.slice(0, 1).map((s) => ({ ...s, value: undefined })));
    const html = await Deno.readTextFile(join(out, "report.html"));
    const { document } = parseHTML(html);
    const left = document.querySelector("p.left-out")!.textContent!;
    assert.match(left, /^Nothing is connected to this report for: Data, Model, Scores, .*Package\.$/);
    assert.doesNotMatch(html, /No model is connected/);
    const titles = [...document.querySelectorAll("h2, h3")].map((e) => e.textContent);
    assert.deepEqual(titles, [
      "Split",
      "Deployment",
      "Hailo",
      "Latency",
      "Limits",
      "How this was made",
      "References",
    ]);
    assert.match(html, /Not compiled: no compile-hailo step/);
    const kept = await Deno.readTextFile(join(out, "report.ipynb"));
    assert.match(kept, /No model is connected to this report/, "the notebook keeps every cell");
  });
});

Deno.test("the report step refuses a failing notebook and an unknown parameter", async () => {
  await withFolder(async (dir) => {
    const path = join(dir, "bad.ipynb");
    const parameters = {
      cell_type: "code" as const,
      metadata: { tags: ["parameters"] },
      source: "let inputs;\nlet title;\nlet description;",
    };
    const cells = [parameters, {
      cell_type: "code" as const,
      metadata: {},
      source: "throw new Error('broken')",
    }];
    await writeNotebook(path, { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    await assert.rejects(runStep(dir, [], { notebook: path }), /cell 3 failed[^]*broken/);
    await assert.rejects(
      runStep(dir, [], { notebook: path, parameters: { colour: 1 } }),
      /colour is not declared/,
    );
    assert.deepEqual(report.check!(report.params.parse({ parameters: { title: "x" } })), [
      { path: ["parameters", "title"], message: "title is set by the step itself" },
    ]);
  });
});

Deno.test("Sources.open() takes published folders and refuses others", async () => {
  await withFolder(async (dir) => {
    const [windows] = await writeFixtures(dir);
    const { list } = await Sources.open([windows.dir]);
    assert.deepEqual(list, [{ step: windows.dir, cell: {}, type: "Windows", dir: windows.dir }]);
    await assert.rejects(
      Sources.open([dir]),
      /artifact\.json: Cannot read artifact: no valid artifact\.json/,
    );
  });
});

Deno.test("the first page of a report says which files a step went on without", async () => {
  await withFolder(async (dir) => {
    const lineage = makeLineage();
    lineage.tasks[0]!.made!.missing = { data: Array.from({ length: 10 }, (_, i) => `<${i}>.csv`) };
    const sources = new Sources((await writeFixtures(dir)) as any, lineage);
    const { html } = await drawSection("overview", sources);
    const note = parseHTML(html).document.querySelector(".warning")!.textContent;
    assert.match(
      note,
      /^PARTIAL: .*went on without 10 of 22 files, on which it failed: <0>\.csv, .*<7>\.csv and 2 more$/,
    );
  });
});
