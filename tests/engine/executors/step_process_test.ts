/** Steps with native code: whatever happens to their process, the engine and the other steps go on. */
import assert from "node:assert/strict";
import { programArguments } from "../../../lib/engine/executors/step_process.ts";
import { outcomes, Project, type Spec, stepSource, textOf } from "../project.ts";
import { only, skipReason } from "../../house/skip.ts";
import { lives } from "../../standins/lives.ts";

const ffi = { permissions: { ffi: true } };

/** Crashes as a bug in a native library would. */
const crash = (call: string) => `
  const c = Deno.dlopen("libc.so.6", {
    abort: { parameters: [], result: "void" },
    exit: { parameters: ["i32"], result: "void" },
    memset: { parameters: ["pointer", "i32", "usize"], result: "pointer" },
    puts: { parameters: ["buffer"], result: "i32" },
    fflush: { parameters: ["pointer"], result: "i32" },
  }).symbols;
  c.puts(new TextEncoder().encode("last words\\0"));
  c.fflush(null);
  ${call}
  await new Promise(() => {});`;

/** Runs a step beside another branch and returns both results and the project's events. */
async function beside(body: string, extra: Partial<Spec> = {}, jobs = 2) {
  await using project = new Project();
  project.write("steps/odd.ts", stepSource(body));
  const engine = await project.open({ workers: true });
  const specs = {
    odd: { uses: "odd", ...ffi, ...extra },
    needs: { uses: "join", from: ["odd"] },
    one: { uses: "join", params: { text: "a" } },
    other: { uses: "join", from: ["one"], params: { text: "b" }, ...ffi },
  };
  const result = await engine.run(project.plan(specs), { keepGoing: true, jobs });
  assert.deepEqual(outcomes(result), { odd: "failed", needs: "blocked", one: "ran", other: "ran" });
  assert.equal(textOf(result, "other"), "b(a())");
  const log = Deno.readTextFileSync(project.path(result.tasks[0].log!));
  assert.deepEqual(await engine.cacheList().then((list) => list.map((e) => e.step).toSorted()), [
    "one",
    "other",
  ]);
  return { task: result.tasks[0], log, events: project.events };
}

Deno.test("a native crash is a failure of its step that names the signal (test 4)", {
  ignore: skipReason(only("linux")),
}, async () => {
  const segv = await beside(crash("c.memset(Deno.UnsafePointer.create(8n), 1, 64n);"));
  assert.equal(segv.task.errorKind, "crash");
  assert.equal(segv.task.error, "The step's process was killed by SIGSEGV before the step returned");
  assert.match(segv.log, /last words/);
  const abort = await beside(crash("c.abort();"));
  assert.match(abort.task.error!, /killed by SIGABRT/);
  const exit = await beside(crash("c.exit(3);"));
  assert.match(exit.task.error!, /ended with exit code 3 before the step returned/);
});

