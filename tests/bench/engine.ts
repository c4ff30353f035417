/**
 * How long the engine takes where nothing is to be done and where steps do nothing, beside make, ninja and Snakemake on
 * the same graph. Whole processes, in turn, medians of nine. Beside the time stands the processor time of the process
 * and of all that it started, and how many empty Deno programs that is, which says more where the machine has other
 * work. `deno run -A tests/bench/engine.ts [steps] [files per step]`
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const steps = Number(Deno.args[0] ?? 1000);
const filesPerStep = Number(Deno.args[1] ?? 10);
const root = Deno.makeTempDirSync({ prefix: "motiflow-bench-" });
const repository = fileURLToPath(new URL("../../", import.meta.url));
const program = fileURLToPath(new URL("./engine_case.ts", import.meta.url));

/** Steps that each need a process. */
const processes = Math.min(50, steps);
const empty = "an empty Deno program, E";

function write(path: string, text: string): void {
  Deno.mkdirSync(join(root, path, ".."), { recursive: true });
  Deno.writeTextFileSync(join(root, path), text);
}

write(
  "steps/step.ts",
  `
const Text = {
  name: "Text", version: 1, summary: "A text",
  async write(dir: string, value: string) {
    Deno.writeTextFileSync(dir + "/text.txt", value);
    Deno.writeTextFileSync(dir + "/artifact.json", JSON.stringify({ type: "Text", version: 1, meta: {} }));
  },
  async read(dir: string) { return Deno.readTextFileSync(dir + "/text.txt"); },
};
export default {
  type: "step", summary: "", params: null, inputs: { texts: { type: Text, arity: "many" } }, outputs: { text: Text },
  async run({ params }: any) { return { text: "step " + params.i }; },
};`,
);

/** Ten chains side by side. */
function plan(files: boolean) {
  const tasks = Array.from({ length: steps }, (_, i) => ({
    id: `s${i}`,
    step: `s${i}`,
    uses: "step",
    module: pathToFileURL(join(root, "steps/step.ts")).href,
    cell: {},
    params: { i },
    inputs: { texts: { arity: "many", sources: i < 10 ? [] : [{ task: `s${i - 10}`, port: "text" }] } },
    outputs: { text: "Text" },
    files: files ? [{ name: "data", pattern: `data/${i}/*.csv` }] : [],
    permissions: {},
    cache: { mode: "pure" },
    retries: 0,
    resources: { cpu: 1, exclusive: false, named: {} },
    location: { file: "bench.yaml", line: 1, column: 1, length: 1 },
  }));
  const common = {
    file: join(root, "bench.yaml"),
    root,
    description: "",
    params: {},
    source: "",
    alerts: [],
  };
  return { ...common, name: files ? "files" : "plain", tasks };
}

/** The same graph in the workflow language: ten chains as cells of a matrix, of a step of the user's own. */
function writeWorkflow(): void {
  const library = pathToFileURL(join(repository, "lib/")).href;
  write(
    "steps/own.ts",
    `import { z } from "zod";
import { Metrics } from "${library}artifacts/metrics.ts";
import { many } from "${library}steps/define.ts";
const total = { value: 1, n: 1, of: "steps", origin: "measured" };
export default {
  type: "own", summary: "A number", inputs: { before: many(Metrics) }, outputs: { metrics: Metrics },
  params: z.strictObject({ data: z.string() }),
  files: ({ data }: any) => [{ name: "data", pattern: data }],
  async run() { return { metrics: { metrics: { total }, tables: {}, details: {} } }; },
};`,
  );
  const chain = Array.from({ length: steps / 10 }, (_, i) => {
    const data = `data/${i === 0 ? "" : i}\${{ matrix.c }}/*.csv`;
    return `  s${i}: { uses: ./steps/own.ts, ${
      i === 0 ? "" : `from: s${i - 1}, `
    }with: { data: "${data}" } }\n`;
  });
  write("whole.yaml", `matrix: { c: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }\nsteps:\n${chain.join("")}`);
}

