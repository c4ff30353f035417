/**
 * Speed of getting data in: simulator, tables, published archives, windows and splits; tables beside pandas' C reader or
 * NumPy where a Python with one of them is on PATH (or named in PYTHON). A table is read by a process of its own, on one
 * core where `taskset` is there, and its peak memory is told.
 *
 * `deno run -A tests/bench/load.ts [ROWS]`, 2 300 000 rows (300 MB) by default.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../lib/random.ts";
import { readHapt } from "../../lib/signal/read/published/hapt.ts";
import { assessQuality } from "../../lib/signal/quality.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import { readSpSwHar } from "../../lib/signal/read/published/sp_sw_har.ts";
import { splitByGroup } from "../../lib/signal/split/split_by_group.ts";
import { addGravity } from "../../lib/signal/triads.ts";
import { cutWindows } from "../../lib/signal/window/windows.ts";

const rows = Number(Deno.args[0] ?? 2_300_000);
const channels = 12;

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));

/** Runs `work` once and prints what it took. */
async function measure<T>(what: string, work: () => T | Promise<T>, note: (value: T) => string): Promise<T> {
  const start = performance.now();
  const value = await work();
  const seconds = (performance.now() - start) / 1000;
  print(`${what.padEnd(44)} ${seconds.toFixed(2).padStart(7)} s   ${note(value)}`);
  return value;
}

/** A table of `rows` rows, written in pieces. */
function writeTable(path: string): number {
  const file = Deno.openSync(path, { create: true, write: true, truncate: true });
  const rng = new Random(1);
  const names = Array.from({ length: channels }, (_, c) => `${"abcd"[Math.floor(c / 3)]}_${"xyz"[c % 3]}`);
  let text = `time,${names.join(",")},label\n`;
  for (let i = 0; i < rows; i++) {
    text += (i / 50).toFixed(2);
    for (let c = 0; c < channels; c++) text += `,${(9.81 * rng.normal()).toFixed(6)}`;
    text += i % 10_000 < 5000 ? ",walk\n" : ",sit\n";
    if (text.length > 1 << 20 || i === rows - 1) {
      file.writeSync(new TextEncoder().encode(text));
      text = "";
    }
  }
  file.close();
  return Deno.statSync(path).size;
}

/** The same table by pandas, or else by NumPy. */
const script = `
import sys, time
start = time.perf_counter()
try:
    import pandas
    pandas.read_csv(sys.argv[1]).iloc[:, 1:-1].to_numpy("float32")
    name = "pandas.read_csv " + pandas.__version__
except ImportError:
    import numpy
    numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1, usecols=range(1, ${channels + 1}), dtype="float32")
    name = "numpy.loadtxt " + numpy.__version__ + ", numbers only"
import resource
print(time.perf_counter() - start, "peak %.0f MB," % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), name)
`;
import { asTheyAre } from "./others.ts";

/** Runs a program on one core; what it printed, or undefined where it cannot run. */
async function onOneCore(program: string, args: string[]): Promise<string | undefined> {
  const ways: [string, string[]][] = [["taskset", ["-c", "0", program, ...args]], [program, args]];
  for (const [command, all] of ways) {
    try {
      const env = program === Deno.execPath() ? {} : asTheyAre;
      const { success, stdout } = await new Deno.Command(command, { args: all, env, stderr: "null" })
        .output();
      if (success) return new TextDecoder().decode(stdout).trim();
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** The fastest of its runs, of which every line begins with the seconds. */
function fastest(lines: readonly (string | undefined)[]): [seconds: number, facts: string] | undefined {
  const runs = lines.filter((line) => line !== undefined).map((line): [number, string] => {
    const [seconds, ...facts] = line.split(" ");
    return [Number(seconds), facts.join(" ")];
  });
  return runs.length === 0 ? undefined : runs.reduce((a, b) => b[0] < a[0] ? b : a);
}

/** Reads the table in turns with Python, three times each, so that a busy machine is busy for both. */
async function readTable(path: string, size: number): Promise<void> {
  const here = fileURLToPath(new URL("load_table.ts", import.meta.url));
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const pythons = [Deno.env.get("PYTHON") ?? "python3", "/usr/bin/python3"];
  const withPandas = [];
  for (const python of pythons) {
    if (await onOneCore(python, ["-c", "import pandas"]) !== undefined) withPandas.push(python);
  }
  const python = withPandas[0] ?? pythons[0];
  const [ours, theirs]: (string | undefined)[][] = [[], []];
  for (let k = 0; k < 3; k++) {
    ours.push(await onOneCore(Deno.execPath(), ["run", "-A", "--quiet", "--config", config, here, path]));
    theirs.push(await onOneCore(python, ["-c", script, path]));
  }
  const text = `${(size / 1e6).toFixed(0)} MB of text`;
  for (
    const [what, best] of [
      [`CSV, ${rows} rows × ${channels + 2} columns`, fastest(ours)],
      ["  the same by Python", fastest(theirs)],
    ] as const
  ) {
    print(
      best === undefined
        ? `${what.padEnd(44)}         not measured: it is not here`
        : `${what.padEnd(44)} ${best[0].toFixed(2).padStart(7)} s   ${
          best[1]
        }; ${text}, best of 3 on one core`,
    );
  }
}

const people = await measure(
  "simulate 12 subjects × 40 min",
  () => simulateRecordings({ subjects: 12, minutes: 40, seed: 7 }),
  (set) => `${set.recordings.reduce((n, r) => n + r.data.length, 0)} values`,
);
await measure(
  "assess their quality",
  () => assessQuality(people),
  ({ warnings }) => `${warnings.length} warnings`,
);
const windows = await measure(
  "cut windows of 100 every 5 samples",
  () => cutWindows(people, { length: 100, hop: 5, within: "recording" }),
  (w) => `${w.start.length} windows`,
);
const options = { folds: 5, fold: 0, test: 0, validation: 0.15 };
await measure("split by subject", () => splitByGroup(windows, options, new Random(1)), (s) => s.rule);
await measure(
  "gravity of both sensors",
  () => addGravity(people),
  (set) => `${set.channels.length} channels`,
);

const dir = await Deno.makeTempDir();
try {
  const path = join(dir, "table.csv");
  const size = writeTable(path);
  await readTable(path, size);
} finally {
  await Deno.remove(dir, { recursive: true });
}

const data = (name: string) => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
for (
  const [name, read] of [
    ["hapt.zip", readHapt],
    ["sp-sw-har.zip", (paths: string[]) => readSpSwHar(paths, { rate: 100, maxGap: 0.2 })],
  ] as const
) {
  try {
    Deno.statSync(data(name));
  } catch {
    print(`${name} is not in ../shared/data`);
    continue;
  }
  await measure(name, () => read([data(name)]), (set) => `${set.recordings.length} recordings`);
}
