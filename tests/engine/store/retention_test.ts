/** Ten thousand runs: lists read what they show, and old runs can be dropped with all that they left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { tryLock } from "../../../lib/engine/system/lock.ts";
import { Project } from "../project.ts";

const plan = (project: Project, text: string, name = "test") =>
  project.plan({ a: { uses: "join", params: { text } } }, name);

const runsOf = (project: Project) =>
  [...Deno.readDirSync(project.path(".motiflow/runs"))].map((e) => e.name).sort();

/** Gives a run another time of beginning. */
function move(project: Project, id: string, day: string): string {
  const other = `${day}-000000000-${id.slice(-4)}`;
  const folder = project.path(".motiflow/runs", other);
  Deno.renameSync(project.path(".motiflow/runs", id), folder);
  const path = join(folder, "run.json");
  Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replaceAll(id, other));
  return other;
}

/** Paths that are read while `work` runs. */
async function readBy<T>(work: () => Promise<T>): Promise<{ value: T; paths: string[] }> {
  const real = Deno.readTextFileSync;
  const paths: string[] = [];
  Deno.readTextFileSync = (path) => {
    paths.push(String(path));
    return real(path);
  };
  try {
    return { value: await work(), paths };
  } finally {
    Deno.readTextFileSync = real;
  }
}

Deno.test("listRuns() reads no more records than it gives, and goes on before one", async () => {
  await using project = new Project();
  const engine = await project.open();
  const first = await engine.run(plan(project, "a"));
  const text = Deno.readTextFileSync(project.path(".motiflow/runs", first.id, "run.json"));
  const ids = Array.from({ length: 200 }, (_, i) => `20200101-${String(i).padStart(6, "0")}000-aaaa`);
  for (const id of ids) project.write(`.motiflow/runs/${id}/run.json`, text.replaceAll(first.id, id));
  assert.equal(await engine.countRuns(), 201);
  const { value, paths } = await readBy(() => engine.listRuns({ limit: 5 }));
  assert.deepEqual(value.map((run) => run.id), [first.id, ...ids.toReversed().slice(0, 4)]);
  assert.equal(paths.length, 5);
  const next = await readBy(() => engine.listRuns({ limit: 3, before: ids[100] }));
  assert.deepEqual(next.value.map((run) => run.id), ids.slice(97, 100).reverse());
  assert.equal(next.paths.length, 3);
  assert.equal((await readBy(() => engine.readRun("latest"))).paths.length, 0, "read before");
  project.write(`.motiflow/runs/${first.id}/run.json`, text.replace('"succeeded"', '"cancelled"'));
  assert.equal((await engine.readRun("latest")).status, "cancelled", "a file that changed is read again");
});

Deno.test("listWorkflows() names each workflow once from how records begin, whatever their names hold", async () => {
  await using project = new Project();
  const engine = await project.open();
  const { id } = await engine.run(plan(project, "a"));
  const text = Deno.readTextFileSync(project.path(".motiflow/runs", id, "run.json"));
  const record = JSON.parse(text);
  const put = (day: number, value: string) =>
    project.write(`.motiflow/runs/2020010${day}-000000000-aaaa/run.json`, value);
  put(1, text);
  put(2, JSON.stringify({ ...record, workflow: 'a "walk", \\ "file": "x"', file: "ü.yaml" }, null, 1));
  // Another program may write fields in another order.
  const { workflow: _, ...others } = record;
  put(3, JSON.stringify({ ...others, workflow: "last" }));
  put(4, "{ damaged");
  const { value, paths } = await readBy(() => engine.listWorkflows(10));
  assert.deepEqual(value, [
    { workflow: record.workflow, file: record.file },
    { workflow: "last", file: record.file },
    { workflow: 'a "walk", \\ "file": "x"', file: "ü.yaml" },
  ]);
  assert.equal(paths.length, 2, "whole records only where the beginning is another");
  assert.equal((await engine.listWorkflows(1)).length, 1);
});

