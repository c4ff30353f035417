import assert from "node:assert/strict";
import { join } from "node:path";
import type { Model } from "../../../lib/artifacts/model.ts";
import { importSavedModel } from "../../../lib/model/tfjs/import_model.ts";
import { writeSavedModel } from "../../../lib/model/tfjs/write_model.ts";
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { cases, forwardOnly } from "../graph/layer_cases.ts";
import { forTfjs, type Input, recorded, tf, windows } from "../graph/tfjs_model.ts";
import { sampleModel } from "../sample_model.ts";

const n = 2;

/** What `writeSavedModel` needs beside layers and weights. */
function facts([channels, sensors]: Input) {
  const matrix = (value: number) => Array.from({ length: sensors }, () => new Array(channels).fill(value));
  return {
    scaler: { method: "standard", center: matrix(0.5), scale: matrix(2) },
    sensors: Array.from({ length: sensors }, (_, i) => `s${i}`),
    channels: Array.from({ length: channels }, (_, i) => `c${i}`),
    units: new Array(channels).fill("g"),
    rate: 50,
  };
}

/** Latents of ONNX, of TensorFlow.js after loading what was written, and of ONNX after reading it back. */
async function latents(model: Parameters<typeof writeSavedModel>[0]) {
  const { input, graph } = model.architecture;
  const x = windows(n, input);
  const run = async (bytes: Uint8Array) => {
    const session = await openSession(bytes);
    const { latent } = await session.run({ window: { data: x, shape: [n, ...input] } });
    await session.release();
    return [...latent.data as Float32Array];
  };
  const { file, weights } = writeSavedModel(model, "weights.bin");
  const text = JSON.stringify(file);
  const { modelTopology, weightsManifest: [{ weights: weightSpecs }] } = JSON.parse(text);
  const loaded = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs, weightData: weights.buffer }),
  );
  const layout = graph?.[0].op === "input" ? graph[0].layout : "grid";
  const theirs = [...(loaded.predict(forTfjs(x, input, layout)) as tf.Tensor).dataSync()];
  loaded.dispose();
  const dir = await Deno.makeTempDir();
  const paths = [join(dir, "model.json"), join(dir, "weights.bin")];
  await Deno.writeTextFile(paths[0], text);
  await Deno.writeFile(paths[1], weights);
  const back = await importSavedModel(paths[0], "model.json", [paths[1]], {
    labels: [],
    levels: null,
    rate: 0,
    temperature: 1,
  });
  await Deno.remove(dir, { recursive: true });
  return { ours: await run(encoderOnnx(model)), theirs, back, again: await run(back.onnx) };
}

function close(a: number[], b: number[]): void {
  assert.equal(a.length, b.length);
  a.forEach((value, i) =>
    assert.ok(Math.abs(value - b[i]) < 1e-5 * Math.max(1, Math.abs(value)), `${a}\n${b}`)
  );
}

for (const [name, { model: build, input }] of Object.entries({ ...cases, ...forwardOnly })) {
  Deno.test(`model.json, ${name}: TensorFlow.js loads what was written, and it is read back`, async () => {
    const network = build();
    const { architecture, weights } = recorded(network, input);
    network.dispose();
    const { ours, theirs, back, again } = await latents({ architecture, weights, ...facts(input) });
    close(ours, theirs);
    close(ours, again);
    assert.deepEqual([back.scaler.center, back.rate, back.channels], [
      facts(input).scaler.center,
      50,
      facts(input).channels,
    ]);
  });
}

for (
  const [what, change] of [
    ["mean and maximum", {}],
    ["three segments", { segments: 3 }],
  ] as [string, Partial<Model["architecture"]>][]
) {
  Deno.test(`model.json of the built-in network with ${what} gives its latents, weights are the same bits`, async () => {
    const model = sampleModel({ pooling: ["mean", "max"], neck: [7], head: [], classes: 0, ...change });
    const { ours, theirs, back, again } = await latents(model);
    close(ours, theirs);
    close(ours, again);
    assert.deepEqual(back.architecture.levels, model.architecture.levels);
    const conv = Object.values(back.weights).find(({ shape }) => shape.length === 4)!;
    assert.deepEqual(conv.data, model.weights["block0.weight"].data);
    assert.equal(back.parameters, model.parameters);
  });
}

Deno.test("model.json of a pooled standard deviation is refused, with what to do", () => {
  assert.throws(
    () => writeSavedModel(sampleModel({ pooling: ["mean", "std"] }), "weights.bin"),
    /^InputError: Cannot write model.json: no layer of TensorFlow.js pools the standard deviation\n.*\[mean, max\]/,
  );
});
