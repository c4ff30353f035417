/** The workflow that compares poolings, small: simulated people in place of HAPT. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { Rig } from "./rig.ts";

Deno.test("pooling-hapt.yaml tables accuracy in float and in 8 bits by pooling, with n, interval and origin", async () => {
  const shipped = await Deno.readTextFile(new URL("../../workflows/pooling-hapt.yaml", import.meta.url));
  const { steps, matrix, ...rest } = parse(shipped);
  const { recordings: _, windows: __, ...others } = steps;
  const workflow = {
    ...rest,
    params: { ...rest.params, epochs: 1 },
    matrix: { pooling: matrix.pooling, fold: [0, 1] },
    steps: {
      recordings: { uses: "load", with: { source: "simulate", subjects: 6, minutes: 1, seed: 3 } },
      windows: { uses: "window", from: "recordings", with: { length: 50, hop: 50 } },
      ...others,
      split: { ...others.split, with: { ...others.split.with, folds: 2 } },
      model: { ...others.model, with: { ...others.model.with, widths: [4, 4, 4] } },
    },
  };
  await using rig = await Rig.open({ "workflows/pooling.yaml": JSON.stringify(workflow) });
  const ran = await rig.run("run", "workflows/pooling.yaml", "--jobs", "1");
  assert.equal(ran.code, 0, ran.stderr);
  const { metrics, tables } = JSON.parse(await rig.read("out/pooling-hapt/summary/metrics.json"));
  const names = matrix.pooling.map((value: string[]) => JSON.stringify(value));
  assert.deepEqual(tables.variants.map((row: { pooling: string }) => row.pooling), names);
  for (const name of names) {
    const [float, int8, change] = ["accuracy", "accuracy_int8", "accuracy_int8_change"].map((key) =>
      metrics[`${key}[${name}]`]
    );
    // All windows of all six people, the same for both.
    assert.equal(int8.total, float.total);
    assert.deepEqual([float.n, int8.n, float.origin, int8.origin], [2, 2, "simulated", "estimated"]);
    assert.ok(Math.abs(change.value - (int8.value - float.value)) < 1e-9);
    for (const { interval } of [float, int8]) assert.match(interval.method, /6 subjects in 2 folds/);
  }
  // The maps of a pooled deviation are where the device ends; 8 bits leave most codes as they are either way.
  for (const name of names) assert.ok(metrics[`code_agreement_int8[${name}]`].value > 0.8, name);
  const page = await rig.read("out/pooling-hapt/report/report.html");
  assert.match(page, /accuracy in 8 bits/);
  assert.match(page, /estimated on CPU by the export/);
});
