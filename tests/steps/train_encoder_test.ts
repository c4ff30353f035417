import assert from "node:assert/strict";
import { join } from "node:path";
import type { Model } from "../../lib/artifacts/model.ts";
import { bundleFiles } from "../../lib/artifacts/onnx_bundle.ts";
import { InputError } from "../../lib/errors.ts";
import { referenceForward } from "../../lib/model/reference_forward.ts";
import encode from "../../lib/steps/encode.ts";
import exportStep from "../../lib/steps/export.ts";
import train from "../../lib/steps/train.ts";
import { gatherWindows } from "../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const windows = sampleWindows(sampleModel(), 40);
const split = splitByRecording(windows);
const small = { head: [16], epochs: 2, batch_size: 16, levels: [5, 5, 5], widths: [8, 12] };

/** An encoder file: `layers` stand in a function with `tf`, `L` and the window's sizes. */
async function file(layers: string, head = ""): Promise<string> {
  const path = join(await Deno.makeTempDir(), "my_encoder.ts");
  await Deno.writeTextFile(
    path,
    `import * as tf from "@tensorflow/tfjs";\n${head}` +
      `export default function ({ length, channels, sensors, features }: Record<string, number>) {\n` +
      `  const L = tf.layers;\n  const inputShape = [length, sensors * channels];\n  ${layers}\n}\n`,
  );
  return path;
}

async function trained(layers: string, head?: string): Promise<Model> {
  const path = await file(layers, head);
  return (await runStep(train, { windows, split }, { ...small, encoder: path }, {
    files: { encoder: [path] },
  })).outputs.model;
}

const network = `return tf.sequential({ layers: [
    L.conv1d({ inputShape, filters: 6, kernelSize: 3, padding: "same" }), L.batchNormalization(), L.reLU(),
    L.maxPooling1d({ poolSize: 2 }), L.separableConv2d === undefined ? L.reLU() : L.dropout({ rate: 0.2 }),
    L.conv1d({ filters: features, kernelSize: 3, strides: 2, activation: "elu" }), L.layerNormalization(), L.globalAveragePooling1d() ] });`;

Deno.test("train learns the network of an encoder file, which encodes and exports like the built-in one", async () => {
  const model = await trained(network);
  const { architecture } = model;
  assert.deepEqual(architecture.blocks, []);
  assert.deepEqual(architecture.graph!.map(({ op }) => op), [
    "input",
    "conv",
    "batchNorm",
    "activation",
    "maxPool",
    "dropout",
    "conv",
    "activation",
    "layerNorm",
    "globalAverage",
  ]);
  assert.deepEqual(model.weights["layer6.weight"].shape, [24, 6, 1, 3]);
  assert.ok(model.history.at(-1)!.loss < model.history[0].loss);
  const { outputs } = await runStep(encode, { windows, model });
  const size = architecture.input.reduce((product, n) => product * n, 1);
  const window = new Float32Array(size);
  gatherWindows(windows, Int32Array.of(3), model.scaler, window);
  const { latent } = referenceForward(model, window);
  latent.data.forEach((z, j) => assert.ok(Math.abs(z - outputs.latents.latents[3 * 3 + j]) < 1e-5));
  const out = await Deno.makeTempDir();
  await runStep(exportStep, { model, windows, split }, { calibration_windows: 64, int8_windows: 40 }, {
    out,
  });
  const parity = JSON.parse(await Deno.readTextFile(join(out, bundleFiles.parity)));
  assert.ok(parity.passed && parity.max_abs_difference < 1e-5);
  const { variants: [int8] } = JSON.parse(await Deno.readTextFile(join(out, bundleFiles.int8)));
  assert.ok(int8.snr_db > 15, `8 bits keep the latent: ${int8.snr_db} dB`);
});

Deno.test("train gives equal weights for equal seeds, whatever TensorFlow.js drew", async () => {
  const [a, b] = [await trained(network), await trained(network)];
  assert.deepEqual(a.weights, b.weights);
  assert.deepEqual(a.architecture, b.architecture);
});

Deno.test("train names file, line and cure for an encoder file that gives no network", async () => {
  const cases: [layers: string, message: RegExp, hint: RegExp][] = [
    [
      `return 3;`,
      /^Cannot run encoder: its function returns no tf.LayersModel$/,
      /^Write: export default function/,
    ],
    [
      `throw new Error("no such thing");`,
      /^Cannot run encoder: line 5: no such thing$/,
      /Correct the encoder file/,
    ],
    [`Deno.writeTextFileSync("x", "");`, /^Cannot run encoder: line 5: Requires write access/, /Correct/],
  ];
  for (const [layers, message, hint] of cases) {
    await assert.rejects(trained(layers), (error: InputError) => {
      assert.ok(error instanceof InputError, `${error}`);
      assert.match(error.message.split("\n")[0].replace(/^my_encoder.ts: /, ""), message);
      assert.match(error.hint ?? "", hint);
      return true;
    });
  }
});
