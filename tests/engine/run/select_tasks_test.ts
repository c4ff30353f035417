import assert from "node:assert/strict";
import { namedTasks, selectTasks, splitNames } from "../../../lib/engine/run/select_tasks.ts";
import { outcomes, Project, stepSource, textOf } from "../project.ts";

const cells: { id: string; step: string; cell: Record<string, string | number | number[]> }[] = [
  { id: "c[i=1,j=2]", step: "c", cell: { i: 1, j: 2 } },
  { id: "c[i=1,j=3]", step: "c", cell: { i: 1, j: 3 } },
  { id: 'd[x="日本"]', step: "d", cell: { x: "日本" } },
  { id: "e[v=1]", step: "e", cell: { v: 1 } },
  { id: 'e[v="1"]', step: "e", cell: { v: "1" } },
  { id: 'f[l=[4,4],n="a,b"]', step: "f", cell: { l: [4, 4], n: "a,b" } },
];
const ids = (name: string) => namedTasks(cells, name).map((task) => task.id);

Deno.test("namedTasks() finds cells of several axes, by some of their axes in any order, with and without quotes", () => {
  assert.deepEqual(ids("c[i=1,j=2]"), ["c[i=1,j=2]"]);
  assert.deepEqual(ids("c[j=2, i=1]"), ["c[i=1,j=2]"]);
  assert.deepEqual(ids("c[i=1]"), ["c[i=1,j=2]", "c[i=1,j=3]"]);
  assert.deepEqual(ids("d[x=日本]"), ['d[x="日本"]']);
  assert.deepEqual(ids("f[l=[4,4]]"), ['f[l=[4,4],n="a,b"]']);
  assert.deepEqual(ids('f[n="a,b"]'), ['f[l=[4,4],n="a,b"]']);
  assert.deepEqual(ids("e[v=1]"), ["e[v=1]"], "an exact id is meant alone");
  assert.deepEqual(ids('e[v="1"]'), ['e[v="1"]']);
  assert.deepEqual(ids("c[k=1]"), []);
  assert.deepEqual(ids("c[constructor=1]"), []);
});

Deno.test("splitNames() parts outside of brackets and quotes only", () => {
  assert.deepEqual(splitNames("a,b"), ["a", "b"]);
  assert.deepEqual(splitNames('c[i=1,j=2], d[x="],"],f[l=[4,4],n=1]'), [
    "c[i=1,j=2]",
    'd[x="],"]',
    "f[l=[4,4],n=1]",
  ]);
  assert.deepEqual(splitNames(",a,,"), ["a"]);
});

Deno.test("a selection of nothing, and a cell that is not there, are told", async () => {
  await using project = new Project();
  const { tasks } = project.plan({
    a: { uses: "join" },
    "b[x=1]": { uses: "join", cell: { x: 1 }, from: ["a"] },
    "b[x=2]": { uses: "join", cell: { x: 2 }, from: ["a"] },
  });
  assert.throws(() => selectTasks(tasks, { only: ["b"], until: ["a"] }), {
    message: /no step is meant by only and until together/,
  });
  assert.throws(() => selectTasks(tasks, { only: ["b[x=3]"] }), {
    message: /Its cells are b\[x=1\], b\[x=2\]/,
  });
  assert.throws(() => selectTasks(tasks, { from: ["c"] }), { message: /Its steps are a, b\./ });
});

Deno.test("--only takes inputs that are never cached, or too old, as they were made last", async () => {
  await using project = new Project();
  const engine = await project.open();
  const specs = {
    a: { uses: "join", params: { text: "a" }, cache: { mode: "never" as const } },
    b: { uses: "join", from: ["a"], cache: { mode: "ttl" as const, seconds: 0 } },
    c: { uses: "join", from: ["b"] },
  };
  await engine.run(project.plan(specs));
  const plan = await engine.plan(project.plan(specs), { only: ["c"] });
  assert.deepEqual(plan.map((t) => [t.task.id, t.status, t.problem]), [
    ["a", "skip", undefined],
    ["b", "skip", undefined],
    ["c", "restore", undefined],
  ]);
  const result = await engine.run(project.plan(specs), { only: ["c"], force: ["c"] });
  assert.deepEqual(outcomes(result), { a: "skipped", b: "skipped", c: "ran" });
  assert.equal(textOf(result, "c"), "((a()))");
});

Deno.test("--only of a step whose input was never made says so, in the plan and in the run", async () => {
  await using project = new Project();
  const engine = await project.open();
  const specs = { a: { uses: "join" }, b: { uses: "join", from: ["a"] } };
  const why = /needs a, which is not selected and has no result in the store: --until/;
  const [, planned] = await engine.plan(project.plan(specs), { only: ["b"] });
  assert.match(planned.problem!, why);
  const result = await engine.run(project.plan(specs), { only: ["b"] });
  assert.equal(result.status, "failed");
  assert.match(result.tasks[1].reason, why);
});

Deno.test("a plan says of forced steps, and of those that are never cached, that they run, whatever they need", async () => {
  await using project = new Project();
  const engine = await project.open();
  const specs = {
    a: { uses: "join" },
    b: { uses: "join", from: ["a"], cache: { mode: "never" as const } },
    c: { uses: "join", from: ["b"] },
  };
  const plan = await engine.plan(project.plan(specs), { force: ["c"] });
  assert.deepEqual(plan.map((t) => t.status), ["run", "run", "run"]);
});

Deno.test("verify() names the step that failed, and leaves measurements out", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/clock.ts", stepSource("return { text: String(performance.now()) };"));
  project.write("steps/broken.ts", stepSource('throw new Error("no luck");'));
  const measured = {
    clock: { uses: "clock", measures: true as const },
    a: { uses: "join", from: ["clock"] },
  };
  const report = await engine.verify(project.plan(measured));
  assert.deepEqual(report.tasks.map((t) => [t.id, t.same]), [["a", true]]);
  await assert.rejects(() => engine.verify(project.plan({ odd: { uses: "broken" } })), {
    message: /^Cannot verify: odd failed in run \S+: no luck$/,
  });
});
