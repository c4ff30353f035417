import assert from "node:assert/strict";
import type { Model } from "../../../lib/artifacts/model.ts";
import { foreignFile } from "../../../lib/model/export/foreign_graphs.ts";
import { foreignQdq, foreignRanges } from "../../../lib/model/export/foreign_int8.ts";
import type { Int8Options } from "../../../lib/model/export/int8_graph.ts";
import type { Ranges } from "../../../lib/model/export/int8_ranges.ts";
import { GraphBuilder } from "../../../lib/onnx/builder.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { sampleModel } from "../sample_model.ts";

/** Sensors of two channels over four samples; the builder has the tensor `window` `[n, 2, 1, 4]`. */
function encoderOf(
  build: (graph: GraphBuilder, window: string) => string,
  width: number,
  levels: number[] | null = null,
) {
  const graph = new GraphBuilder("elsewhere");
  const latent = build(graph, graph.input("window", ["n", 2, 1, 4]));
  graph.output(graph.node("Identity", [latent], {}, { name: "latent" }), ["n", width]);
  const blocks = [{ channels: 2, kernel: [1, 1] as [number, number], pool: 1 }];
  const base = sampleModel({ levels, latent: width, classes: 0, head: [], blocks, input: [2, 1, 4] });
  return { ...base, weights: {}, onnx: graph.encode({ opset: 17 }) } as Model;
}

/** The estimate's nodes and constants by name, with ranges from −1 to 1 but where others are given. */
function quantized(
  model: Model,
  given: Record<string, [number, number]> = {},
  perChannel = true,
  options: Partial<Int8Options> = {},
) {
  const file = foreignFile(model);
  const names = decodeModel(file.bytes).graph.nodes.flatMap((node) => node.outputs);
  const ranges: Ranges = new Map(
    ["window", ...names, ...Object.keys(given)].map((name) => [name, given[name] ?? [-1, 1]]),
  );
  for (const name of ["fsq.shifted", "fsq.tanh", "fsq.bounded"]) ranges.set(name, [-2, 2]);
  const { graph, metadata } = decodeModel(
    foreignQdq(file, model, ranges, { perChannel, ...options }, { quantizer: "none" }),
  );
  const constant = (name: string) =>
    Array.from(graph.initializers.find((t) => t.name === name)!.data!, Number);
  return {
    graph,
    metadata,
    constant,
    /** Tensors of activations that go through 8 bits, in order. */
    pairs: graph.nodes.filter(({ op }) => op === "QuantizeLinear").map(({ inputs }) => inputs[0]),
    inputsOf: (output: string) => graph.nodes.find((node) => node.outputs[0] === output)!.inputs,
  };
}

const numbers = (n: number) => Float32Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
const close = (actual: number[], expected: number[]) =>
  actual.forEach((value, i) => assert.ok(Math.abs(value / expected[i] - 1) < 1e-6, `${actual} ${expected}`));

Deno.test("foreignQdq() puts 8 bits on input, layers and known functions, but not on what only moves or is fused", () => {
  const model = encoderOf((g, window) => {
    const weight = () => g.initializer(numbers(8), [4, 2, 1, 1], "w");
    const conv = g.node("Conv", [window, weight()], {}, { name: "conv" });
    const relu = g.node("Relu", [conv], {}, { name: "relu" });
    const sum = g.node("Add", [relu, relu], {}, { name: "sum" });
    const clip = g.node("Clip", [sum], {}, { name: "clip" });
    const product = g.node("Mul", [clip, clip], {}, { name: "product" });
    const unfused = g.node("Relu", [product], {}, { name: "unfused" });
    const leaky = g.node("LeakyRelu", [g.node("BatchNormalization", [unfused], {}, { name: "norm" })], {}, {
      name: "leaky",
    });
    const twice = g.node("Gemm", [leaky, leaky], {}, { name: "twice" });
    const one = g.node("Relu", [twice], {}, { name: "one" });
    const two = g.node("Add", [twice, one], {}, { name: "two" });
    return ["Tanh", "Sigmoid", "Softmax", "Exp"].reduce((x, op) => g.node(op, [x], {}, { name: op }), two);
  }, 2);
  const { pairs, constant, inputsOf } = quantized(model, {
    window: [-1, 3],
    Tanh: [-9, 9],
    Softmax: [-9, 9],
  });
  assert.deepEqual(pairs, [
    ...[
      "window",
      "relu",
      "clip",
      "product",
      "unfused",
      "leaky",
      "twice",
      "one",
      "two",
      "Tanh",
      "Sigmoid",
      "Softmax",
    ],
    // The last result is the latent, which is quantised at the cut.
    "projection",
  ]);
  close(constant("window.scale"), [4 / 255]);
  assert.deepEqual(constant("window.zero_point"), [64]);
  // Known without calibration.
  close(constant("Tanh.scale"), [2 / 255]);
  close([...constant("Sigmoid.scale"), ...constant("Softmax.scale")], [1 / 255, 1 / 255]);
  // 2/255 is a little more in float32, so that 127.5 is rounded down.
  assert.deepEqual(["Tanh", "Sigmoid", "Softmax"].flatMap((name) => constant(`${name}.zero_point`)), [
    127,
    0,
    0,
  ]);
  // Users get the numbers that went through 8 bits.
  assert.deepEqual(inputsOf("conv"), ["window.dq", "w.dq"]);
  assert.deepEqual(inputsOf("window.q"), ["window", "window.scale", "window.zero_point"]);
  assert.deepEqual(inputsOf("window.dq"), ["window.q", "window.scale", "window.zero_point"]);
  assert.deepEqual([inputsOf("relu"), inputsOf("sum")], [["conv"], ["relu.dq", "relu.dq"]]);
});

