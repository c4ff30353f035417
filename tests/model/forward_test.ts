import assert from "node:assert/strict";
import type { Architecture } from "../../lib/artifacts/model.ts";
import { encoderOnnx, foldBlock, OnnxLayers } from "../../lib/model/forward.ts";
import { GraphBuilder } from "../../lib/onnx/builder.ts";
import { type DecodedGraph, decodeModel } from "../../lib/onnx/decode.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { sampleModel } from "./sample_model.ts";

const architecture: Architecture = {
  input: [2, 2, 9],
  blocks: [{ channels: 3, kernel: [1, 5], pool: 1 }, { channels: 4, kernel: [2, 3], pool: 2 }],
  pooling: ["mean", "max", "std"],
  segments: 3,
  neck: [5],
  levels: [3, 5],
  latent: 2,
  head: [4],
  classes: 6,
};
const graphOf = (changes: Partial<Architecture> = {}): DecodedGraph =>
  decodeModel(encoderOnnx(sampleModel({ ...architecture, ...changes }))).graph;

Deno.test("the graph has every layer once, in order, with its shape", () => {
  const { nodes, values, inputs, outputs } = graphOf();
  const shapes = new Map([...values, ...outputs].map(({ name, shape }) => [name, shape!.join()]));
  const rows = nodes.map(({ op, name, inputs }) => `${op} ${name}(${inputs}) [${shapes.get(name)}]`);
  assert.deepEqual(inputs.map(({ name, shape }) => `${name} [${shape}]`), ["window [n,2,2,9]"]);
  assert.deepEqual(rows, [
    "Conv conv0(window,block0.weight,block0.bias) [n,3,2,9]",
    "Relu relu0(conv0) [n,3,2,9]",
    "Conv conv1(relu0,block1.weight,block1.bias) [n,4,1,9]",
    "Relu relu1(conv1) [n,4,1,9]",
    "MaxPool pool1(relu1) [n,4,1,4]",
    // Four steps make three segments of one; the rest is dropped.
    "Slice kept(pool1,ints_0,ints_3,ints_3) [n,4,1,3]",
    "Reshape segments(kept,ints_-1_12_1_1) [n,12,1,1]",
    "GlobalAveragePool mean(segments) [n,12,1,1]",
    "GlobalMaxPool max(segments) [n,12,1,1]",
    "GlobalAveragePool std.mean(segments) [n,12,1,1]",
    "Sub std.centered(segments,std.mean) [n,12,1,1]",
    "Mul std.square(std.centered,std.centered) [n,12,1,1]",
    "GlobalAveragePool std.variance(std.square) [n,12,1,1]",
    "Add std.shifted(std.variance,scalar_0.00001) [n,12,1,1]",
    "Sqrt std(std.shifted) [n,12,1,1]",
    "Concat statistics(mean,max,std) [n,36,1,1]",
    "Flatten features(statistics) [n,36]",
    "Gemm neck0(features,neck0.weight,neck0.bias) [n,5]",
    "Relu neck0.relu(neck0) [n,5]",
    "Gemm projection(neck0.relu,projection.weight,projection.bias) [n,2]",
    "Add fsq.shifted(projection,fsq.shift) [n,2]",
    "Tanh fsq.tanh(fsq.shifted) [n,2]",
    "Mul fsq.scaled(fsq.tanh,fsq.half) [n,2]",
    "Sub fsq.bounded(fsq.scaled,fsq.offset) [n,2]",
    "Round fsq.rounded(fsq.bounded) [n,2]",
    "Div fsq.quantized(fsq.rounded,fsq.half_width) [n,2]",
    "Gemm head0(fsq.quantized,head0.weight,head0.bias) [n,4]",
    "Relu head0.relu(head0) [n,4]",
    "Gemm head1(head0.relu,head1.weight,head1.bias) [n,6]",
    "Identity latent(projection) [n,2]",
    "Identity logits(head1) [n,6]",
  ]);
});

Deno.test("convolutions pad time by half a kernel, pools stride by their width, and dense layers are transposed", () => {
  const attributes = new Map(graphOf().nodes.map((node) => [node.name, node.attributes]));
  const conv = { strides: [1, 1], dilations: [1, 1], group: 1 };
  assert.deepEqual(attributes.get("conv0"), { kernel_shape: [1, 5], pads: [0, 2, 0, 2], ...conv });
  assert.deepEqual(attributes.get("conv1"), { kernel_shape: [2, 3], pads: [0, 1, 0, 1], ...conv });
  assert.deepEqual(attributes.get("pool1"), { kernel_shape: [1, 2], pads: [0, 0, 0, 0], strides: [1, 2] });
  for (const name of ["statistics", "features"]) assert.deepEqual(attributes.get(name), { axis: 1 });
  for (const name of ["neck0", "projection", "head0", "head1"]) {
    assert.deepEqual(attributes.get(name), { transB: 1 });
  }
});

