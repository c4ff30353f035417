import assert from "node:assert/strict";
import { WorkerPool } from "../../../lib/engine/executors/worker_pool.ts";
import { outcomes, Project, stepSource, textOf } from "../project.ts";

async function failure(body: string, extra: Partial<Parameters<Project["plan"]>[0][string]> = {}, top = "") {
  await using project = new Project();
  project.write("steps/odd.ts", stepSource(body) + top);
  const engine = await project.open({ workers: true });
  const specs = { odd: { uses: "odd", ...extra }, other: { uses: "join", params: { text: "fine" } } };
  const result = await engine.run(project.plan(specs), { keepGoing: true });
  assert.equal(result.tasks[1].outcome, "ran", "the other task must not suffer");
  return result.tasks[0];
}

Deno.test("WorkerPool runs a chain of steps in workers with inputs, threads and progress", async () => {
  await using project = new Project();
  const engine = await project.open({ workers: true });
  project.write(
    "steps/talk.ts",
    stepSource(`
    for (let i = 0; i < 1000; i++) progress({ fraction: i / 1000, message: "at " + i });
    log("a line"); warn("look here");
    return { text: texts.join("+") + threads };`),
  );
  const specs = {
    a: { uses: "join", params: { text: "a" } },
    b: { uses: "join", params: { text: "b" } },
    both: { uses: "talk", from: ["a", "b"], resources: { cpu: 2, exclusive: false, named: {} } },
  };
  const result = await engine.run(project.plan(specs), { jobs: 2 });
  assert.equal(result.tasks[2].error, undefined);
  assert.equal(textOf(result, "both"), "a()+b()2");
  assert.deepEqual(result.tasks[2].warnings, ["look here"]);
  const progress = project.events.filter((e) => e.type === "task-progress");
  assert.ok(progress.length < 100, "progress is throttled");
  assert.equal(progress.at(-1)!.message, "at 999");
  const again = await engine.run(project.plan(specs));
  assert.deepEqual(again.tasks[2].warnings, ["look here"], "a restored result keeps its warnings");
});

Deno.test("WorkerPool keeps the worker that was used last", async () => {
  await using project = new Project();
  const engine = await project.open({ executor: (folder, jobs) => new WorkerPool(folder, jobs) });
  // A worker that is used again still knows what its module counted.
  project.write("steps/first.ts", stepSource('return { text: "" };'));
  project.write("steps/count.ts", "let runs = 0;\n" + stepSource("return { text: params.text + ++runs };"));
  const specs = {
    a: { uses: "first" },
    b: { uses: "count", from: ["a"], params: { text: "b" } },
    c: { uses: "count", from: ["b"], params: { text: "c" } },
    d: { uses: "count", from: ["c"], params: { text: "d" } },
  };
  const result = await engine.run(project.plan(specs), { jobs: 1 });
  assert.deepEqual(["b", "c", "d"].map((id) => textOf(result, id)), ["b1", "c2", "d3"]);
});

Deno.test("WorkerPool names the missing permission and the line to add", async () => {
  const read = await failure('return { text: Deno.readTextFileSync("/etc/hostname") };');
  assert.equal(read.errorKind, "permission");
  assert.match(
    read.error!,
    /tried to read \/etc\/hostname[\s\S]*permissions: \{ read: \["\/etc\/hostname"\] \}/,
  );
  const net = await failure('await fetch("http://127.0.0.1:9876"); return { text: "" };');
  assert.match(net.error!, /permissions: \{ net: \["127.0.0.1:9876"\] \}/);
  const run = await failure('new Deno.Command("ls").outputSync(); return { text: "" };');
  assert.match(run.error!, /start the program ls[\s\S]*permissions: \{ run: \["ls"\] \}/);
  const env = await failure('Deno.env.get("HOME"); return { text: "" };');
  assert.match(env.error!, /permissions: \{ env: \["HOME"\] \}/);
  const write = await failure('Deno.writeTextFileSync("/tmp/x", ""); return { text: "" };');
  assert.match(write.error!, /writes only into its outputs/);
});

Deno.test("WorkerPool grants what is declared, and hashes declared environment values into the key", async () => {
  await using project = new Project();
  const engine = await project.open({ workers: true });
  project.write("steps/env.ts", stepSource('return { text: Deno.env.get("MOTIFLOW_TEST") ?? "none" };'));
  const specs = { only: { uses: "env", permissions: { env: ["MOTIFLOW_TEST"] } } };
  Deno.env.set("MOTIFLOW_TEST", "one");
  try {
    assert.equal(textOf(await engine.run(project.plan(specs)), "only"), "one");
    Deno.env.set("MOTIFLOW_TEST", "two");
    const second = await engine.run(project.plan(specs));
    assert.equal(textOf(second, "only"), "two");
    assert.equal(second.tasks[0].reason, "env MOTIFLOW_TEST changed");
    assert.ok(!JSON.stringify(second).includes('"two"'));
  } finally {
    Deno.env.delete("MOTIFLOW_TEST");
  }
});

