import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { clusterWindows } from "../../lib/cluster/cluster.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { fullOnnx } from "../../lib/model/export/export_graphs.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { Random } from "../../lib/random.ts";
import { readHapt } from "../../lib/signal/read/published/hapt.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import { StreamingClassifier } from "../../lib/stream/classifier.ts";
import { fullModelEncoder, modelEncoder } from "../../lib/stream/encoder.ts";
import { batchOf, feed, modelFor } from "./batch.ts";
import { skipReason, withoutData } from "../house/skip.ts";

const whole = simulateRecordings({ subjects: 2, minutes: 1.5, seed: 4 });
const recordings = {
  ...whole,
  // A gap shorter than a window, one longer, and one that leaves less than a window before the next.
  recordings: whole.recordings.map((r, i) =>
    i === 1 ? r : { ...r, gaps: [[500, 520], [560, 700], [3000, 3400]] as [number, number][] }
  ),
};
const model = modelFor(recordings, 100);
const smoothing = {
  hysteresis: { high: 0.4, low: 0.3, rule: "strict" as const, maxHold: 5 },
  modeWidth: 5,
  minDwell: 3,
};

async function streamed(hop: number, sizes: () => number, options = {}, encoder = modelEncoder) {
  const session = await openSession(model.onnx);
  const classifier = new StreamingClassifier(encoder(model, session), { hop, smoothing, ...options });
  const result = await feed(classifier, recordings, sizes);
  await classifier.release();
  return { ...result, classifier };
}

for (const hop of [13, 50, 170]) {
  Deno.test(`StreamingClassifier equals the batch result with hop ${hop}, however the samples come`, async () => {
    const batch = await batchOf(model, recordings, hop, smoothing);
    const rng = new Random(hop);
    const { predictions, decisions, classifier } = await streamed(hop, () => 1 + rng.below(240));
    assert.equal(predictions.length, batch.codes.length);
    assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
    assert.deepEqual(predictions.map((p) => p.label), [...batch.labels]);
    assert.deepEqual(decisions.map((d) => d.label), [...batch.smoothed]);
    assert.deepEqual(decisions.map((d) => d.index), [...predictions.keys()]);
    assert.ok(new Set(batch.codes).size > 5 && new Set(batch.labels).size > 1, "the model says too little");
    for (const p of predictions) {
      const confidence = batch.probabilities[p.index * classifier.encoder.labels.length + p.label!];
      assert.ok(Math.abs(p.confidence! - confidence) < 1e-5);
      assert.equal(p.uncertainty, 1 - p.confidence!);
      const first = whole.recordings[0].samples * batch.windows.recording[p.index];
      assert.equal(p.start, first + batch.windows.start[p.index]);
      assert.equal(p.seconds, p.end / 50);
    }
  });
}

Deno.test("StreamingClassifier with context answers that much later, and all of it by the end", async () => {
  const wide = { ...modelFor(recordings, 160), context: 30 };
  const batch = await batchOf(wide, recordings, 25, smoothing);
  const session = await openSession(wide.onnx);
  const classifier = new StreamingClassifier(modelEncoder(wide, session), { hop: 25, smoothing });
  const early = await classifier.push(recordings.recordings[1].data.subarray(0, 129 * classifier.width));
  assert.deepEqual(early, []);
  const rest = await classifier.gap();
  assert.deepEqual(rest.predictions.map(({ start, end }) => [start, end]), [[0, 100], [25, 125]]);
  const fresh = new StreamingClassifier(modelEncoder(wide, session), { hop: 25, smoothing });
  const { predictions, decisions } = await feed(fresh, recordings, () => 83);
  await fresh.release();
  assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
  assert.deepEqual(decisions.map((d) => d.label), [...batch.smoothed]);
  for (const p of predictions) {
    const first = whole.recordings[0].samples * batch.windows.recording[p.index];
    assert.equal(p.start, first + batch.windows.start[p.index]);
    assert.equal(p.end, p.start + 100);
  }
});

Deno.test("T223 StreamingClassifier gives the same for samples one by one and for all at once", async () => {
  const one = await streamed(25, () => 1);
  const all = await streamed(25, () => Infinity);
  assert.deepEqual(one.predictions, all.predictions);
  assert.deepEqual(one.decisions, all.decisions);
});

Deno.test("StreamingClassifier decides each smoothed label exactly `latency` predictions late", async () => {
  const { predictions, classifier } = await streamed(50, () => 100);
  assert.equal(classifier.latency, 2 + 2);
  const late = predictions.filter((p) => p.smoothed !== null);
  assert.ok(late.length > 0);
  assert.ok(late.every((p) => p.smoothed!.index === p.index - 4));
});

