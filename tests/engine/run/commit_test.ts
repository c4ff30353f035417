import assert from "node:assert/strict";
import { join } from "node:path";
import { Layout } from "../../../lib/engine/system/layout.ts";
import type { EngineEvent } from "../../../lib/engine/mod.ts";
import { outcomes, Project, stepSource, textOf } from "../project.ts";

class Killed extends Error {}

const specs = (text: string) => ({
  first: { uses: "join", params: { text }, publish: "out/first" },
  twin: { uses: "join", params: { text }, from: ["first"] },
  last: { uses: "join", params: { text: "z" }, from: ["first", "twin"], publish: "out/last" },
});

/** Dies at the n-th call that changes the store: from there on no call succeeds, as in a process that is gone. */
async function runUntil(project: Project, text: string, n: number): Promise<boolean> {
  let calls = 0;
  const engine = await project.open({
    faultHook: () => {
      if (calls++ >= n) throw new Killed();
    },
  });
  try {
    await engine.run(project.plan(specs(text)), { jobs: 1, strictCache: true });
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  return calls <= n;
}

Deno.test("a run that dies at any call of the commit protocol is repaired by a plain rerun (test 3)", async () => {
  let points = 0;
  await using project = new Project();
  for (let n = 0;; n++) {
    project.forget();
    // A store with an older result, so that dying also hits the replacing of files.
    await (await project.open()).run(project.plan(specs("old")), { jobs: 1 });
    const survived = await runUntil(project, "new", n);
    if (survived) break;
    points++;
    const engine = await project.open();
    const result = await engine.run(project.plan(specs("new")), { jobs: 1 });
    assert.equal(result.status, "succeeded", `after dying at call ${n}`);
    assert.equal(textOf(result, "last"), "z(new(),new(new()))");
    assert.equal(Deno.readTextFileSync(project.path("out/last/text.txt")), "z(new(),new(new()))");
    assert.equal(Deno.readTextFileSync(project.path("out/first/text.txt")), "new()");
    assert.deepEqual((await engine.cacheCheck()).problems, [], `after dying at call ${n}`);
    assert.deepEqual([...Deno.readDirSync(project.path("out/first"))].map((e) => e.name).sort(), [
      "artifact.json",
      "text.txt",
    ]);
  }
  assert.ok(points > 20, `${points} points`);
});

Deno.test("a declared output that is missing or of another type is a failure that names the port (test 7)", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("steps/empty.ts", stepSource("return { text: undefined };"));
  const missing = await engine.run(project.plan({ only: { uses: "empty" } }));
  assert.match(missing.tasks[0].error!, /port text/);
  const other = await engine.run(project.plan({ only: { uses: "join", outputs: { text: "Image" } } }));
  assert.match(other.tasks[0].error!, /output text is declared as Image but holds Text/);
  assert.deepEqual((await engine.cacheList()).length, 0);
});

Deno.test("a step that fails after writing everything stores nothing (test 8)", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write(
    "steps/late.ts",
    stepSource('await Text.write(out("text"), "all there"); throw new Error("late");'),
  );
  const result = await engine.run(project.plan({ only: { uses: "late", publish: "out" } }));
  assert.equal(result.status, "failed");
  assert.deepEqual(await engine.cacheList(), []);
  assert.throws(() => Deno.statSync(project.path("out")), Deno.errors.NotFound);
});

Deno.test("links and names that differ only by case are refused as outputs (test 32)", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write(
    "steps/link.ts",
    stepSource('Deno.symlinkSync("/etc/passwd", out("text") + "/link"); return { text: "" };'),
  );
  const link = await engine.run(project.plan({ only: { uses: "link" } }));
  assert.match(link.tasks[0].error!, /link: it is neither a file nor a folder/);
  project.write(
    "steps/case.ts",
    stepSource('Deno.writeTextFileSync(out("text") + "/TEXT.txt", ""); return { text: "" };'),
  );
  const clash = await engine.run(project.plan({ only: { uses: "case" } }));
  assert.match(clash.tasks[0].error!, /one file where case is ignored/);
});

Deno.test("an input edited while the step runs is used but not kept (test 39)", async () => {
  await using project = new Project();
  const engine = await project.open();
  project.write("data/in.txt", "one");
  project.write(
    "steps/edit.ts",
    stepSource(`const text = Deno.readTextFileSync(files.data[0]);
    if (params.edit) Deno.writeTextFileSync(files.data[0], "two");
    return { text };`),
  );
  const plan = (edit: boolean) =>
    project.plan({
      only: { uses: "edit", params: { edit }, files: [{ name: "data", pattern: "data/in.txt" }] },
    });
  const result = await engine.run(plan(true));
  assert.equal(result.status, "succeeded");
  assert.match(result.tasks[0].warnings[0], /in\.txt changed while the step ran/);
  assert.deepEqual(await engine.cacheList(), []);
  assert.equal(textOf(await engine.run(plan(false)), "only"), "two");
});

Deno.test("code edited while the step runs keeps the result out of the store", async () => {
  await using project = new Project();
  const engine = await project.open();
  const source = (text: string) =>
    stepSource(`Deno.writeTextFileSync(params.self, params.next); return { text: "${text}" };`);
  project.write("steps/self.ts", source("one"));
  const params = { self: project.path("steps/self.ts"), next: source("two") };
  const result = await engine.run(project.plan({ only: { uses: "self", params } }));
  assert.match(result.tasks[0].warnings[0], /its code changed while the step ran/);
  assert.deepEqual(await engine.cacheList(), []);
});