Deno.test("foreignQdq() hands a scale through operators that only move numbers, up to the bias behind them", () => {
  const ops = [
    ...["Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze"],
    ...["MaxPool", "GlobalMaxPool", "Identity", "Dropout", "Slice"],
  ];
  const model = encoderOf((g, window) => {
    const moved = ops.reduce((x, op) => g.node(op, [x], {}, { name: `moved.${op}` }), window);
    const [w, b] = [g.initializer(numbers(6), [3, 2], "w"), g.initializer(numbers(3), [3], "b")];
    const dense = g.node("Gemm", [moved, w, b], { transB: 1 }, { name: "dense" });
    return g.node("Exp", [dense], {}, { name: "exp" });
  }, 3);
  const { pairs, constant } = quantized(model, { window: [0, 255 / 2] });
  assert.deepEqual(pairs, ["window", "dense", "projection"]);
  // Steps of the input are 1/2; rows of the weights reach 2, 4 and 6.
  close(constant("w.scale"), [2, 4, 6].map((most) => most / 127));
  close(constant("b.scale"), [2, 4, 6].map((most) => most / 127 / 2));
  assert.deepEqual(constant("b.q"), [1 * 127, Math.round(-2 * 127 / 2), Math.round(3 * 127 / 3)]);
  assert.deepEqual(constant("w.q"), [64, -127, 95, -127, 106, -127]);
  assert.deepEqual([constant("w.zero_point"), constant("b.zero_point")], [[0, 0, 0], [0, 0, 0]]);
});

Deno.test("foreignQdq() gives the parts of a concatenation one scale, a little wider than their range", () => {
  const model = encoderOf((g, window) => {
    const parts = ["GlobalAveragePool", "ReduceMean"].map((op) => g.node(op, [window], {}, { name: op }));
    const joined = g.node("Concat", parts, { axis: 1 }, { name: "joined" });
    return g.node("Exp", [joined], {}, { name: "exp" });
  }, 4);
  const { pairs, constant } = quantized(model, { joined: [-397, 397] });
  assert.deepEqual(pairs, ["window", "joined", "projection"]);
  close(constant("joined.scale"), [2 * 398 / 255]);
});

Deno.test("foreignQdq() keeps a product apart from a sum that is no bias, and a result without a range in float", () => {
  const model = encoderOf((g, window) => {
    const matrix = (name: string) => g.initializer(numbers(4), [2, 2], name);
    const a = g.node("MatMul", [window, matrix("m0")], {}, { name: "a" });
    const biased = g.node("Add", [g.initializer(numbers(2), [2], "bias"), a], {}, { name: "biased" });
    const b = g.node("MatMul", [biased, matrix("m1")], {}, { name: "b" });
    const c = g.node("Gemm", [g.node("Add", [b, biased], {}, { name: "joined" }), matrix("m2")], {}, {
      name: "c",
    });
    const d = g.node("Add", [c, g.initializer(numbers(2), [2], "more")], {}, { name: "d" });
    return g.node("Exp", [g.node("Exp", [d], {}, { name: "free" })], {}, { name: "exp" });
  }, 2);
  assert.deepEqual(quantized(model).pairs, [
    "window",
    "biased",
    "b",
    "joined",
    "c",
    "d",
    "free",
    "projection",
  ]);
  const file = foreignFile(model);
  const ranges: Ranges = new Map(["window", "biased", "latent"].map((name) => [name, [-1, 1]]));
  const bytes = foreignQdq(file, model, ranges, { perChannel: true }, {});
  const some = decodeModel(bytes).graph.nodes.filter(({ op }) => op === "QuantizeLinear");
  assert.deepEqual(some.map(({ inputs }) => inputs[0]), ["window", "biased", "projection"]);
});