Deno.test("StreamingClassifier reads the published full model to the same codes and labels", async () => {
  const batch = await batchOf(model, recordings, 50, smoothing);
  const session = await openSession(fullOnnx(model));
  const facts = { ...model, levels: model.architecture.levels, window: { length: 100, hop: 50 } };
  const classifier = new StreamingClassifier(fullModelEncoder(facts, session), { smoothing });
  assert.equal(classifier.hop, 50);
  const { predictions, decisions } = await feed(classifier, recordings, () => 77);
  await classifier.release();
  assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
  assert.deepEqual(predictions.map((p) => p.label), [...batch.labels]);
  assert.deepEqual(decisions.map((d) => d.label), [...batch.smoothed]);
});

for (const space of ["code", "latent"] as const) {
  Deno.test(`StreamingClassifier gives motifs in ${space} space as applying them to the batch does`, async () => {
    const { latents } = await batchOf(
      model,
      { ...recordings, recordings: whole.recordings.slice(1) },
      50,
      {},
    );
    const levels = model.architecture.levels!;
    const codes = new Quantizer(levels).codes(latents);
    const motifs = clusterWindows({
      codes: { codes, levels } as any,
      latents: { latents, dimensions: levels.length, classes: [], details: {} },
      method: "kmeans",
      space,
      k: 4,
      nInit: 2,
    } as any, new Random(1));
    const batch = await batchOf(model, recordings, 30, smoothing, motifs);
    const { predictions, decisions } = await streamed(30, () => 64, { motifs });
    assert.deepEqual(predictions.map((p) => p.motif!.id), [...batch.motifs!.labels]);
    assert.deepEqual(decisions.map((d) => d.label), [...batch.smoothed]);
    const known = new Set(codes);
    for (const p of predictions) assert.equal(p.motif!.unseen, space === "code" && !known.has(p.code!));
  });
}

Deno.test("StreamingClassifier works without quantiser and without classifier", async () => {
  const bare = modelFor(recordings, 100, { levels: null, classes: 0, head: [] });
  const session = await openSession(bare.onnx);
  const classifier = new StreamingClassifier(modelEncoder(bare, session), { smoothing });
  const [p] = await classifier.push(recordings.recordings[0].data.subarray(0, 100 * 18));
  await classifier.release();
  assert.deepEqual([p.code, p.label, p.confidence, p.motif, p.smoothed], [null, null, null, null, null]);
});

Deno.test("StreamingClassifier refuses what it cannot stream, and says what to do", async () => {
  const session = await openSession(model.onnx);
  const encoder = modelEncoder(model, session);
  const channels = [...encoder.channels.slice(0, 6), "gravity_x", "gravity_y", "gravity_z"];
  const withGravity = { ...encoder, channels };
  assert.throws(
    () => new StreamingClassifier(withGravity),
    /reads gravity_x, gravity_y, gravity_z, which load computes with samples of the future\n.*gravity: false/,
  );
  assert.equal(new StreamingClassifier(withGravity, { gravitySupplied: true }).width, 18);
  assert.throws(() => new StreamingClassifier(encoder, { hop: 0 }), /hop must be a whole number .* got 0/);
  assert.throws(() => new StreamingClassifier(encoder, { rate: 100 }), /trained at 50 Hz/);
  assert.throws(() => new StreamingClassifier({ ...encoder, rate: 0 }), /does not know its rate/);
  assert.equal(new StreamingClassifier({ ...encoder, rate: 0 }, { rate: 20 }).rate, 20);

  const classifier = new StreamingClassifier(encoder);
  await assert.rejects(classifier.push([1, 2, 3]), /no whole number of samples of 18/);
  const bad = new Float32Array(36);
  bad[27] = NaN;
  await assert.rejects(classifier.push(bad), /Cannot take sample 1: acc_x of wrist is NaN/);
  await assert.rejects(classifier.push(new Float64Array(18).fill(1e39)), /is 1e\+39/);
  const first = classifier.push(new Float32Array(18 * 100));
  await assert.rejects(classifier.push(new Float32Array(18)), /await push/);
  assert.equal((await first).length, 1);
  await assert.rejects(classifier.gap(-1), /missing must be a whole number/);
  await classifier.release();
});

const hapt = fileURLToPath(new URL("../../../shared/data/hapt.zip", import.meta.url));

Deno.test({
  name: "StreamingClassifier equals the batch result on a real recording",
  ignore: skipReason(withoutData("hapt.zip")),
  async fn() {
    const all = await readHapt([hapt]);
    const one = { ...all, recordings: all.recordings.slice(0, 1) };
    const real = modelFor(one, 128);
    const batch = await batchOf(real, one, 64, smoothing);
    const session = await openSession(real.onnx);
    const classifier = new StreamingClassifier(modelEncoder(real, session), { hop: 64, smoothing });
    const { predictions, decisions } = await feed(classifier, one, () => 50);
    await classifier.release();
    assert.ok(predictions.length > 200);
    assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
    assert.deepEqual(predictions.map((p) => p.label), [...batch.labels]);
    assert.deepEqual(decisions.map((d) => d.label), [...batch.smoothed]);
  },
});