Deno.test("WorkerPool treats every strange end of a step as a failure of that step (test 9)", async () => {
  assert.match((await failure("Deno.exit(0);")).error!, /called exit\(0\)/);
  assert.match((await failure("(self as any).close(); await new Promise(() => {});")).error!, /called exit/);
  const timer = await failure('setTimeout(() => { throw new Error("late"); }); await new Promise(() => {});');
  assert.match(timer.error!, /outside the step's run: late/);
  const rejection = await failure(
    'Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 50)); return { text: "" };',
  );
  assert.match(rejection.error!, /nobody handled it: lost/);
  const nothing = await failure("return {};");
  assert.match(nothing.error!, /returned nothing for port text/);
  const broken = await failure("return { text: 1 };", {}, "\nthis is no code");
  assert.equal(broken.outcome, "failed");
});

Deno.test("WorkerPool ends a step that hangs, even in a busy loop", async () => {
  const hang = await failure("await new Promise(() => {});", { timeout: 0.2 });
  assert.deepEqual([hang.outcome, hang.errorKind], ["failed", "timeout"]);
  const busy = await failure("for (;;) { /* forever */ }", { timeout: 0.2 });
  assert.deepEqual([busy.outcome, busy.errorKind], ["failed", "timeout"]);
});

Deno.test("WorkerPool notices a worker that is gone without a word", async () => {
  const gone = await failure(`
    const { default: process } = await import("node:process");
    process.reallyExit?.(0);
    await new Promise(() => {});`);
  assert.equal(gone.outcome, "failed");
});

Deno.test("run() retries what may pass and nothing else (test 55)", async () => {
  await using project = new Project();
  const engine = await project.open({ workers: true });
  project.write("count.txt", "");
  const flaky = (error: string) =>
    stepSource(`
    const path = params.count;
    const n = Deno.readTextFileSync(path).length;
    Deno.writeTextFileSync(path, "x".repeat(n + 1));
    if (n < 2) ${error}
    return { text: "at last " + n };`);
  project.write("steps/flaky.ts", flaky('throw new Deno.errors.ConnectionReset("gone");'));
  project.write("steps/wrong.ts", flaky('throw new Error("wrong");'));
  const spec = (uses: string) => ({
    only: {
      uses,
      retries: 3,
      params: { count: project.path("count.txt") },
      permissions: { read: [project.path("count.txt")] },
    },
  });
  // A step cannot write outside its folders, so the count does not grow and only attempts are counted.
  const denied = await engine.run(project.plan(spec("flaky")));
  assert.deepEqual([denied.tasks[0].attempts, denied.tasks[0].errorKind], [1, "permission"]);
  project.write("steps/passing.ts", stepSource('throw new Deno.errors.ConnectionReset("gone");'));
  const passing = await engine.run(project.plan({ only: { uses: "passing", retries: 1 } }));
  assert.deepEqual([passing.tasks[0].attempts, outcomes(passing).only], [2, "failed"]);
  project.write("steps/wrong.ts", stepSource('throw new Error("wrong");'));
  const wrong = await engine.run(project.plan({ only: { uses: "wrong", retries: 3 } }));
  assert.equal(wrong.tasks[0].attempts, 1);
});

Deno.test("a user's step tells facts for its key with no more rights than it has", async () => {
  await using project = new Project();
  const engine = await project.open();
  const source = (fact: string) =>
    stepSource('return { text: "x" };', `environment: async () => ({ tool: ${fact} }),`);
  project.write("steps/tool.ts", source('"1.0"'));
  const plan = (permissions = {}) => project.plan({ only: { uses: "tool", permissions } });
  await engine.run(plan());
  assert.equal(outcomes(await engine.run(plan())).only, "restored");
  project.write("steps/tool.ts", source('Deno.env.get("MOTIFLOW_TOOL") ?? "none"'));
  const denied = await engine.run(plan());
  assert.match(denied.tasks[0].error!, /permissions: \{ env: \["MOTIFLOW_TOOL"\] \}/);
  assert.equal(outcomes(await engine.run(plan({ env: ["MOTIFLOW_TOOL"] }))).only, "ran");
  project.write("steps/tool.ts", source("NaN"));
  assert.match((await engine.run(plan())).tasks[0].error!, /Cannot use environment\.tool .* it is NaN/);
});
