import assert from "node:assert/strict";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import { Part } from "../../lib/artifacts/split.ts";
import probeNoise from "../../lib/steps/probe_noise.ts";
import { sampleModel, sampleWindows } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const model = sampleModel();
const windows = sampleWindows(model);
const part = Uint8Array.from(windows.recording, (r) => r === 2 ? Part.unused : Part.test);
const split = {
  part,
  rule: "by subject",
  leaks: false,
  sharesSubjects: false,
  groups: { train: [], validation: [], test: [] },
  details: {},
};

async function probed(params = {}, inputs: object = { split }): Promise<Metrics> {
  return (await runStep(probeNoise, { windows, model, ...inputs }, params)).outputs.metrics;
}

Deno.test("T220 probe-noise counts the codes and decisions that flip, more of them under more noise", async () => {
  const { metrics, tables } = await probed({ noise: [1e-6, 0.05, 0.2, 2] });
  assert.deepEqual(tables.noise.map((r) => r.noise), [0, 1e-6, 0.05, 0.2, 2]);
  const codes = tables.noise.map((r) => r.code_flip_rate as number);
  const labels = tables.noise.map((r) => r.label_flip_rate as number);
  assert.deepEqual([codes[0], codes[1], labels[0]], [0, 0, 0], "nothing flips without noise");
  for (let i = 2; i < codes.length; i++) assert.ok(codes[i] > codes[i - 1], `${codes}`);
  assert.ok(codes[4] > 0.7, "strong noise leaves few codes");
  assert.ok(labels[2] < codes[2], "a decision bears more than a code");
  const { value, n, noInterval } = metrics.code_flip_rate;
  assert.deepEqual([value, n], [codes[2], 120]);
  assert.match(noInterval!, /only \d subjects, an interval needs 5/);
  assert.equal(tables.noise[0].accuracy, (await probed({ noise: [0.05] })).tables.noise[0].accuracy);
});

Deno.test("probe-noise repeats itself, and takes the windows of the part or all of them", async () => {
  assert.deepEqual(await probed(), await probed());
  assert.equal((await probed({ part: "all" })).metrics.code_flip_rate.n, 180);
  assert.equal((await probed({}, {})).metrics.code_flip_rate.n, 180);
  assert.equal((await probed({ max_windows: 50 })).metrics.code_flip_rate.n, 50);
});

Deno.test("probe-noise probes decisions alone of a model without quantiser", async () => {
  const { metrics, tables } = await probed({}, { model: sampleModel({ levels: null }) });
  assert.equal(metrics.code_flip_rate, undefined);
  assert.ok(metrics.label_flip_rate.value! >= 0);
  assert.ok(!("code_flip_rate" in tables.noise[1]));
});

Deno.test("probe-noise refuses an empty part, a split of other windows and a report at a noise that is not probed", async () => {
  await assert.rejects(probed({ part: "validation" }), /the validation part of the split is empty/);
  const other = { split: { ...split, part: new Uint8Array(3) } };
  await assert.rejects(probed({}, other), /the split covers 3 windows, there are 180/);
  const problems = probeNoise.check!(probeNoise.params.parse({ report_at: 0.3 }));
  assert.match(problems[0].message, /must be one of the noises .*, got 0.3/);
});
