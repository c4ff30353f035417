import assert from "node:assert/strict";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { deviceOnnx, fullOnnx } from "../../../lib/model/export/export_graphs.ts";
import { checkParity } from "../../../lib/model/export/export_parity.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const model = sampleModel();
const windows = sampleWindows(model, 40);
const rows = Int32Array.from({ length: 100 }, (_, i) => i);
const files = { full: fullOnnx(model), device: deviceOnnx(model) };

/** The model with one weight array changed. */
function changed(name: string, change: (value: number) => number) {
  const old = model.weights[name] as NpyArray<Float32Array>;
  const data = old.data.map((v) => change(v));
  return { ...model, weights: { ...model.weights, [name]: { data, shape: old.shape } } };
}

Deno.test("T094 T276 checkParity() passes for files of the model itself", async () => {
  const parity = await checkParity(model, files, windows, rows);
  assert.equal(parity.passed, true);
  assert.equal(parity.n, 100);
  assert.ok(parity.max_abs_difference < 1e-5 && parity.codes_identical);
  assert.match(parity.runtime, /^onnxruntime-node 1\./);
});

Deno.test("checkParity() fails when one file computes anything else", async () => {
  const other = changed("projection.bias", (b) => b + 0.01);
  const inFull = await checkParity(model, { ...files, full: fullOnnx(other) }, windows, rows);
  assert.equal(inFull.passed, false);
  assert.ok(Math.abs(inFull.full_latent - 0.01) < 1e-4 && inFull.device_bounded < 1e-5);
  const inDevice = await checkParity(model, { ...files, device: deviceOnnx(other) }, windows, rows);
  assert.equal(inDevice.passed, false);
  assert.ok(inDevice.device_bounded > 1e-3 && inDevice.full_latent < 1e-5);
  const inHead = await checkParity(
    model,
    { ...files, full: fullOnnx(changed("head0.bias", (b) => b + 0.3)) },
    windows,
    rows,
  );
  assert.equal(inHead.passed, false);
  assert.ok(inHead.predictions! > 1e-4 && inHead.codes_identical);
});

Deno.test("checkParity() notices another scaler, temperature and order of levels", async () => {
  const scaler = { ...model.scaler, center: model.scaler.center.map((row) => row.map((c) => c + 0.01)) };
  const models = [{ ...model, scaler }, { ...model, temperature: 1.6 }, {
    ...model,
    architecture: { ...model.architecture, levels: [6, 8, 5] },
  }];
  for (const other of models) {
    assert.equal(
      (await checkParity(model, { ...files, full: fullOnnx(other) }, windows, rows)).passed,
      false,
    );
  }
});
