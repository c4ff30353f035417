import assert from "node:assert/strict";
import encode from "../../lib/steps/encode.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { sampleModel, sampleWindows } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const model = sampleModel();
const windows = sampleWindows(model);

Deno.test("T077 encode gives identical codes with any batch size and number of threads", async () => {
  const first = (await runStep(encode, { windows, model })).outputs.latents;
  assert.equal(first.latents.length, 180 * 3);
  assert.equal(first.logits.length, 180 * 4);
  assert.deepEqual(first.classes, model.labels);
  assert.equal(first.details.provider, "onnxruntime-node");
  const codes = new Quantizer(model.architecture.levels!).codes(first.latents);
  for (const [batch, threads] of [[1, 1], [7, 1], [64, 2], [256, 2]]) {
    const other = (await runStep(encode, { windows, model }, { batch }, { threads })).outputs.latents;
    assert.deepEqual(new Quantizer(model.architecture.levels!).codes(other.latents), codes);
    other.latents.forEach((z: number, i: number) => assert.ok(Math.abs(z - first.latents[i]) < 2e-6));
  }
});

Deno.test("encode gives the same codes on onnxruntime-web", async () => {
  const native = (await runStep(encode, { windows, model })).outputs.latents;
  const web = (await runStep(encode, { windows, model }, { provider: "onnxruntime-web" })).outputs.latents;
  assert.equal(web.details.provider, "onnxruntime-web");
  const quantizer = new Quantizer(model.architecture.levels!);
  assert.deepEqual(quantizer.codes(web.latents), quantizer.codes(native.latents));
});

Deno.test("encode reports progress and leaves logits out when the model has no head", async () => {
  const bare = sampleModel({ classes: 0, head: [] });
  const { outputs, messages } = await runStep(encode, { windows, model: bare }, { batch: 100 });
  assert.equal(outputs.latents.logits, undefined);
  assert.deepEqual(outputs.latents.classes, []);
  assert.equal(messages.at(-1), "encode 180/180 windows");
});

Deno.test("T074 encode throws InputError when windows do not fit the model", async () => {
  const wrong: [object, RegExp][] = [
    [{ ...windows, length: 50 }, /they have length 50, the model was trained on 40/],
    [{ ...windows, recordings: { ...windows.recordings, rate: 50 } }, /rate 50 Hz, .* 20 Hz/],
    [{ ...windows, recordings: { ...windows.recordings, sensors: ["wrist"] } }, /sensors 1/],
    [
      { ...windows, recordings: { ...windows.recordings, channels: ["a", "b", "c", "d", "e", "f"] } },
      /channels \[a, b/,
    ],
  ];
  for (const [value, message] of wrong) {
    await assert.rejects(runStep(encode, { windows: value, model }), message);
  }
});
