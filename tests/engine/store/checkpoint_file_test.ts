import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { CheckpointFile } from "../../../lib/engine/store/checkpoint_file.ts";
import { StoreFs } from "../../../lib/engine/system/fs.ts";
import { Project, stepSource, textOf } from "../project.ts";

/** Counts to three, one number an attempt, unless nothing was saved. */
const counting = stepSource(`
  const saved = arguments[0].checkpoint.load();
  const count = (saved === undefined ? 0 : saved[0]) + 1;
  arguments[0].checkpoint.save(Uint8Array.of(count));
  if (count < 3) throw new Error("killed after " + count);
  return { text: "counted to " + count };`);

for (const workers of [false, true]) {
  const where = workers ? "a worker" : "this thread";
  Deno.test(`run() gives a step in ${where} the state that its killed attempts saved`, async () => {
    await using project = new Project();
    project.write("steps/count.ts", counting);
    const plan = project.plan({ count: { uses: "count" } });
    const drafts = project.path(".motiflow", "checkpoints");
    for (const attempt of [1, 2]) {
      const engine = await project.open({ workers });
      const failed = await engine.run(plan);
      assert.match(failed.tasks[0].error!, new RegExp(`killed after ${attempt}`));
      assert.equal([...Deno.readDirSync(drafts)].length, 1);
    }
    const done = await (await project.open({ workers })).run(plan);
    assert.equal(textOf(done, "count"), "counted to 3");
    assert.equal([...Deno.readDirSync(drafts)].length, 0);
  });
}

Deno.test("a step goes on with the draft that its killed attempts wrote into, and a forced one begins anew", async () => {
  await using project = new Project();
  project.write(
    "steps/write.ts",
    stepSource(`
  const file = arguments[0].draft();
  const size = file.seekSync(0, Deno.SeekMode.End);
  file.writeSync(new Uint8Array(1000));
  file.close();
  if (size < 1000) throw new Error("killed after " + size);
  return { text: "went on from " + size };`),
  );
  const plan = project.plan({ write: { uses: "write" } });
  const drafts = project.path(".motiflow", "checkpoints");
  const failed = await (await project.open({ workers: true })).run(plan);
  assert.match(failed.tasks[0].error!, /killed after 0$/m);
  assert.deepEqual([...Deno.readDirSync(drafts)].map(({ name }) => /\.draft$/.test(name)), [true]);
  const done = await (await project.open({ workers: true })).run(plan);
  assert.equal(textOf(done, "write"), "went on from 1000");
  assert.equal([...Deno.readDirSync(drafts)].length, 0);
  const forced = await (await project.open({ workers: true })).run(plan, { force: ["write"] });
  assert.match(forced.tasks[0].error!, /killed after 0$/m);
});

Deno.test("run() starts a forced step anew, and another action sees no foreign state", async () => {
  await using project = new Project();
  project.write("steps/count.ts", counting);
  const engine = await project.open();
  await engine.run(project.plan({ count: { uses: "count" } }));
  const forced = await engine.run(project.plan({ count: { uses: "count" } }), { force: ["count"] });
  assert.match(forced.tasks[0].error!, /killed after 1/);
  const other = await engine.run(project.plan({ count: { uses: "count", params: { other: true } } }));
  assert.match(other.tasks[0].error!, /killed after 1/);
});

Deno.test("cacheGc() drops states that nobody took up for a week", async () => {
  await using project = new Project();
  project.write("steps/count.ts", counting);
  const engine = await project.open();
  await engine.run(project.plan({ count: { uses: "count" } }));
  const [draft] = [...Deno.readDirSync(project.path(".motiflow", "checkpoints"))];
  const path = project.path(".motiflow", "checkpoints", draft.name);
  await engine.cacheGc();
  assert.ok(existsSync(path));
  Deno.utimeSync(path, 1, 1);
  await engine.cacheGc();
  assert.ok(!existsSync(path));
});

Deno.test("CheckpointFile.load() takes a damaged file for none", async () => {
  const folder = await Deno.makeTempDir();
  const file = new CheckpointFile(new StoreFs(), `${folder}/key`);
  assert.equal(file.load(), undefined);
  file.save(Uint8Array.of(1, 2, 3));
  assert.deepEqual(file.load(), Uint8Array.of(1, 2, 3));
  const bytes = Deno.readFileSync(`${folder}/key`);
  Deno.writeFileSync(`${folder}/key`, bytes.subarray(0, bytes.length - 1));
  assert.equal(file.load(), undefined);
  await Deno.remove(folder, { recursive: true });
});
