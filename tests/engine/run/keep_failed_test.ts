/** `--keep-failed`: what a failed attempt left is there for a look, and nothing is kept without being asked. */
import assert from "node:assert/strict";
import { Project, stepSource } from "../project.ts";

const text = (project: Project, ...path: string[]) => Deno.readTextFileSync(project.path(...path));

async function fail(project: Project, body: string, keepFailed: boolean, retries = 0) {
  project.write("steps/odd.ts", stepSource(body));
  const engine = await project.open({ workers: true });
  const specs = { "odd[x=ä]": { uses: "odd", retries }, fine: { uses: "join" } };
  const { tasks } = await engine.run(project.plan(specs), { keepFailed, keepGoing: true });
  assert.deepEqual(tasks.map((t) => t.outcome), ["failed", "ran"]);
  return tasks[0];
}

const half = `await Deno.writeTextFile(out("text") + "/rows.csv", "half");
  await Deno.writeTextFile(scratch + "/state.json", "{}");`;

Deno.test("the folders of each failed attempt are kept, by task and attempt", async () => {
  await using project = new Project();
  const body = `${half} throw Object.assign(new Error("no"), { transient: true });`;
  const task = await fail(project, body, true, 1);
  for (const attempt of ["attempt-1", "attempt-2"]) {
    assert.equal(text(project, task.kept!, attempt, "out/text/rows.csv"), "half");
    assert.equal(text(project, task.kept!, attempt, "scratch/state.json"), "{}");
  }
  assert.match(task.kept!, /^\.motiflow\/runs\/[\w-]+\/failed\/odd\[x=_\]~\w{12}$/);
  assert.deepEqual([...Deno.readDirSync(project.path(".motiflow/tmp"))], []);
});

Deno.test("what a step left whose process died is kept as well", async () => {
  await using project = new Project();
  const body = `${half} process.kill(process.pid, "SIGKILL"); await new Promise(() => {});`;
  project.write("steps/odd.ts", "");
  const task = await fail(
    project,
    `const { default: process } = await import("node:process"); ${body}`,
    true,
  );
  const found: string[] = [];
  const walk = (dir: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(dir)) {
      if (isDirectory) walk(`${dir}/${name}`);
      else found.push(name);
    }
  };
  walk(project.path(task.kept!));
  assert.ok(found.includes("rows.csv") && found.includes("state.json"), found.join());
});

Deno.test("nothing of a failed attempt is kept unless it is asked for", async () => {
  await using project = new Project();
  const task = await fail(project, `${half} throw new Error("no");`, false);
  assert.equal(task.kept, undefined);
  assert.deepEqual([...Deno.readDirSync(project.path(".motiflow/tmp"))], []);
});
