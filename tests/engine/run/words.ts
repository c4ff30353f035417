/** A project whose steps map over files, each of which begins with a word. */
import type { Engine, RunOptions } from "../../../lib/engine/mod.ts";
import { InlineExecutor } from "../inline_executor.ts";
import { Project, type Spec } from "../project.ts";

const shardsModule = new URL("../../../lib/artifacts/shards.ts", import.meta.url).href;

/** A list of words, one of each recording. */
const wordsType = `
import { readShardList, shardFolder } from "${shardsModule}";
const plain = async (dir: string) => (await Deno.readTextFile(dir + "/words.txt")).split(" ");
export const Words = {
  name: "Words", version: 1, summary: "Words", shards: "joined",
  async write(dir: string, value: string[]) {
    await Deno.writeTextFile(dir + "/words.txt", value.join(" "));
    await Deno.writeTextFile(dir + "/artifact.json", JSON.stringify({ type: "Words", version: 1, meta: {} }));
  },
  async read(dir: string) {
    const list = readShardList(dir, "Words");
    if (list === undefined) return await plain(dir);
    const shards = await Promise.all(list.shards.map((_, place) => plain(dir + "/" + shardFolder(place))));
    return [...shards.flat(), ...list.merged === undefined ? [] : [list.merged]];
  },
};
`;

/** Source of a step with words as output. */
export const step = (inputs: string, body: string, extra = "") =>
  `import { Words } from "./words.ts";
export default {
  type: "test", summary: "A test", params: null, inputs: { ${inputs} }, outputs: { words: Words }, ${extra}
  async run({ inputs, files, params, warn, log, shard }: any) { ${body} },
};
`;

/** Files as large as a shard, so that each becomes one. */
const wholeShard = 1 << 20;

export class Words implements AsyncDisposable {
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
