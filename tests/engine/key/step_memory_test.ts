import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openEngine } from "../../../lib/engine/mod.ts";
import { stepMemory } from "../../../lib/engine/key/step_memory.ts";
import { registry } from "../../../lib/steps/registry.ts";
import { loadWorkflow } from "../../../lib/workflow/load.ts";
import type { Workplan } from "../../../lib/workflow/workplan.ts";
import { alone } from "../../house/alone.ts";

const library = new URL("../../../lib/", import.meta.url).href;

/** What a step's module begins with, and what it says of files. */
type Asking = [head: string, files?: string];

const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "motiflow-memory-" }));
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** A project with steps of the user's, one a module, which is `step.ts` where there is only one. */
class Project {
  readonly root = Deno.makeTempDirSync({ dir: folder });
  readonly modules: string[] = [];

  constructor(...steps: Asking[]) {
    this.write("helper.ts", "export const folder = 'a';");
    this.write("names.json", "{}");
    for (const name of ["a", "b"]) this.write(`${name}.txt`, name);
    const all: Asking[] = steps.length === 0 ? [[""]] : steps;
    const lines = all.map(([head, files = "[{ name: 'data', pattern: data }]"], i) => {
      const name = i === 0 ? "step.ts" : `step${i}.ts`;
      this.modules.push(join(this.root, name));
      this.write(
        name,
        `import { z } from "zod";
import { Metrics } from "${library}artifacts/metrics.ts";
import { folder } from "./helper.ts";
import names from "./names.json" with { type: "json" };
${head}
export default {
  type: "own", summary: "A number", inputs: {}, outputs: { metrics: Metrics },
  params: z.strictObject({ data: z.string().default(folder + ".txt") }),
  files: ({ data }) => ${files},
  run() {
    const total = { value: Date.now() > 0 ? 1 : 0, n: 1, of: "steps", origin: "measured" };
    return Promise.resolve({ metrics: { metrics: { total }, tables: {}, details: {} } });
  },
};`,
      );
      return `  s${i}: { uses: ./${name} }\n`;
    });
    this.write("w.yaml", `version: 1\nname: w\nsteps:\n${lines.join("")}`);
  }

  get module(): string {
    return this.modules[0]!;
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(join(this.root, name), text);
  }

  async check(): Promise<Workplan> {
    const { root } = this;
    const result = await loadWorkflow(join(root, "w.yaml"), { registry, root, stepMemory: stepMemory(root) });
    assert.ok(result.ok, JSON.stringify(result.diagnostics));
    return result.plan;
  }

  /** A check and a run, of the first step where there are several: the check has asked all. */
  async run(): Promise<Workplan> {
    const plan = await this.check();
    const engine = await openEngine({ root: this.root });
    assert.equal((await engine.run(plan, { until: [plan.tasks[0]!.id] })).status, "succeeded");
    return plan;
  }

  /** Whether the next check knows the step. */
  get known(): boolean {
    return stepMemory(this.root)(pathToFileURL(this.module).href) !== undefined;
  }
}

const asking: Record<string, Asking> = {
  "nothing else": [""],
  "a file": [
    "",
    "[{ name: 'data', pattern: Deno.readTextFileSync(new URL('./a.txt', import.meta.url)) + '.txt' }]",
  ],
  "a folder": [
    "",
    "[...Deno.readDirSync(new URL('.', import.meta.url))].filter((f) => f.name === 'a.txt').map((f) => ({ name: 'data', pattern: f.name }))",
  ],
  "the time": ["", "[{ name: 'data', pattern: new Date().getTime() > 0 ? data : data }]"],
  "the time by its function": [
    "const { now } = Date;",
    "[{ name: 'data', pattern: now() > 0 ? data : data }]",
  ],
  "chance": ["", "[{ name: 'data', pattern: Math.random() < 2 ? data : data }]"],
  "the machine": ["", "[{ name: 'data', pattern: navigator.hardwareConcurrency > 0 ? data : data }]"],
  "the clock, as it is loaded": ["const at = performance.now();"],
  "a module of the runtime": ["import { readFileSync } from 'node:fs'; void readFileSync;"],
  "the process": ["", "[{ name: 'data', pattern: process.pid > 0 ? data : data }]"],
  "the names of its globals": ["const { process: p } = globalThis; void p;"],
};

const edits: [name: string, edit: (text: string) => string][] = [
  ["helper.ts", () => "export const folder = 'b';"],
  ["step.ts", (text) => text.replace('folder + ".txt"', '"a.txt"').replace("'data'", "'other'")],
  ["names.json", () => '{"walk":1}'],
];

