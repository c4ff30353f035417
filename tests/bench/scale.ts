/**
 * Growth of time, memory and disk with the size of a study, by whole processes. `study`: load → window → split → train → encode →
 * quantize → cluster → smooth → validate → report, with all fits on stated, seeded samples or on counts; `frozen`: load → window →
 * encode → quantize → assign → smooth with an encoder and motifs that are known, then one recording changed.
 *
 * `deno run -A tests/bench/scale.ts [WINDOWS] [npy|csv] [RECORDINGS] [frozen|study] [JOBS]`, 100 000 windows of 1 000 arrays by default.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bytesBelow } from "../../lib/engine/system/names.ts";
import { sampleModel } from "../model/sample_model.ts";
import { channels, frozen, hop, type Kind, sensors, study, writeRecording } from "./scale_data.ts";

const windows = Number(Deno.args[0] ?? 100_000);
const kind = (Deno.args[1] ?? "npy") as Kind;
const count = Number(Deno.args[2] ?? 1000);
const whole = Deno.args[3] === "study";
const jobs: string | undefined = Deno.args[4];
const samples = Math.round(windows / count) * hop + hop;

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** The steps that run, by what the newest run says of itself. */
class Steps {
  readonly running = new Set<string>();
  #file = "";
  #read = 0;
  readonly #root: string;

  constructor(root: string) {
    this.#root = join(root, ".motiflow", "runs");
  }

  look(): void {
    try {
      const newest = [...Deno.readDirSync(this.#root)].map(({ name }) => name).sort().at(-1)!;
      const file = join(this.#root, newest, "events.jsonl");
      if (file !== this.#file) [this.#file, this.#read] = [file, 0];
      const lines = Deno.readTextFileSync(file).split("\n").slice(0, -1);
      for (const line of lines.slice(this.#read)) {
        const { type, step } = JSON.parse(line);
        if (type === "task-started") this.running.add(step);
        else if (type === "task-succeeded") this.running.delete(step);
      }
      this.#read = lines.length;
    } catch {
      // The run has not begun.
    }
  }
}

/** Resident memory of a process and its descendants, in bytes; a page that two share counts twice. */
function residentBelow(pid: number): number {
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
  return [...resident].reduce((sum, [id, bytes]) => below(id) ? sum + bytes : sum, 0);
}

/** Watches memory while a process runs: the most in all, and while each step was at work, in bytes. */
function watchMemory(pid: number, root: string) {
  const peaks = new Map<string, number>();
  const steps = new Steps(root);
  let looks = 0, most = 0;
  const timer = setInterval(() => {
    if (looks++ % 10 === 0) steps.look();
    const now = residentBelow(pid);
    most = Math.max(most, now);
    for (const step of steps.running) peaks.set(step, Math.max(peaks.get(step) ?? 0, now));
  }, 100);
  return () => {
    clearInterval(timer);
    return { most, peaks };
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
      ...(jobs === undefined ? [] : ["--jobs", jobs]),
    ],
    cwd: root,
    env: { TIMEFORMAT: "cpu %U %S" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const memory = watchMemory(child.pid, root);
  const { code, stderr } = await child.output();
  const text = new TextDecoder().decode(stderr);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(text) ?? [];
  if (code !== 0) throw new Error(`The run failed: ${text}\n${Deno.readTextFileSync(join(root, "run.log"))}`);
  const { most, peaks } = memory();
  return {
    seconds: (performance.now() - before) / 1000,
    cpu: Number(user) + Number(system),
    memory: most,
    peaks,
  };
}

/** Seconds of each step of the newest run, and the memory of all processes while it ran. */
function printSteps(root: string, peaks: Map<string, number>): void {
  const runs = join(root, ".motiflow", "runs");
  const newest = [...Deno.readDirSync(runs)].map(({ name }) => name).sort().at(-1)!;
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(runs, newest, "run.json")));
  for (const { step, seconds } of tasks as { step: string; seconds: number }[]) {
    const peak = peaks.get(step);
    print(
      `  ${step.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s  ${
        (peak === undefined ? "–" : mib(peak)).padStart(24)
      }`,
    );
  }
}

const root = Deno.makeTempDirSync({ prefix: "motiflow-scale-", dir: Deno.env.get("SCALE_FOLDER") });
try {
  Deno.mkdirSync(join(root, "data"));
  Deno.writeTextFileSync(join(root, "motiflow.json"), '{ "version": 1, "name": "scale" }');
  Deno.writeTextFileSync(join(root, "w.yaml"), whole ? study(kind) : frozen(kind));
  if (!whole) {
    Deno.writeFileSync(join(root, "encoder.onnx"), sampleModel({ input: [channels, sensors, 100] }).onnx);
    Deno.mkdirSync(join(root, "known"));
    for (let r = 0; r < 3; r++) writeRecording(join(root, "known"), kind, r, samples, count + 2 + r);
  }
  for (let r = 0; r < count; r++) writeRecording(join(root, "data"), kind, r, samples, r);
  const input = bytesBelow(join(root, "data"));
  print(`${windows} windows of ${count} recordings (${kind}, ${mib(input)}), simulated; n = 1 each`);
  const row = (what: string, { seconds, cpu, memory }: Awaited<ReturnType<typeof run>>) =>
    print(
      `${what.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s  ${cpu.toFixed(1).padStart(7)} s cpu  ${
        mib(memory).padStart(9)
      }`,
    );
  const cold = await run(root);
  row("cold", cold);
  printSteps(root, cold.peaks);
  print(
    `store                    ${
      (bytesBelow(join(root, ".motiflow", "objects")) / input).toFixed(2)
    } of the input`,
  );
  row("again", await run(root));
  if (!whole) {
    writeRecording(join(root, "data"), kind, Math.floor(count / 2), samples, count + 1);
    const one = await run(root);
    row("one recording changed", one);
    print(`that is ${(100 * one.cpu / cold.cpu).toFixed(1)} % of the cold processor time`);
  }
} finally {
  Deno.removeSync(root, { recursive: true });
}