Deno.test("foreignQdq() stores weights by output channel wherever it lies, once, and leaves others in float", () => {
  const model = encoderOf((g, window) => {
    const ramp = (rows: number, columns: number, name: string) =>
      g.initializer(numbers(rows * columns), [rows, columns], name);
    const [rows, product] = [ramp(2, 3, "rows"), ramp(3, 2, "product")];
    const a = g.node("Gemm", [window, rows, g.initializer(numbers(2), [2], "short")], {}, { name: "a" });
    const b = g.node("MatMul", [a, product], {}, { name: "b" });
    const c = g.node("MatMul", [b, product], {}, { name: "c" });
    const d = g.node("MatMul", [c, g.initializer(numbers(8), [2, 2, 2], "cube")], {}, { name: "d" });
    const wide = g.initializer(numbers(3), [1, 3], "wide");
    const e = g.node("Gemm", [d, ramp(2, 3, "more"), wide], {}, { name: "e" });
    const bias = g.initializer(numbers(4), [4], "bias");
    const filters = [g.initializer(numbers(8), [4, 2], "f0"), g.initializer(numbers(8), [4, 2, 1, 1], "f1")];
    const f = filters.reduce((x, w, i) => g.node("Conv", [x, w, bias], {}, { name: `conv${i}` }), e);
    return g.node("Exp", [g.node("Mul", [f, ramp(1, 2, "factor")], {}, { name: "scaled" })], {}, {
      name: "exp",
    });
  }, 2);
  const { graph, constant, inputsOf } = quantized(model);
  // Columns of [[1, −2, 3], [−4, 5, −6]] reach 4, 5 and 6.
  close(constant("rows.scale"), [4, 5, 6].map((most) => most / 127));
  assert.deepEqual(constant("rows.q"), [32, -51, 64, -127, 127, -127]);
  // Columns of [[1, −2], [3, −4], [5, −6]] reach 5 and 6.
  close(constant("product.scale"), [5 / 127, 6 / 127]);
  assert.deepEqual(constant("product.q"), [25, -42, 76, -85, 127, -127]);
  const axes = graph.nodes.filter(({ attributes }) => attributes.axis !== undefined)
    .map(({ inputs, attributes }) => [inputs[0], attributes.axis]);
  assert.deepEqual(axes, [["rows.q", 1], ["product.q", 1], ["more.q", 1], ["f0.q", 0], ["bias.q", 0], [
    "f1.q",
    0,
  ]]);
  // A bias of another length or shape, a cube and a factor stay as they are, what was replaced is gone.
  assert.deepEqual(inputsOf("a"), ["window.dq", "rows.dq", "short"]);
  assert.deepEqual(inputsOf("e"), ["d.dq", "more.dq", "wide"]);
  assert.deepEqual(inputsOf("d"), ["c.dq", "cube"]);
  const names = graph.initializers.map(({ name }) => name);
  for (const name of ["short", "wide", "cube", "factor"]) assert.ok(names.includes(name), name);
  for (const name of ["rows", "product", "bias", "f1"]) assert.ok(!names.includes(name), name);
  const tensor = quantized(model, {}, false).constant;
  close(tensor("rows.scale"), [6, 6, 6].map((most) => most / 127));
});

