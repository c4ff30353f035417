/** What a permission opens is in the key, or the step is not taken from the cache. */
import assert from "node:assert/strict";
import { oneStep, ownStep, planFrom } from "../from_yaml.ts";
import { Project, textOf } from "../project.ts";

/** Runs a workflow of one own step. */
async function run(project: Project, fields: string) {
  const engine = await project.open();
  const result = await engine.run(await planFrom(project, oneStep(fields)));
  const [task] = result.tasks;
  assert.equal(result.status, "succeeded", task.error ?? "");
  return { outcome: task.outcome, reason: task.reason, text: textOf(result, "own") };
}

const readSide = (path: string) =>
  ownStep(
    `return { text: await Deno.readTextFile(new URL(["..", ${
      JSON.stringify(path)
    }].join("/"), import.meta.url)) };`,
  );

Deno.test("a file that `read` opens is an input: its change runs the step again and is named", async () => {
  await using project = new Project();
  project.write("steps/own.ts", readSide("side.json"));
  project.write("side.json", "1");
  const fields = "permissions: { read: [side.json] }";
  assert.equal((await run(project, fields)).text, "1");
  assert.equal((await run(project, fields)).outcome, "restored");
  project.write("side.json", "2");
  assert.deepEqual(await run(project, fields), {
    outcome: "ran",
    reason: "file read side.json: side.json changed",
    text: "2",
  });
  project.write("side.json", "1");
  assert.deepEqual((await run(project, fields)).outcome, "restored");
});

Deno.test("a folder that `read` opens counts with all that lies in it, but for the store", async () => {
  await using project = new Project();
  project.write("steps/own.ts", readSide("conf/.hidden/a.txt"));
  project.write("conf/.hidden/a.txt", "1");
  await using other = new Project();
  other.write("b.txt", "far");
  Deno.symlinkSync(other.root, project.path("conf/link"));
  for (const read of ["conf", "."]) {
    const fields = `permissions: { read: [${read}] }`;
    await run(project, fields);
    assert.equal((await run(project, fields)).outcome, "restored", read);
    for (
      const change of [
        () => project.write("conf/.hidden/a.txt", `${Math.random()}`),
        () => project.write("conf/new.txt", `${Math.random()}`),
        () => project.write("conf/sub (1)/[x].csv", `${Math.random()}`),
        () => Deno.removeSync(project.path("conf/new.txt")),
        () => other.write("b.txt", `${Math.random()}`),
      ]
    ) {
      change();
      assert.equal((await run(project, fields)).outcome, "ran", `${read}: ${change}`);
      assert.equal((await run(project, fields)).outcome, "restored", `${read}: ${change}`);
    }
  }
});

Deno.test("a path that `read` opens may be missing, and counts once it is there", async () => {
  await using project = new Project();
  project.write(
    "steps/own.ts",
    ownStep(`try { return { text: await Deno.readTextFile(params.x) }; }
    catch { return { text: "none" }; }`),
  );
  const fields = `with: { x: ${project.path("odd*.json")} }, permissions: { read: ["odd*.json"] }`;
  assert.equal((await run(project, fields)).text, "none");
  assert.equal((await run(project, fields)).outcome, "restored");
  project.write("odd*.json", "there");
  assert.equal((await run(project, fields)).text, "there");
});

Deno.test("a file that `read` opens is no request of the step, and is watched while the step runs", async () => {
  await using project = new Project();
  project.write(
    "steps/own.ts",
    ownStep(`const path = new URL("../side.txt", import.meta.url);
      const text = await Deno.readTextFile(path); await Deno.writeTextFile(path, text + "+");
      return { text: text + Object.keys(files).length };`),
  );
  project.write("side.txt", "a");
  const fields = "permissions: { read: [side.txt] }";
  const first = await run(project, fields);
  assert.equal(first.text, "a0");
  assert.deepEqual([(await run(project, fields)).text], ["a+0"], "an input that changed is not kept");
});

Deno.test("a step that may ask the world runs each time and says why, unless its `cache` is stated", async () => {
  await using project = new Project();
  project.write("steps/own.ts", ownStep('return { text: "x" };'));
  const permissions = {
    "net: [example.org]": "the permission net",
    "run: [cat]": "the permission run",
    "sys: [cpus]": "the permission sys",
    "env: ['*']": 'the permission env: ["*"]',
    "ffi: true": "the permission ffi",
    "net: [example.org], sys: [hostname]": "the permission net and the permission sys",
  };
  for (const [granted, named] of Object.entries(permissions)) {
    const fields = `permissions: { ${granted} }`;
    await run(project, fields);
    const again = await run(project, fields);
    assert.equal(again.outcome, "ran", granted);
    assert.equal(
      again.reason,
      `never taken from the cache: ${named} may give another answer each time (unless the step says \`cache: pure\`)`,
    );
    for (const cache of ["pure", "{ ttl: 1h }"]) {
      await run(project, `${fields}, cache: ${cache}`);
      assert.equal((await run(project, `${fields}, cache: ${cache}`)).outcome, "restored", granted + cache);
    }
  }
  for (const none of ["net: []", "read: []", "ffi: false", "env: [HOME]"]) {
    await run(project, `permissions: { ${none} }`);
    assert.equal((await run(project, `permissions: { ${none} }`)).outcome, "restored", none);
  }
});

Deno.test("a definition may state its cache as well", async () => {
  await using project = new Project();
  project.write("steps/own.ts", ownStep('return { text: "x" };', { parts: 'cache: "pure",' }));
  await run(project, "permissions: { net: [example.org] }");
  assert.equal((await run(project, "permissions: { net: [example.org] }")).outcome, "restored");
  assert.equal((await run(project, "permissions: { net: [example.org] }, cache: never")).outcome, "ran");
});

Deno.test("what a step may do is part of its key, in whatever order it is granted", async () => {
  await using project = new Project();
  project.write("steps/own.ts", ownStep('return { text: "x" };'));
  const pure = (granted: string) => `permissions: { ${granted} }, cache: pure`;
  await run(project, pure("net: [a.org, b.org], sys: [cpus]"));
  assert.equal((await run(project, pure("sys: [cpus], net: [b.org, a.org]"))).outcome, "restored");
  const fewer = await run(project, pure("net: [a.org], sys: [cpus]"));
  assert.deepEqual([fewer.outcome, fewer.reason], [
    "ran",
    'permissions.net changed: ["a.org","b.org"] → ["a.org"]',
  ]);
  assert.equal((await run(project, "cache: pure")).reason, "permissions.net is gone (and 1 more)");
});

Deno.test("what opens for a step that is never restored is not hashed", async () => {
  await using project = new Project();
  project.write("steps/own.ts", ownStep('return { text: "x" };'));
  const engine = await project.open();
  const plan = await planFrom(project, oneStep("permissions: { read: [/usr, /proc, /sys] }, cache: never"));
  assert.equal((await engine.plan(plan))[0].problem, undefined);
  assert.deepEqual(plan.tasks[0].files, []);
});
