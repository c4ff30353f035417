/**
 * `kill -9` at random moments of a real run: the production workflow with its own step types, made small. After each a
 * plain rerun must end with the bytes of an undisturbed run. `MOTIFLOW_KILLS=300` runs the long version.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../lib/random.ts";
import { Rig } from "./rig.ts";

const kills = Number(Deno.env.get("MOTIFLOW_KILLS") ?? 2);
const repository = fileURLToPath(new URL("../../", import.meta.url));

/** The production workflow with little data; measured times, which differ by nature, stay out of what is published. */
function smallProduction(): string {
  let text = Deno.readTextFileSync(join(repository, "workflows/production.yaml"));
  const small: [from: string, to: string][] = [
    ["subjects: 24, minutes: 6", "subjects: 6, minutes: 1"],
    ["epochs: 12", "epochs: 1"],
    ["  k: 12", "  k: 4"],
    ["from: [bundle, hef, device, summary, model]", "from: [bundle, hef, summary, model]"],
    ["bundle, hef, device, package]", "bundle, hef, package]"],
    [
      "    from: metrics\n    over: fold\n",
      "    from: metrics\n    over: fold\n    publish: out/production/summary\n",
    ],
    // Six people after one epoch meet no limit.
    ["at_least: 0.85", "at_least: 0, on: value"],
    ["at_most: 0.1 ", "at_most: 9, on: value "],
    // Its limits are for more data than this.
    ["alerts:", "x-alerts:"],
  ];
  for (const [from, to] of small) {
    assert.ok(text.includes(from), `production.yaml has no longer: ${from}`);
    text = text.replaceAll(from, to);
  }
  return text.slice(0, text.indexOf("x-alerts:"));
}

/** SHA-256 of every file below a folder by path. */
async function hashes(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) Object.assign(found, await hashes(path));
    else found[path] = new Uint8Array(await crypto.subtle.digest("SHA-256", Deno.readFileSync(path))).toHex();
  }
  return found;
}

/** Forgets all results, but not what is known of the program's modules. */
function forget(rig: Rig): void {
  for (const { name } of [...Deno.readDirSync(join(rig.root, ".motiflow"))]) {
    if (name !== "stat.json") Deno.removeSync(join(rig.root, ".motiflow", name), { recursive: true });
  }
  if (rig.exists("out")) Deno.removeSync(join(rig.root, "out"), { recursive: true });
}

Deno.test(`production run killed at any moment and run again publishes the same bytes (tests 1 and 2, ${kills} kills)`, async () => {
  await using rig = await Rig.open({ "small.yaml": smallProduction() });
  // The notebook imports the program from beside it.
  Deno.copyFileSync(join(repository, "deno.json"), join(rig.root, "deno.json"));
  Deno.symlinkSync(join(repository, "lib"), join(rig.root, "lib"));
  await Deno.mkdir(join(rig.root, "notebooks"));
  Deno.copyFileSync(join(repository, "notebooks/report.ipynb"), join(rig.root, "notebooks/report.ipynb"));

  const began = performance.now();
  const undisturbed = await rig.run("run", "small.yaml");
  let whole = performance.now() - began;
  assert.equal(undisturbed.code, 0, undisturbed.stdout + undisturbed.stderr);
  const right = await hashes(join(rig.root, "out"));
  assert.ok(Object.keys(right).length > 50);

  const rng = new Random(3);
  let killed = 0;
  for (let kill = 0; killed < kills; kill++) {
    forget(rig);
    const started = performance.now();
    const child = rig.start("run", "small.yaml");
    const moment = rng.between(0, whole);
    const timer = setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It ended in this very moment.
      }
    }, moment);
    const { signal } = await child.output();
    clearTimeout(timer);
    if (signal === "SIGKILL") killed++;
    // It ended before its moment, which then was none: the machine is faster than it was.
    else whole = Math.min(whole, performance.now() - started);
    const again = await rig.run("run", "small.yaml");
    const context = `kill ${kill} after ${moment.toFixed(0)} ms (${signal ?? "too late"})`;
    assert.equal(again.code, 0, `${context}\n${again.stdout}${again.stderr}`);
    assert.deepEqual(await hashes(join(rig.root, "out")), right, context);
    if (kill % 10 === 9) console.log(`${kill + 1} runs, ${killed} killed before their end`);
  }
});
