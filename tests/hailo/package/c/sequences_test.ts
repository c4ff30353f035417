/** Encoders as other programs write them, over sequences and in other layouts: whole numbers beside the runtime's 8-bit graph. */
import assert from "node:assert/strict";
import { preflightC } from "../../../../lib/hailo/package/c/preflight_c.ts";
import { agreementOn, takesOne } from "../../../../lib/hailo/package/c/agreement.ts";
import { lowerQdq } from "../../../../lib/hailo/package/c/lower.ts";
import { IntegerEncoder } from "../../../../lib/hailo/package/c/reference.ts";
import { formsOf } from "../../../../lib/model/export/forms.ts";
import { GraphBuilder } from "../../../../lib/onnx/builder.ts";
import { importEncoder } from "../../../../lib/onnx/imported_encoder.ts";
import { openSession } from "../../../../lib/onnx/runtime.ts";
import { Random } from "../../../../lib/random.ts";

const [channels, length] = [6, 40];
const facts = { labels: [], levels: [5, 5, 5], rate: 50, temperature: 1 };

/** Two convolutions over time, a maximum between them and the mean behind, as for one sensor. */
function sequence(layout: string, reduce: "ReduceMean" | "GlobalAveragePool", batch: number | string = 1) {
  const rng = new Random(5);
  const graph = new GraphBuilder("sequence");
  const weight = (name: string, ...shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return graph.initializer(Float32Array.from({ length: size }, () => 0.3 * rng.normal()), shape, name);
  };
  const shapes: Record<string, number[]> = {
    NCT: [channels, length],
    NTC: [length, channels],
    "N(TC)": [length * channels],
    N1TC: [1, length, channels],
  };
  let x = graph.input("x", [batch, ...shapes[layout]]);
  if (layout === "N(TC)" || layout === "N1TC") {
    x = graph.node("Reshape", [x, graph.ints([-1, length, channels])], {}, { name: "row" });
  }
  if (layout !== "NCT") x = graph.node("Transpose", [x], { perm: [0, 2, 1] }, { name: "turned" });
  x = graph.node("Pad", [x, graph.ints([0, 0, 1, 0, 0, 2])], {}, { name: "pad" });
  x = graph.node("Conv", [x, weight("w0", 8, channels, 5), weight("b0", 8)], {
    kernel_shape: [5],
    pads: [1, 0],
    strides: [2],
  }, { name: "conv0" });
  x = graph.node("Relu", [x], {}, { name: "relu0" });
  x = graph.node("MaxPool", [x], { kernel_shape: [2], strides: [2] }, { name: "pool" });
  x = graph.node("Conv", [x, weight("w1", 8, 4, 3), weight("b1", 8)], {
    kernel_shape: [3],
    dilations: [2],
    group: 2,
  }, { name: "conv1" });
  x = graph.node("Relu", [x], {}, { name: "relu1" });
  if (reduce === "ReduceMean") {
    x = graph.node("ReduceMean", [x], { axes: [-1], keepdims: 0 }, { name: "mean" });
  } else {
    x = graph.node("GlobalAveragePool", [x], {}, { name: "mean" });
    x = graph.node("Flatten", [x], { axis: 1 }, { name: "row1" });
  }
  x = graph.node("Gemm", [x, weight("w2", 8, 3), weight("b2", 3)], {}, { name: "z" });
  graph.output(x, [batch, 3]);
  return graph.encode({ opset: 13 });
}

for (
  const [layout, reduce, batch] of [
    ["NCT", "ReduceMean", 1],
    ["NTC", "GlobalAveragePool", "N"],
    ["N(TC)", "ReduceMean", "N"],
    ["N1TC", "GlobalAveragePool", 1],
  ] as const
) {
  Deno.test(`an encoder of sequences as ${layout} with ${reduce} has a form in C that agrees with the runtime`, async () => {
    const bytes = sequence(layout, reduce, batch);
    const sizes = layout === "N(TC)" ? { channels: [..."abcdef"] } : {};
    const { model } = await importEncoder(bytes, "sequence.onnx", { ...facts, ...sizes, layout });
    assert.deepEqual(model.architecture.input, [channels, 1, length]);
    const forms = formsOf(model);
    const rng = new Random(8);
    const windows = Float32Array.from({ length: 150 * channels * length }, () => rng.normal());
    const qdq = forms.quantized(await forms.ranges(windows), { perChannel: true, whole: true });
    const session = await openSession(qdq, { optimization: "basic" });
    try {
      const encoder = new IntegerEncoder(lowerQdq(qdq, model.architecture.input));
      const found = await agreementOn(windows, {
        ...{ encoder, session, quantizer: undefined, single: takesOne(qdq) },
      });
      assert.equal(found.n, 150);
      assert.ok(found.numbers_equal > 0.98, JSON.stringify(found));
      assert.ok(found.largest_difference <= 2, JSON.stringify(found));
    } finally {
      await session.release();
    }
    const judged = await preflightC(bytes, "sequence.onnx", { ...facts, ...sizes, layout });
    assert.deepEqual([judged.ok, judged.findings], [true, []]);
  });
}

Deno.test("preflightC() names every operator without an integer form at once, and a mean over the wrong axes", async () => {
  const graph = new GraphBuilder("odd");
  let x = graph.input("x", [1, 3, 2, 5]);
  x = graph.node("Softplus", [x], {}, { name: "soft" });
  x = graph.node("Sin", [x], {}, { name: "sine" });
  graph.output(graph.node("Flatten", [x], { axis: 1 }, { name: "row" }), [1, 30]);
  const { ok, findings } = await preflightC(graph.encode({ opset: 13 }), "odd.onnx", facts);
  assert.equal(ok, false);
  assert.deepEqual(findings.map(({ message }) => message), [
    "soft: Softplus has no integer form",
    "sine: Sin has no integer form",
  ]);
  const channelMean = new GraphBuilder("channels");
  const y = channelMean.node(
    "ReduceMean",
    [channelMean.input("x", [1, 3, 2, 5])],
    { axes: [1], keepdims: 0 },
    {
      name: "mean",
    },
  );
  channelMean.output(channelMean.node("Flatten", [y], { axis: 1 }, { name: "row" }), [1, 10]);
  const levels = { ...facts, levels: null };
  const judged = await preflightC(channelMean.encode({ opset: 13 }), "channels.onnx", levels);
  assert.match(
    judged.findings[0].message,
    /^layer mean is a mean over axes \[1\]: only that over all places/,
  );
  assert.match(judged.findings[0].remedy, /Leave c out of the targets/);
});
