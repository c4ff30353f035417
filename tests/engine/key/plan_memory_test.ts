import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openEngine } from "../../../lib/engine/mod.ts";
import { PlanMemory } from "../../../lib/engine/key/plan_memory.ts";
import { registry } from "../../../lib/steps/registry.ts";
import { loadWorkflow } from "../../../lib/workflow/load.ts";
import type { Workplan } from "../../../lib/workflow/workplan.ts";

const program = fileURLToPath(new URL("../../../", import.meta.url));
const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "motiflow-plans-" }));
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const ownStep = `import { z } from "zod";
import { defineStep, Metrics } from "motiflow";
import { folder } from "./helper.ts";
export default defineStep({
  type: "own", summary: "A number", inputs: {}, outputs: { metrics: Metrics },
  params: z.strictObject({ data: z.string().default(folder + ".txt") }),
  files: ({ data }) => [{ name: "data", pattern: data }],
  run() {
    const total = { value: 1, n: 1, of: "steps", origin: "measured" as const };
    return Promise.resolve({ metrics: { metrics: { total }, tables: {}, details: {} } });
  },
});`;
const ownFile = "version: 1\nname: w\nsteps:\n  s: { uses: ./step.ts }\n";

/** A project with one own step that has a helper. */
class Project {
  readonly root = Deno.makeTempDirSync({ dir: folder });

  constructor(readonly file = ownFile) {
    this.write("w.yaml", file);
    this.write("step.ts", ownStep);
    this.write("helper.ts", "export const folder = 'a';");
    for (const name of ["a", "b"]) this.write(`${name}.txt`, name);
    Deno.mkdirSync(join(this.root, ".motiflow"));
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(join(this.root, name), text);
  }

  recall(): Workplan | undefined {
    return new PlanMemory(this.root, "w.yaml", join(this.root, "w.yaml")).recall();
  }

  /** As the verb `run` does: checks, keeps, runs. */
  async run(): Promise<Workplan> {
    const memory = new PlanMemory(this.root, "w.yaml", join(this.root, "w.yaml"));
    const { root } = this;
    const checked = await loadWorkflow("w.yaml", {
      registry,
      root,
      cwd: root,
      stepMemory: memory.steps,
      memory: () => 1e12,
    });
    assert.ok(checked.ok, JSON.stringify(checked.diagnostics));
    if (checked.diagnostics.length === 0) memory.keep(checked.plan);
    const engine = await openEngine({ root });
    if (this.file === ownFile) assert.equal((await engine.run(checked.plan)).status, "succeeded");
    return checked.plan;
  }
}

const step = "  a: { uses: load, with: { source: simulate, subjects: 1, minutes: 1 } }\n";
const unkept: Record<string, string> = {
  "declared memory":
    "version: 1\nname: w\nsteps:\n  a: { uses: load, with: { source: simulate, subjects: 1 }, resources: { memory: 1MB } }\n",
  "a variable":
    'version: 1\nname: w\nenv: [PATH]\nsteps:\n  a: { uses: load, with: { source: csv, path: "${{ env.PATH }}", rate: 50, sensors: { a: [x, y, z] } } }\n',
  "an included file": `version: 1\nname: w\ninclude: [other.yaml]\nsteps:\n  b: { uses: window, from: a }\n`,
};

const projects = {
  same: new Project(),
  named: new Project(),
  edits: new Project(),
  clock: new Project(),
  unkept: Object.entries(unkept).map(([name, file]): [string, Project] => [name, new Project(file)]),
};
for (const [, project] of projects.unkept) project.write("other.yaml", `steps:\n${step}`);
projects.clock.write("step.ts", ownStep.replace("pattern: data", "pattern: Date.now() > 0 ? data : data"));
// Until what was written can be told from what will be; once for all tests.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);

