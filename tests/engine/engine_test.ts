import assert from "node:assert/strict";
import { outcomes, Project, snapshot, stepSource, textOf } from "./project.ts";

const chain = (text = "a") => ({
  first: { uses: "join", params: { text } },
  second: { uses: "join", params: { text: "b" }, from: ["first"] },
  third: { uses: "join", params: { text: "c" }, from: ["second"] },
});

Deno.test("run() makes every result once and restores all of it afterwards", async () => {
  await using project = new Project();
  const engine = await project.open();
  const first = await engine.run(project.plan(chain()));
  assert.equal(first.status, "succeeded");
  assert.equal(textOf(first, "third"), "c(b(a()))");
  assert.deepEqual(outcomes(first), { first: "ran", second: "ran", third: "ran" });
  assert.deepEqual(first.tasks.map((t) => t.reason), ["first time", "first time", "first time"]);
  const second = await engine.run(project.plan(chain()));
  assert.deepEqual(outcomes(second), { first: "restored", second: "restored", third: "restored" });
  assert.equal(textOf(second, "third"), "c(b(a()))");
});

Deno.test("run() writes nothing at all when nothing changed, and answers with the run that made it", async () => {
  await using project = new Project();
  const engine = await project.open();
  const first = await engine.run(project.plan(chain()));
  // The second run may settle the stat cache, the third has nothing left to do.
  await new Promise((resolve) => setTimeout(resolve, 2100));
  await engine.run(project.plan(chain()));
  const before = snapshot(project.root);
  const third = await engine.run(project.plan(chain()));
  assert.deepEqual(snapshot(project.root), before);
  assert.equal(third.id, first.id);
});

Deno.test("run() reruns what depends on a changed parameter, and goes back for free", async () => {
  await using project = new Project();
  const engine = await project.open();
  const before = await engine.run(project.plan(chain("a")));
  const changed = await engine.run(project.plan(chain("x")));
  assert.deepEqual(outcomes(changed), { first: "ran", second: "ran", third: "ran" });
  assert.equal(changed.tasks[0].reason, 'params.text changed: "a" → "x"');
  assert.equal(changed.tasks[1].reason, "input texts from first (Text) changed");
  assert.equal(textOf(changed, "third"), "c(b(x()))");
  const back = await engine.run(project.plan(chain("a")));
  assert.deepEqual(outcomes(back), { first: "restored", second: "restored", third: "restored" });
  assert.deepEqual(back.tasks.map((t) => t.outputs), before.tasks.map((t) => t.outputs));
});

Deno.test("run() stops early when a code change leaves the bytes as they were", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/source.ts", stepSource('return { text: "same" };'));
  const specs = { first: { uses: "source" }, second: { uses: "join", from: ["first"] } };
  await engine.run(project.plan(specs));
  project.write("steps/source.ts", stepSource('const half = "sa"; return { text: `${half}me` };'));
  const result = await engine.run(project.plan(specs));
  assert.deepEqual(outcomes(result), { first: "ran", second: "restored" });
  assert.equal(result.tasks[0].reason, "code of ./steps/source.ts changed (default export)");
});

Deno.test("run() ignores comments and layout of code, but sees a helper's change", async () => {
  await using project = new Project();
  const engine = await project.open();
  const helper = (body: string) => `export function help(): string { return ${body}; }`;
  const source = (comment: string) =>
    `${comment}\nimport { help } from "./helper.ts";\n${stepSource("return { text: help() };")}`;
  project.write("steps/helper.ts", helper('"one"'));
  project.write("steps/source.ts", source("// first"));
  const specs = { only: { uses: "source" } };
  await engine.run(project.plan(specs));
  project.write("steps/source.ts", source("/* other\n\n comment */"));
  assert.deepEqual(outcomes(await engine.run(project.plan(specs))), { only: "restored" });
  project.write("steps/helper.ts", helper('"two"'));
  const planned = await engine.plan(project.plan(specs));
  assert.deepEqual([planned[0].status, planned[0].reason], [
    "run",
    "code of ./steps/helper.ts changed (help)",
  ]);
});