const projects = {
  known: new Project(),
  named: new Project(),
  edited: edits.map(() => new Project()),
  asking: new Project(...Object.values(asking)),
  damaged: new Project(),
  secret: new Project(),
};
projects.named.write("deno.json", "{}");
// Until what was written can be told from what will be; once for all tests.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);

const patterns = (plan: Workplan) => plan.tasks.map(({ files }) => files.map(({ pattern }) => pattern));

Deno.test("a step whose code is as it was is known to the next check, which says the same and learns nothing", async () => {
  const project = projects.known;
  const first = await project.run();
  assert.equal(first.learned?.length, 1);
  const second = await project.run();
  assert.equal(second.learned, undefined);
  assert.deepEqual({ ...second, learned: undefined }, { ...first, learned: undefined });
  // Parameters that were never asked for are asked, and then known as well.
  project.write("w.yaml", "version: 1\nname: w\nsteps:\n  s: { uses: ./step.ts, with: { data: b.txt } }\n");
  const third = await project.run();
  assert.deepEqual(patterns(third), [["b.txt"]]);
  assert.equal(third.learned?.[0]?.answers.length, 1);
  assert.equal((await project.check()).learned, undefined);
  project.write("w.yaml", "version: 1\nname: w\nsteps:\n  s: { uses: ./step.ts }\n");
  assert.equal((await project.check()).learned, undefined);
});

Deno.test("a change of anything that the step's code reaches is seen at once", async () => {
  for (const [i, [name, edit]] of edits.entries()) {
    const project = projects.edited[i]!;
    await project.run();
    assert.equal(project.known, true, name);
    const before = Deno.readTextFileSync(join(project.root, name));
    project.write(name, edit(before));
    assert.equal(project.known, false, name);
    const plan = await project.run();
    assert.deepEqual(patterns(plan), [[name === "helper.ts" ? "b.txt" : "a.txt"]], name);
    // What was written just now may be written again unseen, so it is not relied on yet.
    assert.equal(project.known, false, name);
    project.write(name, before);
    assert.deepEqual(patterns(await project.run()), [["a.txt"]], name);
  }
});

Deno.test("a step is asked again once the project gives its names another meaning", async () => {
  const project = projects.named;
  await project.run();
  assert.equal(project.known, true);
  project.write("deno.json", '{ "imports": { "zod": "./helper.ts" } }');
  assert.equal(project.known, false);
});

Deno.test("a step that asks for anything but its parameters is asked every time", async () => {
  const project = projects.asking;
  await project.run();
  for (const [i, name] of Object.keys(asking).entries()) {
    const answer = stepMemory(project.root)(pathToFileURL(project.modules[i]!).href)?.answerTo({});
    assert.equal(answer !== undefined, name === "nothing else", name);
  }
});

Deno.test(
  "a damaged memory, and one of other surroundings, is no memory",
  alone(async () => {
    const project = projects.damaged;
    await project.run();
    const folder = join(project.root, ".motiflow/steps");
    const [{ name }] = [...Deno.readDirSync(folder)];
    const bytes = Deno.readFileSync(join(folder, name));
    assert.equal(project.known, true);
    const zone = Deno.env.get("TZ");
    Deno.env.set("TZ", "Pacific/Apia");
    try {
      assert.equal(project.known, false);
    } finally {
      if (zone === undefined) Deno.env.delete("TZ");
      else Deno.env.set("TZ", zone);
    }
    bytes[bytes.length >> 1]! ^= 1;
    Deno.writeFileSync(join(folder, name), bytes);
    assert.equal(project.known, false);
    await project.run();
    assert.equal(project.known, true);
  }),
);

Deno.test("what a step said of parameters that hold a secret is asked again, since nobody may read it there", async () => {
  const project = projects.secret;
  Deno.env.set("MOTIFLOW_TEST_SECRET", "b.txt");
  try {
    const secret = '{ uses: ./step.ts, with: { data: "${{ env.MOTIFLOW_TEST_SECRET }}" } }';
    const env = "env: [MOTIFLOW_TEST_SECRET]\n";
    project.write(
      "w.yaml",
      `version: 1\nname: w\n${env}steps:\n  s: ${secret}\n  t: { uses: ./step.ts }\n`,
    );
    await project.run();
    const folder = join(project.root, ".motiflow/steps");
    for (const { name } of Deno.readDirSync(folder)) {
      assert.doesNotMatch(new TextDecoder().decode(Deno.readFileSync(join(folder, name))), /b\.txt/);
    }
    assert.ok(project.known);
    assert.equal((await project.check()).learned?.[0]?.answers.length, 1);
  } finally {
    Deno.env.delete("MOTIFLOW_TEST_SECRET");
  }
});
