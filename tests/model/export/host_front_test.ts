/** Where the device part ends at feature maps, and what the host makes of them. */
import assert from "node:assert/strict";
import { preflight } from "../../../lib/hailo/compile/preflight.ts";
import { HostHead } from "../../../lib/hailo/host_head.ts";
import { deviceOnnx, hostOnnx } from "../../../lib/model/export/export_graphs.ts";
import { hostHead } from "../../../lib/model/export/export_host.ts";
import { boundedFrom } from "../../../lib/model/export/host_front.ts";
import { qdqOnnx } from "../../../lib/model/export/int8_graph.ts";
import { activationRanges } from "../../../lib/model/export/int8_ranges.ts";
import { estimateRescaled, rescaleQdq } from "../../../lib/model/export/int8_rescale.ts";
import { activationScale } from "../../../lib/model/export/int8_scales.ts";
import { cutOf } from "../../../lib/model/cut.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import { sampleModel } from "../sample_model.ts";

const variants = [
  { pooling: ["mean", "std"] as const },
  { pooling: ["std", "max"] as const, neck: [7] },
  { pooling: ["max", "mean"] as const, segments: 3, levels: null },
].map((changes) => ({ ...changes, pooling: [...changes.pooling] }));

const rng = new Random(5);
const scaled = Float32Array.from({ length: 12 * 480 }, () => rng.normal());

Deno.test("a device part ends at the maps where a device cannot take their statistics, else at the bounded latent", () => {
  const { architecture } = sampleModel();
  assert.equal(cutOf(architecture), "bounded");
  assert.equal(cutOf({ ...architecture, pooling: ["std"] }), "maps");
  assert.equal(cutOf({ ...architecture, segments: 2 }), "maps");
  assert.equal(cutOf({ blocks: [], pooling: ["std"], segments: 2 }), "bounded"); // an encoder from elsewhere
});

for (const changes of variants) {
  Deno.test(`maps, statistics and neck of the host make the bounded latent of the reference: ${JSON.stringify(changes)}`, async () => {
    const model = sampleModel(changes);
    const bytes = deviceOnnx(model);
    const { graph } = decodeModel(bytes);
    assert.deepEqual(graph.outputs.map(({ name }) => name), ["maps"]);
    assert.deepEqual(new Set(graph.nodes.map(({ op }) => op)), new Set(["Conv", "Relu", "MaxPool"]));
    assert.deepEqual(preflight(decodeModel(bytes)).findings, []);
    const device = await openSession(bytes);
    const host = await openSession(hostOnnx(model));
    const head = new HostHead(hostHead(model));
    try {
      for (let i = 0; i < 12; i++) {
        const window = scaled.subarray(i * 480, (i + 1) * 480);
        const { maps } = await device.run({
          window: { data: window, shape: [1, ...model.architecture.input] },
        });
        const right = referenceForward(model, window);
        const got = head.bounded(maps.data as Float32Array);
        right.bounded.data.forEach((value, j) =>
          assert.ok(Math.abs(value - got[j]) < 1e-5, `${value} ${got[j]}`)
        );
        const { predictions } = await host.run({
          maps: { data: maps.data as Float32Array, shape: maps.shape },
        });
        head.run(maps.data as Float32Array).probabilities.forEach((p, k) =>
          assert.ok(Math.abs(p - (predictions.data as Float32Array)[k]) < 1e-5)
        );
      }
    } finally {
      await device.release();
      await host.release();
    }
  });
}

Deno.test("statistics that are no number are not taken for one", () => {
  const model = sampleModel({ pooling: ["max", "std"] });
  const file = hostHead(model);
  const maps = new Float32Array(file.front!.maps.reduce((a, b) => a * b)).fill(1);
  maps[3] = NaN;
  assert.ok(Array.from(boundedFrom(file)(maps)).every(Number.isNaN));
});

Deno.test("a host head whose front does not fit what follows is refused", () => {
  const file = hostHead(sampleModel({ pooling: ["std"] }));
  const front = { ...file.front!, statistics: ["std" as const, "mean" as const] };
  assert.throws(
    () => new HostHead({ ...file, front }),
    /Cannot read host head: layer 0 .* does not follow width/,
  );
  const short = { ...file.front!, layers: [] };
  assert.throws(() => new HostHead({ ...file, front: short }), /its front ends in \d+ values, not 3/);
});

Deno.test("the int8 estimate rounds the maps as the device hands them on, and takes a compiled scale for them", async () => {
  const model = sampleModel({ pooling: ["mean", "std"] });
  const ranges = await activationRanges(model, scaled);
  const last = model.architecture.blocks.length - 1;
  const calibrated = activationScale(...ranges.get(`relu${last}`)!);
  const files = { qdq: qdqOnnx(model, ranges, { perChannel: true }), device: deviceOnnx(model) };
  const session = await openSession(files.qdq, { optimization: "basic" });
  const [channels, sensors, length] = model.architecture.input;
  const { maps, bounded } = await session.run({
    window: { data: scaled.subarray(0, 480), shape: [1, channels, sensors, length] },
  });
  await session.release();
  const steps = Array.from(maps.data as Float32Array, (v) => v / calibrated.scale);
  assert.ok(steps.every((s) => Math.abs(s - Math.round(s)) < 1e-3) && steps.some((s) => s > 0));
  const head = hostHead(model);
  const own = boundedFrom(head)(maps.data as Float32Array);
  (bounded.data as Float32Array).forEach((b, j) => assert.ok(Math.abs(b - own[j]) < 1e-5));
  const scales = { window: activationScale(...ranges.get("window")!), cut: calibrated };
  assert.deepEqual(rescaleQdq(files.qdq, scales, head), files.qdq);
  const nhwc = { data: new Float32Array(scaled.length), shape: [12, sensors, length, channels] };
  for (let i = 0; i < 12; i++) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < sensors * length; p++) {
        nhwc.data[i * 480 + p * channels + c] = scaled[i * 480 + c * sensors * length + p];
      }
    }
  }
  const good = await estimateRescaled(files, scales, head, nhwc);
  const coarse = { ...scales, cut: { scale: calibrated.scale * 16, zeroPoint: 0 } };
  const bad = await estimateRescaled(files, coarse, head, nhwc);
  assert.ok(good.snr_db! > bad.snr_db! + 6, `${good.snr_db} ${bad.snr_db}`);
  assert.equal(good.levels_reachable, true);
});
