import assert from "node:assert/strict";
import { Project, snapshot, stepSource } from "./project.ts";

const chain = (text: string, extra: Record<string, string | null> = {}) => ({
  first: { uses: "join", params: { text, ...extra } },
  second: { uses: "join", params: { text: "b" }, from: ["first"] },
});

Deno.test("why() names every changed ingredient against the last result, and writes nothing", async () => {
  await using project = new Project();
  const engine = await project.open();
  assert.equal((await engine.why(project.plan(chain("a")), "first"))[0].reason, "first time");
  await engine.run(project.plan(chain("a")));
  const before = snapshot(project.root);
  const [why] = await engine.why(project.plan(chain("x", { more: "y" })), "first");
  assert.deepEqual(why.changes, [
    { what: "params.more", before: null, after: "y" },
    { what: "params.text", before: "a", after: "x" },
  ]);
  assert.equal(why.reason, "params.more is new (and 1 more)");
  assert.equal(why.status, "run");
  assert.ok(why.comparedWith);
  const [second] = await engine.why(project.plan(chain("x")), "second");
  assert.deepEqual([second.status, second.reason], [
    "unknown",
    'depends on first, which runs first: params.text changed: "a" → "x"',
  ]);
  const longer = { ...chain("x"), third: { uses: "join", params: { text: "c" }, from: ["second"] } };
  assert.match(
    (await engine.why(project.plan(longer), "third"))[0].reason,
    /^depends on second; first runs first: params\.text changed/,
  );
  assert.deepEqual((await engine.why(project.plan(chain("a")), "second"))[0].status, "restore");
  await assert.rejects(engine.why(project.plan(chain("a")), "none"), /no step none/);
  assert.deepEqual(snapshot(project.root), before);
});

Deno.test("why() names the changed function of a changed file", async () => {
  await using project = new Project();
  const engine = await project.open();
  const helper = (two: string) =>
    `export function one() { return 1; }\n/** doc */\nexport const two = () => ${two};\nexport class Three { x = 3; }\n`;
  project.write("steps/helper.ts", helper("2"));
  project.write(
    "steps/use.ts",
    `import { one, two } from "./helper.ts";\n${stepSource("return { text: String(one() + two()) };")}`,
  );
  await engine.run(project.plan({ only: { uses: "use" } }));
  project.write("steps/helper.ts", helper("22"));
  const [why] = await engine.why(project.plan({ only: { uses: "use" } }), "only");
  assert.equal(why.reason, "code of ./steps/helper.ts changed (two)");
});

Deno.test("verify() names the step that does not do the same twice, and leaves the store as it was (test 53)", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/dice.ts", stepSource("return { text: String(Math.random()) };"));
  const specs = {
    fair: { uses: "join", params: { text: "a" } },
    dice: { uses: "dice" },
    after: { uses: "join", from: ["dice", "fair"] },
    bench: { uses: "dice", cache: { mode: "never" as const } },
  };
  const run = await engine.run(project.plan(specs));
  const cached = await engine.cacheList();
  const report = await engine.verify(project.plan(specs));
  assert.deepEqual(report.tasks.map((t) => [t.id, t.same]), [["fair", true], ["dice", false], [
    "after",
    true,
  ]]);
  assert.deepEqual((await engine.cacheList()).map((e) => e.key).sort(), cached.map((e) => e.key).sort());
  const again = await engine.run(project.plan(specs));
  assert.deepEqual(again.tasks[1].outputs, run.tasks[1].outputs);
});

Deno.test("diffRuns() compares parameters, ingredients and contents of two runs", async () => {
  await using project = new Project();
  const engine = await project.open();
  const first = await engine.run({ ...project.plan(chain("a")), params: { text: "a" } });
  const second = await engine.run({ ...project.plan(chain("x")), params: { text: "x" } });
  const diff = await engine.diffRuns(first.id, second.id);
  assert.deepEqual(diff.params, [{ what: "params.text", before: "a", after: "x" }]);
  assert.deepEqual(diff.tasks.map((t) => [t.id, t.changes.map((c) => c.what), t.outputs]), [
    ["first", ["params.text"], ["text"]],
    ["second", ["input texts from first (Text)"], ["text"]],
  ]);
});