Deno.test("the plan of an unchanged file is the one that another check makes, of every workflow that ships", async () => {
  for (const { name } of Deno.readDirSync(join(program, "workflows"))) {
    if (!name.endsWith(".yaml")) continue;
    const path = join(program, "workflows", name);
    const root = Deno.makeTempDirSync({ dir: folder });
    Deno.mkdirSync(join(root, ".motiflow"));
    const checked = await loadWorkflow(path, { registry, root, memory: () => 1e12 });
    assert.ok(checked.ok, name);
    new PlanMemory(root, path, path).keep(checked.plan);
    const { learned: _, ...plan } = checked.plan;
    const declares = plan.tasks.some(({ resources }) => resources.memory !== undefined);
    assert.deepEqual(
      new PlanMemory(root, path, path).recall(),
      declares ? undefined : plan,
      name,
    );
    // Named in another way, or at another place, it is another file: both stand in the plan.
    assert.equal(new PlanMemory(root, basename(path), path).recall(), undefined);
    assert.equal(new PlanMemory(root, path, basename(path)).recall(), undefined);
  }
});

Deno.test("a plan with a step of the user's is known once the step is, and rests on every file of the program", async () => {
  const project = projects.same;
  await project.run();
  assert.equal(project.recall(), undefined, "the step was asked");
  const plan = await project.run();
  assert.deepEqual({ ...project.recall(), learned: undefined }, { ...plan, learned: undefined });
  const folder = join(project.root, ".motiflow/steps");
  const [kept] = [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("plan-"));
  const path = join(folder, kept!.name);
  const bytes = Deno.readFileSync(path);
  const { names } = JSON.parse(new TextDecoder().decode(bytes.subarray(8)));
  for (const name of ["deno.lock", "lib/engine/key/plan_memory.ts", "lib/workflow/grammar.ts"]) {
    assert.ok(names.includes(name), name);
  }
  bytes[bytes.length >> 1]! ^= 1;
  Deno.writeFileSync(path, bytes);
  assert.equal(project.recall(), undefined, "damaged");
});

Deno.test("names that the project gives itself later are seen at once", async () => {
  const project = projects.named;
  await project.run();
  await project.run();
  assert.ok(project.recall());
  project.write("deno.json", '{ "imports": { "zod": "./helper.ts" } }');
  assert.equal(project.recall(), undefined);
  Deno.removeSync(join(project.root, "deno.json"));
  assert.ok(project.recall());
});

Deno.test("a change of the file, of a step, or of what it imports is seen at once, whatever its size and time", async () => {
  const project = projects.edits;
  await project.run();
  await project.run();
  assert.ok(project.recall());
  const place = (name: string) => join(project.root, name);
  const before = Object.fromEntries(
    ["w.yaml", "step.ts", "helper.ts"].map((name) => [name, Deno.readTextFileSync(place(name))]),
  );
  for (const [name, text] of Object.entries(before)) {
    const { mtime, atime } = Deno.statSync(place(name));
    // As long as before, and with the time that it had.
    project.write(
      name,
      text.replace(/own|name: w|'a'/, (old) => old.replace(/.$/, "z").slice(0, old.length)),
    );
    Deno.utimeSync(place(name), atime!, mtime!);
    assert.equal(Deno.statSync(place(name)).size, text.length);
    assert.equal(project.recall(), undefined, name);
    project.write(name, text);
    // The text of the workflow is compared, the others are judged by their stat.
    assert.equal(project.recall() !== undefined, name === "w.yaml", name);
    await project.run();
    Deno.removeSync(place(name));
    assert.equal(project.recall(), undefined, name);
    project.write(name, text);
  }
  // A link to another file with the same name.
  Deno.removeSync(place("helper.ts"));
  project.write("other.ts", before["helper.ts"]!);
  Deno.symlinkSync("other.ts", place("helper.ts"));
  assert.equal(project.recall(), undefined);
});

Deno.test("a plan that rests on more than text and code is checked every time", async () => {
  for (const [name, project] of projects.unkept) {
    await project.run();
    assert.equal(project.recall(), undefined, name);
  }
  await projects.clock.run();
  await projects.clock.run();
  assert.equal(projects.clock.recall(), undefined, "a step that asks for the time");
});

Deno.test("a project without a store is left without one", async () => {
  const project = new Project(`version: 1\nname: w\nsteps:\n${step}`);
  Deno.removeSync(join(project.root, ".motiflow"));
  await project.run();
  assert.deepEqual([...Deno.readDirSync(project.root)].filter(({ name }) => name === ".motiflow"), []);
});
