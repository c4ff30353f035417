import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import fewLabels from "../../../lib/steps/few_labels.ts";
import train from "../../../lib/steps/train.ts";
import { runStep } from "../../steps/run_step.ts";
import { plantedWindows } from "../discover/planted.ts";

const windows = plantedWindows(8, 40);
const people = (parts: number[]) => ({
  train: parts.flatMap((part, i) => part === Part.train ? [`s${i}`] : []),
  validation: [],
  test: parts.flatMap((part, i) => part === Part.test ? [`s${i}`] : []),
});
const parts = [1, 1, 1, 3, 3, 3, 3, 3];
const split = {
  part: Uint8Array.from(windows.recording, (r) => parts[r]),
  rule: "by subject",
  leaks: false,
  sharesSubjects: false,
  groups: people(parts),
  details: {},
};
const tiny = {
  objective: "discover",
  widths: [4],
  neck: [],
  epochs: 2,
  teachers: 1,
  batch_size: 32,
  levels: [5, 5, 5],
};
const pretrained = async (transductive = false) =>
  (await runStep(train, { windows, split }, { ...tiny, transductive })).outputs.model;
const model = await pretrained();
const params = { draws: 3, per_class: [1, 8], tuned_draws: 1, steps: 12 };

Deno.test("few-labels judges four ways by other people, more labels being more", async () => {
  const { metrics, tables, heldOut } =
    (await runStep(fewLabels, { windows, split, model }, params)).outputs.metrics;
  const rows: Record<string, any>[] = tables.few_labels;
  assert.deepEqual(
    rows.map(({ per_class, way, draws }) => `${per_class} ${way} ${draws}`).sort(),
    [1, 8].flatMap((n) => [`${n} codes 3`, `${n} statistics 3`, `${n} tuned 1`, `${n} untrained 1`]),
  );
  const judged = windows.recording.filter((r) => parts[r] === Part.test).length;
  assert.ok(
    rows.every((row) => row.judged === judged && row.labeled <= row.per_class * 4 && row.people === 2),
  );
  const statistics = rows.filter(({ way }) => way === "statistics");
  assert.ok(statistics[1].accuracy > Math.max(0.6, statistics[0].accuracy), JSON.stringify(rows));
  assert.equal(heldOut.trained, 0);
  const { few_labels_accuracy: on, few_labels_statistics_accuracy: off, few_labels_gain: gain } = metrics;
  assert.ok(Math.abs(on.value - off.value - gain.value) < 1e-9);
  assert.ok(gain.interval !== undefined || gain.noInterval !== undefined);
  const tuned = metrics.few_labels_tuned_accuracy.value - metrics.few_labels_untrained_accuracy.value;
  assert.ok(Math.abs(metrics.pretraining_gain.value - tuned) < 1e-9);
});

Deno.test("statistics, codes and what trained networks say are averaged with neighbors where asked", async () => {
  const rowsOf = async (more: object) =>
    (await runStep(fewLabels, { windows, split, model }, { ...params, ...more })).outputs.metrics.tables
      .few_labels as Record<string, any>[];
  const of = (rows: Record<string, any>[], ...ways: string[]) => rows.filter(({ way }) => ways.includes(way));
  const single = await rowsOf({}), together = await rowsOf({ neighbors: 2 });
  for (const way of ["statistics", "codes"]) {
    const [few, more] = [single, together].map((rows) => of(rows, way).map(({ accuracy }) => accuracy));
    // Of one window a class; eight tell nearly all.
    assert.ok(more[0] > few[0], `${way}: ${few} and ${more}`);
  }
  // What little these networks have learnt after 12 steps, they say of other windows with their neighbours.
  assert.notDeepEqual(of(together, "tuned", "untrained"), of(single, "tuned", "untrained"));
});

Deno.test("what is drawn for one way or number of windows is the same whatever else is asked for", async () => {
  const table = async (more: object) =>
    (await runStep(fewLabels, { windows, split, model }, { ...params, ...more })).outputs.metrics.tables
      .few_labels as Record<string, any>[];
  const frozen = (rows: Record<string, any>[], n: number) =>
    rows.filter(({ way, per_class }) => per_class === n && ["codes", "statistics"].includes(way));
  const whole = await table({});
  assert.deepEqual(frozen(await table({ tuned_draws: 0 }), 8), frozen(whole, 8));
  assert.deepEqual(frozen(await table({ per_class: [8] }), 8), frozen(whole, 8));
});

Deno.test("a model that has seen the judged people is refused, or the result says so", async () => {
  const seen = await pretrained(true);
  assert.deepEqual(seen.training.subjects, ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"]);
  assert.notDeepEqual(seen.weights, model.weights);
  const few = { ...params, draws: 1, tuned_draws: 0 };
  await assert.rejects(runStep(fewLabels, { windows, split, model: seen }, few), /the model has seen/);
  const { outputs, warnings } = await runStep(fewLabels, { windows, split, model: seen }, {
    ...few,
    transductive: true,
  });
  assert.equal(outputs.metrics.details.transductive, true);
  assert.ok(outputs.metrics.heldOut.trained === outputs.metrics.heldOut.judged);
  assert.match(warnings.join(), /Transductive/);
});

Deno.test("train continues from a model: its network, its scaler, its people; what describes another is refused", async () => {
  const own = { ...split, groups: { train: ["s1", "s9"], validation: [], test: [] } };
  const still = { epochs: 1, learning_rate: 1e-12, weight_decay: 0, averaging: 0 };
  const { model: further } = (await runStep(train, { windows, split: own, start: model }, still)).outputs;
  for (const [name, { data, shape }] of Object.entries(model.weights) as [string, any][]) {
    if (/mean|variance/.test(name)) continue;
    assert.deepEqual(further.weights[name].shape, shape);
    (data as Float32Array).forEach((w, i) =>
      assert.ok(Math.abs(further.weights[name].data[i] - w) < 1e-6, name)
    );
  }
  assert.deepEqual(further.architecture.levels, [5, 5, 5]);
  assert.deepEqual(further.scaler, model.scaler);
  assert.deepEqual(further.labels, windows.recordings.labelNames);
  assert.deepEqual(further.training.subjects, ["s0", "s1", "s2", "s9"]);
  for (
    const [wrong, why] of [[{ levels: [4, 4, 4] }, /levels describes another/], [
      { objective: "discover" },
      /starts from chance/,
    ]] as const
  ) {
    await assert.rejects(runStep(train, { windows, split, start: model }, wrong), why);
  }
});
