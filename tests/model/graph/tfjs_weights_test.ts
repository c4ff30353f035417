import assert from "node:assert/strict";
import type { EncoderGraph, GraphLayer } from "../../../lib/artifacts/encoder_graph.ts";
import { graphWeights } from "../../../lib/model/graph/graph_weights.ts";
import { weightsFromTfjs, weightToTfjs } from "../../../lib/model/graph/tfjs_weights.ts";

const window = [2, 1, 3] as const;
const input: GraphLayer = { op: "input", layout: "grid", name: "window", inputs: [] };
const dense: GraphLayer = { op: "dense", name: "dense", inputs: [0], units: 3, bias: true };
const graph: EncoderGraph = [input, dense];
const sources = [{ layer: "window" }, { layer: "dense" }];
/** Rows are inputs, as TensorFlow.js has them. */
const theirs = () =>
  new Map([
    ["dense/kernel", { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }],
    ["dense/bias", { data: Float32Array.of(7, 8, 9), shape: [3] }],
  ]);

Deno.test("weightsFromTfjs() turns a kernel, and gives copies", () => {
  const named = theirs();
  const weights = weightsFromTfjs(graph, window, sources, named, "model.json");
  assert.deepEqual(weights, {
    "layer1.weight": { data: Float32Array.of(1, 4, 2, 5, 3, 6), shape: [3, 2] },
    "layer1.bias": { data: Float32Array.of(7, 8, 9), shape: [3] },
  });
  weights["layer1.bias"].data.fill(0);
  assert.deepEqual(named, theirs());
  const back = weightToTfjs(graph, sources, "layer1.bias", weights["layer1.bias"]);
  back.data.fill(1);
  assert.deepEqual(weights["layer1.bias"].data, Float32Array.of(0, 0, 0));
});

Deno.test("weightsFromTfjs() says which weight is missing, and which has another shape", () => {
  const without = theirs();
  without.delete("dense/bias");
  const read = (named: ReturnType<typeof theirs>) =>
    weightsFromTfjs(graph, window, sources, named, "model.json");
  assert.throws(
    () => read(without),
    /Cannot read weights: dense\/bias is missing, layer dense needs \[3\]/,
  );
  for (const shape of [[3, 2], [2, 2], [6], [2, 3, 1]]) {
    const other = theirs().set("dense/kernel", { data: new Float32Array(6), shape });
    assert.throws(
      () => read(other),
      new RegExp(`dense/kernel has shape \\[${shape}\\], layer dense needs \\[2,3\\]`),
    );
  }
  // Leading ones say nothing.
  const leading = theirs().set("dense/kernel", { data: new Float32Array(6), shape: [1, 1, 2, 3] });
  assert.deepEqual(read(leading)["layer1.weight"].shape, [3, 2]);
});

Deno.test("graphWeights() names what a layer has: no scale, no centre, no bias where it has none", () => {
  const norm = (op: "batchNorm" | "layerNorm", scale: boolean, center: boolean): GraphLayer => ({
    op,
    name: "norm",
    inputs: [0],
    epsilon: 0.1,
    scale,
    center,
  });
  const parts = (layer: GraphLayer) =>
    Object.keys(graphWeights([input, layer], window)).map((name) => name.slice("layer1.".length));
  assert.deepEqual(parts(norm("layerNorm", true, false)), ["gamma"]);
  assert.deepEqual(parts(norm("layerNorm", false, true)), ["beta"]);
  assert.deepEqual(parts(norm("batchNorm", false, false)), ["mean", "variance"]);
  assert.deepEqual(parts({ ...dense, bias: false }), ["weight"]);
});
