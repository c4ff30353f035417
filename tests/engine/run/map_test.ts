import assert from "node:assert/strict";
import type { Engine, RunOptions } from "../../../lib/engine/mod.ts";
import { InlineExecutor } from "../inline_executor.ts";
import { outcomes, Project, type Spec, stepSource } from "../project.ts";

const shardsModule = new URL("../../../lib/artifacts/shards.ts", import.meta.url).href;

/** A list of words, one of each recording. */
const wordsType = `
import { sharded } from "${shardsModule}";
export const Words = sharded({
  name: "Words", version: 1, summary: "Words",
  async write(dir: string, value: string[]) {
    await Deno.writeTextFile(dir + "/words.txt", value.join(" "));
    await Deno.writeTextFile(dir + "/artifact.json", JSON.stringify({ type: "Words", version: 1, meta: {} }));
  },
  async read(dir: string) { return (await Deno.readTextFile(dir + "/words.txt")).split(" "); },
}, (shards: string[][], _dir: string, { merged }: any) => [...shards.flat(), ...merged === undefined ? [] : [merged]]);
`;

const step = (inputs: string, body: string, extra = "") =>
  `import { Words } from "./words.ts";
export default {
  type: "test", summary: "A test", params: null, inputs: { ${inputs} }, outputs: { words: Words }, ${extra}
  async run({ inputs, files, params, warn, log, shard }: any) { ${body} },
};
`;

/** Files as large as a shard, so that each becomes one. */
const wholeShard = 1 << 20;

class Words implements AsyncDisposable {
  readonly project = new Project();

  constructor(files: string[]) {
    for (const file of files) this.put(file, file);
    this.project.write("steps/words.ts", wordsType);
    this.project.write(
      "steps/read.ts",
      step(
        "",
        `const words = [];
         for (const path of files.path) {
           const word = (await Deno.readTextFile(path)).split("\\0")[0];
           if (word === "bad") throw new Error("Cannot read " + word);
           warn("same of all");
           words.push(word);
         }
         return { words };`,
      ),
    );
    this.project.write(
      "steps/upper.ts",
      step("words: Words", "return { words: inputs.words.map((w: string) => w.toUpperCase()) };"),
    );
    this.project.write(
      "steps/all.ts",
      step("words: Words", 'return { words: [inputs.words.join("+") + (shard ?? " whole")] };'),
    );
  }

  /** A file that begins with `word`. */
  put(name: string, word: string): void {
    this.project.write(`data/${name}`, word);
    Deno.truncateSync(this.project.path("data", name), wholeShard);
  }

  specs(): Record<string, Spec> {
    const outputs = { words: "Words" };
    return {
      read: {
        uses: "read",
        outputs,
        files: [{ name: "path", pattern: "data" }],
        map: { ports: [], files: { request: "path" } },
      },
      upper: { uses: "upper", outputs, map: { ports: ["words"] } },
      all: { uses: "all", outputs },
    };
  }

  plan(specs = this.specs()) {
    const plan = this.project.plan(specs);
    const port = (task: string) => ({ words: { arity: "one" as const, sources: [{ task, port: "words" }] } });
    plan.tasks[0]!.inputs = {};
    plan.tasks[1]!.inputs = port("read");
    plan.tasks[2]!.inputs = port("upper");
    return plan;
  }

  async run(engine: Engine, options: RunOptions = {}) {
    InlineExecutor.executed.length = 0;
    const result = await engine.run(this.plan(), options);
    const executed = InlineExecutor.executed.map((url) => url.replace(/.*\//, ""));
    return {
      result,
      executed: Object.fromEntries(Map.groupBy(executed, (n) => n).entries().map(([n, l]) => [n, l.length])),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.project[Symbol.asyncDispose]();
  }
}

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
