import assert from "node:assert/strict";
import { join } from "node:path";
import type { Model } from "../../../lib/artifacts/model.ts";
import { readHostHead, readInt8Estimate, readParity } from "../../../lib/artifacts/onnx_bundle.ts";
import { preflight } from "../../../lib/hailo/compile/preflight.ts";
import { exportBundle, type ExportOptions } from "../../../lib/model/export/export.ts";
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { GraphBuilder } from "../../../lib/onnx/builder.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { importEncoder } from "../../../lib/onnx/imported_encoder.ts";
import { Random } from "../../../lib/random.ts";
import { sampleModel, sampleWindows, splitByRecording } from "../sample_model.ts";

const sizes = { parityWindows: 24, calibrationWindows: 64, selftestWindows: 16, int8Windows: 60 };

async function exported(
  model: Model,
  use: (dir: string, warnings: string[]) => Promise<void>,
  options: ExportOptions = sizes,
) {
  const dir = await Deno.makeTempDir();
  try {
    const windows = sampleWindows(model, 40);
    const { warnings } = await exportBundle(
      dir,
      model,
      windows,
      splitByRecording(windows),
      options,
      new Random(5),
    );
    await use(dir, warnings);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const estimates = async (dir: string) => (await readInt8Estimate(dir))!.variants;

/** A trained model's own file, brought back as if it came from elsewhere. */
async function broughtBack(model: Model, facts: Partial<Parameters<typeof importEncoder>[2]> = {}) {
  const { scaler, sensors, channels, units, labels, rate, temperature } = model;
  const { levels } = model.architecture;
  const known = { scaler, sensors, channels, units, labels, rate, temperature, levels };
  return (await importEncoder(encoderOnnx(model), "e.onnx", { ...known, ...facts })).model;
}

for (const levels of [[8, 6, 5], null]) {
  Deno.test(`an imported encoder with levels ${levels} has the int8 estimate of the model that it is`, async () => {
    const trained = sampleModel(levels === null ? { levels, latent: 4 } : {});
    const imported = await broughtBack(trained);
    let own: Awaited<ReturnType<typeof estimates>> = [];
    await exported(trained, async (dir) => void (own = await estimates(dir)));
    await exported(imported, async (dir, warnings) => {
      const parity = await readParity(dir);
      assert.ok(parity?.passed && parity.n === 24);
      (await estimates(dir)).forEach((theirs, i) => {
        assert.equal(theirs.n, own[i].n);
        assert.ok(Math.abs(theirs.snr_db! - own[i].snr_db!) < 0.5, `${theirs.snr_db} ${own[i].snr_db}`);
        assert.ok(
          Math.abs(theirs.mean_abs_error - own[i].mean_abs_error) < 0.1 * own[i].mean_abs_error + 1e-6,
        );
        if (levels !== null) assert.ok(Math.abs(theirs.code_agreement! - own[i].code_agreement!) < 0.05);
      });
      const head = await readHostHead(dir);
      if (levels === null) {
        // Dense layers behind the latent are the same numbers again.
        assert.deepEqual(
          head.layers.map(({ shape }) => shape),
          [...trained.architecture.head, trained.architecture.classes]
            .map((n, i, all) => [n, i === 0 ? 4 : all[i - 1]]),
        );
        assert.deepEqual(Float32Array.from(head.layers[0].weight), trained.weights["head0.weight"].data);
        assert.deepEqual(head.labels, trained.labels);
      } else {
        assert.match(warnings.join(), /give codes and no classes/);
        assert.deepEqual(head.labels, []);
      }
    });
  });
}

const [C, S, T] = [6, 2, 40];

/** A small convolution as PyTorch writes one, for one of several exporters' habits. */
function convolution(
  habits: { opset?: number; batch?: number | string; constants?: boolean; names?: boolean },
) {
  const rng = new Random(9);
  const g = new GraphBuilder("torch");
  const random = (n: number) => Float32Array.from({ length: n }, () => 0.3 * rng.normal());
  const x = g.input("input.1", [habits.batch ?? "batch", S * C, T]);
  const w = g.initializer(random(8 * S * C * 5), [8, S * C, 5], "net.0.weight");
  const b = g.initializer(random(8), [8], "net.0.bias");
  const conv = g.node("Conv", [x, w, b], { kernel_shape: [5], pads: [2, 2] }, { name: "/net/net.0/Conv" });
  const relu = g.node("Relu", [conv], {}, { name: "fsq.tanh" }); // a name that the exporter uses
  const mean = g.node("GlobalAveragePool", [relu], {}, { name: "pooled" });
  const row = g.node("Reshape", [mean, g.ints([-1, 8])]);
  const dense = g.node("MatMul", [row, g.initializer(random(24), [8, 3], "onnx::MatMul_12")]);
  g.output(g.node("Add", [dense, g.initializer(random(3), [3], "proj.bias")], {}, { name: "z" }), [
    habits.batch ?? "batch",
    3,
  ]);
  g.output(g.node("Sigmoid", [relu], {}, { name: "unused" }), [habits.batch ?? "batch", 8, T]);
  return g.encode({ opset: habits.opset ?? 17 });
}

for (const habits of [{}, { batch: 1 }, { opset: 13 }, { opset: 18 }, { opset: 21 }]) {
  for (const levels of [[5, 4, 3], null]) {
    Deno.test(`a convolution from elsewhere goes the whole way, ${JSON.stringify({ ...habits, levels })}`, async () => {
      const { sensors, channels, units, rate, scaler } = sampleModel();
      const facts = { sensors, channels, units, rate, scaler, labels: [], temperature: 1 };
      const { model } = await importEncoder(convolution(habits), "c.onnx", {
        ...facts,
        levels,
        layout: "NCT",
        latent: "z",
      });
      await exported(model, async (dir) => {
        assert.ok((await readParity(dir))!.passed);
        for (const { snr_db } of await estimates(dir)) assert.ok(snr_db! > 25, `${snr_db} dB`);
        const device = decodeModel(await Deno.readFile(join(dir, "model.device.onnx")));
        assert.ok(device.graph.nodes.every(({ op, name }) => op !== "Sigmoid" && name !== ""));
        // What no Hailo-8 takes is told by node, with the cure.
        const { findings, input } = preflight(device);
        assert.deepEqual(input?.shape, [1, C, S, T]);
        assert.match(findings.map((f) => f.message).join("\n"), /rank 3|Transpose/);
      });
    });
  }
}

Deno.test("an encoder that no bundle can be made of is refused with the cure", async () => {
  const { sensors, channels } = sampleModel();
  const facts = {
    sensors,
    channels,
    rate: 0,
    labels: [],
    temperature: 1,
    levels: null,
    layout: "NCT",
    latent: "z",
  };
  const taken = async (habits: object) => (await importEncoder(convolution(habits), "c.onnx", facts)).model;
  const none = () => Promise.resolve();
  await assert.rejects(
    exported(await taken({ batch: 4 }), none),
    /takes 4 windows at a time, a device has one/,
  );
  const tfjs = exported(await taken({}), none, { ...sizes, tfjs: true });
  await assert.rejects(tfjs, /Cannot write a file for TensorFlow\.js/);
  await assert.rejects(exported(await taken({ opset: 11 }), none), /operator set 11, 13 is the oldest/);
});
