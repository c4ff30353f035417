import assert from "node:assert/strict";
import type { Model } from "../../lib/artifacts/model.ts";
import type { Latents } from "../../lib/artifacts/latents.ts";
import { Part } from "../../lib/artifacts/split.ts";
import { nearestCodes } from "../../lib/fsq/nearest.ts";
import encode from "../../lib/steps/encode.ts";
import exportStep from "../../lib/steps/export.ts";
import quantize from "../../lib/steps/quantize.ts";
import train from "../../lib/steps/train.ts";
import { worn } from "../model/discover/worn.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const windows = sampleWindows(sampleModel(), 40);
const split = splitByRecording(windows);
const small = { widths: [8, 12], head: [16], epochs: 2, batch_size: 16, levels: [5, 5, 5] };

async function trained(params: Record<string, unknown>, seed?: number): Promise<Model> {
  return (await runStep(train, { windows, split }, { ...small, ...params }, { seed })).outputs.model;
}

Deno.test("train makes a model with levels, and says how its latent is used", async () => {
  const model = await trained({});
  assert.equal(model.quantizer, "fsq/v1-offset-atanh");
  assert.equal(model.history.length, 2);
  assert.equal(model.health!.n, 40);
  for (const { saturated, entropyBits, level } of model.health!.dimensions) {
    assert.ok(saturated! >= 0 && saturated! <= 1 && entropyBits! <= Math.log2(level!));
  }
});

Deno.test("train makes a model with a learned codebook, which encodes and is refused where levels are needed", async () => {
  const model = await trained({ quantizer: "vq-ema", codebook_size: 16, latent: 3 });
  assert.deepEqual([model.quantizer, model.architecture.levels, model.architecture.codebook], [
    "vq-ema",
    null,
    16,
  ]);
  const { outputs } = await runStep(encode, { windows, model });
  const latents: Latents = outputs.latents;
  assert.equal(latents.logits!.length, windows.start.length * model.labels.length);
  const codes = nearestCodes(latents.latents, model.weights["vq.codebook"].data as Float32Array, 3);
  assert.ok(new Set(codes).size > 1);
  await assert.rejects(runStep(quantize, { latents, model }), /learned codebook/);
  await assert.rejects(runStep(exportStep, { model, windows }), /codebook is learned/);
});

Deno.test("train without quantiser keeps its latent as it is", async () => {
  const model = await trained({ quantizer: "none", latent: 2 });
  assert.deepEqual([model.quantizer, model.architecture.latent], ["none", 2]);
  assert.ok(model.history.every(({ perplexity }) => perplexity === null));
});

Deno.test("train gives equal weights for equal seeds and others for others", async () => {
  const [a, b, c] = [await trained({}, 1), await trained({}, 1), await trained({}, 2)];
  assert.deepEqual(a.weights, b.weights);
  assert.notDeepEqual(a.weights, c.weights);
});

Deno.test("train builds the network that its parameters describe", async () => {
  const model = await trained({ kernel: 7, pools: [4, 2], neck: [6, 5], segments: 2, epochs: 1 });
  const { blocks, neck, segments } = model.architecture;
  assert.deepEqual(blocks.map((b) => [b.channels, b.kernel, b.pool]), [[8, [1, 7], 4], [12, [2, 7], 2]]);
  assert.deepEqual([neck, segments], [[6, 5], 2]);
  assert.deepEqual(model.weights["neck0.weight"].shape, [6, 12 * 2 * 2]);
  assert.deepEqual(model.weights["projection.weight"].shape, [3, 5]);
  // Equal to what the same shapes give when counted by hand.
  const conv = (8 * 6 * 7 + 3 * 8) + (12 * 8 * 2 * 7 + 3 * 12);
  const dense = (48 * 6 + 6) + (6 * 5 + 5) + (5 * 3 + 3) + (3 * 16 + 16) + (16 * 4 + 4);
  assert.equal(model.parameters, conv + dense);
});

Deno.test("train refuses an even kernel and pools that do not match the convolutions", () => {
  const problems = train.check!(train.params.parse({ kernel: 6, pools: [2, 2] }));
  assert.deepEqual(problems.map(({ path }) => path), [["kernel"], ["pools"]]);
  assert.match(problems[1].message, /for each of 3 convolutions, got 2/);
});

Deno.test("train takes windows with context, and what follows refuses windows without it", async () => {
  const wide = { ...windows, length: 20, context: 10 };
  const { outputs } = await runStep(train, { windows: wide, split }, small);
  const model: Model = outputs.model;
  assert.deepEqual([model.architecture.input[2], model.context], [40, 10]);
  const { latents } = (await runStep(encode, { windows: wide, model })).outputs;
  assert.equal(latents.latents.length, 3 * windows.start.length);
  await assert.rejects(runStep(encode, { windows, model }), /context 0, the model was trained on 10/);
});

