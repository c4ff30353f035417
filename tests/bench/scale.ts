/**
 * Growth of time, memory and disk with the size of a study: recordings as arrays or tables, load → window → encode → quantize
 * → assign → smooth with an imported encoder and motifs of three other recordings, then one recording changed, by whole processes.
 *
 * `deno run -A tests/bench/scale.ts [WINDOWS] [npy|csv] [RECORDINGS]`, 100 000 windows of 1 000 arrays by default.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeNpy } from "../../lib/artifacts/npy.ts";
import { bytesBelow } from "../../lib/engine/system/names.ts";
import { Random } from "../../lib/random.ts";
import { sampleModel } from "../model/sample_model.ts";

const windows = Number(Deno.args[0] ?? 100_000);
const kind = Deno.args[1] ?? "npy";
const count = Number(Deno.args[2] ?? 1000);
/** Two sensors of nine channels at 50 Hz, one window a second. */
const [sensors, channels, hop] = [2, 9, 50];
const width = sensors * channels;
const samples = Math.round(windows / count) * hop + hop;

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
const names = ["acc", "gyr", "mag"].flatMap((q) => ["x", "y", "z"].map((axis) => `${q}_${axis}`));

/** Numbers of 16 bits that do not repeat. */
function values(seed: number): Int16Array {
  const rng = new Random(seed);
  const wave = Int16Array.from({ length: 4096 }, () => Math.round(2000 * rng.normal()));
  const step = 1 + 2 * rng.below(2000);
  return Int16Array.from(
    { length: samples * width },
    (_, i) => wave[(i * step) & 4095]! + ((i * 7) % 101) + (i % width === 2 ? 4096 : 0),
  );
}

function writeRecording(folder: string, r: number, seed: number): void {
  const data = values(seed);
  const name = `p${String(r).padStart(5, "0")}`;
  if (kind === "npy") {
    Deno.writeFileSync(join(folder, `${name}.npy`), encodeNpy(data, [samples, sensors, channels]));
    return;
  }
  const header = ["a", "b"].flatMap((s) => names.map((n) => `${s}_${n}`)).join(",");
  const lines = [header];
  for (let t = 0; t < samples; t++) {
    lines.push(
      Array.from(data.subarray(t * width, (t + 1) * width), (v) => (v * 0.001).toFixed(3)).join(","),
    );
  }
  Deno.writeTextFileSync(join(folder, `${name}.csv`), lines.join("\n") + "\n");
}

const load = kind === "npy"
  ? `source: npy, path: data, rate: 50, scale: 0.001, sensors: [a, b], channels: [${names}]`
  : `source: csv, path: data, rate: 50, sensors: { ${
    ["a", "b"].map((s) => `${s}: [${names.map((n) => `${s}_${n}`)}]`).join(", ")
  } }, channels: [${names}]`;
const workflow = `version: 1
name: scale
steps:
  recordings: { uses: load, with: { ${load}, subject: { from: filename, pattern: "(p[0-9]+)" } } }
  windows: { uses: window, from: recordings, with: { length: 100, hop: ${hop} } }
  model: { uses: import, with: { type: model, path: encoder.onnx, rate: 50, labels: [a, b, c, d] } }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: latents, with: { levels: [4, 4, 4] } }
  known-recordings: { uses: load, with: { ${load.replace("path: data", "path: known")} } }
  known-windows: { uses: window, from: known-recordings, with: { length: 100, hop: ${hop} } }
  known-latents: { uses: encode, from: [known-windows, model] }
  known-codes: { uses: quantize, from: known-latents, with: { levels: [4, 4, 4] } }
  known: { uses: cluster, from: known-codes, with: { k: 4 } }
  motifs: { uses: cluster, from: { codes: codes, fitted: known }, with: { method: assign } }
  behaviours: { uses: smooth, from: [motifs, windows, codes] }
`;

/** Largest sum of resident memory of a process and its descendants, in bytes, while it runs. */
function watchMemory(pid: number): { stop: () => number } {
  let most = 0;
  const look = () => {
    const parents = new Map<number, number>();
    const resident = new Map<number, number>();
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const [, state] = Deno.readTextFileSync(`/proc/${name}/stat`).split(") ");
        parents.set(Number(name), Number(state!.split(" ")[1]));
        resident.set(Number(name), 4096 * Number(Deno.readTextFileSync(`/proc/${name}/statm`).split(" ")[1]));
      } catch {
        // Gone meanwhile.
      }
    }
    const below = (id: number): boolean => id === pid || (parents.has(id) && below(parents.get(id)!));
    most = Math.max(most, [...resident].reduce((sum, [id, bytes]) => below(id) ? sum + bytes : sum, 0));
  };
  const timer = setInterval(look, 100);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

const program = fileURLToPath(new URL("../../lib/cli/main.ts", import.meta.url));

/** Runs the workflow once; seconds, processor seconds of all its processes, and peak memory. */
async function run(root: string) {
  const before = performance.now();
  const child = new Deno.Command("/usr/bin/env", {
    args: [
      "bash",
      "-c",
      'time "$@" >run.log',
      "bash",
      Deno.execPath(),
      "run",
      "--quiet",
      "-A",
      program,
      "run",
      "w.yaml",
    ],
    cwd: root,
    env: { TIMEFORMAT: "cpu %U %S" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const memory = watchMemory(child.pid);
  const { code, stderr } = await child.output();
  const text = new TextDecoder().decode(stderr);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(text) ?? [];
  if (code !== 0) throw new Error(`The run failed: ${text}\n${Deno.readTextFileSync(join(root, "run.log"))}`);
  return {
    seconds: (performance.now() - before) / 1000,
    cpu: Number(user) + Number(system),
    memory: memory.stop(),
  };
}

const root = Deno.makeTempDirSync({ prefix: "motiflow-scale-", dir: Deno.env.get("SCALE_FOLDER") });
try {
  Deno.mkdirSync(join(root, "data"));
  Deno.writeTextFileSync(join(root, "motiflow.json"), '{ "version": 1, "name": "scale" }');
  Deno.writeTextFileSync(join(root, "w.yaml"), workflow);
  Deno.writeFileSync(join(root, "encoder.onnx"), sampleModel({ input: [channels, sensors, 100] }).onnx);
  Deno.mkdirSync(join(root, "known"));
  for (let r = 0; r < 3; r++) writeRecording(join(root, "known"), r, count + 2 + r);
  for (let r = 0; r < count; r++) writeRecording(join(root, "data"), r, r);
  const input = bytesBelow(join(root, "data"));
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  print(`${windows} windows of ${count} recordings (${kind}, ${mib(input)}), simulated; n = 1 each`);
  const row = (what: string, { seconds, cpu, memory }: Awaited<ReturnType<typeof run>>) =>
    print(
      `${what.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s  ${cpu.toFixed(1).padStart(7)} s cpu  ${
        mib(memory).padStart(9)
      }`,
    );
  const cold = await run(root);
  row("cold", cold);
  print(
    `store                    ${
      (bytesBelow(join(root, ".motiflow", "objects")) / input).toFixed(2)
    } of the input`,
  );
  row("again", await run(root));
  writeRecording(join(root, "data"), Math.floor(count / 2), count + 1);
  const one = await run(root);
  row("one recording changed", one);
  print(`that is ${(100 * one.cpu / cold.cpu).toFixed(1)} % of the cold processor time`);
} finally {
  Deno.removeSync(root, { recursive: true });
}
