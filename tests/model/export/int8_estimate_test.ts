import assert from "node:assert/strict";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { boundedScale, qdqOnnx } from "../../../lib/model/export/int8_graph.ts";
import { chooseInputRange, clipValues } from "../../../lib/model/export/int8_input.ts";
import { estimateInt8 } from "../../../lib/model/export/int8_estimate.ts";
import { activationRanges, type Ranges } from "../../../lib/model/export/int8_ranges.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const model = sampleModel();
const windows = sampleWindows(model, 40);
const rows = Int32Array.from(windows.start, (_, i) => i);
const scaled = new Float32Array(rows.length * 6 * 2 * 40);
gatherWindows(windows, rows, model.scaler, scaled);
const truth = windows.labels;

async function estimate(ranges: Ranges, perChannel: boolean) {
  const facts = {
    weights: perChannel ? "per-channel" : "per-tensor",
    step: boundedScale(model, ranges).scale,
  };
  return await estimateInt8(model, qdqOnnx(model, ranges, { perChannel }), windows, rows, truth, facts, 50);
}

Deno.test("activationRanges() covers what the plain reference computes", async () => {
  const ranges = await activationRanges(model, scaled, 32);
  const [low, high] = ranges.get("projection")!;
  const latents = [0, 17, 119].map((i) =>
    referenceForward(model, scaled.subarray(i * 480, (i + 1) * 480)).latent.data
  );
  for (const z of latents) for (const v of z) assert.ok(v >= low - 1e-5 && v <= high + 1e-5);
  assert.deepEqual(ranges.get("window"), [Math.min(...scaled), Math.max(...scaled)]);
  assert.equal(ranges.get("relu0")![0], 0);
});

Deno.test("T088 estimateInt8() agrees with differences counted by hand", async () => {
  const ranges = await activationRanges(model, scaled);
  const result = await estimate(ranges, true);
  const session = await openSession(qdqOnnx(model, ranges, { perChannel: true }), {
    optimization: "disabled",
  });
  const out = await session.run({ window: { data: scaled, shape: [120, 6, 2, 40] } });
  await session.release();
  const bounded = out.bounded.data as Float32Array;
  const quantizer = new Quantizer(model.architecture.levels!);
  let [same, worst, signal, noise] = [0, 0, 0, 0];
  for (let i = 0; i < 120; i++) {
    const exact = referenceForward(model, scaled.subarray(i * 480, (i + 1) * 480)).bounded.data;
    const estimated = bounded.subarray(i * 3, i * 3 + 3);
    if (quantizer.codeOfBounded(exact) === quantizer.codeOfBounded(estimated)) same++;
    exact.forEach((b, j) => {
      worst = Math.max(worst, Math.abs(b - estimated[j]));
      signal += b * b;
      noise += (b - estimated[j]) ** 2;
    });
  }
  assert.equal(result.n, 120);
  assert.equal(result.labelled, 120);
  assert.ok(Math.abs(result.code_agreement! - same / 120) <= 1 / 120 + 1e-12);
  assert.ok(Math.abs(result.max_abs_error - worst) < 0.02, `${result.max_abs_error} ${worst}`);
  assert.ok(Math.abs(result.snr_db! - 10 * Math.log10(signal / noise)) < 0.2);
  assert.ok(result.step > 0 && result.near_boundary! > 0 && result.near_boundary! < 1);
});

Deno.test("estimateInt8() loses more when one scale serves all channels of a lopsided layer", async () => {
  // One channel with huge weights that never fires: it costs nothing but the scale that it shares.
  const weights = { ...model.weights };
  for (const [name, change] of [["gamma", (v: number) => 100 * v], ["beta", () => -1e6]] as const) {
    const data = (weights[`block0.bn.${name}`].data as Float32Array).slice();
    data[1] = change(data[1]);
    weights[`block0.bn.${name}`] = { data, shape: [8] };
  }
  const lopsided = { ...model, weights, onnx: encoderOnnx({ architecture: model.architecture, weights }) };
  const ranges = await activationRanges(lopsided, scaled);
  const snr = async (perChannel: boolean) => {
    const qdq = qdqOnnx(lopsided, ranges, { perChannel });
    const facts = { weights: "", step: boundedScale(lopsided, ranges).scale };
    return (await estimateInt8(lopsided, qdq, windows, rows, truth, facts)).snr_db!;
  };
  const [channel, tensor] = [await snr(true), await snr(false)];
  assert.ok(channel > tensor + 3, `${channel} ${tensor}`);
});

Deno.test("chooseInputRange() clips peaks that are rarer than what they cost", async () => {
  const peaked = sampleWindows(model, 40);
  for (const r of peaked.recordings.recordings) r.data[0] = 400;
  const values = new Float32Array(scaled.length);
  gatherWindows(peaked, rows, model.scaler, values);
  const ranges = await activationRanges(model, values);
  const chosen = await chooseInputRange(model, peaked, rows, values, ranges);
  assert.ok(chosen.range[1] < ranges.get("window")![1] / 5, `${chosen.range}`);
  assert.ok(chosen.clipped > 0 && chosen.clipped < 0.003);
  assert.ok(chosen.tried.length > 1);
  const clipped = clipValues(values.slice(), chosen.range);
  assert.ok(clipped.every((v) => v >= chosen.range[0] && v <= chosen.range[1]));
});

Deno.test("qdqOnnx() takes scales that a compiled file names instead of calibrated ones", async () => {
  const ranges = await activationRanges(model, scaled);
  const scales = { window: { scale: 0.125, zeroPoint: 100 }, bounded: { scale: 0.0625, zeroPoint: 70 } };
  const { graph } = decodeModel(qdqOnnx(model, ranges, { perChannel: false, scales }));
  const value = (name: string) => Number(graph.initializers.find((t) => t.name === name)!.data![0]);
  assert.deepEqual(["window.scale", "window.zero_point"].map(value), [0.125, 100]);
  assert.deepEqual(["fsq.bounded.scale", "fsq.bounded.zero_point"].map(value), [0.0625, 70]);
});