Deno.test("readRun() takes no run of a clock that was ahead for the latest, unless there is no other", async () => {
  await using project = new Project();
  const engine = await project.open();
  const ahead = move(project, (await engine.run(plan(project, "a"))).id, "29310501");
  assert.equal((await engine.readRun("latest")).id, ahead);
  const now = await engine.run(plan(project, "b"));
  assert.equal((await engine.readRun("latest")).id, now.id);
});

Deno.test("forgetRuns() drops old runs, but none that is pinned, goes on, or is the last of its workflow", async () => {
  await using project = new Project();
  const engine = await project.open();
  const texts = ["old", "pinned", "going on", "young"];
  const ids: string[] = [];
  for (const text of texts) ids.push((await engine.run(plan(project, text))).id);
  const [old, pinned, going] = ids.slice(0, 3).map((id) => move(project, id, "20240101"));
  const last = (await engine.run(plan(project, "x", "other"))).id;
  await engine.pinRun(pinned);
  using _held = tryLock(project.path(".motiflow/runs", going, "lock"));
  const listed = await engine.forgetRuns(0, true);
  assert.deepEqual(
    listed.map(({ kind, name }) => [kind, name]),
    [["run", old]],
    "the last of each workflow stays",
  );
  assert.ok(listed[0].bytes > 100);
  assert.equal(runsOf(project).length, 5, "a dry run removes nothing");
  await engine.forgetRuns(90);
  assert.deepEqual(runsOf(project), [pinned, going, ids[3], last].sort());
  const again = await engine.run(plan(project, "young"));
  assert.deepEqual(again.tasks.map((task) => task.outcome), ["restored"], "results are not runs");
});

Deno.test("cacheGc() sweeps locks, code without a result, and folders of attempts whose run is gone; all goes on", async () => {
  await using project = new Project();
  const engine = await project.open();
  await engine.run(plan(project, "a"));
  project.write(
    "steps/join.ts",
    Deno.readTextFileSync(project.path("steps/join.ts")).replace('?? ""', '?? "-"'),
  );
  await engine.run(plan(project, "a"));
  project.write(".motiflow/tmp/20240101-000000000-dead/a/out.txt", "half");
  const held = tryLock(project.path(".motiflow/tmp/20240101-000000000-live/lock"));
  const inUse = tryLock(project.path(".motiflow/locks/in-use"));
  const names = (folder: string) =>
    [...Deno.readDirSync(project.path(".motiflow", folder))].map((e) => e.name).sort();
  assert.equal(names("code").length, 2);
  assert.ok(names("locks").length >= 3);
  // The first result falls: it is the longer unused one.
  const [newest, oldest] = await engine.cacheList();
  Deno.utimeSync(
    project.path(".motiflow/actions", oldest.key.slice(0, 2), `${oldest.key.slice(2)}.json`),
    1,
    1,
  );
  const listed = (await engine.cacheGc({ maxAgeDays: 30, dryRun: true })).items.map(({ kind }) => kind);
  for (const kind of ["result", "code", "lock", "attempt"] as const) assert.ok(listed.includes(kind), kind);
  assert.equal(names("code").length, 2, "a dry run removes nothing");
  const report = await engine.cacheGc({ maxAgeDays: 30 });
  assert.deepEqual(report.items.map(({ kind }) => kind).sort(), listed.sort());
  assert.deepEqual((await engine.cacheList()).map((e) => e.key), [newest.key]);
  assert.equal(names("code").length, 1);
  assert.deepEqual(names("locks"), ["in-use", "store"]);
  assert.deepEqual(names("tmp"), ["20240101-000000000-live"]);
  held![Symbol.dispose]();
  inUse![Symbol.dispose]();
  assert.deepEqual((await engine.run(plan(project, "a"))).tasks.map((task) => task.outcome), ["restored"]);
  assert.deepEqual((await engine.run(plan(project, "b"))).tasks.map((task) => task.outcome), ["ran"]);
});
