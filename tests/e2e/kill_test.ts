/**
 * `kill -9` at random moments of a real run: the production workflow with its own step types, made small. After each a
 * plain rerun must end with the bytes of an undisturbed run. `MOTIFLOW_KILLS=300` runs the long version, from
 * `MOTIFLOW_SEED` on in pieces, with counts in the file `MOTIFLOW_TALLY`.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../lib/random.ts";
import { Tally } from "../engine/tally.ts";
import { Rig } from "./rig.ts";

const kills = Number(Deno.env.get("MOTIFLOW_KILLS") ?? 1);
const seed = Number(Deno.env.get("MOTIFLOW_SEED") ?? 3);
const repository = fileURLToPath(new URL("../../", import.meta.url));

/** The production workflow with little data; measured times, which differ by nature, stay out of what is published. */
function smallProduction(): string {
  let text = Deno.readTextFileSync(join(repository, "workflows/production.yaml"));
  const small: [from: string, to: string][] = [
    ["subjects: 24, minutes: 6", "subjects: 6, minutes: 1"],
    ["epochs: 8", "epochs: 1"],
    ["fold: [0, 1, 2]", "fold: [0, 1]"],
    ["folds: 3", "folds: 2"],
    ["modes:", "launches: 1, iterations: 20, warmup: 0, modes:"],
    ["  k: 12", "  k: 4"],
    [
      "bundle: { uses: export, from: [model, windows, all]",
      "bundle: { uses: export, from: [model, windows, all], with: { calibration_windows: 64, int8_windows: 64 }",
    ],
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

/** The beginning of the report's notebook: answer, data and split. */
function shortNotebook(): string {
  const notebook = JSON.parse(Deno.readTextFileSync(join(repository, "notebooks/report.ipynb")));
  return JSON.stringify({ ...notebook, cells: notebook.cells.slice(0, 7) });
}

/**
 * What a report tells of when and in which run its results were made, which differs by nature; also keys of steps that
 * read environment variables, as a store that was forgotten has lost its secret.
 */
const whenMade =
  /(?<=key\W{1,12})[0-9a-f]{64}|\d{8}-\d{9}-[0-9a-f]{4}|\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=seconds\W{1,12})[\d.e-]+/g;

/** SHA-256 of every file below a folder by path. */
async function hashes(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) Object.assign(found, await hashes(path));
    else found[path] = new Uint8Array(await crypto.subtle.digest("SHA-256", content(path))).toHex();
  }
  return found;
}

function content(path: string): Uint8Array<ArrayBuffer> {
  const bytes = Deno.readFileSync(path);
  if (!/report\.(html|ipynb)$/.test(path)) return bytes;
  return new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll(whenMade, ""));
}

/** Reads all that a run says, and tells after each task how many have ended. */
async function heard(child: Deno.ChildProcess, onEnd: (tasks: number) => void): Promise<string> {
  const printed = new Response(child.stdout).text();
  let said = "";
  let ended = 0;
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += part;
    for (const all = said.split("\ndone ").length - 1; ended < all;) onEnd(++ended);
  }
  return await printed + said;
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
  await rig.write("notebooks/report.ipynb", shortNotebook());

  const undisturbed = rig.start("run", "small.yaml");
  const began = performance.now();
  const ends: number[] = [0];
  const said = await heard(undisturbed, () => ends.push(performance.now() - began));
  const whole = performance.now() - began;
  assert.equal((await undisturbed.status).code, 0, said);
  const right = await hashes(join(rig.root, "out"));
  assert.ok(Object.keys(right).length > 50);

  const rng = new Random(seed);
  const tally = new Tally("kills");
  for (let killed = 0; killed < kills;) {
    forget(rig);
    const child = rig.start("run", "small.yaml");
    // As many tasks have ended by then, and as long ago: the machine is not always as fast.
    const moment = rng.between(0, whole);
    const tasks = ends.findLastIndex((end) => end <= moment);
    const kill = (done: number) => {
      if (done !== tasks) return;
      setTimeout(() => {
        try {
          child.kill("SIGKILL");
        } catch {
          // It ended in this very moment.
        }
      }, moment - ends[tasks]!);
    };
    kill(0);
    await heard(child, kill);
    // It ended before its moment, which then was none.
    if ((await child.status).signal !== "SIGKILL") continue;
    await tally.case(async () => {
      const again = await rig.run("run", "small.yaml");
      const context = `kill ${killed} of seed ${seed} after ${tasks} tasks`;
      assert.equal(again.code, 0, `${context}\n${again.stdout}${again.stderr}`);
      assert.deepEqual(await hashes(join(rig.root, "out")), right, context);
    });
    killed++;
  }
  tally.end();
});