Deno.test("train with objective: discover makes a model without classes that encodes, quantizes and exports", async () => {
  const model = await trained({ objective: "discover", epochs: 2, teachers: 1 });
  const { architecture, labels, health, discovery, history, training } = model;
  assert.deepEqual([architecture.classes, architecture.levels, labels], [0, [5, 5, 5], []]);
  assert.deepEqual([health!.n, discovery!.teachers, discovery!.neighbors!.n], [40, 1, 39]);
  assert.ok(
    history.every(({ accuracy, validationAccuracy }) => accuracy === null && validationAccuracy === null),
  );
  assert.equal(training.windows, 40);
  const { latents } = (await runStep(encode, { windows, model })).outputs;
  assert.equal(latents.logits, undefined);
  const { codes } = (await runStep(quantize, { latents, model })).outputs;
  assert.ok(new Set(codes.codes).size > 1);
  const out = await Deno.makeTempDir();
  try {
    const { bundle } =
      (await runStep(exportStep, { model, windows }, { parity_windows: 16 }, { out })).outputs;
    assert.deepEqual([bundle.header.meta.labels, bundle.header.meta.parity.passed], [[], true]);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("train without labels says which sensor it turned any way round, why, and how to have it otherwise", async () => {
  const windows = worn(true);
  const split = {
    part: new Uint8Array(windows.start.length).fill(Part.train),
    rule: "all",
    groups: { train: ["s0", "s1", "s2", "s3", "s4", "s5"], validation: [], test: [] },
    leaks: false,
    sharesSubjects: false,
    details: {},
  };
  const learn = (params: object = {}) =>
    runStep(train, { windows, split }, {
      ...small,
      objective: "discover",
      epochs: 1,
      teachers: 1,
      min_purity: 0,
      ...params,
    });
  const told = (messages: string[]) => messages.filter((message) => message.startsWith("Turned"));
  const { outputs: { model }, messages } = await learn();
  assert.deepEqual(model.discovery.turned, [{ sensor: "phone", people: 6, share: 1 / 6 }]);
  assert.match(
    told(messages).join(),
    /^Turned phone any way round: gravity of 17 % of 6 people .*`rotation`/,
  );
  const asked = await learn({ rotation: 0.5 });
  assert.deepEqual([asked.outputs.model.discovery.turned, told(asked.messages)], [[], []]);
});

Deno.test("train without labels refuses to learn classes and names the objective that needs none", async () => {
  const bare = { ...windows, labels: windows.labels.map(() => -1) };
  await assert.rejects(
    runStep(train, { windows: bare, split }, small),
    (error: Error & { hint?: string }) => {
      assert.match(error.message, /0 class\(es\)/);
      assert.match(error.hint!, /objective: discover/);
      return true;
    },
  );
  const problems = train.check!(train.params.parse({ objective: "discover", quantizer: "vq-ema" }));
  assert.deepEqual(problems.map(({ path }) => path), [["quantizer"]]);
  assert.equal(train.check!(train.params.parse({ objective: "discover", levels: null })).length, 1);
});

Deno.test("train names the people whose labels lie outside of the training part, and nobody where there are none", async () => {
  const owner =
    windows.recordings.recordings[windows.recording[split.part.findIndex((p) => p !== Part.train)]];
  const subjectOf = (i: number) => windows.recordings.recordings[windows.recording[i]].subject;
  const theirs = windows.labels.map((label, i) =>
    split.part[i] !== Part.train && subjectOf(i) === owner.subject ? label : -1
  );
  const learn = (labels: Int32Array) =>
    runStep(train, { windows: { ...windows, labels }, split }, { ...small });
  await assert.rejects(
    learn(theirs),
    new RegExp(`in the other parts of the split, of ${owner.subject}: .*objective`),
  );
  await assert.rejects(learn(theirs.map(() => -1)), /\n +Check the label column and keep_labels of load/);
  await assert.rejects(learn(theirs.map(() => 0)), /\n +All labels say \w+\. Check the label column/);
});

Deno.test("train learns from a sample that the seed draws, says of how many windows, and draws nothing from fewer", async () => {
  const all = await trained({ epochs: 1 });
  const [a, b, other] = [
    await trained({ epochs: 1, sample: 24 }, 1),
    await trained({ epochs: 1, sample: 24 }, 1),
    await trained({ epochs: 1, sample: 24 }, 2),
  ];
  const { windows: n, validationWindows } = all.training;
  assert.deepEqual([a.training.windows, a.training.validationWindows], [24, 6]);
  const { scalerError, ...from } = a.training.sampledFrom!;
  assert.deepEqual(from, { windows: n, validationWindows });
  assert.ok(scalerError! > 0 && scalerError! < 1, `${scalerError}`);
  assert.deepEqual(a, b);
  assert.notDeepEqual(a.scaler, all.scaler);
  assert.notDeepEqual(a.weights, other.weights);
  assert.deepEqual(await trained({ epochs: 1, sample: n }, 1), await trained({ epochs: 1 }, 1));
  const blind = await trained({
    epochs: 1,
    sample: 32,
    objective: "discover",
    teachers: 1,
    levels: [5, 5, 5],
  });
  assert.deepEqual([blind.training.windows, blind.training.sampledFrom?.windows], [32, n]);
  assert.match(
    train.check!(train.params.parse({ sample: 9, objective: "discover", transductive: true }))[0].message,
    /draws from the training part/,
  );
});
