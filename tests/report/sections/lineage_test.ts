import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import type { Lineage } from "../../../lib/artifacts/lineage.ts";
import { drawSection } from "../../../lib/report/sections/mod.ts";
import { Sources } from "../../../lib/report/sources.ts";
import { makeLineage } from "../lineage_fixture.ts";

async function drawn(lineage: Lineage): Promise<Document> {
  const { html } = await drawSection("lineage", new Sources([], lineage));
  return parseHTML(`<body>${html}</body>`).document as unknown as Document;
}

const rowsOf = (page: Document, within: string) =>
  [...page.querySelectorAll(`${within} tr`)].map((row) => [...row.children].map((cell) => cell.textContent));

Deno.test("the lineage section names workflow, run, data, program and commit", async () => {
  const facts = Object.fromEntries(rowsOf(await drawn(makeLineage()), "table.facts"));
  assert.equal(facts.Workflow, "study (study.yaml)");
  assert.equal(facts.Run, "20260131-093000000-1f3a, started 2026-01-31 09:30 UTC");
  // Nine tasks of 1.5, 3, … 13.5 s.
  assert.match(
    facts["Results used"]!,
    /^9 tasks, made from 2026-01-31 09:01 UTC to 2026-01-31 09:09 UTC, 1 min 8 s/,
  );
  assert.equal(facts["Data: recordings"], `Recordings, SHA-256 ${"65".repeat(32)}`);
  assert.match(facts.Program!, /^Motiflow 0.1.0, Deno 2.9.6/);
  assert.match(
    facts["Git commit"]!,
    /^07.*, not clean: 1 tracked file changed since, 2 files or folders in no commit$/,
  );
  const clean = makeLineage();
  clean.commit = { ...clean.commit!, changed: 0, untracked: 0 };
  assert.match(Object.fromEntries(rowsOf(await drawn(clean), "table.facts"))["Git commit"]!, /^07.*, clean$/);
  delete clean.commit;
  assert.match((await drawn(clean)).documentElement.textContent!, /no Git repository/);
});

Deno.test("the lineage section draws one box a step with the time of its tasks", async () => {
  const page = await drawn(makeLineage());
  const boxes = [...page.querySelectorAll("svg g")].map((g) =>
    [...g.querySelectorAll("text")].map((t) => t.textContent)
  );
  assert.deepEqual(boxes.map(([id]) => id), [
    "recordings",
    "windows",
    "model",
    "metrics",
    "summary",
    "report",
  ]);
  assert.deepEqual(boxes[2], ["model", "train × 3 (fold) · 23 s", "→ Model"], "4.5 + 7.5 + 10.5 s");
  assert.deepEqual(boxes[5], ["report", "report"]);
  const edges = [...page.querySelectorAll("path.edge title")].map((title) => title.textContent);
  assert.ok(edges.includes("Windows: windows → metrics"));
  assert.equal(edges.length, 6);
});

Deno.test("the lineage section says parameters once where cells share them, and hashes of every task", async () => {
  const page = await drawn(makeLineage({ folds: 2 }));
  const [parameters, tasks, files] = [...page.querySelectorAll("details table")].map((table) =>
    [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent))
  );
  assert.deepEqual(parameters!.map((row) => row[0]), [
    "recordings",
    "windows",
    "model",
    "metrics (fold 0)",
    "metrics (fold 1)",
    "summary",
  ]);
  assert.deepEqual(parameters![2], ["model", "train", "epochs: 12"]);
  assert.equal(tasks!.length, 8);
  assert.deepEqual(tasks![2], [
    "model[fold=0]",
    "train",
    "2026-01-31 09:03 UTC",
    "4.5 s",
    "7",
    "35".repeat(6),
    "03".repeat(6),
    `Model ${"67".repeat(6)}`,
  ]);
  assert.deepEqual(files, [["recordings", "data", "12 files", "03".repeat(32)]]);
});

Deno.test("a lineage stands among the inputs of a notebook, also where names come from strangers", async () => {
  const lineage = makeLineage({ suffix: "<script>" });
  await assert.rejects(
    Sources.open([{ lineage }]),
    /has no inputs/,
    "a lineage alone is nothing to report on",
  );
  const dir = await Deno.makeTempDir();
  try {
    const sources = await Sources.open([{ lineage }, { step: "a", cell: {}, type: "Metrics", dir }]);
    assert.deepEqual(sources.list.map(({ step }) => step), ["a"]);
    const { html } = await drawSection("lineage", sources);
    assert.doesNotMatch(html, /<script/);
    assert.match(html, /recordings&lt;script&gt;/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
