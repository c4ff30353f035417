/**
 * Several processes on one store, and processes that are killed. `MOTIFLOW_KILLS=300` and `MOTIFLOW_RACES=50` run the
 * long versions.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Random } from "../../lib/random.ts";
import { Project, snapshot, type Spec, stepSource, textOf } from "./project.ts";
import { only, skipReason } from "../house/skip.ts";

const kills = Number(Deno.env.get("MOTIFLOW_KILLS") ?? 3);
const races = Number(Deno.env.get("MOTIFLOW_RACES") ?? 1);
const runner = fileURLToPath(new URL("./runner.ts", import.meta.url));

function start(
  project: Project,
  specs: Record<string, Spec>,
  mode = "inline",
  limit = "",
): Deno.ChildProcess {
  project.write("plan.json", JSON.stringify(project.plan(specs)));
  const args = ["run", "--quiet", "-A", runner, project.path("plan.json"), mode];
  const command = limit === ""
    ? new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout: "piped", stderr: "piped" })
    : new Deno.Command("sh", {
      args: ["-c", `${limit} && exec "$@"`, "sh", Deno.execPath(), ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  return command.spawn();
}

async function finish(child: Deno.ChildProcess) {
  const { stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

/** Each run of a step leaves a mark, so that the test can count them. */
const marking = stepSource(`
  Deno.writeTextFileSync(params.marks + "/" + crypto.randomUUID(), params.text);
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { text: params.text + "(" + texts.join(",") + ")" };`);

Deno.test(`two processes on one store make each result once, and both succeed (test 10, ${races} races)`, async () => {
  await using project = new Project();
  project.write("steps/mark.ts", marking);
  project.write("marks/.keep", "");
  for (let race = 0; race < races; race++) {
    const params = (text: string) => ({ text: `${race}${text}`, marks: project.path("marks") });
    const specs = {
      a: { uses: "mark", params: params("a") },
      b: { uses: "mark", params: params("b"), from: ["a"] },
      c: { uses: "mark", params: params("c"), from: ["a"] },
      d: { uses: "mark", params: params("d"), from: ["b", "c"], publish: "out" },
    };
    const results = await Promise.all([start(project, specs), start(project, specs)].map(finish));
    for (const result of results) {
      assert.equal(result.status, "succeeded", JSON.stringify(result));
      assert.equal(textOf(result, "d"), `${race}d(${race}b(${race}a()),${race}c(${race}a()))`);
    }
    assert.equal(
      [...Deno.readDirSync(project.path("marks"))].length - 1,
      4 * (race + 1),
      "each step ran once",
    );
  }
});

Deno.test("twins in one plan run once and both get the result (test 15)", async () => {
  await using project = new Project();
  project.write("steps/mark.ts", marking);
  project.write("marks/.keep", "");
  const twin = { uses: "mark", params: { text: "t", marks: project.path("marks") } };
  const engine = await project.open();
  const result = await engine.run(project.plan({ one: twin, two: twin, three: twin }), { jobs: 3 });
  assert.deepEqual(result.tasks.map((t) => t.outcome).sort(), ["ran", "restored", "restored"]);
  assert.equal([...Deno.readDirSync(project.path("marks"))].length - 1, 1);
});

Deno.test(`a run killed at any moment is repaired by a plain rerun (tests 1 and 2, ${kills} kills)`, async () => {
  await using project = new Project();
  const rng = new Random(9);
  project.write(
    "steps/slow.ts",
    stepSource(`
    for (let i = 0; i < 4; i++) {
      Deno.writeTextFileSync(out("text") + "/part" + i, params.text.repeat(20000));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return { text: params.text + "(" + texts.join(",") + ")" };`),
  );
  const specs = {
    a: { uses: "slow", params: { text: "a" } },
    b: { uses: "slow", params: { text: "b" }, from: ["a"], publish: "out/b" },
    c: { uses: "slow", params: { text: "c" }, from: ["a"] },
    d: { uses: "slow", params: { text: "d" }, from: ["b", "c"], publish: "out/d" },
  };
  await finish(start(project, specs, "workers"));
  project.forget();
  const began = performance.now();
  await finish(start(project, specs, "workers"));
  const whole = performance.now() - began;
  const contents = () =>
    Object.entries(snapshot(project.path("out"))).map((
      [name, stat],
    ) => [name, stat.split(" ")[0], Deno.readTextFileSync(project.path("out", name))]);
  const right = contents();
  for (let kill = 0; kill < kills; kill++) {
    project.forget();
    const child = start(project, specs, "workers");
    await new Promise((resolve) => setTimeout(resolve, rng.between(0, whole)));
    try {
      child.kill("SIGKILL");
    } catch {
      // Already done.
    }
    await child.output();
    const result = await finish(start(project, specs, "workers"));
    assert.equal(result.status, "succeeded", JSON.stringify(result));
    assert.deepEqual(contents(), right);
    assert.deepEqual((await (await project.open()).cacheCheck()).problems, []);
  }
});

