/** Users' steps: nothing is written after the result is hashed, and nothing of one step reaches another. */
import assert from "node:assert/strict";
import { skipReason } from "../../house/skip.ts";
import { outcomes, Project, type Spec, stepSource, textOf } from "../project.ts";

const linux = Deno.build.os === "linux";

/** Runs one step with this body and this first line. */
async function one(body: string, extra: Partial<Spec> = {}, top = "") {
  await using project = new Project();
  project.write("steps/odd.ts", `${top}\n${stepSource(body)}`);
  const engine = await project.open({ workers: true });
  const result = await engine.run(project.plan({ odd: { uses: "odd", ...extra } }));
  const [task] = result.tasks;
  const text = task.outcome === "ran" ? textOf(result, "odd") : undefined;
  return { ...task, text, files: task.outcome === "ran" ? list(task.outputs.text.dir) : [] };
}

const list = (dir: string) => [...Deno.readDirSync(dir)].map((e) => e.name).toSorted();

const late = /wrote into its output after it had returned: is an `await` missing/;

Deno.test("writes that nobody awaits fail their step, whatever makes them", async () => {
  const forms: Record<string, [body: string, top?: string]> = {
    loop: [`(async () => { for (let i = 0; i < 100; i++) { await new Promise((r) => setTimeout(r, 5));
      await Deno.writeTextFile(out("text") + "/rows.csv", "row " + i, { append: true }); } })();`],
    timer: [`setTimeout(() => Deno.writeTextFileSync(out("text") + "/late.txt", "late"), 60);`],
    interval: [`setInterval(() => Deno.writeTextFileSync(out("text") + "/x", "x", { append: true }), 20);`],
    stream: [
      `const to = createWriteStream(out("text") + "/rows.csv"); to.write("a");
       setTimeout(() => to.write("b"), 50);`,
      `import { createWriteStream } from "node:fs";`,
    ],
    handle: [`const file = await Deno.open(out("text") + "/rows", { create: true, write: true });
      (async () => { for (;;) { await file.write(new Uint8Array(10)); await new Promise((r) => setTimeout(r, 9)); } })();`],
  };
  for (const [form, [body, top]] of Object.entries(forms)) {
    const task = await one(`${body} return { text: "x" };`, {}, top);
    assert.match(task.error ?? "", late, form);
    assert.equal(task.errorKind, "output");
  }
});

Deno.test("what goes on without touching the output is ended, and the step is done", async () => {
  const timer = await one(`setInterval(() => {}, 10); return { text: "x" };`);
  assert.equal(timer.text, "x");
  const open = await one(
    `(globalThis as any).kept = await Deno.open(out("text") + "/open", { create: true, write: true });
    return { text: "x" };`,
  );
  assert.deepEqual([open.text, open.files], ["x", ["artifact.json", "open", "text.txt"]]);
});

Deno.test("what a step posts to its thread's starter is no message of the program's, and it is told so", async () => {
  const posted = `self.postMessage({ kind: "log" }); self.postMessage(null);
    postMessage({ kind: "failed", failure: {} }); postMessage({ kind: "done", stamp: "x" });`;
  await using project = new Project();
  project.write("steps/odd.ts", stepSource(`${posted} return { text: "x" };`));
  const engine = await project.open({ workers: true });
  const result = await engine.run(project.plan({ odd: { uses: "odd" } }));
  assert.deepEqual([result.tasks[0].outcome, textOf(result, "odd")], ["ran", "x"]);
  const warnings = project.events.filter(({ type }) => type === "task-warning") as { message: string }[];
  assert.deepEqual(warnings.map(({ message }) => /posted a message, which nobody receives/.test(message)), [
    true,
  ]);
});

Deno.test("a worker that a step leaves behind writes nothing into a stored result", async () => {
  await using project = new Project();
  project.write(
    "steps/writer.ts",
    `self.onmessage = async ({ data }) => { for (let i = 0;; i++) {
      await new Promise((r) => setTimeout(r, 20)); try { Deno.writeTextFileSync(data, "x", { append: true }); } catch { /* gone */ } } };`,
  );
  project.write(
    "steps/odd.ts",
    stepSource(`const worker = new Worker(new URL("./writer.ts", import.meta.url), { type: "module" });
      worker.postMessage(out("text") + "/more"); return { text: "x" };`),
  );
  const engine = await project.open({ workers: true });
  const result = await engine.run(project.plan({ odd: { uses: "odd" }, other: { uses: "join" } }));
  if (result.tasks[0].outcome === "failed") assert.match(result.tasks[0].error!, late);
  assert.deepEqual((await engine.cacheCheck()).problems, []);
});

