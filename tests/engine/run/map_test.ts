import assert from "node:assert/strict";
import { outcomes, Project, stepSource } from "../project.ts";
import { step, Words } from "./words.ts";

const text = (result: { tasks: { id: string; outputs: Record<string, { dir: string }> }[] }, id: string) =>
  Deno.readTextFileSync(`${result.tasks.find((t) => t.id === id)!.outputs.words!.dir}/words.txt`);

Deno.test("a step that maps runs once for each shard, and one that does not sees them as one value", async () => {
  await using words = new Words(["a", "b", "c"]);
  const engine = await words.project.open();
  const { result, executed } = await words.run(engine);
  assert.equal(result.status, "succeeded");
  assert.deepEqual(executed, { "read.ts": 3, "upper.ts": 3, "all.ts": 1 });
  assert.equal(text(result, "all"), "A+B+C whole");
  assert.deepEqual(result.tasks[0]!.warnings, ["same of all"]);
  const again = await words.run(engine);
  assert.deepEqual(outcomes(again.result), { read: "restored", upper: "restored", all: "restored" });
  assert.deepEqual(again.executed, {});
});

Deno.test("a changed, a new and a removed file cost one shard of each mapped step", async () => {
  await using words = new Words(["a", "b", "d"]);
  const engine = await words.project.open();
  await words.run(engine);
  words.put("b", "other");
  const [planned] = await engine.plan(words.plan());
  assert.match(planned!.reason, /b changed; 3 shards: 2 restored, 1 to run$/);
  const changed = await words.run(engine);
  assert.deepEqual(changed.executed, { "read.ts": 1, "upper.ts": 1, "all.ts": 1 });
  assert.equal(text(changed.result, "all"), "A+OTHER+D whole");
  words.put("c", "c");
  const added = await words.run(engine);
  assert.deepEqual(added.executed, { "read.ts": 1, "upper.ts": 1, "all.ts": 1 });
  assert.equal(text(added.result, "all"), "A+OTHER+C+D whole");
  await Deno.remove(words.project.path("data/a"));
  const removed = await words.run(engine);
  assert.deepEqual(removed.executed, { "all.ts": 1 });
  assert.equal(text(removed.result, "all"), "OTHER+C+D whole");
});

Deno.test("a shard that fails is named alone, and the results of the others are kept", async () => {
  await using words = new Words(["a", "b", "c", "d"]);
  words.put("c", "bad");
  const engine = await words.project.open();
  const { result } = await words.run(engine);
  assert.equal(result.tasks[0]!.outcome, "failed");
  assert.equal(result.tasks[0]!.error!.split("\n")[0], "Shard 3 of 4 (c): Cannot read bad");
  words.put("c", "good");
  const { result: mended, executed } = await words.run(engine);
  assert.equal(text(mended, "all"), "A+B+GOOD+D whole");
  assert.deepEqual(executed, { "read.ts": 1, "upper.ts": 4, "all.ts": 1 });
});

Deno.test("verify() makes the shards again, and finds them the same", async () => {
  await using words = new Words(["a", "b"]);
  const engine = await words.project.open();
  const { tasks } = await engine.verify(words.plan());
  assert.deepEqual(tasks.map(({ id, same }) => [id, same]), [["read", true], ["upper", true], ["all", true]]);
});

Deno.test("what a merge says is read with the shards, and without it the step runs on everything", async () => {
  await using words = new Words(["a", "b"]);
  const merge = (body: string) => `merge: async ({ shards }: any) => ${body},`;
  const upper = "return { words: inputs.words.map((w: string) => w.toUpperCase()) };";
  words.project.write(
    "steps/upper.ts",
    step("words: Words", upper, merge("({ words: `of ${shards.words.length}` })")),
  );
  const specs = words.specs();
  specs.upper!.map = { ports: ["words"], merges: true };
  const engine = await words.project.open();
  const merged = await engine.run(words.plan(specs));
  assert.equal(text(merged, "all"), "A+B+of 2 whole");
  words.project.write("steps/upper.ts", step("words: Words", upper, merge("undefined")));
  const whole = await engine.run(words.plan(specs));
  assert.equal(text(whole, "upper"), "A B");
});

