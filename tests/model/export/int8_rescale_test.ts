import assert from "node:assert/strict";
import { openSession } from "../../../lib/onnx/runtime.ts";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { toNhwc } from "../../../lib/model/export/export.ts";
import { deviceOnnx } from "../../../lib/model/export/export_graphs.ts";
import { hostHead } from "../../../lib/model/export/export_host.ts";
import { qdqOnnx } from "../../../lib/model/export/int8_graph.ts";
import { activationRanges } from "../../../lib/model/export/int8_ranges.ts";
import { estimateRescaled, rescaleQdq } from "../../../lib/model/export/int8_rescale.ts";
import { activationScale } from "../../../lib/model/export/int8_scales.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const model = sampleModel();
const head = hostHead(model);
const windows = sampleWindows(model, 30);
const rows = Int32Array.from(windows.start, (_, i) => i);
const scaled = new Float32Array(rows.length * 480);
gatherWindows(windows, rows, model.scaler, scaled);
const ranges = await activationRanges(model, scaled);
const files = { qdq: qdqOnnx(model, ranges, { perChannel: true }), device: deviceOnnx(model) };
const calibration: NpyArray<Float32Array> = {
  data: toNhwc(scaled, model.architecture.input),
  shape: [90, 2, 40, 6],
};
const cut = activationScale(-4.0035, 3.0035);

Deno.test("rescaleQdq() gives what qdqOnnx() gives for the same scales", () => {
  const scales = { window: { scale: 0.125, zeroPoint: 100 }, cut: { scale: 0.0625, zeroPoint: 70 } };
  assert.deepEqual(rescaleQdq(files.qdq, scales, head).length, files.qdq.length);
  const own = { window: activationScale(...ranges.get("window")!), cut };
  assert.deepEqual(rescaleQdq(files.qdq, own, head), files.qdq);
});

Deno.test("estimateRescaled() counts errors and decibels over all outputs of all windows", async () => {
  const scales = { window: activationScale(...ranges.get("window")!), cut };
  const found = await estimateRescaled(files, scales, head, calibration);
  const sessions = [
    await openSession(files.device),
    await openSession(rescaleQdq(files.qdq, scales, head), { optimization: "basic" }),
  ];
  const size = model.architecture.input.reduce((a, b) => a * b, 1);
  const errors: number[] = [], signals: number[] = [];
  for (let i = 0; i < 90; i++) {
    const data = scaled.slice(i * size, (i + 1) * size);
    const [float, int8] = await Promise.all(sessions.map(async (session) => {
      const out = await session.run({ window: { data, shape: [1, ...model.architecture.input] } }, [
        "bounded",
      ]);
      return out.bounded.data as Float32Array;
    }));
    float.forEach((v, j) => (signals.push(v), errors.push(v - int8[j])));
  }
  for (const session of sessions) await session.release();
  const power = (values: number[]) => values.reduce((s, v) => s + v * v, 0);
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6 * Math.abs(b), `${a} is not ${b}`);
  near(found.snr_db!, 10 * Math.log10(power(signals) / power(errors)));
  near(found.max_abs_error, Math.max(...errors.map(Math.abs)));
  near(found.mean_abs_error, errors.reduce((s, e) => s + Math.abs(e), 0) / errors.length);
});

Deno.test("estimateRescaled() notices scales that cut the input or cannot reach the levels", async () => {
  const fitting = { window: activationScale(...ranges.get("window")!), cut };
  const good = await estimateRescaled(files, fitting, head, calibration);
  assert.equal(good.n, 90);
  assert.equal(good.input_clipped, 0);
  assert.equal(good.levels_reachable, true);
  assert.ok(good.snr_db! > 15 && good.code_agreement! > 0.5, JSON.stringify(good));
  const unit = await estimateRescaled(
    files,
    { ...fitting, window: activationScale(0, 1) },
    head,
    calibration,
  );
  // 0 to 1 in steps of 1/255, half a step of slack at either end.
  const outside = calibration.data.reduce((n, v) => n + Number(v < -0.5 / 255 || v > 255.5 / 255), 0);
  assert.ok(Math.abs(unit.input_clipped - outside / calibration.data.length) < 1e-3, `${unit.input_clipped}`);
  assert.ok(unit.input_clipped > 0.5 && unit.snr_db! < 5 && unit.code_agreement! < good.code_agreement!);
  const narrow = await estimateRescaled(
    files,
    { ...fitting, cut: activationScale(-1, 1) },
    head,
    calibration,
  );
  assert.equal(narrow.levels_reachable, false);
  assert.ok(narrow.code_agreement! < good.code_agreement!);
});
