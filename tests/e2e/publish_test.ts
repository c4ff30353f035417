import assert from "node:assert/strict";
import { join } from "node:path";
import { library, Rig } from "./rig.ts";

/** A step that publishes a number, read from a file where there is one. */
const step = `import { z } from "zod";
import { Metrics } from "${library("artifacts/metrics.ts")}";
import { defineStep } from "${library("steps/define.ts")}";
export default defineStep({
  type: "count", summary: "Count files", inputs: {},
  params: z.strictObject({ path: z.string().optional(), x: z.number().default(1) }),
  outputs: { metrics: Metrics },
  files: ({ path }) => path === undefined ? [] : [{ name: "path", pattern: path }],
  async run({ params, files }) {
    const value = params.x * (files.path?.length ?? 1);
    return { metrics: { metrics: { v: { value, n: 1, of: "runs", origin: "measured" } }, tables: {}, details: {} } };
  },
});
`;

Deno.test("what a person put where a step publishes stays, and plan and run say what is in the way", async () => {
  await using rig = await Rig.open({
    "count.ts": step,
    "out/metrics.json": "notes of three months",
    "w.yaml": "steps:\n  a: { uses: ./count.ts, publish: out }\n",
    "thesis": "my only copy",
    "t.yaml": "steps:\n  a: { uses: ./count.ts, publish: thesis/results }\n",
  });
  for (let i = 0; i < 2; i++) {
    const { code, stderr } = await rig.run("run", "w.yaml");
    assert.equal(code, 2);
    assert.match(stderr, /out\/metrics\.json is there and is not of an earlier publication/);
  }
  assert.equal(await rig.read("out/metrics.json"), "notes of three months");
  const plan = await rig.run("plan", "w.yaml");
  assert.equal(plan.code, 2);
  assert.match(plan.stderr, /out\/metrics\.json is there/);
  const thesis = await rig.run("plan", "t.yaml");
  assert.deepEqual([thesis.code, /thesis is there/.test(thesis.stderr)], [2, true]);
  assert.equal((await rig.run("run", "t.yaml")).code, 2);
  assert.equal(await rig.read("thesis"), "my only copy");
});

Deno.test("the summary names the folders that were published and those that are left over", async () => {
  const workflow = (cells: string) =>
    `matrix: { x: [${cells}] }
steps:
  a: { uses: ./count.ts, with: { x: "\${{ matrix.x }}" }, publish: "out/\${{ matrix.x }}" }
`;
  await using rig = await Rig.open({ "count.ts": step, "w.yaml": workflow("1, 2") });
  assert.match((await rig.run("run", "w.yaml")).stdout, /^published: out\/1\/x=1, out\/2\/x=2$/m);
  assert.ok(rig.exists("out/2/x=2/metrics.json"));
  await rig.write("w.yaml", workflow("1"));
  const { stdout } = await rig.run("run", "w.yaml");
  assert.match(stdout, /^published: out\/1\/x=1$/m);
  assert.match(stdout, /^left over from earlier runs.*: out\/2\/x=2$/m);
});

Deno.test("plan counts the files of each request, and its exit code tells work from mistakes", async () => {
  await using rig = await Rig.open({
    "count.ts": step,
    "w.yaml": 'steps:\n  a: { uses: ./count.ts, with: { path: "data/*.csv" } }\n',
    "bad.yaml": "steps:\n  a: { uses: ./cont.ts }\n",
  });
  const missing = await rig.run("plan", "w.yaml");
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /Cannot find files: the folder .*data does not exist/);
  const told = JSON.parse((await rig.run("plan", "w.yaml", "--json")).stdout);
  assert.equal(told.ok, false);
  assert.match(told.tasks[0].problem, /Cannot find files/);
  assert.equal((await rig.run("plan", "bad.yaml", "--exit-code")).code, 2);

  for (const name of ["a", "b", ".c"]) await rig.write(`data/${name}.csv`, name);
  const plan = await rig.run("plan", "w.yaml");
  assert.equal(plan.code, 0);
  assert.match(plan.stdout, /run +a +first time; data\/\*\.csv: 2 files/);
  assert.equal((await rig.run("plan", "w.yaml", "--exit-code")).code, 4);
  assert.equal((await rig.run("plan", "w.yaml", "--exit-code", "--json")).code, 4);
  assert.equal((await rig.run("run", "w.yaml")).code, 0);
  assert.equal((await rig.run("plan", "w.yaml", "--exit-code")).code, 0);
  await Deno.symlink(join(rig.root, "gone"), join(rig.root, "data/d.csv"));
  assert.equal((await rig.run("plan", "w.yaml", "--exit-code")).code, 2);
});
