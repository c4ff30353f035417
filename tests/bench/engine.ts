/**
 * How long the engine takes where nothing is to be done and where steps do nothing, beside make, ninja and Snakemake on
 * the same graph, as far as they are installed. Whole processes, in turn with an empty Deno program. A row is the
 * processor time of a process and of all that it started as a multiple of the empty program's, E, which says more than
 * seconds where the machine has other work; the last column is what was asked for.
 * `deno run -A tests/bench/engine.ts [steps] [files per step]`
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const steps = Number(Deno.args[0] ?? 1000);
const filesPerStep = Number(Deno.args[1] ?? 10);
const root = Deno.makeTempDirSync({ prefix: "motiflow-bench-" });
const repository = fileURLToPath(new URL("../../", import.meta.url));
const program = fileURLToPath(new URL("./engine_case.ts", import.meta.url));

/** Steps of a cold run of the user's, and of one whose steps each need a process. */
const some = Math.min(200, steps);
const processes = Math.min(20, steps);

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
function plan(files: boolean, count = steps) {
  const tasks = Array.from({ length: count }, (_, i) => ({
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
  return { ...common, name: `${files ? "files" : "plain"}${count}`, tasks };
}

/** The same graph in the workflow language: ten chains as cells of a matrix, of a step of the user's own. */
function writeWorkflow(name: string, count: number): void {
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
  const chain = Array.from({ length: count / 10 }, (_, i) => {
    const data = `data/${i === 0 ? "" : i}\${{ matrix.c }}/*.csv`;
    return `  s${i}: { uses: ./steps/own.ts, ${
      i === 0 ? "" : `from: s${i - 1}, `
    }with: { data: "${data}" } }\n`;
  });
  write(name, `matrix: { c: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }\nsteps:\n${chain.join("")}`);
}

/**
 * A step of the program's that has next to nothing to do, in many cells. Each round has a project of its own: where many
 * files were just removed, ext4 without a journal is slow to make new ones.
 */
function builtIn(round: number): string {
  write(`${round}/latents.csv`, "z\n" + [0.1, 0.9, -0.4, 0.3].join("\n") + "\n");
  const file = `${round}/builtin.yaml`;
  write(
    file,
    `matrix: { i: [${Array.from({ length: steps }, (_, i) => i + 10)}] }
steps:
  latents: { uses: import, with: { type: latents, path: latents.csv } }
  levels: { uses: select-levels, from: latents, with: { max_codes: "\${{ matrix.i }}", frontier_size: 1 } }
`,
  );
  return file;
}

/** Steps of the user's whose process serves one of them only. */
function once(): string {
  write("steps/once.ts", Deno.readTextFileSync(join(root, "steps/own.ts")));
  return `matrix: { c: [${Array.from({ length: processes }, (_, i) => i)}] }
steps:
  s: { uses: ./steps/once.ts, with: { data: "data/\${{ matrix.c }}/*.csv" }, permissions: { ffi: true }, cache: pure }
`;
}

/** What a process took, in milliseconds. */
interface Took {
  ms: number;
  /** User and system time of it and of all that it waited for. */
  cpu: number;
  out: string;
}

/** What bash's `time` says last, in seconds: `1.250 0.310`. Other shells know no more than hundredths, half of E. */
const childTimes = /([\d.]+) ([\d.]+)\s*$/;

function time(command: string, args: string[], cwd = root): Took {
  const started = performance.now();
  const { success, stdout, stderr } = new Deno.Command("bash", {
    args: ["-c", 'TIMEFORMAT="%3U %3S"; time "$@"', "bash", command, ...args],
    cwd,
    // Of `deno task bench`: the programs would look for files where the user stands.
    env: { LC_ALL: "C", INIT_CWD: "" },
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const ms = performance.now() - started;
  const said = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot time ${command}: ${said}`);
  const [, user, system] = (childTimes.exec(said) ?? []).map(Number);
  return { ms, cpu: 1000 * (user! + system!), out: new TextDecoder().decode(stdout) };
}

const deno = (...args: string[]) => time(Deno.execPath(), args);
const emptyProgram = () => deno("eval", "0");
const engine = (file: string, ...mode: string[]) =>
  deno("run", "--quiet", "-A", "--config", join(repository, "deno.json"), program, join(root, file), ...mode);
const cli = ["run", "--quiet", "-A", "--config", join(repository, "deno.json")];
const main = join(repository, "lib/cli/main.ts");
const whole = (file = "whole.yaml") => deno(...cli, main, "run", file);

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

interface Row {
  name: string;
  /** Multiples of an empty program. */
  multiples: number[];
  ms: number[];
  /** Multiple that was asked for. */
  goal?: number | undefined;
}

/** Prints a row as soon as it is measured: all of them take minutes. */
function show({ name, multiples, ms, goal }: Row): void {
  const number = (value: number) => value.toFixed(value < 10 ? 2 : 0);
  const span = multiples.length < 2
    ? ""
    : `[${number(Math.min(...multiples))}, ${number(Math.max(...multiples))}]`;
  const asked = goal === undefined ? "" : `goal ${goal} E`;
  console.log(
    `${name.padEnd(66)} ${number(middle(multiples)).padStart(6)} E ${span.padEnd(14)} ${
      number(middle(ms)).padStart(6)
    } ms  n = ${multiples.length}  ${asked}`.trimEnd(),
  );
}

/** Commands in turn, each beside an empty program, so that all meet the machine in the same state. */
function pairs(commands: Record<string, [measure: () => Took, goal?: number]>, rounds: number): void {
  const rows = Object.entries(commands).map(([name, [measure, goal]]) => {
    const row: Row = { name, multiples: [], ms: [], goal };
    return { row, measure };
  });
  const units: number[] = [];
  const empty: Row = { name: "an empty Deno program, E", multiples: [], ms: [] };
  for (let round = 0; round < rounds; round++) {
    for (const { row, measure } of rows) {
      const { ms: emptyMs, cpu: unit } = emptyProgram();
      units.push(unit);
      empty.ms.push(emptyMs);
      const { ms, cpu } = measure();
      row.multiples.push(cpu / unit);
      row.ms.push(ms);
    }
  }
  for (const { row } of rows) show(row);
  show({ ...empty, multiples: units.map((unit) => unit / middle(units)) });
}

/** A row for one of many equal parts of a run: what it takes cold beyond what it takes when nothing is to be done. */
function perStep(name: string, count: number, runs: (() => Took)[], goal?: number): void {
  const row: Row = { name: `${name}, a step of ${count}`, multiples: [], ms: [], goal };
  for (const run of runs) {
    const before = emptyProgram();
    const cold = run();
    const idle = run();
    const unit = (before.cpu + emptyProgram().cpu) / 2;
    row.multiples.push((cold.cpu - idle.cpu) / count / unit);
    row.ms.push((cold.ms - idle.ms) / count);
  }
  show(row);
}

/** Whether a program is on the path. */
function installed(tool: string): boolean {
  try {
    new Deno.Command(tool, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return true;
  } catch {
    return false;
  }
}

const failed: string[] = [];
write("some.json", JSON.stringify(plan(false, some)));
const rounds = [0, 1, 2, 3, 4].map(builtIn);
writeWorkflow("whole.yaml", steps);
writeWorkflow("some.yaml", some);
write("once.yaml", once());
for (let i = 0; i < steps; i++) {
  for (let j = 0; j < filesPerStep; j++) write(`data/${i}/f${j}.csv`, `${i} ${j}`);
}
// Code and files younger than two seconds are read again, since they may still be being written.
const settle = () => new Promise((resolve) => setTimeout(resolve, 2100));
await settle();
perStep("cold, trivial steps of the user's, a fresh worker each", some, [() => engine("some.json")], 0.36);
perStep("cold, trivial steps of the program's", steps, rounds.map((file) => () => engine(file)), 0.09);
perStep("cold, steps that need a fresh process each", processes, [() => engine("once.yaml")], 0.68);
perStep("cold, a file of steps with zod and Metrics", some, [() => whole("some.yaml")]);
write("files.json", JSON.stringify(plan(true)));
write("plain.json", JSON.stringify(plan(false)));
for (const name of ["files.json", "plain.json", "whole.yaml"]) engine(name, "inline");
await settle();
for (const name of ["files.json", "plain.json"]) engine(name);
whole();
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
const others: Record<string, [() => Took]> = {};
for (const [tool, args] of Object.entries(tools)) {
  if (!installed(tool)) {
    failed.push(`${tool} is not installed`);
    continue;
  }
  // The first tool makes the files; to the others they are new enough.
  time(tool, args);
  others[`${tool}, no-op of the same graph`] = [() => time(tool, args)];
}
pairs({
  [`no-op of ${steps} steps and ${steps * filesPerStep} files, engine`]: [() => engine("files.json"), 4.5],
  [`no-op of ${steps} steps without files, engine`]: [() => engine("plain.json")],
  "the same with files, command line and a file of own steps": [whole, 11.4],
  "--help": [() => deno(...cli, main, "--help"), 2.3],
  ...others,
}, 5);
productionRow();
for (const line of failed) console.log(line);
Deno.removeSync(root, { recursive: true });

/** The production workflow again, as a user starts it; only where it has been run, which takes minutes. */
function productionRow(): void {
  const file = "workflows/production.yaml";
  const task = (...args: string[]) => () => time("npx", ["-y", "deno", "task", ...args], repository);
  try {
    task("plan", file, "--exit-code")();
    pairs({ "production.yaml again, by npx": [task("run", file), 27] }, 3);
  } catch {
    failed.push("production.yaml was not timed: it has work to do here, or npx is not installed");
  }
}
