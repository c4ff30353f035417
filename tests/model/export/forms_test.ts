import assert from "node:assert/strict";
import type { Model } from "../../../lib/artifacts/model.ts";
import { formsOf } from "../../../lib/model/export/forms.ts";
import { referenceForward } from "../../../lib/model/reference_forward.ts";
import { GraphBuilder } from "../../../lib/onnx/builder.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { sampleModel } from "../sample_model.ts";

const blocks = [{ channels: 2, kernel: [1, 3] as [number, number], pool: 1 }];
const small = (levels: number[] | null, classes = 2) =>
  sampleModel({ levels, latent: 2, classes, head: [], blocks, input: [1, 1, 4] });

/** An encoder from elsewhere, whose logits are a dense layer behind its latent, or behind its tanh. */
function elsewhere(levels: number[] | null, classes: number, apart = false): Model {
  const graph = new GraphBuilder("elsewhere");
  const window = graph.input("window", ["n", 1, 1, 4]);
  const rows = graph.node("Reshape", [window, graph.ints([-1, 4])]);
  const numbers = (n: number, shape: number[], name: string) =>
    graph.initializer(Float32Array.from({ length: n }, (_, i) => i - 2), shape, name);
  const latent = graph.node("Gemm", [rows, numbers(8, [4, 2], "w")], {}, { name: "latent" });
  graph.output(latent, ["n", 2]);
  if (classes > 0) {
    const from = apart ? graph.node("Tanh", [latent]) : latent;
    const logits = graph.node("Gemm", [from, numbers(2 * classes, [2, classes], "h")], {}, {
      name: "logits",
    });
    graph.output(logits, ["n", classes]);
  }
  const base = small(levels, classes);
  return { ...base, weights: {}, onnx: graph.encode({ opset: 17 }) };
}

Deno.test("a trained model has all forms, each told its quantiser and levels", () => {
  for (const levels of [[8, 5], null]) {
    const model = small(levels);
    const forms = formsOf(model);
    assert.equal(forms.model, model);
    assert.deepEqual([forms.layers, forms.notes, forms.plain === undefined], [true, [], false]);
    const ranges = new Map(
      ["window", "projection", "relu0", "pooled", "fsq.shifted", "fsq.tanh", "fsq.bounded"].map((name) => [
        name,
        [-1, 3] as [number, number],
      ]),
    );
    const told = { quantizer: model.quantizer, levels: JSON.stringify(levels) };
    for (const bytes of [forms.files.full, forms.files.device, forms.hostOnnx]) {
      const { metadata } = decodeModel(bytes);
      assert.deepEqual({ quantizer: metadata.quantizer, levels: metadata.levels }, told);
    }
    const window = Float32Array.of(1, -2, 0.5, 3);
    assert.deepEqual(
      forms.reference(window, { latent: [], logits: [] } as any),
      referenceForward(model, window),
    );
    // Without levels the cut is the projection, else every level must be reached: −4 to 3 of eight.
    if (levels === null) assert.ok(Math.abs(forms.step(ranges) - 4 / 255) < 1e-8);
    else assert.ok(forms.step(ranges) > 7 / 255 && forms.step(ranges) < 7.1 / 255, `${forms.step(ranges)}`);
  }
});

Deno.test("a learned codebook has no device part", () => {
  const model = small(null);
  const architecture = { ...model.architecture, codebook: 16 } as any;
  assert.throws(() => formsOf({ ...model, architecture }), /its codebook is learned \(vq-ema\)/);
});

Deno.test("an encoder from elsewhere keeps its classes where they are dense layers behind its latent, and says where not", () => {
  const of = (model: Model) => {
    const { model: { architecture, labels, weights }, notes, layers, plain } = formsOf(model);
    assert.deepEqual([layers, plain], [false, undefined]);
    return {
      classes: architecture.classes,
      head: architecture.head,
      labels,
      weights: Object.keys(weights),
      notes: notes.map((note) => note.slice(note.indexOf("encoder") + 8, note.indexOf(":"))),
    };
  };
  const none = { classes: 0, head: [], labels: [], weights: [] };
  assert.deepEqual(of(elsewhere(null, 2)), {
    classes: 2,
    head: [],
    labels: ["class0", "class1"],
    weights: ["head0.weight", "head0.bias"],
    notes: [],
  });
  assert.deepEqual(of(elsewhere(null, 2, true)), {
    ...none,
    notes: ["is no chain of dense layers behind its latent"],
  });
  assert.deepEqual(of(elsewhere([8, 5], 2)), {
    ...none,
    notes: ["reads the latent before its quantiser"],
  });
  assert.deepEqual(of(elsewhere([8, 5], 0)), { ...none, notes: [] });
  assert.deepEqual(of(elsewhere(null, 0)), { ...none, notes: [] });
});

Deno.test("an encoder from elsewhere is held against its own latent and logits, and cut at its latent", () => {
  const encoded = { latent: [0.25, -3], logits: [4, 5] } as any;
  const classified = formsOf(elsewhere(null, 2));
  const { latent, bounded, logits } = classified.reference(new Float32Array(4), encoded);
  assert.deepEqual([Array.from(latent.data), Array.from(bounded.data), logits], [[0.25, -3], [0.25, -3], {
    data: [4, 5],
  }]);
  assert.ok(Math.abs(classified.step(new Map([["latent", [-1, 2]]])) - 3 / 255) < 1e-8);
  assert.equal(formsOf(elsewhere([8, 5], 2)).reference(new Float32Array(4), encoded).logits, undefined);
  const { quantizer, levels } = decodeModel(formsOf(elsewhere([8, 5], 0)).files.device).metadata;
  assert.deepEqual([quantizer, levels], ["fsq/v1-offset-atanh", "[8,5]"]);
});