Deno.test("a value that cannot be joined from its shards is written by the merge, or the step fails", async () => {
  await using words = new Words(["a", "b"]);
  const source = (body: string) =>
    step("words: Words", "return inputs;", `merge: async ({ write }: any) => { ${body}; return {}; },`)
      .replace("outputs: { words: Words }", 'outputs: { words: { ...Words, shards: "whole" } }');
  const specs = words.specs();
  specs.upper!.map = { ports: ["words"], merges: true };
  const engine = await words.project.open();
  words.project.write("steps/upper.ts", source(""));
  assert.match(
    (await engine.run(words.plan(specs))).tasks[1]!.error!,
    /^Cannot store output: Words cannot be joined from shards, and merge\(\) did not write the port words/,
  );
  words.project.write("steps/upper.ts", source('await write("words", ["all"])'));
  assert.equal(text(await engine.run(words.plan(specs)), "upper"), "all");
});

Deno.test("with allowMissing a step goes on without files that it fails on, under a key that names them", async () => {
  await using words = new Words(["a", "b", "c", "d"]);
  words.put("b", "bad");
  words.put("c", "bad");
  const engine = await words.project.open();
  const refused = (await words.run(engine)).result;
  assert.match(refused.tasks[0]!.error!, /\n {2}--allow-missing goes on without files/);
  const { result } = await words.run(engine, { allowMissing: true });
  assert.equal(result.status, "succeeded");
  assert.equal(text(result, "all"), "A+D whole");
  const told =
    "goes on without 2 of 4 files, as --allow-missing says: b, c. Shard 2 of 4 (b): Cannot read bad";
  assert.ok(result.tasks[0]!.warnings[0]!.startsWith(told), result.tasks[0]!.warnings[0]);
  // Nothing takes the part for the whole: the files are tried again, and refused again where nobody allows it.
  const again = await words.run(engine, { allowMissing: true });
  assert.deepEqual(again.result.tasks.map(({ outcome }) => outcome), ["restored", "restored", "restored"]);
  assert.deepEqual(again.executed, { "read.ts": 2 });
  assert.equal((await words.run(engine)).result.status, "failed");
  // A file that is gone is another thing than one that was left out.
  Deno.removeSync(words.project.path("data/b"));
  Deno.removeSync(words.project.path("data/c"));
  const gone = await words.run(engine);
  assert.notEqual(gone.result.tasks[0]!.key, again.result.tasks[0]!.key);
  assert.deepEqual(gone.result.tasks[0]!.warnings, ["same of all"]);
  words.put("b", "b");
  words.put("c", "c");
  assert.equal(text((await words.run(engine)).result, "all"), "A+B+C+D whole");
});

Deno.test("with allowMissing a step that fails on every file, or for another reason, fails as without", async () => {
  await using words = new Words(["a", "b", "c", "d", "e"]);
  for (const name of "abcde") words.put(name, "bad");
  const engine = await words.project.open();
  const { result } = await words.run(engine, { allowMissing: true });
  assert.equal(result.tasks[0]!.error?.split("\n")[0], "Shard 1 of 5 (a): Cannot read bad");
  assert.doesNotMatch((await words.run(engine)).result.tasks[0]!.error!, /--allow-missing/);
});

Deno.test("with allowMissing a step that does not map goes on without the file that its error names", async () => {
  await using project = new Project();
  const input = new URL("../../../lib/errors.ts", import.meta.url).href;
  project.write(
    "steps/read.ts",
    `import { InputError } from "${input}";\n` + stepSource(
      `const all = files.data.map((path: string) => [path.split("/").at(-1), Deno.readTextFileSync(path)]);
       for (const [file, text] of all) if (text === "bad") throw new InputError("Cannot read word: it is bad", { file });
       return { text: all.map(([, text]: string[]) => text).join("+") };`,
    ),
  );
  for (const [name, word] of [["a", "a"], ["b", "bad"], ["c", "bad"], ["d", "d"]]) {
    project.write(`data/${name}.txt`, word!);
  }
  const engine = await project.open();
  const plan = project.plan({ only: { uses: "read", files: [{ name: "data", pattern: "data/*.txt" }] } });
  assert.match(
    (await engine.run(plan)).tasks[0]!.error!,
    /^data\/b\.txt: Cannot read word: it is bad\n {2}--allow-missing goes on/,
  );
  const { tasks } = await engine.run(plan, { allowMissing: true });
  assert.match(
    tasks[0]!.warnings[0]!,
    /^goes on without 2 of 4 files.*: b\.txt, c\.txt\. data\/b\.txt: Cannot .*\ndata\/c\.txt: Cannot read word/,
  );
  assert.equal(Deno.readTextFileSync(`${tasks[0]!.outputs.text!.dir}/text.txt`), "a+d");
});
