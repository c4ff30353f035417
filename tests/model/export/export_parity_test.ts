import assert from "node:assert/strict";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { deviceOnnx, fullOnnx } from "../../../lib/model/export/export_graphs.ts";
import { checkParity } from "../../../lib/model/export/export_parity.ts";
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
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

Deno.test("checkParity() counts what the plain reference of the other network differs by", async () => {
  const other = changed("projection.weight", (w) => 1.1 * w);
  const parity = await checkParity(
    model,
    { full: fullOnnx(other), device: deviceOnnx(other) },
    windows,
    rows,
  );
  const size = 480, scaled = new Float32Array(100 * size);
  gatherWindows(windows, rows, model.scaler, scaled);
  const quantizer = new Quantizer(model.architecture.levels!);
  const share = (logits: ArrayLike<number>) => {
    const e = Array.from(logits, (x) => Math.exp(x / model.temperature));
    return e.map((x) => x / e.reduce((a, b) => a + b));
  };
  let latent = 0, bounded = 0, predictions = 0, codes = 0, top = 0;
  const apart = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Math.max(...Array.from(a, (x, j) => Math.abs(x - b[j])));
  for (let i = 0; i < 100; i++) {
    const [own, foreign] = [model, other].map((m) =>
      referenceForward(m, scaled.subarray(i * size, (i + 1) * size))
    );
    latent = Math.max(latent, apart(own.latent.data, foreign.latent.data));
    bounded = Math.max(bounded, apart(own.bounded.data, foreign.bounded.data));
    predictions = Math.max(predictions, apart(share(own.logits!.data), share(foreign.logits!.data)));
    if (quantizer.codeOfBounded(own.bounded.data) !== quantizer.codeOfBounded(foreign.bounded.data)) codes++;
    top = Math.max(top, ...own.latent.data.map(Math.abs));
  }
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-4, `${a} is not ${b}`);
  close(parity.full_latent, latent);
  close(parity.device_bounded, bounded);
  close(parity.predictions!, predictions);
  close(parity.max_abs_difference, Math.max(latent, bounded, predictions));
  close(parity.max_abs_latent, top);
  assert.ok(parity.encoder_latent < 1e-5 && codes > 0);
  assert.deepEqual([parity.codes_different, parity.codes_identical, parity.undecidable], [codes, false, 0]);
  assert.equal(parity.boundary_distance, 1e-5);
  close(1e5 * parity.tolerance, Math.max(1, top, 3.5 + 0.0035));
});

Deno.test("checkParity() without quantiser or classes compares what there is", async () => {
  for (
    const changes of [{ levels: null }, { classes: 0, head: [] }, { levels: null, classes: 0, head: [] }]
  ) {
    const own = sampleModel(changes);
    const shifted = sampleModel(changes);
    const [name, change] = changes.classes === 0 ? ["projection.bias", 0.5] : ["head1.bias", 30];
    const bias = shifted.weights[name];
    bias.data = (bias.data as Float32Array).map((b, i) => b + (i === 0 ? change : 0));
    const same = await checkParity(own, { full: fullOnnx(own), device: deviceOnnx(own) }, windows, rows);
    assert.equal(same.passed, true);
    assert.equal(same.predictions === null, changes.classes === 0);
    const full = fullOnnx(shifted);
    const wrong = await checkParity(own, { full, device: deviceOnnx(own) }, windows, rows.subarray(0, 7));
    assert.deepEqual([wrong.passed, wrong.n], [false, 7]);
    assert.equal(wrong.predictions === null ? wrong.full_latent > 0.4 : wrong.predictions > 0.01, true);
    assert.equal(wrong.codes_different > 0, changes.levels === undefined);
  }
  assert.equal((await checkParity(model, files, windows, rows.subarray(0, 0))).passed, false);
});

Deno.test("checkParity() leaves out windows whose latent lies on a rounding boundary", async () => {
  // Weights of zero: every latent is the bias, which is the threshold between two levels.
  const zero = changed("projection.weight", () => 0);
  const { thresholds } = new Quantizer([8]).constants[0];
  const bias = { data: Float32Array.of(thresholds[3], 0, 0), shape: [3] };
  const weights = { ...zero.weights, "projection.bias": bias };
  const flat = { ...zero, weights, onnx: encoderOnnx({ architecture: model.architecture, weights }) };
  const parity = await checkParity(
    flat,
    { full: fullOnnx(flat), device: deviceOnnx(flat) },
    windows,
    rows.subarray(0, 5),
  );
  assert.deepEqual([parity.undecidable, parity.codes_different, parity.predictions], [5, 0, 0]);
});

Deno.test("checkParity() tells the largest latent of a network whose latents are small", async () => {
  const bias = model.weights["projection.bias"] as NpyArray<Float32Array>;
  const small = changed("projection.weight", (w) => 1e-3 * w);
  small.weights["projection.bias"] = { ...bias, data: bias.data.map(() => 0.02) };
  const { max_abs_latent: top } = await checkParity(
    small,
    { full: fullOnnx(small), device: deviceOnnx(small) },
    windows,
    rows,
  );
  assert.ok(top >= 0.02 && top < 0.1, `${top}`);
});
