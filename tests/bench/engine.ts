/**
 * How long the engine takes where nothing is to be done and where steps do nothing, beside make, ninja and Snakemake on
 * the same graph. Whole processes, in turn, medians of nine. `deno run -A tests/bench/engine.ts [steps] [files per step]`
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const steps = Number(Deno.args[0] ?? 1000);
const perStep = Number(Deno.args[1] ?? 10);
const root = Deno.makeTempDirSync({ prefix: "motiflow-bench-" });
const repository = fileURLToPath(new URL("../../", import.meta.url));
const program = fileURLToPath(new URL("./engine_case.ts", import.meta.url));

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

function time(command: string, args: string[], cwd = root): { ms: number; out: string } {
  const started = performance.now();
  const { success, stdout, stderr } = new Deno.Command(command, {
    args,
    cwd,
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const ms = performance.now() - started;
  if (!success) throw new Error(`Cannot time ${command}: ${new TextDecoder().decode(stderr)}`);
  return { ms, out: new TextDecoder().decode(stdout) };
}

/** Medians of commands that are run in turn, so that each meets the machine in the same state. */
function medians(commands: Record<string, () => number>, rounds = 9): void {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(commands)) times[name].push(measure());
  }
  for (const [name, all] of Object.entries(times)) {
    all.sort((a, b) => a - b);
    rows.push([
      name,
      `${all[rounds >> 1].toFixed(0)} ms (${all[0].toFixed(0)} to ${all.at(-1)!.toFixed(0)})`,
    ]);
  }
}

const engine = (file: string) => time(Deno.execPath(), ["run", "--quiet", "-A", program, join(root, file)]);
const rows: [string, string][] = [];
write("plain.json", JSON.stringify(plan(false)));
write("files.json", JSON.stringify(plan(true)));

// Code younger than two seconds is read again after each step, since it may still be being written.
await new Promise((resolve) => setTimeout(resolve, 2100));
const cold = JSON.parse(engine("plain.json").out);
rows.push([
  `cold run of ${steps} trivial steps in workers, engine per step`,
  `${(cold.ms / steps).toFixed(2)} ms`,
]);
for (let i = 0; i < steps; i++) for (let j = 0; j < perStep; j++) write(`data/${i}/f${j}.csv`, `${i} ${j}`);
engine("files.json");
// Hashes of files younger than two seconds are not trusted; the next run settles them.
await new Promise((resolve) => setTimeout(resolve, 2100));
engine("files.json");
writeWorkflow();
const whole = () =>
  time(Deno.execPath(), [
    ...["run", "--quiet", "-A", "--config", join(repository, "deno.json")],
    ...[join(repository, "lib/cli/main.ts"), "run", "whole.yaml"],
  ]).ms;
const fresh = whole();
whole();
rows.push([
  `cold run of ${steps} steps of a workflow file, whole program, per step`,
  `${(fresh / steps).toFixed(2)} ms`,
]);
/** The same graph for a tool that goes by time stamps. */
const targets = Array.from({ length: steps }, (_, i) => ({
  out: `out/${i}`,
  needs: [
    ...Array.from({ length: perStep }, (_, j) => `data/${i}/f${j}.csv`),
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
  input: lambda w: [f"data/{w.i}/f{j}.csv" for j in range(${perStep})] + ([] if int(w.i) < 10 else [f"out/{int(w.i) - 10}"])
  output: "out/{i,[0-9]+}"
  shell: "echo x > {output}"
`,
);
const tools: Record<string, string[]> = {
  ninja: [],
  make: [],
  snakemake: ["-c1", "--quiet", "all", "--rerun-triggers", "mtime"],
};
const others: Record<string, () => number> = {};
for (const [tool, args] of Object.entries(tools)) {
  try {
    // The first tool that is installed makes the files; to the others they are new enough.
    time(tool, args);
    others[`${tool}, no-op of the same graph`] = () => time(tool, args).ms;
  } catch (error) {
    rows.push([tool, (error as Error).message.split("\n")[0]]);
  }
}
medians({
  [`no-op of ${steps} steps and ${steps * perStep} files, whole process`]: () => engine("files.json").ms,
  ...others,
  "the same through the command line and a workflow file": whole,
  [`no-op of ${steps} steps without files, whole process`]: () => engine("plain.json").ms,
  "--help": () =>
    time(Deno.execPath(), ["run", "--quiet", "-A", join(repository, "lib/cli/main.ts"), "--help"]).ms,
  "an empty Deno program": () => time(Deno.execPath(), ["eval", "0"]).ms,
});
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
Deno.removeSync(root, { recursive: true });
