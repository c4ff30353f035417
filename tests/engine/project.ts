/** A throw-away project with steps written by the test, and work plans built without the YAML checker. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Json } from "../../lib/artifacts/artifact.ts";
import { type Engine, type EngineEvent, type EngineOptions, openEngine } from "../../lib/engine/mod.ts";
import type { Task, Workplan } from "../../lib/workflow/workplan.ts";
import { InlineExecutor } from "./inline_executor.ts";

/** One step as a test writes it; the port names of inputs and outputs are those of the fake step. */
export interface Spec extends Partial<Omit<Task, "inputs" | "params">> {
  uses: string;
  /** Step ids on the port `texts`. */
  from?: string[];
  params?: { [name: string]: Json };
}

/** An artifact type for tests: one text file. */
export const textType = `
export const Text = {
  name: "Text", version: 1, summary: "A text",
  async write(dir: string, value: string) {
    await Deno.writeTextFile(dir + "/text.txt", value);
    await Deno.writeTextFile(dir + "/artifact.json", JSON.stringify({ type: "Text", version: 1, meta: {} }));
  },
  async read(dir: string) { return await Deno.readTextFile(dir + "/text.txt"); },
};
`;

/** Source of a step module with a list of texts as input and one text as output. */
export function stepSource(body: string, extra = ""): string {
  return `import { Text } from "./text.ts";
export default {
  type: "test", summary: "A test", params: null,
  inputs: { texts: { type: Text, arity: "many" } },
  outputs: { text: Text },
  ${extra}
  async run({ inputs, params, files, out, scratch, checkpoint, progress, log, warn, signal, threads }: any) {
    const texts: string[] = inputs.texts.map((t: any) => t.value);
    ${body}
  },
};
`;
}

/** The step that most tests use: its parameter and its inputs in brackets. */
export const joinStep = stepSource('return { text: `${params.text ?? ""}(${texts.join(",")})` };');

export class Project implements AsyncDisposable {
  readonly root: string;
  readonly events: EngineEvent[] = [];

  constructor() {
    this.root = Deno.makeTempDirSync({ prefix: "motiflow-engine-" });
    Deno.mkdirSync(join(this.root, "steps"));
    this.write("steps/text.ts", textType);
    this.write("steps/join.ts", joinStep);
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  write(path: string, text: string): void {
    Deno.mkdirSync(join(this.root, path, ".."), { recursive: true });
    Deno.writeTextFileSync(join(this.root, path), text);
  }

  /** Removes all results and publications, but not what is known of the sources (that would start esbuild anew). */
  forget(): void {
    for (const { name } of [...Deno.readDirSync(this.root)]) {
      if (name !== "steps" && name !== ".motiflow") Deno.removeSync(this.path(name), { recursive: true });
    }
    try {
      for (const { name } of [...Deno.readDirSync(this.path(".motiflow"))]) {
        if (name !== "stat.json") Deno.removeSync(this.path(".motiflow", name), { recursive: true });
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** An engine whose steps run in this thread; `workers` for real workers. */
  open(options: Partial<EngineOptions> & { workers?: boolean } = {}): Promise<Engine> {
    const { workers, ...rest } = options;
    return openEngine({
      root: this.root,
      onEvent: (event) => this.events.push(event),
      ...(workers ? {} : { executor: (folder: string) => new InlineExecutor(folder) }),
      ...rest,
    });
  }

  plan(specs: Record<string, Spec>, name = "test"): Workplan {
    const tasks = Object.entries(specs).map(([id, spec]): Task => {
      const { from, params, ...rest } = spec;
      const step = id.replace(/\[.*/, "");
      return {
        id,
        step,
        module: pathToFileURL(join(this.root, "steps", `${spec.uses}.ts`)).href,
        cell: {},
        outputs: { text: "Text" },
        files: [],
        permissions: {},
        cache: { mode: "pure" },
        retries: 0,
        resources: { cpu: 1, exclusive: false, named: {} },
        location: { file: "test.yaml", line: 1, column: 1, length: 1 },
        ...rest,
        params: params ?? {},
        inputs: {
          texts: { arity: "many", sources: (from ?? []).map((task) => ({ task, port: "text" })) },
        },
      };
    });
    return {
      file: join(this.root, "test.yaml"),
      root: this.root,
      name,
      description: "",
      params: {},
      tasks,
      source: "version: 1\n",
      alerts: [],
    };
  }

  /** A process that runs a plan; it may be raced and killed. */
  runner(
    plan: Workplan,
    mode: "inline" | "workers" | "slurm",
    env: Record<string, string> = {},
    jobs = 2,
  ): Deno.Command {
    this.write("plan.json", JSON.stringify(plan));
    const program = fileURLToPath(new URL("./runner.ts", import.meta.url));
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", program, this.path("plan.json"), mode, String(jobs)],
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** The text that a finished task holds. */
export function textOf(
  result: { tasks: { id: string; outputs: Record<string, { dir: string }> }[] },
  id: string,
): string {
  return Deno.readTextFileSync(join(result.tasks.find((t) => t.id === id)!.outputs.text.dir, "text.txt"));
}

/** Outcomes by task id. */
export function outcomes(result: { tasks: { id: string; outcome: string }[] }): Record<string, string> {
  return Object.fromEntries(result.tasks.map((t) => [t.id, t.outcome]));
}

/** Every file below a folder with its content, size or mode changes showing as differences. */
export function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (dir: string, below: string) => {
    for (const entry of Deno.readDirSync(dir)) {
      const [path, name] = [join(dir, entry.name), `${below}${entry.name}`];
      if (entry.isDirectory) walk(path, `${name}/`);
      else {
        const info = Deno.lstatSync(path);
        found[name] = `${info.size} ${info.mtime?.getTime()} ${info.ino} ${info.mode}`;
      }
    }
  };
  walk(folder, "");
  return found;
}