Deno.test("readRun() finds warnings of the store under their name of 0.1, storeTroubles", async () => {
  await using project = new Project();
  const engine = await project.open();
  const { id } = await engine.run(project.plan(chain("a")));
  const path = project.path(".motiflow/runs", id, "run.json");
  const { storeWarnings, ...record } = JSON.parse(Deno.readTextFileSync(path));
  assert.deepEqual(storeWarnings, []);
  Deno.writeTextFileSync(path, JSON.stringify({ ...record, storeTroubles: ["no space"] }));
  assert.deepEqual((await engine.readRun(id)).storeWarnings, ["no space"]);
});

Deno.test("listRuns() and readRun() know newest, beginnings and runs that died", async () => {
  await using project = new Project();
  const engine = await project.open();
  assert.deepEqual(await engine.listRuns(), []);
  await assert.rejects(engine.readRun("latest"), /there is no run latest/);
  const first = await engine.run(project.plan(chain("a")));
  const second = await engine.run(project.plan(chain("x")));
  assert.deepEqual((await engine.listRuns()).map((r) => r.id), [second.id, first.id].sort().reverse());
  assert.equal((await engine.readRun(first.id.slice(0, -1))).id, first.id);
  const path = project.path(".motiflow/runs", first.id, "run.json");
  Deno.writeTextFileSync(
    path,
    JSON.stringify({ ...JSON.parse(Deno.readTextFileSync(path)), status: "running" }),
  );
  assert.equal((await engine.readRun(first.id)).status, "interrupted");
  Deno.writeTextFileSync(path, "");
  await assert.rejects(engine.readRun(first.id), /missing or damaged/);
  assert.equal((await engine.listRuns()).length, 1);
});

Deno.test("cacheGc() never drops what a pinned run needs", async () => {
  await using project = new Project();
  const engine = await project.open();
  const first = await engine.run(project.plan(chain("a")));
  await engine.run(project.plan(chain("x")));
  await engine.pinRun(first.id);
  assert.deepEqual((await engine.cacheList()).map((e) => e.pinned).sort(), [false, false, true, true]);
  const report = await engine.cacheGc({ maxBytes: 0 });
  assert.deepEqual([report.removedActions, report.keptActions], [2, 2]);
  const back = await engine.run(project.plan(chain("a")));
  assert.ok(back.tasks.every((t) => t.outcome === "restored"));
  await engine.pinRun(first.id, false);
  assert.equal((await engine.cacheGc({ maxBytes: 0 })).keptActions, 0);
});

Deno.test("exportCrate() writes a Workflow Run RO-Crate with hashes that match", async () => {
  await using project = new Project();
  const engine = await project.open();
  const run = await engine.run(project.plan(chain("a")));
  await engine.exportCrate(run.id, project.path("crate"));
  const crate = JSON.parse(Deno.readTextFileSync(project.path("crate/ro-crate-metadata.json")));
  const entities = new Map<string, any>(crate["@graph"].map((e: any) => [e["@id"], e]));
  assert.equal(entities.get("ro-crate-metadata.json").about["@id"], "./");
  const main = entities.get(entities.get("./").mainEntity["@id"]);
  assert.ok(main["@type"].includes("ComputationalWorkflow"));
  assert.ok(Deno.statSync(project.path("crate", main["@id"])).isFile);
  const actions = [...entities.values()].filter((e) => e["@type"] === "CreateAction");
  assert.equal(actions.length, 3, "one for the workflow, one per step");
  const { createHash } = await import("node:crypto");
  const files = [...entities.values()].filter((e) => e.sha256 !== undefined);
  assert.equal(files.length, 4);
  for (const file of files) {
    const bytes = Deno.readFileSync(project.path("crate", file["@id"]));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), file.sha256);
    assert.equal(String(bytes.length), file.contentSize);
  }
  const ids = new Set(entities.keys());
  const references = JSON.stringify(crate["@graph"]).matchAll(/\{"@id":"([^"]+)"\}/g);
  for (const [, id] of references) assert.ok(ids.has(id) || id.startsWith("https://"), `${id} is defined`);
});