Deno.test(
  "a program that a step leaves behind is ended before its output is read",
  { ignore: skipReason(!linux && "only Linux tells what a process left behind") },
  async () => {
    for (const command of ["sh", "setsid"]) {
      const script = 'for i in $(seq 200); do echo row >> "$0/rows.csv"; sleep 0.05; done';
      const args = command === "sh" ? ["-c", script] : ["sh", "-c", script];
      await using project = new Project();
      project.write(
        "steps/odd.ts",
        stepSource(
          `new Deno.Command(${JSON.stringify(command)}, { args: [...${
            JSON.stringify(args)
          }, out("text")], stdin: "null", stdout: "null", stderr: "null" }).spawn().unref();
      await new Promise((r) => setTimeout(r, 200)); return { text: "x" };`,
        ),
      );
      const engine = await project.open({ workers: true });
      const specs = { odd: { uses: "odd", permissions: { run: [command] } } };
      const result = await engine.run(project.plan(specs));
      if (result.tasks[0].outcome === "failed") assert.match(result.tasks[0].error!, late);
      else {
        const rows = `${result.tasks[0].outputs.text.dir}/rows.csv`;
        const { size } = Deno.statSync(rows);
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(Deno.statSync(rows).size, size);
      }
    }
  },
);

Deno.test("cells of one step do not see each other's module state, globals, folder or folders", async () => {
  await using project = new Project();
  project.write(
    "steps/leak.ts",
    `const seen: unknown[] = [];
${
      stepSource(`seen.push(1);
      const counter = (globalThis as any).counter = ((globalThis as any).counter ?? 0) + 1;
      const patched = "patched" in Array.prototype; (Array.prototype as any).patched = 1;
      const moved = Deno.cwd() === scratch; Deno.chdir(scratch);
      return { text: [seen.length, counter, patched, moved].join() };`)
    }`,
  );
  const engine = await project.open({ workers: true });
  const specs = Object.fromEntries(
    [1, 2, 3, 4].map((i) => [`a${i}`, { uses: "leak", params: { i }, permissions: { read: [Deno.cwd()] } }]),
  );
  const here = Deno.cwd();
  for (const jobs of [1, 2]) {
    const result = await engine.run(project.plan(specs), { jobs, force: true });
    for (const { id, error } of result.tasks) assert.equal(error ?? textOf(result, id), "1,1,false,false");
  }
  assert.equal(Deno.cwd(), here);
});

Deno.test("a step that takes long leaves its process to the next, with nothing of its own in it", async () => {
  await using project = new Project();
  const body = `const seen = (globalThis as any).seen ?? "nothing"; (globalThis as any).seen = params.text;
    await new Promise((r) => setTimeout(r, 1200)); return { text: Deno.pid + " " + seen };`;
  project.write("steps/long.ts", stepSource(body));
  const engine = await project.open({ workers: true });
  const spec = (text: string): Spec => ({ uses: "long", params: { text } });
  const result = await engine.run(project.plan({ a: spec("a"), b: spec("b"), c: spec("c") }), { jobs: 1 });
  const texts = ["a", "b", "c"].map((step) => textOf(result, step));
  assert.match(texts[0]!, /^\d+ nothing$/);
  assert.deepEqual(texts, [texts[0], texts[0], texts[0]]);
});

Deno.test("a step that may change its process leaves it to the next only as it was", async () => {
  await using project = new Project();
  const body =
    `const seen = Deno.env.get("ODD") ?? "nothing"; if (params.text === "b") Deno.env.set("ODD", "b");
    return { text: Deno.pid + " " + seen };`;
  project.write("steps/odd.ts", stepSource(body));
  const engine = await project.open({ workers: true });
  const spec = (text: string): Spec => ({
    uses: "odd",
    params: { text },
    permissions: { env: ["ODD"], sys: ["cpus"] },
  });
  const specs = Object.fromEntries(["a", "b", "c", "d"].map((text) => [text, spec(text)]));
  const result = await engine.run(project.plan(specs), { jobs: 1 });
  const [a, b, c, d] = ["a", "b", "c", "d"].map((step) => textOf(result, step));
  assert.match(a!, /^\d+ nothing$/);
  assert.match(c!, /^\d+ nothing$/);
  assert.equal(a, b);
  assert.notEqual(b, c);
  assert.equal(c, d);
});

Deno.test("a step cannot write beside its own outputs", async () => {
  for (const at of ["out('text') + '/../beside'", "out('text') + '/../../a1'", "scratch + '/../x'"]) {
    const task = await one(`Deno.writeTextFileSync(${at}, ""); return { text: "x" };`);
    assert.match(task.error ?? "", /writes only into its outputs/, at);
  }
});