/** One task after the other in the order of the plan, however busy the machine is. */
const inTurn = { jobs: 1, patience: 60_000 };

Deno.test("code edited while its step waits for its turn is no result of the code that was planned", async () => {
  await using project = new Project();
  const source = (text: string) => stepSource(`return { text: "${text}" };`);
  project.write("steps/second.ts", source("old"));
  const plan = project.plan({ first: { uses: "join" }, second: { uses: "second" } });
  const edit = (event: EngineEvent) => {
    if (event.type === "task-started" && event.task === "first") {
      project.write("steps/second.ts", source("new"));
    }
  };
  const result = await (await project.open({ workers: true, onEvent: edit })).run(plan, inTurn);
  assert.equal(textOf(result, "second"), "new");
  assert.match(result.tasks[1].warnings[0], /its code changed/);
  project.write("steps/second.ts", source("old"));
  assert.equal(textOf(await (await project.open({ workers: true })).run(plan), "second"), "old");
});

Deno.test("a store that cannot be written is told, and fails the run only when asked to (test 25)", async () => {
  const full = (_: string, path: string) => {
    if (path.includes("objects")) throw new Deno.errors.WriteZero("No space left on device (os error 28)");
  };
  await using project = new Project();
  const engine = await project.open({ faultHook: full });
  const loose = await engine.run(project.plan(specs("new")));
  assert.equal(loose.status, "succeeded");
  assert.ok(loose.storeWarnings.length > 0);
  assert.equal(Deno.readTextFileSync(project.path("out/last/text.txt")), "z(new(),new(new()))");
  const strict = await engine.run(project.plan(specs("other")), { strictCache: true });
  assert.deepEqual([strict.status, strict.tasks[0].errorKind], ["failed", "store"]);
  const healed = await (await project.open()).run(project.plan(specs("new")));
  assert.equal(healed.status, "succeeded");
  assert.deepEqual((await engine.cacheCheck()).problems, []);
});

Deno.test("leftovers of runs that died are removed by the next run that needs the folder", async () => {
  await using project = new Project();
  const layout = new Layout(Deno.realPathSync(project.root));
  Deno.mkdirSync(join(layout.temporary, "dead", "w0", "out"), { recursive: true });
  await (await project.open()).run(project.plan(specs("a")));
  assert.deepEqual([...Deno.readDirSync(layout.temporary)].map((e) => e.name), []);
});

Deno.test("a failure never hides a result that was stored before (test 22)", async () => {
  await using project = new Project();
  const plan = project.plan(specs("good"));
  await (await project.open()).run(plan);
  const full = (call: string) => {
    if (call === "write" || call === "sync") {
      throw new Deno.errors.WriteZero("No space left on device (os error 28)");
    }
  };
  const forced = await (await project.open({ faultHook: full })).run(plan, {
    force: true,
    strictCache: true,
  });
  assert.equal(forced.status, "failed");
  const again = await (await project.open()).run(plan);
  assert.deepEqual(new Set(again.tasks.map((t) => t.outcome)), new Set(["restored"]));
});

Deno.test("an input that is gone when its step starts is a failure that names it (test 40)", async () => {
  await using project = new Project();
  project.write("data/in.txt", "one");
  project.write("steps/drop.ts", stepSource('Deno.removeSync(params.path); return { text: "dropped" };'));
  project.write("steps/read.ts", stepSource("return { text: Deno.readTextFileSync(files.data[0]) };"));
  const result = await (await project.open()).run(
    project.plan({
      first: { uses: "drop", params: { path: project.path("data/in.txt") } },
      second: { uses: "read", files: [{ name: "data", pattern: "data/in.txt" }] },
    }),
    inTurn,
  );
  assert.deepEqual(outcomes(result), { first: "ran", second: "failed" });
  assert.match(result.tasks[1].error!, /data\/in\.txt/);
  const later = await (await project.open()).run(
    project.plan({ second: { uses: "read", files: [{ name: "data", pattern: "data/in.txt" }] } }),
  );
  assert.match(later.tasks[0].error!, /data\/in\.txt: Cannot find file: nothing is there/);
});

Deno.test("a step cannot change its inputs (test 41)", async () => {
  await using project = new Project();
  project.write("data/in.txt", "one");
  project.write(
    "steps/spoil.ts",
    stepSource(`
    const input = [...Deno.readDirSync(params.artifacts)].map((e) => params.artifacts + "/" + e.name)[0];
    for (const path of [files.data[0], input + "/text.txt"]) {
      try { Deno.writeTextFileSync(path, "spoilt"); log("wrote " + path); } catch (error) { log(error.name); }
    }
    Deno.writeTextFileSync(files.data[0], "spoilt");
    return { text: "" };`),
  );
  const params = { artifacts: project.path(".motiflow/artifacts") };
  const result = await (await project.open({ workers: true })).run(project.plan({
    first: { uses: "join", params: { text: "a" } },
    second: {
      uses: "spoil",
      from: ["first"],
      params,
      files: [{ name: "data", pattern: "data/in.txt" }],
      permissions: { read: [params.artifacts] },
    },
  }));
  assert.deepEqual([result.tasks[1].outcome, result.tasks[1].errorKind], ["failed", "permission"]);
  assert.equal(textOf(result, "first"), "a()");
  assert.equal(Deno.readTextFileSync(project.path("data/in.txt")), "one");
  const logs = project.events.flatMap((e) => e.type === "task-log" ? [e.message] : []);
  assert.deepEqual(logs, ["NotCapable", "NotCapable"]);
});
