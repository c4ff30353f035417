import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { GraphBuilder } from "../../../lib/onnx/builder.ts";
import { preflight } from "../../../lib/hailo/compile/preflight.ts";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import { cutShape } from "../../../lib/model/architecture.ts";
import { deviceOnnx } from "../../../lib/model/export/export_graphs.ts";
import { sampleModel } from "../../model/sample_model.ts";
import { sampleBundle } from "../sample_bundle.ts";

/** Convolution, pooling and projection, changed by `change`. */
function graph(change: {
  input?: (number | string)[];
  kernel?: boolean;
  pads?: number[];
  weight?: number;
  end?: (g: GraphBuilder, x: string) => string;
  conv?: Record<string, number | number[] | string>;
} = {}): GraphBuilder {
  const g = new GraphBuilder("net");
  const x = g.input("window", change.input ?? [1, 3, 2, 20]);
  const w = g.initializer(new Float32Array(4 * 3 * 5).fill(change.weight ?? 0.1), [4, 3, 1, 5], "w");
  const b = g.initializer(new Float32Array(4), [4], "b");
  const conv = g.node("Conv", [x, w, b], {
    ...(change.kernel === false ? {} : { kernel_shape: [1, 5] }),
    pads: change.pads ?? [0, 2, 0, 2],
    strides: [1, 1],
    dilations: [1, 1],
    group: 1,
    ...change.conv,
  }, { name: "conv0" });
  const relu = g.node("Relu", [conv], {}, { name: "relu0" });
  const mean = g.node("GlobalAveragePool", [relu], {}, { name: "mean" });
  const flat = g.node("Flatten", [mean], { axis: 1 }, { name: "features" });
  const p = g.initializer(new Float32Array(8), [2, 4], "p");
  const z = g.node("Gemm", [flat, p], { transB: 1 }, { name: "projection" });
  const end = change.end === undefined ? z : change.end(g, z);
  g.output(end, [1, 2]);
  return g;
}

const judge = (g: GraphBuilder, options: Parameters<GraphBuilder["encode"]>[0] = {}, ends?: string[]) =>
  preflight(decodeModel(g.encode(options)), ends);

function codes(result: ReturnType<typeof preflight>, severity = "error"): string[] {
  return result.findings.filter((f) => f.severity === severity).map((f) => f.code);
}

Deno.test("preflight() accepts the graph that the exporter writes", async () => {
  const bytes = await Deno.readFile(join(await sampleBundle(), "model.device.onnx"));
  const result = preflight(decodeModel(bytes));
  assert.deepEqual(codes(result), []);
  assert.equal(result.ok, true);
  assert.deepEqual(result.input, { name: "window", shape: [1, 6, 2, 40] });
  assert.deepEqual(result.outputs.map((o) => o.shape), [[1, 3]]);
  assert.deepEqual([result.opset, result.irVersion], [13, 8]);
  assert.deepEqual(codes(result, "warning"), []);
});

Deno.test("preflight() accepts every architecture that the exporter can write", () => {
  const conv = (channels: number, height: number, width: number, pool: number) =>
    ({ channels, kernel: [height, width], pool }) as Architecture["blocks"][number];
  const variants: Partial<Architecture>[] = [
    { pooling: ["mean"] },
    { pooling: ["max"] },
    { pooling: ["mean", "max", "std"] }, // ends at the maps, as do segments
    { segments: 3 },
    { levels: null, latent: 7 },
    { levels: [3], latent: 1 },
    { classes: 0, head: [] },
    { blocks: [conv(4, 1, 3, 1)] },
    { blocks: [conv(4, 2, 7, 4), conv(6, 1, 5, 2), conv(8, 1, 1, 1)] },
    {
      input: [9, 2, 100],
      blocks: [conv(32, 1, 5, 1), conv(64, 1, 5, 1), conv(128, 1, 5, 1)],
      pooling: ["mean"],
    },
  ];
  for (const changes of variants) {
    const result = preflight(decodeModel(deviceOnnx(sampleModel(changes))));
    assert.deepEqual(result.findings.filter((f) => f.severity === "error"), [], JSON.stringify(changes));
    assert.deepEqual(result.outputs[0].shape!.slice(1), cutShape(sampleModel(changes).architecture));
  }
});

Deno.test("preflight() counts parameters and multiply-accumulates", () => {
  const result = judge(graph());
  assert.equal(result.ok, true);
  assert.equal(result.parameters, 60 + 4 + 8);
  assert.equal(result.macs, 4 * 2 * 20 * 3 * 5 + 8);
});

