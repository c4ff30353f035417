import assert from "node:assert/strict";
import { join } from "node:path";
import { readNpy } from "../../lib/artifacts/npy.ts";
import { Part } from "../../lib/artifacts/split.ts";
import type { Architecture } from "../../lib/artifacts/model.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import exportStep from "../../lib/steps/export.ts";
import { sampleModel, sampleWindows } from "../model/sample_model.ts";
import { runStep } from "./run_step.ts";

const json = async (dir: string, name: string) => JSON.parse(await Deno.readTextFile(join(dir, name)));
const floats = async (dir: string, name: string) =>
  new Float32Array((await Deno.readFile(join(dir, "selftest", name))).buffer);

async function files(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const folder of ["", "selftest"]) {
    for await (const entry of Deno.readDir(join(dir, folder))) {
      if (entry.isFile) {
        found[join(folder, entry.name)] = (await Deno.readFile(join(dir, folder, entry.name))).join();
      }
    }
  }
  return found;
}

async function exported(
  changes: Partial<Architecture>,
  use: (dir: string, model: ReturnType<typeof sampleModel>, warnings: string[]) => Promise<void>,
) {
  const dir = await Deno.makeTempDir();
  try {
    const model = sampleModel(changes);
    const windows = sampleWindows(model);
    const part = Uint8Array.from(windows.recording, (r) => [Part.train, Part.train, Part.test][r]);
    const split = { part, rule: "by subject", leaks: false, sharesSubjects: false, groups: {}, details: {} };
    const { warnings } = await runStep(exportStep, { model, windows, split }, {}, { out: dir });
    await use(dir, model, warnings);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("export writes a bundle that proves its parity", async () => {
  await exported({}, async (dir, model, warnings) => {
    assert.deepEqual(Object.keys(await files(dir)).sort(), [
      "calibration.npy",
      "encoder.f32.bin",
      "encoder.json",
      "host_head.json",
      "host_head.onnx",
      "int8_estimate.json",
      "model.device.onnx",
      "model.full.onnx",
      "model.qdq.onnx",
      "model_metadata.json",
      "parity.json",
      "selftest/expected.device.f32.bin",
      "selftest/expected.full.f32.bin",
      "selftest/inputs.f32.bin",
      "selftest/selftest.json",
    ]);
    const parity = await json(dir, "parity.json");
    assert.equal(parity.n, 128);
    assert.equal(parity.passed, true);
    assert.ok(parity.max_abs_difference <= 1e-5);
    assert.equal(parity.codes_identical, true);
    const metadata = await json(dir, "model_metadata.json");
    assert.deepEqual(metadata.window, { length: 40, hop: 20, seconds: 2 });
    assert.deepEqual(metadata.scaler.center, model.scaler.center);
    assert.equal(metadata.calibration.n, 120); // windows of the two training subjects
    const calibration = await readNpy(join(dir, "calibration.npy"), Float32Array);
    assert.deepEqual(calibration.shape, [120, 2, 40, 6]);
    assert.deepEqual(warnings, []);
  });
});

Deno.test("T092 export writes golden windows that its own files reproduce", async () => {
  await exported({}, async (dir, model) => {
    const facts = await json(dir, "selftest/selftest.json");
    assert.equal(facts.n, 24);
    assert.equal(facts.codes.length, 24);
    const labels = new Set(facts.windows.map((w: { label: string }) => w.label));
    assert.equal(labels.size, 4);
    const near = facts.windows.filter((w: { reason: string }) => w.reason === "boundary");
    assert.ok(
      near.length === 4 && near.every((w: { boundary_distance: number }) => w.boundary_distance >= 1e-4),
    );
    const inputs = await floats(dir, "inputs.f32.bin");
    const expected = await floats(dir, "expected.full.f32.bin");
    const cut = await floats(dir, "expected.device.f32.bin");
    const full = await openSession(await Deno.readFile(join(dir, "model.full.onnx")));
    const host = await openSession(await Deno.readFile(join(dir, "host_head.onnx")));
    const size = inputs.length / 24;
    const quantizer = new Quantizer(model.architecture.levels!);
    for (let i = 0; i < 24; i++) {
      const window = { data: inputs.slice(i * size, (i + 1) * size), shape: [1, 6, 2, 40] };
      const out = await full.run({ window });
      assert.deepEqual(Object.keys(out).sort(), ["code", "latent", "predictions", "uncertainty"]);
      const predictions = out.predictions.data as Float32Array;
      predictions.forEach((p, c) => assert.ok(Math.abs(p - expected[i * 4 + c]) < 1e-6));
      assert.ok(Math.abs((out.uncertainty.data as Float32Array)[0] - 1 + Math.max(...predictions)) < 1e-6);
      assert.deepEqual(out.code.data, new BigInt64Array([BigInt(facts.codes[i])]));
      assert.equal(quantizer.codes(out.latent.data as Float32Array)[0], facts.codes[i]);
      const bounded = cut.slice(i * 3, i * 3 + 3);
      assert.equal(quantizer.codeOfBounded(bounded), facts.codes[i]);
      const onHost = await host.run({ bounded: { data: bounded, shape: [1, 3] } });
      assert.deepEqual(onHost.code.data, out.code.data);
      (onHost.predictions.data as Float32Array).forEach((p, c) =>
        assert.ok(Math.abs(p - predictions[c]) < 1e-6)
      );
    }
    await full.release();
    await host.release();
  });
});

Deno.test("export writes the same bytes when it runs twice", async () => {
  let first: Record<string, string>;
  await exported({}, async (dir) => void (first = await files(dir)));
  await exported({}, async (dir) => assert.deepEqual(await files(dir), first));
});

Deno.test("export estimates int8 per channel and per tensor on test windows", async () => {
  await exported({}, async (dir) => {
    const { variants, part, origin } = await json(dir, "int8_estimate.json");
    assert.equal(origin, "estimated");
    assert.match(part, /^test part/);
    assert.deepEqual(variants.map((v: { weights: string }) => v.weights), ["per-channel", "per-tensor"]);
    for (const v of variants) {
      assert.equal(v.n, 60);
      assert.ok(v.code_agreement > 0.5 && v.snr_db > 15 && v.label_agreement > 0.5, JSON.stringify(v));
    }
  });
});

Deno.test("export ends the device part at the maps where a device cannot take their statistics", async () => {
  await exported({ pooling: ["mean", "std"] }, async (dir, _, warnings) => {
    assert.deepEqual(warnings, []);
    assert.deepEqual((await json(dir, "host_head.json")).front.statistics, ["mean", "std"]);
    assert.equal((await json(dir, "parity.json")).passed, true);
  });
});

Deno.test("export leaves out what a model has not: quantiser, head", async () => {
  await exported({ levels: null, latent: 5 }, async (dir) => {
    assert.equal((await json(dir, "host_head.json")).levels, null);
    assert.equal((await json(dir, "selftest/selftest.json")).codes, undefined);
  });
  await exported({ classes: 0, head: [] }, async (dir) => {
    assert.deepEqual((await json(dir, "host_head.json")).layers, []);
    assert.equal((await json(dir, "selftest/selftest.json")).full.output, "latent");
  });
});

Deno.test("export fails when model.onnx and weights disagree", async () => {
  const model = sampleModel();
  const windows = sampleWindows(model);
  await assert.rejects(
    runStep(exportStep, { model: { ...model, onnx: sampleModel({}, 6).onnx }, windows }),
    /exported files differ by up to .* from the trained network/,
  );
});