Deno.test("plan() agrees with run() and changes nothing on disk", async () => {
  await using project = new Project();
  const engine = await project.open();
  const empty = snapshot(project.root);
  const planned = await engine.plan(project.plan(chain()));
  assert.deepEqual(snapshot(project.root), empty);
  assert.deepEqual(planned.map((p) => p.status), ["run", "unknown", "unknown"]);
  await engine.run(project.plan(chain()));
  const before = snapshot(project.root);
  const again = await engine.plan(project.plan(chain()));
  assert.deepEqual(snapshot(project.root), before);
  assert.deepEqual(again.map((p) => p.status), ["restore", "restore", "restore"]);
  assert.ok(again.every((p) => p.estimateSeconds !== null && p.key?.length === 64));
});

Deno.test("run() tells what a failure blocks, and finishes independent branches when asked to", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/fail.ts", stepSource('throw new Error("no luck");'));
  const specs = {
    bad: { uses: "fail" },
    after: { uses: "join", from: ["bad"] },
    other: { uses: "join", params: { text: "o" } },
    later: { uses: "join", from: ["other"] },
  };
  const stopped = await engine.run(project.plan(specs), { jobs: 1 });
  assert.equal(stopped.status, "failed");
  // Which of two ready tasks starts first depends on which is decided first; after the failure none starts.
  const { bad, after, ...independent } = outcomes(stopped);
  assert.deepEqual([bad, after], ["failed", "blocked"]);
  const failed = project.events.findIndex(({ type }) => type === "task-failed");
  const started = (events: typeof project.events) =>
    events.flatMap((event) => event.type === "task-started" ? event.task : []);
  assert.deepEqual(started(project.events.slice(failed)), []);
  const before = started(project.events.slice(0, failed));
  for (const [id, outcome] of Object.entries(independent)) {
    assert.equal(outcome, before.includes(id) ? "ran" : "skipped", id);
  }
  const going = await engine.run(project.plan(specs), { jobs: 1, keepGoing: true });
  const done = (id: string) => independent[id] === "ran" ? "restored" : "ran";
  assert.deepEqual(outcomes(going), {
    bad: "failed",
    after: "blocked",
    other: done("other"),
    later: done("later"),
  });
  assert.equal(going.tasks[0].error, "no luck");
  assert.match(Deno.readTextFileSync(project.path(going.tasks[0].log!)), /no luck[\s\S]*at /);
});

Deno.test("run() starts what usually takes long first, where it does not know how long each takes", async () => {
  await using project = new Project();
  const engine = await project.open();
  const plan = project.plan({ ...chain(), long: { uses: "join", params: { text: "l" }, usualSeconds: 20 } });
  const started = () => project.events.flatMap((e) => e.type === "task-started" ? e.task : []);
  await engine.run(plan, { jobs: 1 });
  assert.deepEqual(started(), ["long", "first", "second", "third"]);
});

Deno.test("run() hashes requested files and reruns when one changes", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("data/a.csv", "1");
  project.write("data/b.csv", "2");
  project.write(
    "steps/read.ts",
    stepSource('return { text: files.data.map((f: string) => Deno.readTextFileSync(f)).join("+") };'),
  );
  const specs = { only: { uses: "read", files: [{ name: "data", pattern: "data/*.csv" }] } };
  assert.equal(textOf(await engine.run(project.plan(specs)), "only"), "1+2");
  assert.deepEqual(outcomes(await engine.run(project.plan(specs))), { only: "restored" });
  project.write("data/b.csv", "3");
  const result = await engine.run(project.plan(specs));
  assert.equal(textOf(result, "only"), "1+3");
  assert.equal(result.tasks[0].reason, "file data: b.csv changed");
  const missing = { only: { uses: "read", files: [{ name: "data", pattern: "data/none.csv" }] } };
  const failed = await engine.run(project.plan(missing));
  assert.deepEqual([failed.tasks[0].outcome, failed.tasks[0].errorKind], ["failed", "input"]);
  assert.match(failed.tasks[0].error!, /data\/none\.csv/);
});