Deno.test("a step that needs more memory than there is fails alone, and is named", async () => {
  await using project = new Project();
  project.write(
    "steps/heap.ts",
    stepSource(`const a: any[] = []; for (;;) a.push(new Array(1e5).fill({}));`),
  );
  project.write(
    "steps/buffers.ts",
    stepSource(
      `const a: any[] = []; for (;;) { a.push(new Uint8Array(1e7).fill(1)); await new Promise((r) => setTimeout(r, 5)); }`,
    ),
  );
  const engine = await project.open({ workers: true });
  const resources = { cpu: 1, exclusive: false, named: {}, memory: 128 * 2 ** 20 };
  const specs = {
    heap: { uses: "heap", resources },
    buffers: { uses: "buffers", resources },
    other: { uses: "join" },
  };
  const result = await engine.run(project.plan(specs), { keepGoing: true });
  assert.deepEqual(outcomes(result), { heap: "failed", buffers: "failed", other: "ran" });
  for (const { error } of result.tasks.slice(0, 2)) assert.match(error!, /memory.*memory: 128/);
});

Deno.test(
  "a step that signals its own process or prints to its streams disturbs nobody",
  { ignore: skipReason(!linux && "only Linux tells what a process left behind") },
  async () => {
    const killed = await one(
      `process.kill(process.pid, "SIGTERM"); await new Promise(() => {});`,
      {},
      `import process from "node:process";`,
    );
    assert.match(killed.error!, /killed by SIGTERM/);
    await using project = new Project();
    project.write(
      "steps/odd.ts",
      stepSource(`Deno.stdout.writeSync(new TextEncoder().encode("[===> ] 50 %\\n")); return { text: "x" };`),
    );
    const engine = await project.open({ workers: true });
    const result = await engine.run(project.plan({ odd: { uses: "odd" } }));
    assert.equal(outcomes(result).odd, "ran");
    assert.match(Deno.readTextFileSync(project.path(result.tasks[0].log!)), /50 %/);
  },
);

Deno.test("what a step writes to its streams last, whole lines or not, is in its log", async () => {
  await using project = new Project();
  const body = `const say = (to, text) => Deno[to].writeSync(new TextEncoder().encode(text));
    say("stderr", "first\\n"); say("stdout", "a line\\nno end"); say("stderr", "last"); return { text: "x" };`;
  project.write("steps/odd.ts", stepSource(body));
  const engine = await project.open({ workers: true });
  const cells = Array.from({ length: 3 }, (_, i) => [`s${i}`, { uses: "odd", params: { text: String(i) } }]);
  const { tasks } = await engine.run(project.plan(Object.fromEntries(cells)));
  for (const { log } of tasks) {
    const lines = Deno.readTextFileSync(project.path(log!)).split("\n");
    for (const line of ["first", "a line", "no end", "last"]) assert.ok(lines.includes(line), `${lines}`);
  }
});

Deno.test("a step that never stops talking is cut off, and its time still counts", async () => {
  const task = await one(`for (;;) log("x".repeat(1e5));`, { timeout: 1 });
  assert.equal(task.errorKind, "timeout");
});

Deno.test("an output that is not of its type fails the step, by port and reason", async () => {
  await using project = new Project();
  const library = new URL("../../../lib/", import.meta.url).href;
  const specs: Record<string, Spec> = {};
  const good = `{ value: 1, n: 1, of: "runs", origin: "measured" }`;
  const bodies: Record<string, [returned: string, told: RegExp]> = {
    number: ["{ metrics: { acc: 0.9 }, tables: {}, details: {} }", /field metrics\.acc does not fit/],
    text: [
      `{ metrics: { acc: { ...${good}, value: "abc" } }, tables: {}, details: {} }`,
      /metrics\.acc\.value/,
    ],
    count: [
      `{ metrics: { acc: { ...${good}, n: -3 } }, tables: {}, details: {} }`,
      /metrics\.acc\.n does not fit/,
    ],
    percent: [
      `{ metrics: { acc: { ...${good}, interval: { level: 95, lower: 0, upper: 1, method: "logit t" } } }, tables: {}, details: {} }`,
      /metrics\.acc\.interval\.level does not fit/,
    ],
    none: [`{ metrics: { acc: ${good} }, details: {} }`, /field tables does not fit/],
  };
  for (const [name, [returned]] of Object.entries(bodies)) {
    project.write(
      `steps/${name}.ts`,
      `import { Metrics } from "${library}artifacts/metrics.ts";
       export default { inputs: {}, outputs: { metrics: Metrics }, run: async () => ({ metrics: ${returned} as any }) };`,
    );
    specs[name] = { uses: name, outputs: { metrics: "Metrics" } };
  }
  const engine = await project.open({ workers: true });
  const { tasks } = await engine.run(project.plan(specs), { keepGoing: true });
  for (const { id, error, errorKind } of tasks) {
    assert.equal(errorKind, "output", id);
    assert.match(error!, /The step's output metrics is no valid Metrics: /);
    assert.match(error!, bodies[id][1]);
  }
});
