import assert from "node:assert/strict";
import { join } from "node:path";
import { scheduledJobs } from "../../lib/schedule/schedule_files.ts";
import { registry } from "../../lib/steps/registry.ts";

const workflow = (cron: string, zone = "UTC") =>
  `steps: { recordings: { uses: load, with: { source: simulate } } }
schedule: { cron: "${cron}", timezone: ${zone} }
`;

/** A folder of workflows, and what is found in it turn by turn. */
async function withFolder(
  use: (folder: string, turn: () => Promise<{ jobs: string[]; warnings: string[] }>) => Promise<void>,
) {
  const folder = Deno.makeTempDirSync();
  const told: string[] = [];
  const read = scheduledJobs(folder, folder, { registry, onWarning: (message) => told.push(message) });
  try {
    await use(folder, async () => ({
      jobs: (await read()).jobs.map(({ file, cron }) => `${file} ${cron}`),
      warnings: told.splice(0),
    }));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

for (
  const [what, broken] of [
    ["a slip in its cron text", workflow("0 25 * * 1")],
    ["a time zone that does not exist", workflow("0 3 * * 1", "Mars/Base")],
    ["no text yet", ""],
    ["half of its text", workflow("0 3 * * 1").slice(0, 30)],
    ["a step type that is a name of every object", workflow("0 3 * * 1").replace("load", "constructor")],
    ["bytes that are no text", "\xff\xfe\x00"],
  ] as const
) {
  Deno.test(`scheduledJobs() keeps the schedule of a file that has ${what}, says so once, and hides no other`, async () => {
    await withFolder(async (folder, turn) => {
      const [a, b] = [join(folder, "a.yaml"), join(folder, "b.yaml")];
      Deno.writeTextFileSync(a, workflow("0 1 * * *"));
      Deno.writeTextFileSync(b, workflow("0 2 * * *"));
      assert.deepEqual(await turn(), { jobs: ["a.yaml 0 1 * * *", "b.yaml 0 2 * * *"], warnings: [] });
      Deno.writeTextFileSync(a, broken);
      const first = await turn();
      assert.deepEqual(first.jobs, ["a.yaml 0 1 * * *", "b.yaml 0 2 * * *"]);
      assert.equal(first.warnings.length, 1);
      assert.match(first.warnings[0], /a\.yaml/);
      assert.deepEqual((await turn()).warnings, []);
      Deno.writeTextFileSync(a, workflow("0 4 * * *"));
      assert.deepEqual(await turn(), { jobs: ["a.yaml 0 4 * * *", "b.yaml 0 2 * * *"], warnings: [] });
      Deno.writeTextFileSync(a, broken);
      assert.equal((await turn()).warnings.length, 1, "broken anew, so said anew");
    });
  });
}

Deno.test("scheduledJobs() forgets a file that is gone, and goes on when one cannot be opened", async () => {
  await withFolder(async (folder, turn) => {
    for (const name of ["a", "b", "c"]) {
      Deno.writeTextFileSync(join(folder, `${name}.yaml`), workflow("0 1 * * *"));
    }
    assert.equal((await turn()).jobs.length, 3);
    Deno.removeSync(join(folder, "a.yaml"));
    Deno.removeSync(join(folder, "c.yaml"));
    Deno.mkdirSync(join(folder, "c.yaml"));
    assert.deepEqual(await turn(), {
      jobs: ["b.yaml 0 1 * * *"],
      warnings: ["a.yaml is gone and no longer scheduled", "c.yaml is gone and no longer scheduled"],
    });
    assert.deepEqual((await turn()).warnings, []);
  });
});

Deno.test("scheduledJobs() names a broken file that has a schedule, or had one in an earlier life, and no other", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const broken = workflow("0 25 * * 1");
    Deno.writeTextFileSync(join(folder, "has.yaml"), broken);
    Deno.writeTextFileSync(join(folder, "had.yaml"), broken.replace(/schedule.*/, "shedule: 1"));
    Deno.writeTextFileSync(join(folder, "never.yaml"), "steps: [");
    const known = new Map([["had.yaml", { cron: "0 3 * * 1", timezone: "UTC" }]]);
    const { jobs, broken: found } = await scheduledJobs(folder, folder, {
      registry,
      known,
      onWarning() {},
    })();
    assert.deepEqual(jobs, [{ file: "had.yaml", cron: "0 3 * * 1", timezone: "UTC" }]);
    assert.deepEqual(found.map(({ file }) => file), ["had.yaml", "has.yaml"]);
    assert.match(found[1].problem, /has\.yaml:2:\d+: schedule\.cron "0 25 \* \* 1" cannot be read/);
    assert.equal(found[1].source, broken);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("scheduledJobs() tells files of one name outside of the root apart, as their runs do", async () => {
  const [root, folder] = [Deno.makeTempDirSync(), Deno.makeTempDirSync()];
  try {
    Deno.writeTextFileSync(join(folder, "w.yaml"), workflow("0 3 * * 1"));
    const { jobs } = await scheduledJobs(folder, root, { registry, onWarning: assert.fail })();
    assert.deepEqual(jobs.map(({ file }) => file), [join(folder, "w.yaml")]);
  } finally {
    for (const path of [root, folder]) Deno.removeSync(path, { recursive: true });
  }
});

Deno.test("scheduledJobs() sees that a file which it includes, or a step of one's own, breaks and is well again", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const library = new URL("../../lib/", import.meta.url).href;
    const step = `import { z } from "zod";
import { Metrics } from "${library}artifacts/metrics.ts";
export default {
  type: "own", summary: "Nothing", inputs: {}, outputs: { metrics: Metrics }, params: z.strictObject({}),
  run: () => Promise.resolve({ metrics: { metrics: {}, tables: {}, details: {} } }),
};
`;
    const part = "steps: { more: { uses: load, with: { source: simulate } } }\n";
    Deno.mkdirSync(join(folder, "parts"));
    const [included, own] = [join(folder, "parts/more.yaml"), join(folder, "own.ts")];
    Deno.writeTextFileSync(included, part);
    Deno.writeTextFileSync(own, step);
    Deno.writeTextFileSync(
      join(folder, "a.yaml"),
      `include: [parts/more.yaml]\nsteps: { own: { uses: ./own.ts } }\nschedule: { cron: "0 1 * * *", timezone: UTC }\n`,
    );
    const told: string[] = [];
    const read = scheduledJobs(folder, folder, { registry, onWarning: (message) => told.push(message) });
    const state = async () => (await read()).broken.map(({ problem }) => problem);
    assert.deepEqual(await state(), [], told.join("\n"));
    for (const [path, well] of [[included, part], [own, step]]) {
      Deno.writeTextFileSync(path, `${well} [`);
      assert.equal((await state()).length, 1, path);
      Deno.writeTextFileSync(path, well);
      assert.deepEqual(await state(), [], path);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