Deno.test("a run works with few file handles and many inputs (test 27)", {
  ignore: skipReason(only("not windows")),
}, async () => {
  await using project = new Project();
  const count = 1000;
  for (let i = 0; i < count; i++) project.write(`data/${i}.txt`, String(i));
  project.write("steps/count.ts", stepSource("return { text: String(files.data.length) };"));
  const specs = { only: { uses: "count", files: [{ name: "data", pattern: "data/*.txt" }] } };
  const result = await finish(start(project, specs, "inline", "ulimit -n 64"));
  assert.equal(textOf(result, "only"), String(count));
});

Deno.test("two runs that publish other results to one folder leave one of them, never a mixture (test 11)", async () => {
  await using project = new Project();
  project.write(
    "steps/many.ts",
    stepSource(`for (let i = 0; i < 30; i++) Deno.writeTextFileSync(out("text") + "/f" + i, params.text);
    return { text: params.text };`),
  );
  const plan = (text: string) =>
    project.plan({ only: { uses: "many", params: { text }, publish: "out" } }, `run ${text}`);
  for (const text of ["b", "a"]) await (await project.open()).run(plan(text));
  for (let round = 0; round < 5; round++) {
    // Half of the files are of one result already, half of the other: each run has the other half to write.
    for (let i = 0; i < 30; i++) project.write(`out/f${i}`, i < 15 ? "a" : "b");
    const results = await Promise.all(
      ["a", "b"].map(async (text) => await (await project.open()).run(plan(text))),
    );
    assert.deepEqual(results.map((r) => r.status), ["succeeded", "succeeded"]);
    const texts = new Set(
      [...Deno.readDirSync(project.path("out"))].filter((e) => e.name !== "artifact.json")
        .map((e) => Deno.readTextFileSync(project.path("out", e.name))),
    );
    assert.equal(texts.size, 1, `round ${round}: ${[...texts].join(" and ")}`);
  }
});

Deno.test("a program that outlives its killed run writes into nothing that counts (test 2)", {
  ignore: skipReason(only("not windows")),
}, async () => {
  await using project = new Project();
  project.write(
    "steps/child.ts",
    stepSource(`
    const late = 'sleep 1.5; echo wrong > "$0/text.txt"; touch "$1"';
    const child = new Deno.Command("sh", { args: ["-c", late, out("text"), params.done] }).spawn();
    Deno.writeTextFileSync(params.started, "");
    if (params.wait) await child.status; else child.unref();
    return { text: params.text };`),
  );
  const params = { text: "right", started: project.path("started"), done: project.path("done") };
  const specs = (wait: boolean) => ({
    only: { uses: "child", params: { ...params, wait }, publish: "out" },
  });
  const child = start(project, specs(true));
  while (!existsSync(params.started)) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGKILL");
  await child.output();
  const rerun = await finish(
    start(project, { only: { uses: "join", params: { text: "right" }, publish: "out" } }),
  );
  while (!existsSync(params.done)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(textOf(rerun, "only"), "right()");
  assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), "right()");
  const engine = await project.open();
  assert.deepEqual((await engine.cacheCheck()).problems, []);
  assert.equal((await engine.cacheList()).length, 1, "the killed attempt is no result");
});

Deno.test("gc keeps away from a run that goes on, while plan and why read beside it (test 12)", async () => {
  await using project = new Project();
  project.write(
    "steps/wait.ts",
    stepSource(`Deno.writeTextFileSync(params.started, "");
    while (true) {
      try { Deno.statSync(params.go); break; } catch { await new Promise((r) => setTimeout(r, 10)); }
    }
    return { text: "w(" + texts.join(",") + ")" };`),
  );
  const params = { started: project.path("started"), go: project.path("go") };
  const specs = { a: { uses: "join", params: { text: "a" } }, b: { uses: "wait", from: ["a"], params } };
  const plan = project.plan(specs);
  const child = start(project, specs);
  while (!existsSync(params.started)) await new Promise((resolve) => setTimeout(resolve, 10));
  const engine = await project.open();
  await assert.rejects(engine.cacheGc({ maxBytes: 0 }), /Cannot clean the store: a run is using it/);
  const before = snapshot(project.path(".motiflow"));
  assert.equal((await engine.cacheGc({ maxBytes: 0, dryRun: true })).removedActions, 1);
  assert.deepEqual((await engine.plan(plan)).map((t) => t.status), ["restore", "run"]);
  assert.equal((await engine.why(plan, "b"))[0].reason, "first time");
  assert.equal((await engine.listRuns())[0].status, "running");
  assert.deepEqual(snapshot(project.path(".motiflow")), before, "readers write nothing");
  project.write("go", "");
  assert.equal(textOf(await finish(child), "b"), "w(a())");
  assert.equal((await engine.cacheGc({ maxBytes: 0 })).removedActions, 2);
});
