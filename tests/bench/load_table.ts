/** Reads one table and prints seconds, peak memory and the size of what was read; a helper of `load.ts`. */
import { readCsv } from "../signal/read/read_files.ts";

const start = performance.now();
const { recordings } = await readCsv([Deno.args[0]], {
  missing: "error",
  maxGap: 0.2,
  minSeconds: 1,
  short: "error",
  unsorted: "error",
  time: "time",
  label: "label",
});
const seconds = (performance.now() - start) / 1000;
const bytes = recordings.recordings.reduce((n, r) => n + r.samples * recordings.channels.length * 4, 0);
let peak = "";
try {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
  peak = `peak ${Math.round(Number(kilobytes) / 1024)} MB, `;
} catch {
  // Only Linux tells.
}
Deno.stdout.writeSync(
  new TextEncoder().encode(`${seconds} ${peak}${(bytes / 1e6).toFixed(0)} MB of float32\n`),
);
