import assert from "node:assert/strict";
import type { Model } from "../../lib/artifacts/model.ts";
import type { Latents } from "../../lib/artifacts/latents.ts";
import { Part, type Split } from "../../lib/artifacts/split.ts";
import { nearestCodes } from "../../lib/fsq/nearest.ts";
import encode from "../../lib/steps/encode.ts";
import exportStep from "../../lib/steps/export.ts";
import quantize from "../../lib/steps/quantize.ts";
import train from "../../lib/steps/train.ts";
import { sampleModel, sampleWindows } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const windows = sampleWindows(sampleModel(), 40);
const split: Split = {
  part: Uint8Array.from(windows.recording, (r) => [Part.train, Part.validation, Part.test][r]),
  rule: "by subject",
  groups: { train: ["s0"], validation: ["s1"], test: ["s2"] },
  leaks: false,
  details: {},
};
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
