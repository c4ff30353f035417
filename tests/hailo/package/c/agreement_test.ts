/** Whole numbers beside the runtime's floats on 8 bits: ties must not be systematic. */
import assert from "node:assert/strict";
import { agreementOn } from "../../../../lib/hailo/package/c/agreement.ts";
import { lowerQdq } from "../../../../lib/hailo/package/c/lower.ts";
import { IntegerEncoder } from "../../../../lib/hailo/package/c/reference.ts";
import { qdqOnnx } from "../../../../lib/model/export/int8_graph.ts";
import { activationRanges } from "../../../../lib/model/export/int8_ranges.ts";
import { openSession } from "../../../../lib/onnx/runtime.ts";
import { Random } from "../../../../lib/random.ts";
import { sampleModel } from "../../../model/sample_model.ts";

Deno.test("means of 32 numbers beside maxima do not lie between two steps, so that floats and whole numbers agree", async () => {
  const model = sampleModel({
    ...{ input: [6, 2, 64], levels: null, classes: 0, head: [] },
    blocks: [{ channels: 24, kernel: [2, 5], pool: 2 }],
  });
  const rng = new Random(7);
  const windows = Float32Array.from({ length: 150 * 768 }, () => rng.normal());
  const ranges = await activationRanges(model, windows);
  const qdq = qdqOnnx(model, ranges.set("window", [-3, 3]), { perChannel: true });
  const session = await openSession(qdq, { optimization: "basic" });
  try {
    const encoder = new IntegerEncoder(lowerQdq(qdq, [6, 2, 64]));
    const found = await agreementOn(windows, { encoder, session, quantizer: undefined });
    assert.deepEqual([found.n, found.code_agreement], [150, null]);
    assert.ok(found.numbers_equal > 0.99, JSON.stringify(found));
    assert.ok(found.largest_difference <= 1);
  } finally {
    await session.release();
  }
});
