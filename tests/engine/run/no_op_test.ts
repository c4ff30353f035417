import assert from "node:assert/strict";
import { Project } from "../project.ts";

const a = { uses: "join", params: { text: "a" } };

Deno.test("a no-op run is recorded unless the last record says just the same", async () => {
  await using project = new Project();
  project.write(
    "steps/broken.ts",
    `import join from "./join.ts";
export default { ...join, async run() { throw new Error("broken"); } };
`,
  );
  const engine = await project.open();
  const statuses = async () => (await engine.listRuns()).map(({ status }) => status);
  assert.equal((await engine.run(project.plan({ a, b: { uses: "broken" } }))).status, "failed");
  const repaired = await engine.run(project.plan({ a }));
  assert.equal(repaired.status, "succeeded");
  assert.deepEqual(await statuses(), ["succeeded", "failed"]);
  assert.equal((await engine.readRun("latest")).id, repaired.id);

  project.events.length = 0;
  assert.equal((await engine.run(project.plan({ a }))).id, repaired.id);
  const [started, ended] = [project.events[0], project.events.at(-1)!];
  assert.ok(started.type === "run-started" && ended.type === "run-ended");
  assert.deepEqual([ended.run, ended.sameAs], [started.run, repaired.id]);
  assert.equal((await statuses()).length, 2);

  const alerts = { ...project.plan({ a }), source: "version: 1\nalerts: []\n" };
  assert.notEqual((await engine.run(alerts)).id, repaired.id, "another file's text is new");
  const part = await engine.run({ ...alerts, params: { x: 1 } });
  assert.equal((await engine.readRun(part.id)).params.x, 1);
  Deno.removeSync(project.path(".motiflow/runs"), { recursive: true });
  const again = await engine.run({ ...alerts, params: { x: 1 } });
  assert.equal((await engine.readRun("latest")).id, again.id, "a record that is gone stands for nothing");
});

Deno.test("two files of one name have their own runs and reasons", async () => {
  await using project = new Project();
  const engine = await project.open();
  const one = project.plan({ a });
  const two = {
    ...project.plan({ a: { uses: "join", params: { text: "b" } } }),
    file: project.path("two.yaml"),
  };
  const first = await engine.run(one);
  const second = await engine.run(two);
  assert.equal(second.tasks[0].reason, "first time");
  assert.equal((await engine.run(one)).id, first.id);
  assert.equal((await engine.run(two)).id, second.id);
  assert.equal((await engine.readRun(second.id)).file, "two.yaml");
});