Deno.test("foreignQdq() takes a compiled file's scales, moves the file's own names away, and keeps its batch", () => {
  const build = (g: GraphBuilder, window: string) => {
    const taken = g.node("Exp", [window], {}, { name: "window.scale" });
    return g.node("Exp", [taken], {}, { name: "window.zero_point" });
  };
  const scales = { window: { scale: 0.125, zeroPoint: 100 }, cut: { scale: 0.0625, zeroPoint: 70 } };
  const free = quantized(encoderOf(build, 2), { "file.window.scale": [0, 1] }, true, { scales });
  const { constant, graph } = free;
  assert.deepEqual([...constant("window.scale"), ...constant("window.zero_point")], [0.125, 100]);
  assert.deepEqual([...constant("projection.scale"), ...constant("projection.zero_point")], [0.0625, 70]);
  assert.deepEqual(free.pairs, ["window", "file.window.scale", "projection"]);
  assert.deepEqual(free.metadata, { quantizer: "none" });
  assert.deepEqual(graph.inputs.map(({ name, shape }) => [name, shape]), [["window", ["n", 2, 1, 4]]]);
  assert.deepEqual(graph.outputs.map(({ name }) => name), ["bounded"]);
  const one = quantized({ ...encoderOf(build, 2), batch: 1 });
  assert.deepEqual(one.graph.inputs[0].shape, [1, 2, 1, 4]);
  const coded = quantized(encoderOf(build, 2, [8, 5]), {}, true, { scales });
  assert.deepEqual([...coded.constant("fsq.bounded.scale")], [0.0625]);
  assert.ok(!coded.pairs.includes("projection"));
});

Deno.test("foreignRanges() are least and largest of each tensor over all windows, and of the bound behind it", async () => {
  const build = (g: GraphBuilder, window: string) => {
    const row = g.node("Reshape", [window, g.ints([-1, 8])], {}, { name: "row" });
    const same = g.node("Dropout", [row], {}, { name: "same" });
    // The mask is left out.
    (g.graph().nodes.at(-1)!.outputs as string[]).push("");
    return g.node("MatMul", [same, g.initializer(new Float32Array(16).fill(1), [8, 2])], {}, {
      name: "sums",
    });
  };
  const windows = Float32Array.from({ length: 24 }, (_, i) => (i - 4) / 8);
  // Sums of eight numbers in a row: the windows' are −0.5, 7.5 and 15.5.
  for (const batch of [undefined, 1]) {
    const plain = { ...encoderOf(build, 2), batch };
    const ranges = await foreignRanges(foreignFile(plain), plain, windows);
    assert.deepEqual(ranges.get("window"), [-0.5, 19 / 8]);
    assert.deepEqual([ranges.get("sums"), ranges.get("latent")], [[-0.5, 15.5], [-0.5, 15.5]]);
    assert.equal(ranges.get("fsq.shifted"), undefined);
  }
  const coded = encoderOf(build, 2, [7, 5]);
  const ranges = await foreignRanges(foreignFile(coded), coded, windows);
  // Odd levels need no shift, and are bounded by half of what lies between the outermost.
  assert.deepEqual(ranges.get("fsq.shifted"), [-0.5, 15.5]);
  assert.ok(Math.abs(ranges.get("fsq.bounded")![1] / 3.003 - 1) < 0.01, `${ranges.get("fsq.bounded")}`);
});

Deno.test("tensors called as those of the estimate keep their ranges in 8 bits, whichever file moves them away", async () => {
  const called = ["window.scale", "fsq.tanh", "file.fsq.tanh", "head0", "fsq.tanh.q", "free"];
  const build = (g: GraphBuilder, window: string) =>
    called.reduce(
      (x, name, i) => g.node("Mul", [x, g.initializer(Float32Array.of(2), [1], `two${i}`)], {}, { name }),
      g.node("GlobalMaxPool", [window], {}, { name: "largest" }),
    );
  const flat = (g: GraphBuilder, window: string) =>
    g.node("Reshape", [build(g, window), g.ints([-1, 2])], {}, { name: "flat" });
  const model = encoderOf(flat, 2, [8, 5]);
  const file = foreignFile(model);
  const ranges = await foreignRanges(file, model, Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0));
  const bytes = foreignQdq(file, model, ranges, { perChannel: true }, {});
  const { nodes, initializers } = decodeModel(bytes).graph;
  // Each doubles what was between 0 and 1.
  const steps = nodes.filter(({ op }) => op === "QuantizeLinear").map(({ inputs: [name, scale] }) => [
    name,
    initializers.find((t) => t.name === scale)!.data![0] as number * 255,
  ]);
  assert.deepEqual(steps.slice(0, 6).map(([name, most]) => [name, Math.round(Number(most))]), [
    ["window", 1],
    ["file.window.scale", 2],
    ["file.fsq.tanh_", 4],
    ["file.fsq.tanh", 8],
    ["head0", 16],
    ["file.fsq.tanh.q_", 32],
  ]);
  const names = [...nodes.flatMap(({ outputs }) => outputs), ...initializers.map(({ name }) => name)];
  assert.equal(new Set(names).size, names.length);
});
