/** The encoders in workflows/encoders/: what their texts say of them, and a short training of each. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Architecture } from "../../lib/artifacts/model.ts";
import { preflight } from "../../lib/hailo/compile/preflight.ts";
import { countParameters } from "../../lib/model/architecture.ts";
import { deviceOnnx } from "../../lib/model/export/export_graphs.ts";
import { loadEncoder } from "../../lib/model/graph/load_encoder.ts";
import { weightsOf } from "../../lib/model/graph/walk.ts";
import { referenceForward } from "../../lib/model/reference_forward.ts";
import { defaultArchitecture } from "../../lib/model/train/initial.ts";
import { decodeModel } from "../../lib/onnx/decode.ts";
import train from "../../lib/steps/train.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../model/sample_model.ts";
import { windows as anyWindows } from "../model/graph/tfjs_model.ts";
import { runStep } from "./run_step.ts";

const pathOf = (name: string) =>
  fileURLToPath(new URL(`../../workflows/encoders/${name}.ts`, import.meta.url));
const names = ["conv2d_fsq", "deep_conv_lstm", "depthwise"];
/** The window of the guides. */
const input: Architecture["input"] = [9, 2, 100];
const [channels, sensors, length] = input;

async function architectureOf(name: string, options: Parameters<typeof defaultArchitecture>[3] = {}) {
  const shape = { length, channels, sensors, features: 128 };
  const { graph } = await loadEncoder(pathOf(name), shape, { log: assert.fail });
  return defaultArchitecture(input, 10, [8, 6, 5, 5, 4], { ...options, graph });
}

Deno.test("conv2d_fsq.ts is the guides' network: 58 063 parameters, and what the built-in one computes", async () => {
  const recorded = await architectureOf("conv2d_fsq", { neck: [], head: [256] });
  assert.equal(countParameters(recorded), 58_063);
  const blocks = [32, 64, 128].map((width) => ({
    channels: width,
    kernel: [1, 5] as [number, number],
    pool: 1,
  }));
  const { graph: _, ...rest } = recorded;
  const builtIn = sampleModel({ ...rest, blocks, pooling: ["mean"] });
  const ours = { ...builtIn.weights };
  const places: [layer: number, names: Record<string, string>][] = blocks.flatMap((_, i) => [
    [1 + 3 * i, { weight: `block${i}.weight`, bias: `block${i}.bias` }],
    [
      2 + 3 * i,
      Object.fromEntries(["gamma", "beta", "mean", "variance"].map((part) => [part, `block${i}.bn.${part}`])),
    ],
  ]);
  for (const [layer, parts] of places) {
    for (const [part, name] of Object.entries(parts)) {
      ours[`${weightsOf(layer)}.${part}`] = builtIn.weights[name];
    }
  }
  const x = anyWindows(1, input);
  const expected = referenceForward(builtIn, x).latent.data;
  const got = referenceForward({ architecture: recorded, weights: ours }, x).latent.data;
  assert.equal(got.length, 5);
  expected.forEach((z, i) => assert.ok(Math.abs(z - got[i]) < 1e-9, `${z} ${got[i]}`));
});

Deno.test("depthwise.ts has fewer than 30 000 parameters, neck and head included", async () => {
  assert.ok(countParameters(await architectureOf("depthwise")) < 30_000);
});

const onDevice: Record<string, (findings: string[]) => void> = {
  conv2d_fsq: (findings) => assert.deepEqual(findings, []),
  depthwise: (findings) => assert.deepEqual(findings, []),
  deep_conv_lstm: (findings) => {
    const recurrent = findings.filter((text) =>
      /LSTM is not supported\. No Hailo-8 runs a recurrent layer; /.test(text)
    );
    assert.equal(recurrent.length, 2);
  },
};
/** What is said before the first epoch. */
const ruledOut: Record<string, string[]> = {
  deep_conv_lstm: [
    "No package will run this encoder on target c: layer lstm_LSTM1 is recurrent (lstm), which has no integer form " +
    "here; layer lstm_LSTM2 is recurrent (lstm), which has no integer form here",
    "No package will run this encoder on target hailo8: layer lstm_LSTM1 needs Transpose, LSTM, Reshape; " +
    "layer lstm_LSTM2 needs Transpose, LSTM, Reshape",
  ],
};
for (const name of names) {
  Deno.test(`${name}.ts is trained, and preflight says what a Hailo-8 makes of it`, async () => {
    const windows = sampleWindows(sampleModel(), 16);
    const { outputs: { model }, warnings } = await runStep(train, {
      windows,
      split: splitByRecording(windows),
    }, {
      encoder: pathOf(name),
      epochs: 1,
    }, { files: { encoder: [pathOf(name)] } });
    assert.ok(model.history[0].loss > 0);
    assert.deepEqual(warnings.filter((text) => /target/.test(text)), ruledOut[name] ?? []);
    const { findings } = preflight(decodeModel(deviceOnnx(model)));
    onDevice[name](findings.filter(({ severity }) => severity === "error").map(({ message }) => message));
  });
}