Deno.test("nothing is sliced, reshaped, pooled or joined where there is nothing to", () => {
  const ops = (changes: Partial<Architecture>) => graphOf(changes).nodes.map(({ op }) => op);
  // Six steps after the pool are two segments of three.
  const two = graphOf({ input: [2, 2, 12], segments: 2 });
  assert.ok(!two.nodes.some(({ op }) => op === "Slice"));
  assert.deepEqual(two.nodes.find(({ op }) => op === "Reshape")!.inputs[1], "ints_-1_8_1_3");
  assert.deepEqual(two.values.find(({ name }) => name === "segments")!.shape, ["n", 8, 1, 3]);
  const plain = ops({ segments: 1, pooling: ["mean"] });
  assert.ok(!plain.includes("Reshape") && !plain.includes("Concat") && plain.includes("Flatten"));
  assert.equal(plain.filter((op) => op === "MaxPool").length, 1);
  assert.ok(!ops({ levels: null }).some((op) => ["Tanh", "Round", "Div"].includes(op)));
  assert.deepEqual(graphOf({ classes: 0, head: [] }).outputs.map(({ name }) => name), ["latent"]);
});

Deno.test("foldBlock() gives the convolution that normalises as well", () => {
  const array = (data: number[], shape: number[]) => ({ data: Float32Array.from(data), shape });
  const { weight, bias } = foldBlock({
    "block0.weight": array([1, 2, 3, 4], [2, 1, 1, 2]),
    "block0.bias": array([0.5, -1], [2]),
    "block0.bn.gamma": array([2, 3], [2]),
    "block0.bn.beta": array([10, 20], [2]),
    "block0.bn.mean": array([1, 2], [2]),
    "block0.bn.variance": array([4 - 1e-5, 9 - 1e-5], [2]),
  }, 0);
  // Both factors are 1: two by √4, three by √9.
  const near = (found: ArrayLike<number>, wanted: number[]) =>
    wanted.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 1e-5, `${found[i]} ${value}`));
  near(weight.data as Float32Array, [1, 2, 3, 4]);
  near(bias.data as Float32Array, [9.5, 17]);
  assert.deepEqual([weight.shape, bias.shape], [[2, 1, 1, 2], [2]]);
});

Deno.test("nearest() gives the codebook's row at the least distance", async () => {
  const rows = [[0, 0, 1], [2, 1, 0], [-1, 3, 2], [4, 4, 4]];
  const graph = new GraphBuilder("nearest");
  const layers = new OnnxLayers(graph, {
    "vq.codebook": { data: Float32Array.from(rows.flat()), shape: [4, 3] },
  });
  const out = layers.nearest({ name: graph.input("z", ["n", 3]), shape: ["n", 3] }, 4);
  graph.output(out.name, out.shape);
  const bytes = graph.encode();
  const { values, initializers } = decodeModel(bytes).graph;
  assert.deepEqual(values.map(({ name, shape }) => `${name} [${shape}]`), [
    "vq.product [n,4]",
    "vq.score [n,4]",
    "vq.quantized [n,3]",
  ]);
  assert.deepEqual(initializers.map(({ name, shape }) => `${name} [${shape}]`), [
    "vq.twice [3,4]",
    "vq.squares [1,4]",
    "vq.codebook [4,3]",
  ]);
  const z: number[][] = [];
  for (let i = 0; i < 60; i++) z.push([i % 5 - 1, i % 4 + 0.25, i % 7 - 1.5]);
  const session = await openSession(bytes);
  const found = await session.run({ z: { data: Float32Array.from(z.flat()), shape: [z.length, 3] } });
  await session.release();
  const distance = (a: number[], b: number[]) => a.reduce((sum, v, j) => sum + (v - b[j]) ** 2, 0);
  const wanted = z.map((point) => rows.toSorted((a, b) => distance(a, point) - distance(b, point))[0]);
  assert.deepEqual([...found[out.name].data].map(Number), wanted.flat());
  assert.equal(new Set(wanted).size, 4);
});
