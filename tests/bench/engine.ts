/**
 * How long the engine takes where nothing is to be done and where steps do nothing, beside make and ninja on the same
 * graph. Whole processes, medians of five. `deno run -A tests/bench/engine.ts [steps] [files per step]`
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const steps = Number(Deno.args[0] ?? 1000);
const perStep = Number(Deno.args[1] ?? 10);
const root = Deno.makeTempDirSync({ prefix: "motiflow-bench-" });
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

function median(measure: () => number): number {
  return Array.from({ length: 5 }, measure).sort((a, b) => a - b)[2];
}

const engine = (file: string) => time(Deno.execPath(), ["run", "--quiet", "-A", program, join(root, file)]);
const rows: [string, string][] = [];
write("plain.json", JSON.stringify(plan(false)));
write("files.json", JSON.stringify(plan(true)));

const cold = JSON.parse(engine("plain.json").out);
rows.push([
  `cold run of ${steps} trivial steps in workers, engine per step`,
  `${(cold.ms / steps).toFixed(2)} ms`,
]);
rows.push([
  `no-op of ${steps} steps, whole process`,
  `${median(() => engine("plain.json").ms).toFixed(0)} ms`,
]);

for (let i = 0; i < steps; i++) for (let j = 0; j < perStep; j++) write(`data/${i}/f${j}.csv`, `${i} ${j}`);
engine("files.json");
// Hashes of files younger than two seconds are not trusted; the next run settles them.
await new Promise((resolve) => setTimeout(resolve, 2100));
engine("files.json");
const noop = median(() => engine("files.json").ms);
rows.push([`no-op of ${steps} steps and ${steps * perStep} files, whole process`, `${noop.toFixed(0)} ms`]);
rows.push([
  "an empty Deno program",
  `${median(() => time(Deno.execPath(), ["eval", "0"]).ms).toFixed(0)} ms`,
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
for (const tool of ["make", "ninja"]) {
  try {
    time(tool, ["-s", "-j2"].filter((flag) => tool === "make" || flag !== "-s"));
    rows.push([`${tool}, no-op of the same graph`, `${median(() => time(tool, []).ms).toFixed(0)} ms`]);
  } catch (error) {
    rows.push([tool, (error as Error).message.split("\n")[0]]);
  }
}
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
Deno.removeSync(root, { recursive: true });