Deno.test("run() publishes copies, repairs them, and leaves the files of others alone", async () => {
  await using project = new Project();
  const engine = await project.open();
  const specs = { only: { uses: "join", params: { text: "p" }, publish: "out/here" } };
  await engine.run(project.plan(specs));
  assert.equal(Deno.readTextFileSync(project.path("out/here/text.txt")), "p()");
  project.write("out/here/notes.md", "mine");
  project.write("out/here/text.txt", "spoilt");
  assert.deepEqual(outcomes(await engine.run(project.plan(specs))), { only: "restored" });
  assert.equal(Deno.readTextFileSync(project.path("out/here/text.txt")), "p()");
  assert.equal(Deno.readTextFileSync(project.path("out/here/notes.md")), "mine");
});

Deno.test("run() selects by only, until and from", async () => {
  await using project = new Project();
  const engine = await project.open();
  const refused = await engine.run(project.plan(chain()), { only: ["second"] });
  assert.deepEqual(outcomes(refused), { first: "skipped", second: "blocked", third: "skipped" });
  const until = await engine.run(project.plan(chain()), { until: ["second"] });
  assert.deepEqual(outcomes(until), { first: "ran", second: "ran", third: "skipped" });
  const only = await engine.run(project.plan(chain()), { only: ["second"], force: ["second"] });
  assert.deepEqual(outcomes(only), { first: "skipped", second: "ran", third: "skipped" });
  const from = await engine.run(project.plan(chain()), { from: ["third"] });
  assert.deepEqual(outcomes(from), { first: "restored", second: "restored", third: "ran" });
  await assert.rejects(engine.run(project.plan(chain()), { only: ["fourth"] }), /no step fourth/);
});

Deno.test("T200 run() records itself: events, outcome, reasons", async () => {
  await using project = new Project();
  const engine = await project.open();
  const result = await engine.run(project.plan(chain()));
  const record = await engine.readRun("latest");
  assert.equal(record.id, result.id);
  assert.equal(record.status, "succeeded");
  assert.equal(record.source, "version: 1\n");
  assert.deepEqual(record.tasks, JSON.parse(JSON.stringify(result.tasks)));
  const logs = result.tasks.map(({ log }) => log);
  assert.deepEqual(logs, Object.keys(chain()).map((id) => `.motiflow/runs/${result.id}/logs/${id}.log`));
  const lines = Deno.readTextFileSync(project.path(".motiflow/runs", result.id, "events.jsonl")).trim().split(
    "\n",
  );
  assert.deepEqual(lines.map((line) => JSON.parse(line)), JSON.parse(JSON.stringify(project.events)));
});

Deno.test("a step that is never restored does not replace the result of its twin", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/dice.ts", stepSource("return { text: String(Math.random()) };"));
  const specs = {
    kept: { uses: "dice" },
    after: { uses: "join", from: ["kept"] },
    fresh: { uses: "dice", cache: { mode: "never" as const } },
  };
  const first = await engine.run(project.plan(specs));
  const second = await engine.run(project.plan(specs));
  assert.deepEqual(outcomes(second), { kept: "restored", after: "restored", fresh: "ran" });
  assert.equal(textOf(second, "kept"), textOf(first, "kept"));
  assert.notEqual(textOf(second, "fresh"), textOf(first, "fresh"));
});

Deno.test("a result with a time to live is made again when it is older (test 37)", async () => {
  await using project = new Project();
  const engine = await project.open();
  const spec = (seconds: number) =>
    project.plan({ only: { uses: "join", cache: { mode: "ttl" as const, seconds } } });
  await engine.run(spec(3600));
  assert.deepEqual(outcomes(await engine.run(spec(3600))), { only: "restored" });
  const late = await engine.run(spec(0));
  assert.deepEqual([late.tasks[0].outcome, late.tasks[0].reason], ["ran", "older than 0 s"]);
});

Deno.test("run() and plan() treat a step whose id is a method of every object like any other", async () => {
  await using project = new Project();
  const engine = await project.open();
  const ids = ["constructor", "toString", "valueOf", "hasOwnProperty"];
  const plan = project.plan(
    Object.fromEntries(ids.map((id) => [id, { uses: "join", params: { text: id } }])),
  );
  for (const { reason, estimateSeconds } of await engine.plan(plan)) {
    assert.deepEqual([reason, estimateSeconds], ["first time", null]);
  }
  const first = await engine.run(plan);
  assert.deepEqual(first.tasks.map((t) => t.reason), ids.map(() => "first time"));
  assert.deepEqual(Object.values(outcomes(await engine.run(plan))), ids.map(() => "restored"));
});
