/**
 * Speed and memory of reading loggers' files, beside a plain block-by-block decoder in Python with NumPy
 * (tests/reference/devices.py). Each reads in a process of its own; processor time is told.
 *
 * `deno run -A tests/bench/devices.ts [HOURS]`, 24 hours at 100 Hz by default.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../lib/random.ts";
import { makeCwa, makeGeneactiv, makeGt3x, sixteenBits } from "../signal/read/devices/make_device_files.ts";
import { asTheyAre } from "./others.ts";

const begin = Date.UTC(2026, 0, 5) / 1000;
const random = new Random(1);
const noise = (n: number) =>
  Array.from({ length: n }, () => [0, 0, 256].map((v) => Math.round(v + 20 * random.normal())));
/** Pieces of noise, used again and again, so far apart that packing finds no repeats. */
const pieces = 400;
const pool = (samples: number) => Array.from({ length: pieces }, () => noise(samples));

/** Writes a file of so many seconds at 100 Hz. */
function write(path: string, ending: string, seconds: number): void {
  using file = Deno.openSync(path, { create: true, write: true, truncate: true });
  const inPieces = (count: number, piece: (from: number, to: number) => Uint8Array) => {
    for (let k = 0; k < count; k += 1000) file.writeSync(piece(k, Math.min(count, k + 1000)));
  };
  const range = <T>(from: number, to: number, make: (k: number) => T) =>
    Array.from({ length: to - from }, (_, i) => make(from + i));
  if (ending === "cwa") {
    const counts = pool(120);
    inPieces(seconds * 100 / 120, (from, to) => {
      const block = (k: number) => ({ begin: begin + 1.2 * k, sequence: k, counts: counts[k % pieces] });
      return makeCwa({ blocks: range(from, to, block), fractions: true }).subarray(from === 0 ? 0 : 1024);
    });
  } else if (ending === "gt3x") {
    const payloads = pool(100).map(sixteenBits);
    const log = range(0, seconds, (k) => ({ type: 26, second: begin + k, payload: payloads[k % pieces] }));
    file.writeSync(makeGt3x({ log }, { "Sample Rate": "100" }, begin));
  } else {
    const counts = pool(300);
    inPieces(seconds / 3, (from, to) => {
      const text = new TextDecoder().decode(
        makeGeneactiv(range(from, to, (k) => ({ begin: begin + 3 * k, counts: counts[k % pieces] }))),
      );
      return new TextEncoder().encode(from === 0 ? text : text.slice(text.indexOf("Recorded Data")));
    });
  }
}

/** Reads one file as `load` does, in a process of its own. */
const child = `
import reader from ${
  JSON.stringify(new URL("../../lib/signal/read/sources/device.ts", import.meta.url).href)
};
const [path] = Deno.args;
const params = reader.params.parse({ source: "device", path });
const set = await reader.read(params, { paths: [path], progress() {}, warn() {}, measured() {} });
const samples = set.recordings.reduce((n, r) => n + r.samples, 0);
const { user, system } = process.cpuUsage();
const peak = /VmHWM:\\s*(\\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1];
console.log(JSON.stringify({ seconds: (user + system) / 1e6, samples, peak: peak / 1024 }));
`;

async function output(command: string, args: string[]) {
  try {
    const env = command === Deno.execPath() ? {} : asTheyAre;
    const { success, stdout } = await new Deno.Command(command, { args, env, stderr: "inherit" }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch {
    return undefined;
  }
}

const seconds = 3600 * Number(Deno.args[0] ?? 24);
const dir = await Deno.makeTempDir();
try {
  const script = join(dir, "child.ts");
  await Deno.writeTextFile(script, child);
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const reference = fileURLToPath(new URL("../reference/devices.py", import.meta.url));
  for (const ending of ["cwa", "gt3x", "bin"]) {
    const path = join(dir, `week.${ending}`);
    write(path, ending, seconds);
    const size = (Deno.statSync(path).size / 1e6).toFixed(0);
    const rounds: { ours: number; theirs: number | undefined; peak: number; samples: number }[] = [];
    for (let k = 0; k < 3; k++) {
      const own = await output(Deno.execPath(), [
        "run",
        "-A",
        "--quiet",
        "--no-check",
        "--config",
        config,
        script,
        path,
      ]);
      const other = await output("python3", [reference, "--time", path]);
      rounds.push({ ours: own.seconds, theirs: other?.seconds, peak: own.peak, samples: own.samples });
    }
    const median = (x: number[]) => x.sort((a, b) => a - b)[x.length >> 1];
    const ours = median(rounds.map((r) => r.ours));
    const known = rounds.map((r) => r.theirs).filter((t) => t !== undefined);
    const result = rounds[0].samples * 12 / 1e6;
    console.log(
      `.${ending} ${size} MB, ${rounds[0].samples} samples: ${ours.toFixed(2)} s with start, peak ${
        Math.max(...rounds.map((r) => r.peak)).toFixed(0)
      } MB (result ${result.toFixed(0)} MB)${
        known.length === 0 ? "" : `; NumPy block by block ${median(known).toFixed(2)} s without start`
      }, medians of 3`,
    );
  }
} finally {
  await Deno.remove(dir, { recursive: true });
}