/** A step of the program's that has next to nothing to do, in many cells. */
function builtIn(): string {
  write("latents.csv", "z\n" + [0.1, 0.9, -0.4, 0.3].join("\n") + "\n");
  return `matrix: { i: [${Array.from({ length: steps }, (_, i) => i + 10)}] }
steps:
  latents: { uses: import, with: { type: latents, path: latents.csv } }
  levels: { uses: select-levels, from: latents, with: { max_codes: "\${{ matrix.i }}", frontier_size: 1 } }
`;
}

/** Steps of the user's whose process serves one of them only. */
function once(): string {
  write("steps/once.ts", Deno.readTextFileSync(join(root, "steps/own.ts")));
  return `matrix: { c: [${Array.from({ length: processes }, (_, i) => i)}] }
steps:
  s: { uses: ./steps/once.ts, with: { data: "data/\${{ matrix.c }}/*.csv" }, permissions: { sys: [cpus] }, cache: pure }
`;
}

/** What a process took, in milliseconds. */
interface Took {
  ms: number;
  /** User and system time of it and of all that it waited for. */
  cpu: number;
  out: string;
}

/** What the shell's `times` says of its children: `0m1.25s 0m0.31s` in the second line. */
const childTimes = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/;

function time(command: string, args: string[], cwd = root): Took {
  const started = performance.now();
  const { success, stdout, stderr } = new Deno.Command("sh", {
    args: ["-c", '"$@"; code=$?; times >&2; exit $code', "sh", command, ...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const ms = performance.now() - started;
  const said = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot time ${command}: ${said}`);
  const [, userMinutes, user, systemMinutes, system] = (childTimes.exec(said) ?? []).map(Number);
  const cpu = 1000 * (60 * (userMinutes! + systemMinutes!) + user! + system!);
  return { ms, cpu, out: new TextDecoder().decode(stdout) };
}

/** Medians of commands that are run in turn, so that each meets the machine in the same state. */
function medians(commands: Record<string, () => Took>, rounds = 9): void {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as Took[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(commands)) times[name]!.push(measure());
  }
  const sorted = (all: Took[], what: "ms" | "cpu") => all.map((took) => took[what]).sort((a, b) => a - b);
  for (const [name, all] of Object.entries(times)) {
    const ms = sorted(all, "ms");
    const cpu = sorted(all, "cpu")[rounds >> 1]!;
    const span = `${ms[0]!.toFixed(0)} to ${ms.at(-1)!.toFixed(0)}`;
    show({ name, ms: ms[rounds >> 1]!, span, cpu });
  }
}

interface Row {
  name: string;
  ms: number;
  span?: string;
  cpu: number;
}

/** A row for one of many equal parts of a process, without what the process takes for nothing. */
function perStep(name: string, took: Took, idle: Took, engineMs = took.ms): void {
  show({ name, ms: engineMs / steps, cpu: (took.cpu - idle.cpu) / steps });
}

const engine = (file: string) => time(Deno.execPath(), ["run", "--quiet", "-A", program, join(root, file)]);
const failed: string[] = [];
/** Processor time of an empty Deno program, in milliseconds; rows are multiples of it. */
const unit = Array.from({ length: 9 }, () => time(Deno.execPath(), ["eval", "0"]).cpu).sort((a, b) =>
  a - b
)[4]!;

/** Prints a row as soon as it is measured: all of them take minutes. */
function show({ name, ms, span, cpu }: Row): void {
  const number = (value: number) => value.toFixed(value < 10 ? 2 : 0).padStart(6);
  const range = span === undefined ? "" : ` (${span})`;
  console.log(
    `${name.padEnd(76)} ${number(ms)} ms${range.padEnd(18)} ${number(cpu)} ms processor = ${
      (cpu / unit).toFixed(2)
    } E`,
  );
}
write("plain.json", JSON.stringify(plan(false)));
write("files.json", JSON.stringify(plan(true)));

// Code younger than two seconds is read again after each step, since it may still be being written.
await new Promise((resolve) => setTimeout(resolve, 2100));
const engineMs = ({ out }: Took) => JSON.parse(out).ms as number;
const cold = engine("plain.json");
perStep(
  `cold run of ${steps} trivial steps of the user's, each a fresh worker, a step`,
  cold,
  engine("plain.json"),
  engineMs(cold),
);
write("builtin.yaml", builtIn());
const own = engine("builtin.yaml");
perStep(
  `cold run of ${steps} trivial steps of the program's, a step`,
  own,
  engine("builtin.yaml"),
  engineMs(own),
);
for (let i = 0; i < steps; i++) {
  for (let j = 0; j < filesPerStep; j++) write(`data/${i}/f${j}.csv`, `${i} ${j}`);
}
engine("files.json");
// Hashes of files younger than two seconds are not trusted; the next run settles them.
await new Promise((resolve) => setTimeout(resolve, 2100));
engine("files.json");
writeWorkflow();
const whole = () =>
  time(Deno.execPath(), [
    ...["run", "--quiet", "-A", "--config", join(repository, "deno.json")],
    ...[join(repository, "lib/cli/main.ts"), "run", "whole.yaml"],
  ]);
const fresh = whole();
perStep(`cold run of ${steps} steps of a workflow file with zod and Metrics, a step`, fresh, whole());
write("once.yaml", once());
const alone = engine("once.yaml");
const ended = engine("once.yaml");
show({
  name: `cold run of ${processes} steps that each need a fresh process, a step`,
  ms: engineMs(alone) / processes,
  cpu: (alone.cpu - ended.cpu) / processes,
});
/** The same graph for a tool that goes by time stamps. */
const targets = Array.from({ length: steps }, (_, i) => ({
  out: `out/${i}`,
  needs: [
    ...Array.from({ length: filesPerStep }, (_, j) => `data/${i}/f${j}.csv`),
    ...(i < 10 ? [] : [`out/${i - 10}`]),
  ],
}));
write("out/.keep", "");
write(
  "Makefile",
  `all: ${targets.map((t) => t.out).join(" ")}\n${
    targets.map((t) => `${t.out}: ${t.needs.join(" ")}\n\t@echo x > ${t.out}`).join("\n")
  }\n`,
);
write(
  "build.ninja",
  `rule x\n  command = echo x > $out\n${
    targets.map((t) => `build ${t.out}: x ${t.needs.join(" ")}`).join("\n")
  }\n`,
);
write(
  "Snakefile",
  `rule all:
  input: [f"out/{i}" for i in range(${steps})]
rule x:
  input: lambda w: [f"data/{w.i}/f{j}.csv" for j in range(${filesPerStep})] + ([] if int(w.i) < 10 else [f"out/{int(w.i) - 10}"])
  output: "out/{i,[0-9]+}"
  shell: "echo x > {output}"
`,
);
const tools: Record<string, string[]> = {
  ninja: [],
  make: [],
  snakemake: ["-c1", "--quiet", "all", "--rerun-triggers", "mtime"],
};
const others: Record<string, () => Took> = {};
for (const [tool, args] of Object.entries(tools)) {
  try {
    // The first tool that is installed makes the files; to the others they are new enough.
    time(tool, args);
    others[`${tool}, no-op of the same graph`] = () => time(tool, args);
  } catch (error) {
    failed.push(`${tool}: ${(error as Error).message.split("\n")[0]}`);
  }
}
medians({
  [`no-op of ${steps} steps and ${steps * filesPerStep} files, whole process`]: () => engine("files.json"),
  ...others,
  "the same through the command line and a workflow file": whole,
  [`no-op of ${steps} steps without files, whole process`]: () => engine("plain.json"),
  "--help": () =>
    time(Deno.execPath(), ["run", "--quiet", "-A", join(repository, "lib/cli/main.ts"), "--help"]),
  [empty]: () => time(Deno.execPath(), ["eval", "0"]),
});
await productionRow();
for (const line of failed) console.log(line);
Deno.removeSync(root, { recursive: true });

/** The production workflow a second time, as a user starts it. */
async function productionRow(): Promise<void> {
  const args = ["-y", "deno", "task", "run", "workflows/production.yaml"];
  try {
    time("npx", args, repository);
    // Files that are two seconds old are believed.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    time("npx", args, repository);
    medians({ "production.yaml again, by npx": () => time("npx", args, repository) }, 5);
  } catch (error) {
    failed.push(`production.yaml by npx: ${(error as Error).message.split("\n")[0]}`);
  }
}