Deno.test("preflight() refuses operators that the chip has not, with the node and a hint", () => {
  for (const op of ["Round", "Softmax", "QuantizeLinear", "Cast", "NonZero"]) {
    const result = judge(graph({ end: (g, x) => g.node(op, [x], {}, { name: "bad" }) }));
    assert.deepEqual(codes(result), ["PREFLIGHT_UNSUPPORTED_OP"], op);
    assert.equal(result.findings[0].details.node, "bad");
    assert.match(result.findings[0].message, new RegExp(op));
  }
  const mean = judge(graph({ end: (g, x) => g.node("ReduceMean", [x], { axes: [1] }, { name: "bad" }) }));
  assert.match(mean.findings[0].message, /GlobalAveragePool/);
});

Deno.test("preflight() blames a refused operator only, not what comes behind it", () => {
  const behind = (refused: boolean) =>
    judge(graph({
      end: (g, x) => {
        const ints = (value: number) => g.ints([value]);
        const half = refused ? g.node("Slice", [x, ints(0), ints(1), ints(1)], {}, { name: "half" }) : x;
        return g.node("Reshape", [half, g.ints([1, 1, -1])], {}, { name: "cube" });
      },
    })).findings.map((f) => [f.code, f.details.op]);
  assert.deepEqual(behind(false), [["PREFLIGHT_RANK", "Reshape"], ["PREFLIGHT_SHAPE", undefined]]);
  assert.deepEqual(behind(true), [["PREFLIGHT_UNSUPPORTED_OP", "Slice"]]);
});

Deno.test("preflight() warns about operators that are listed but were never seen compiled", () => {
  const result = judge(graph({ end: (g, x) => g.node("Sqrt", [x], {}, { name: "root" }) }));
  assert.equal(result.ok, true);
  assert.deepEqual(codes(result, "warning"), ["PREFLIGHT_UNSUPPORTED_OP"]);
});

Deno.test("preflight() refuses dynamic shapes, other batches and other ranks", () => {
  assert.deepEqual(codes(judge(graph({ input: ["n", 3, 2, 20] }))), ["PREFLIGHT_DYNAMIC_SHAPE"]);
  assert.ok(codes(judge(graph({ input: [4, 3, 2, 20] }))).includes("PREFLIGHT_DYNAMIC_SHAPE"));
  const flat = new GraphBuilder("net");
  const x = flat.input("window", [1, 3, 20]);
  const w = flat.initializer(new Float32Array(12), [4, 3, 1], "w");
  flat.output(flat.node("Conv", [x, w], { kernel_shape: [1], pads: [0, 0] }, { name: "conv" }), [1, 4, 20]);
  assert.deepEqual(codes(judge(flat)), ["PREFLIGHT_RANK", "PREFLIGHT_RANK"]);
});

Deno.test("preflight() requires explicit kernel_shape and symmetric pads", () => {
  assert.deepEqual(codes(judge(graph({ kernel: false }))), ["PREFLIGHT_ATTRIBUTE"]);
  assert.deepEqual(codes(judge(graph({ pads: [0, 1, 0, 3] }))), ["PREFLIGHT_ATTRIBUTE"]);
  const auto = judge(graph({ conv: { auto_pad: "SAME_UPPER" } }));
  assert.deepEqual(codes(auto), ["PREFLIGHT_ATTRIBUTE"]);
  assert.match(auto.findings[0].message, /auto_pad/);
});

Deno.test("preflight() warns about limits that nobody has published", () => {
  const result = judge(graph({ conv: { strides: [1, 5], dilations: [1, 1] } }));
  assert.deepEqual(codes(result, "warning"), ["PREFLIGHT_ATTRIBUTE"]);
  assert.equal(result.ok, true);
});

Deno.test("preflight() refuses weights that are NaN or no constants", () => {
  assert.deepEqual(codes(judge(graph({ weight: NaN }))), ["PREFLIGHT_NOT_FINITE"]);
  const computed = graph({ end: (g, x) => g.node("Gemm", [x, x], { transB: 1 }, { name: "bad" }) });
  assert.ok(codes(judge(computed)).includes("PREFLIGHT_ATTRIBUTE"));
});

Deno.test("preflight() refuses a second input, no float input, and missing or strange names", () => {
  const two = graph({ end: (g, x) => g.node("Add", [x, g.input("extra", [1, 2])], {}, { name: "sum" }) });
  assert.deepEqual(codes(judge(two)), ["PREFLIGHT_INPUT"]);
  const integer = new GraphBuilder("net");
  const x = integer.input("window", [1, 3, 2, 20], "int64");
  integer.output(integer.node("Relu", [x], {}, { name: "relu" }), [1, 3, 2, 20]);
  assert.deepEqual(codes(judge(integer)), ["PREFLIGHT_DTYPE"]);
  const named = (name: string) => graph({ end: (g, z) => g.node("Relu", [z], {}, { name }) });
  assert.deepEqual(codes(judge(named("a=b"))), ["PREFLIGHT_NAME"]);
  const twice = decodeModel(graph().encode());
  twice.graph.nodes[1].name = "conv0";
  twice.graph.nodes[2].name = "";
  assert.deepEqual(codes(preflight(twice)), ["PREFLIGHT_NAME", "PREFLIGHT_NAME"]);
});

