import assert from "node:assert/strict";
import { InputError } from "../../../lib/errors.ts";
import { Project, stepSource } from "../project.ts";

const good = { a: { uses: "join" } };
const bad = { a: { uses: "fail" } };

/** What is said of a refused word, with its hint. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => assert.fail("was found"), (error) => error);
  assert.ok(error instanceof InputError, String(error));
  return error.message;
}

Deno.test("a run is found by the name and by the file of its workflow: the latest that succeeded", async () => {
  await using project = new Project();
  const engine = await project.open();
  assert.match(await refusal(engine.readRun("latest")), /Nothing has been run in this project/);
  const { id } = await engine.run(project.plan(good));
  const { workflow, file } = await engine.readRun(id);
  project.write("steps/fail.ts", stepSource('throw new Error("no");'));
  const failed = await engine.run(project.plan(bad));
  assert.equal(failed.status, "failed");
  assert.equal((await engine.readRun(workflow)).id, id);
  assert.equal((await engine.readRun(file)).id, id);
  assert.equal((await engine.readRun("latest")).id, failed.id);
  assert.match(await refusal(engine.readRun(`${workflow}s`)), new RegExp(`did you mean "${workflow}"`));
  assert.match(await refusal(engine.readRun("lastest")), /did you mean "latest"/);
  assert.match(await refusal(engine.readRun("")), /runs lists them/);
});

Deno.test("a beginning of several runs is answered with these runs, a workflow without success with its latest", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/fail.ts", stepSource('throw new Error("no");'));
  const [first, second] = [
    await engine.run(project.plan(bad)),
    await engine.run(project.plan(bad)),
  ];
  const said = await refusal(engine.readRun(first.id.slice(0, 4)));
  assert.match(said, /is the beginning of 2 runs/);
  for (const { id } of [first, second]) assert.ok(said.includes(`${id} (`), said);
  const { workflow } = await engine.readRun(first.id);
  assert.match(
    await refusal(engine.readRun(workflow)),
    new RegExp(`no run of ${workflow} succeeded\\s+Its latest is ${second.id}`),
  );
});
