/** `load` of loggers' files by shards, with what is asked for of wearers' accelerometers: the same as of all at once. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { Recordings } from "../../lib/artifacts/recordings.ts";
import { readShardList } from "../../lib/artifacts/shards.ts";
import { Random } from "../../lib/random.ts";
import { planFrom } from "../engine/from_yaml.ts";
import { Project } from "../engine/project.ts";
import { makeCwa } from "../signal/read/devices/make_device_files.ts";

const begin = Date.UTC(2026, 2, 4, 23, 30) / 1000;

/** An hour at 100 Hz, still in another direction every minute, with a gain of 1.05 that calibration finds. */
function writeLogger(project: Project, person: number, serial: number, prefix = ""): void {
  const random = new Random(person);
  const sample = (t: number) => {
    const minute = Math.floor(t / 6000);
    const z = 1 - 2 * ((minute * 0.618 + person / 7) % 1);
    const [r, angle] = [Math.sqrt(1 - z * z), 2.4 * minute];
    // Moves for a quarter of each minute; where it lies still, less than a count.
    const moved = t % 6000 < 1500 ? 0.6 * (random.uniform() - 0.5) : 0;
    return [r * Math.cos(angle), r * Math.sin(angle), z].map((v) => Math.round(256 / 1.05 * (v + moved)));
  };
  const blocks = Array.from({ length: 3000 }, (_, k) => ({
    begin: begin + 1.2 * k,
    sequence: k,
    counts: Array.from({ length: 120 }, (_, i) => sample(120 * k + i)),
  }));
  project.write("data/.keep", "");
  Deno.writeFileSync(
    project.path(`data/${prefix}p${person}.cwa`),
    makeCwa({ blocks, fractions: true, serial }),
  );
}

const workflow = (path: string) => `
version: 1
name: w
steps:
  recordings: { uses: load, with: { source: device, path: "${path}", calibrate: true, non_wear: report,
    subject: { from: filename, pattern: "(p[0-9]+)" } } }
`;

/** The artifact of a run, what was said, and how many shards it has. */
async function loaded(project: Project, path: string, mapped: boolean) {
  const engine = await project.open({ workers: true });
  const plan = await planFrom(project, workflow(path));
  if (!mapped) { for (const task of plan.tasks) delete task.map; }
  const { status, tasks: [task] } = await engine.run(plan);
  assert.equal(status, "succeeded", task.error);
  const { dir } = Object.values(task.outputs)[0]!;
  const { recordings, ...set } = await Recordings.read(dir);
  return {
    shards: readShardList(dir, "Recordings")?.shards.length,
    value: { ...set, recordings: recordings.map((r) => ({ ...r })), warnings: task.warnings },
  };
}

Deno.test("files of loggers are loaded by shards, calibrated and summed up by days as all at once", async () => {
  await using project = new Project();
  for (const person of [1, 2]) writeLogger(project, person, person);
  const mapped = await loaded(project, "data", true);
  assert.equal(mapped.shards, 2);
  await Deno.rename(project.path("data"), project.path("other"));
  const whole = await loaded(project, "other", false);
  assert.equal(whole.shards, undefined);
  assert.deepEqual(mapped.value, whole.value);
  const { calibration, days } = mapped.value.quality!;
  assert.deepEqual(calibration!.map((c) => [c.device, c.applied]), [["1", true], ["2", true]]);
  for (const { gain } of calibration!) {
    for (const g of gain) assert(Math.abs(g / 1.05 - 1) < 0.005, `${gain}`);
  }
  assert.deepEqual(days!.map((d) => [d.subject, d.day, d.hours]), [
    ["p1", "2026-03-04", 0.5],
    ["p1", "2026-03-05", 0.5],
    ["p2", "2026-03-04", 0.5],
    ["p2", "2026-03-05", 0.5],
  ]);
});

Deno.test("loggers with files of intervals beside them are loaded by shards, and one changed list costs one of them", async () => {
  await using project = new Project();
  const list = (...rows: string[]) => `start,end,label\n${rows.join("\n")}\n`;
  for (const person of [1, 2, 3]) {
    // Names that are equal up to their first dot: of all at once as of each alone, a list has one recording.
    writeLogger(project, person, person, "s.");
    project.write(`data/s.p${person}.labels.csv`, list("0,60,walk", `60,${60 + 10 * person},sit`));
  }
  const text = `
version: 1
name: w
steps:
  recordings: { uses: load, with: { source: device, path: data,
    label: { from: intervals, files: '\\.labels\\.csv$' }, subject: { from: filename, pattern: "(p[0-9]+)" } } }
`;
  /** What is read, and how many shards were made for it. */
  const load = async (mapped = true) => {
    const engine = await project.open({ workers: true });
    const plan = await planFrom(project, text);
    if (!mapped) { for (const task of plan.tasks) delete task.map; }
    const actions = project.path(".motiflow", "actions");
    const records = () =>
      existsSync(actions)
        ? readdirSync(actions, { recursive: true }).filter((name) => `${name}`.endsWith(".json")).length
        : 0;
    const before = records();
    const { status, tasks: [task] } = await engine.run(plan, mapped ? {} : { force: ["recordings"] });
    assert.equal(status, "succeeded", task.error);
    const { dir } = Object.values(task.outputs)[0]!;
    const { recordings, ...set } = await Recordings.read(dir);
    const value = { ...set, recordings: recordings.map((r) => ({ ...r })), warnings: task.warnings };
    return { value, shards: readShardList(dir, "Recordings")?.shards.length, made: records() - before };
  };
  const mapped = await load();
  assert.deepEqual([mapped.shards, mapped.made], [3, 4]);
  assert.deepEqual(mapped.value.labelNames, ["sit", "walk"]);
  assert.deepEqual(mapped.value, (await load(false)).value);

  project.write("data/s.p2.labels.csv", list("0,60,run"));
  const changed = await load();
  assert.deepEqual([changed.shards, changed.made], [3, 2]);
  assert.deepEqual(changed.value.labelNames, ["run", "sit", "walk"]);

  // What is said of some intervals holds of all files together; a list that is not there has no recording alone either.
  project.write("data/s.p2.labels.csv", list("9000,9060,run"));
  const outside = await load();
  assert.equal(outside.shards, undefined);
  assert.match(outside.value.warnings!.join("\n"), /^1 of 5 label intervals lie outside/m);
  Deno.removeSync(project.path("data/s.p2.labels.csv"));
  const missing = await load();
  assert.equal(missing.shards, undefined);
  assert.match(missing.value.warnings!.join("\n"), /^1 of 3 recordings have no label interval/m);
});
