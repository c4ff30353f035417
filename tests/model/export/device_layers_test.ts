import assert from "node:assert/strict";
import { deviceOnnx } from "../../../lib/model/export/export_graphs.ts";
import { maximumSteps } from "../../../lib/model/export/device_layers.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import { preflight } from "../../../lib/hailo/compile/preflight.ts";
import { sampleModel } from "../sample_model.ts";

Deno.test("maximumSteps() ends at one value for any length, with small kernels that leave out nothing", () => {
  assert.deepEqual(maximumSteps(1), []);
  for (let length = 2; length < 400; length++) {
    // Mark which inputs reach the end by following single peaks.
    let sets = Array.from({ length }, (_, i) => new Set([i]));
    for (const { kernel, stride } of maximumSteps(length)) {
      assert.ok(kernel <= 7 && stride <= 4);
      assert.equal((sets.length - kernel) % stride, 0);
      const pooled: Set<number>[] = [];
      for (let at = 0; at + kernel <= sets.length; at += stride) {
        pooled.push(sets.slice(at, at + kernel).reduce((a, b) => a.union(b)));
      }
      sets = pooled;
    }
    assert.equal(sets.length, 1);
    assert.equal(sets[0].size, length);
  }
});

Deno.test("deviceOnnx() gives the reference's values for awkward lengths and sensor counts", async () => {
  const rng = new Random(4);
  for (const [sensors, length, height] of [[1, 25, 1], [2, 37, 1], [3, 64, 3], [9, 31, 1]]) {
    const model = sampleModel({
      input: [4, sensors, length],
      blocks: [{ channels: 6, kernel: [1, 3], pool: 1 }, { channels: 5, kernel: [height, 3], pool: 1 }],
      pooling: ["max", "mean"],
    });
    const session = await openSession(deviceOnnx(model));
    const data = Float32Array.from({ length: 4 * sensors * length }, () => rng.normal());
    const { bounded } = await session.run({ window: { data, shape: [1, 4, sensors, length] } });
    await session.release();
    const expected = referenceForward(model, data).bounded.data;
    expected.forEach((b, j) => assert.ok(Math.abs(b - (bounded.data as Float32Array)[j]) < 1e-5));
  }
});

Deno.test("deviceOnnx() passes the preflight without any remark when pooling is mean and max", () => {
  const found = preflight(decodeModel(deviceOnnx(sampleModel())));
  assert.deepEqual(found.findings, []);
  assert.equal(found.ok, true);
});

Deno.test("deviceOnnx() pools sensors and time side by side, at most 7 wide, one step where an axis is done", () => {
  assert.deepEqual([7, 8].map(maximumSteps), [[{ kernel: 7, stride: 1 }], [{ kernel: 4, stride: 4 }, {
    kernel: 2,
    stride: 1,
  }]]);
  for (
    const [sensors, length, kernels, strides] of [
      [9, 31, [[5, 7], [2, 7]], [[4, 4], [1, 1]]],
      [1, 8, [[1, 4], [1, 2]], [[1, 4], [1, 1]]],
      [8, 5, [[4, 5], [2, 1]], [[4, 1], [1, 1]]],
    ] as const
  ) {
    const model = sampleModel({
      input: [4, sensors, length],
      blocks: [{ channels: 6, kernel: [1, 3], pool: 1 }],
      pooling: ["max"],
    });
    const pools = decodeModel(deviceOnnx(model)).graph.nodes.filter(({ op }) => op === "MaxPool");
    assert.deepEqual(pools.map(({ attributes }) => attributes.kernel_shape), kernels);
    assert.deepEqual(pools.map(({ attributes }) => attributes.strides), strides);
  }
});