Deno.test("preflight() refuses quantised constants and constants in other files", () => {
  const model = decodeModel(graph().encode());
  model.graph.initializers[0] = { ...model.graph.initializers[0], type: "int8", data: new Int8Array(60) };
  assert.deepEqual(codes(preflight(model)), ["PREFLIGHT_DTYPE"]);
  const outside = decodeModel(graph().encode());
  outside.graph.initializers[1] = { ...outside.graph.initializers[1], external: true, data: undefined };
  assert.deepEqual(codes(preflight(outside)), ["PREFLIGHT_UNREADABLE"]);
});

Deno.test("preflight() finds declared shapes that are not the real ones", () => {
  const g = graph();
  g.value("relu0", [1, 4, 2, 21]);
  const result = judge(g);
  assert.deepEqual(codes(result), ["PREFLIGHT_SHAPE"]);
  assert.match(
    result.findings.find((f) => f.severity === "error")!.message,
    /\[1, 4, 2, 21\].*\[1, 4, 2, 20\]/,
  );
});

Deno.test("preflight() finds shapes that do not fit together", () => {
  const g = new GraphBuilder("net");
  const x = g.input("window", [1, 3, 2, 20]);
  const w = g.initializer(new Float32Array(4 * 5 * 5), [4, 5, 1, 5], "w");
  g.output(g.node("Conv", [x, w], { kernel_shape: [1, 5], pads: [0, 2, 0, 2] }, { name: "conv" }), [
    1,
    4,
    2,
    20,
  ]);
  assert.deepEqual(codes(judge(g)), ["PREFLIGHT_SHAPE"]);
});

Deno.test("preflight() refuses constants that vary over time and plumbing inside the network", () => {
  const varying = new GraphBuilder("net");
  const x = varying.input("window", [1, 3, 2, 20]);
  const c = varying.initializer(new Float32Array(20), [1, 1, 1, 20], "c");
  varying.output(varying.node("Mul", [x, c], {}, { name: "mul" }), [1, 3, 2, 20]);
  assert.deepEqual(codes(judge(varying)), ["PREFLIGHT_SHAPE"]);
  const flat = new GraphBuilder("net");
  flat.output(flat.node("Flatten", [flat.input("window", [1, 3, 2, 20])], { axis: 1 }, { name: "f" }), [
    1,
    120,
  ]);
  assert.deepEqual(codes(judge(flat)), ["PREFLIGHT_RANK"]);
});

Deno.test("preflight() warns about a dense layer over what is left of time", () => {
  const g = new GraphBuilder("net");
  const flat = g.node("Flatten", [g.input("window", [1, 3, 1, 4])], { axis: 1 }, { name: "features" });
  const w = g.initializer(new Float32Array(24), [2, 12], "w");
  g.output(g.node("Gemm", [flat, w], { transB: 1 }, { name: "projection" }), [1, 2]);
  const result = judge(g);
  assert.equal(result.ok, true);
  assert.deepEqual(codes(result, "warning"), ["PREFLIGHT_RANK"]);
});

Deno.test("preflight() checks opset, IR version and end nodes", () => {
  assert.deepEqual(codes(judge(graph(), { opset: 24 })), ["PREFLIGHT_VERSION"]);
  assert.deepEqual(codes(judge(graph(), { irVersion: 12 })), ["PREFLIGHT_VERSION"]);
  assert.deepEqual(codes(judge(graph(), {}, ["projection"])), []);
  const wrong = judge(graph(), {}, ["relu0"]);
  assert.deepEqual(codes(wrong), ["PREFLIGHT_ENDNODE_UNKNOWN"]);
  assert.match(wrong.findings[0].message, /projection/);
});

for (const op of ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"]) {
  Deno.test(`preflight() refuses an operator called ${op} like any unknown one`, () => {
    const { ok, findings } = judge(graph({ end: (g, x) => g.node(op, [x], {}, { name: "strange" }) }));
    assert.equal(ok, false);
    assert.deepEqual(findings.map((f) => [f.code, f.message]), [[
      "PREFLIGHT_UNSUPPORTED_OP",
      `strange: ${op} is not supported. It is not on the list of operators proven for Hailo-8.`,
    ]]);
  });
}