/** Waits until a task has said a line that matches and gives the first group. */
async function said(project: Project, pattern: RegExp, times = 1): Promise<string> {
  for (;;) {
    const found = project.events.flatMap((e) => e.type === "task-log" ? pattern.exec(e.message) ?? [] : []);
    if (found.length >= 2 * times) return found.at(-1)!;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Says its process id and hangs until a second attempt. */
const killable = stepSource(`
  if (checkpoint.load() !== undefined) return { text: "survived " + checkpoint.load()!.join() };
  checkpoint.save(new Uint8Array([1, 2, 3]));
  log("pid " + Deno.pid);
  await new Promise(() => {});`);

Deno.test("a step's process that is killed is tried again as often as the step may be (test 4)", {
  ignore: skipReason(only("linux")),
}, async () => {
  for (const retries of [0, 1]) {
    await using project = new Project();
    project.write("steps/killable.ts", killable);
    const engine = await project.open({ workers: true });
    const specs = { odd: { uses: "killable", ...ffi, retries }, other: { uses: "join" } };
    const run = engine.run(project.plan(specs), { keepGoing: true });
    const pid = Number(await said(project, /^pid (\d+)$/));
    assert.notEqual(pid, Deno.pid);
    Deno.kill(pid, "SIGKILL");
    const result = await run;
    assert.equal(result.tasks[1].outcome, "ran");
    assert.equal(result.tasks[0].attempts, retries + 1);
    if (retries === 0) assert.match(result.tasks[0].error!, /killed by SIGKILL/);
    else assert.equal(textOf(result, "odd"), "survived 1,2,3");
  }
});

Deno.test("a step in a process talks, is limited and is given threads like one in a worker", async () => {
  await using project = new Project();
  project.write(
    "steps/talk.ts",
    stepSource(`
    for (let i = 0; i < 1000; i++) progress({ fraction: i / 1000, message: "at " + i });
    log("a line"); warn("look here"); console.log("printed", { by: "console" });
    return { text: texts.join("+") + threads + Deno.pid };`),
  );
  project.write("steps/read.ts", stepSource('return { text: Deno.readTextFileSync("/etc/hostname") };'));
  const engine = await project.open({ workers: true });
  const resources = { cpu: 2, exclusive: false, named: {} };
  const talk = (seed: number) => ({ uses: "talk", ...ffi, resources, params: { seed } });
  const specs = {
    a: { uses: "join", params: { text: "a" } },
    talk: { ...talk(1), from: ["a"] },
    again: { ...talk(2), from: ["a"] },
    read: { uses: "read", ...ffi },
  };
  const result = await engine.run(project.plan(specs), { jobs: 2, keepGoing: true });
  const [, { warnings, log }, , read] = result.tasks;
  assert.match(textOf(result, "talk"), /^a\(\)2\d+$/);
  assert.notEqual(textOf(result, "talk"), textOf(result, "again"), "native code leaves its memory to nobody");
  assert.deepEqual(warnings, ["look here"]);
  assert.match(Deno.readTextFileSync(project.path(log!)), /a line\n[^]*printed \{ by: "console" \}/);
  const progress = project.events.filter((e) => e.type === "task-progress" && e.task === "talk");
  assert.ok(progress.length > 0 && progress.length < 100, `${progress.length}`);
  assert.match(read.error!, /permissions: \{ read: \["\/etc\/hostname"\] \}/);
});

/** Starts a program that would go on for ever, and works without listening. */
const deaf = stepSource(`
  const { pid } = new Deno.Command("sleep", { args: ["600"], stdin: "null" }).spawn();
  log("program " + pid);
  log("pid " + Deno.pid);
  for (;;) { /* busy */ }`);
const ofDeaf = { uses: "deaf", permissions: { ffi: true, run: ["sleep"] } };

Deno.test("a step that outstays its time is ended with all that it started", {
  ignore: skipReason(only("linux")),
}, async () => {
  await using project = new Project();
  project.write("steps/deaf.ts", deaf);
  const engine = await project.open({ workers: true });
  const kill = new AbortController();
  const timed = engine.run(project.plan({ deaf: { ...ofDeaf, timeout: 6 } }));
  assert.equal((await timed).tasks[0].errorKind, "timeout");
  const cancelled = engine.run(project.plan({ deaf: ofDeaf }), { kill: kill.signal });
  await said(project, /^pid (\d+)$/, 2);
  kill.abort();
  assert.equal((await cancelled).status, "cancelled");
  for (const pattern of [/^pid (\d+)$/, /^program (\d+)$/]) {
    const pids = project.events.flatMap((e) =>
      e.type === "task-log" ? pattern.exec(e.message)?.[1] ?? [] : []
    );
    assert.equal(pids.length, 2);
    for (const pid of pids) assert.ok(!lives(Number(pid)), `${pattern} ${pid}`);
  }
});

Deno.test("a step's process dies with its engine, however that dies (test 2)", {
  ignore: skipReason(only("linux")),
}, async () => {
  await using project = new Project();
  project.write("steps/deaf.ts", deaf);
  const engine = project.runner(project.plan({ deaf: ofDeaf }), "workers").spawn();
  const pids: number[] = [];
  while (pids.length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    try {
      const [{ name: run }] = [...Deno.readDirSync(project.path(".motiflow/runs"))];
      const events = Deno.readTextFileSync(project.path(".motiflow/runs", run, "events.jsonl"));
      pids.splice(0, 2, ...[...events.matchAll(/"(?:program|pid) (\d+)"/g)].map((m) => Number(m[1])));
    } catch {
      // Not yet.
    }
  }
  assert.ok(pids.every(lives));
  engine.kill("SIGKILL");
  await engine.output();
  for (let i = 0; i < 100 && pids.some(lives); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(pids.filter(lives), []);
});

Deno.test("a step's process ends when its engine dies without having read what it said (test 2)", {
  ignore: skipReason(only("linux")),
}, async () => {
  const folder = Deno.makeTempDirSync();
  const host = new URL("../../../lib/engine/executors/host.ts", import.meta.url);
  const engine = `import { spawn } from "node:child_process";
    const words = [...${JSON.stringify(programArguments(host, [folder, "0"]))}, String(Deno.pid)];
    const options = { stdio: ["ignore", "ignore", "ignore", "ipc"], detached: true };
    console.log(spawn(Deno.execPath(), words, options).pid);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    Deno.kill(Deno.pid, "SIGKILL");`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", engine], stdin: "null" })
    .output();
  const pid = Number(new TextDecoder().decode(stdout));
  assert.ok(pid > 0);
  for (let i = 0; i < 200 && lives(pid); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  const left = lives(pid);
  if (left) Deno.kill(pid, "SIGKILL");
  assert.ok(!left);
});
