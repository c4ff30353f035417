/** Labels where there are some, discovery everywhere. */
import assert from "node:assert/strict";
import type { Model } from "../../lib/artifacts/model.ts";
import type { Windows } from "../../lib/artifacts/windows.ts";
import encode from "../../lib/steps/encode.ts";
import train from "../../lib/steps/train.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const whole = sampleWindows(sampleModel(), 40);
const split = splitByRecording(whole);
const small = {
  objective: "both",
  widths: [8, 12],
  head: [16],
  epochs: 2,
  discover_epochs: 1,
  batch_size: 16,
  levels: [5, 5, 5],
  teachers: 1,
};

/** The same with other samples or labels of one recording, from a window on. */
function changed(
  recording: number,
  change: (own: Windows["recordings"]["recordings"][number]) => object,
): Windows {
  const recordings = whole.recordings.recordings.map((own, i) =>
    i === recording ? { ...own, ...change(own) } : own
  );
  const labels = Int32Array.from(
    whole.start,
    (s, i) => recordings[whole.recording[i]].labels[s + whole.length / 2 | 0],
  );
  return { ...whole, labels, recordings: { ...whole.recordings, recordings } };
}
async function trained(windows: Windows, params: Record<string, unknown> = {}): Promise<Model> {
  return (await runStep(train, { windows, split }, { ...small, ...params })).outputs.model;
}
const base = await trained(changed(0, () => ({})));

Deno.test("train with objective: both makes a model with classes that says what it discovered first", async () => {
  assert.deepEqual([base.architecture.classes, base.labels.length, base.history.length], [4, 4, 2]);
  assert.deepEqual([base.discovery!.teachers, base.discovery!.persistence.length], [1, 3]);
  const { latents } = (await runStep(encode, { windows: whole, model: base })).outputs;
  assert.equal(latents.logits!.length, 4 * whole.start.length);
});

Deno.test("train with objective: both never sees labels or samples of the test part", async () => {
  const other = changed(2, ({ labels, data }) => ({
    labels: labels.map((label) => (label + 1) % 4),
    data: data.map((x) => -x),
  }));
  assert.deepEqual((await trained(other)).weights, base.weights);
});

Deno.test("windows of the training part without labels take part, in discovery and beside the labels", async () => {
  // Only the first quarter is labelled; what differs lies behind it.
  const quarter = whole.recordings.recordings[0].samples >> 2;
  const unlabeled = ({ labels }: { labels: Int32Array }) => ({
    labels: labels.map((l, t) => t < quarter ? l : -1),
  });
  const a = await trained(changed(0, unlabeled));
  const width = 12 * quarter;
  const b = await trained(
    changed(0, (own) => ({ ...unlabeled(own), data: own.data.map((x, i) => i < width ? x : 2 * x) })),
  );
  assert.ok(a.training.windows < 15 && a.training.windows === b.training.windows);
  assert.notDeepEqual(a.weights, b.weights);
  const started = await trained(changed(0, unlabeled), { discover_weight: 0 });
  assert.notDeepEqual(started.weights, a.weights);
});

Deno.test("objective: both refuses what has no levels, and parameters of another objective", () => {
  const problems = (params: object) =>
    train.check!(train.params.parse(params)).map(({ path, message }) => `${path}: ${message}`);
  assert.deepEqual(problems({ objective: "both", levels: null }), [
    "levels: objective: both learns a code with levels (quantizer: fsq)",
  ]);
  assert.match(problems({ discover_epochs: 3 }).join(), /discover_epochs: is about objective: both/);
});
