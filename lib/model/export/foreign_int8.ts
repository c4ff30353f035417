/**
 * The int8 estimate of an encoder that came as an ONNX file: 8-bit weights of its convolutions and dense layers, and
 * every result in 8 bits. Other operators compute in float on 8-bit numbers.
 */
import type { Model } from "../../artifacts/model.ts";
import { GraphBuilder } from "../../onnx/builder.ts";
import { type DecodedNode, type DecodedTensor, decodeModel } from "../../onnx/decode.ts";
import type { Node, Tensor } from "../../onnx/encode.ts";
import { graftFile } from "../../onnx/graft.ts";
import { namesInFile, renameFileTensors } from "../../onnx/rename_file.ts";
import { openSession } from "../../onnx/runtime.ts";
import { OnnxLayers } from "../forward.ts";
import type { Value } from "../graph/onnx_value.ts";
import { emitHost, type Network } from "./export_graphs.ts";
import {
  type Addition,
  additionOf,
  type ForeignFile,
  latentNames,
  latentOf,
  roomFor,
} from "./foreign_graphs.ts";
import { type Int8Options, QdqLayers } from "./int8_graph.ts";
import { collectRanges, type Ranges } from "./int8_ranges.ts";
import { activationScale, quantizeBias, quantizeWeights, type Scale, setApart } from "./int8_scales.ts";

/** Results are among the inputs' numbers, or zero: no new scale. */
const moves = new Set(
  [
    "Reshape",
    "Flatten",
    "Transpose",
    "Squeeze",
    "Unsqueeze",
    "MaxPool",
    "GlobalMaxPool",
    "Identity",
    "Dropout",
    "Slice",
  ],
);
/** Computed together with the layer before them. */
const fused = new Set(["Relu", "Clip", "LeakyRelu"]);
/** Layers that an activation may follow in one go. */
const layers = new Set(["Conv", "Gemm", "MatMul", "Add", "BatchNormalization"]);
/** Ranges that are known without calibration. */
const known = new Map<string, [number, number]>([
  ["Tanh", [-1, 1]],
  ["Sigmoid", [0, 1]],
  ["Softmax", [0, 1]],
]);

type Described = Pick<Model, "architecture" | "batch">;

/** The bound behind the latent, as ranges are taken of it. */
function boundOf(a: Model["architecture"], opset: number): Addition {
  const graph = new GraphBuilder("ranges");
  if (a.levels !== null) new OnnxLayers(graph, {}).bound(latentOf(graph, a.latent, "n"), a.levels);
  return additionOf(graph.graph(), {}, opset);
}

/**
 * Ranges of the file's tensors by the names that they have in another file: each file moves other names out of its way.
 */
function rangesIn(
  ranges: Ranges,
  names: Iterable<string>,
  measured: ReadonlyMap<string, string>,
  moved: ReadonlyMap<string, string>,
): Ranges {
  const own: Ranges = new Map();
  for (const name of names) {
    const range = ranges.get(measured.get(name) ?? name);
    if (range !== undefined) own.set(moved.get(name) ?? name, range);
  }
  return own;
}

/** Ranges of all tensors of the file over scaled windows `[n, C, S, L]`, and of the bound behind it. */
export async function foreignRanges(
  { bytes, opset }: ForeignFile,
  { architecture: a, batch }: Described,
  windows: Float32Array,
): Promise<Ranges> {
  const added = boundOf(a, opset);
  const roomy = renameFileTensors(bytes, roomFor(bytes, added.names));
  const inner = decodeModel(roomy).graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== "");
  const bounds = added.nodes.flatMap((node) => node.outputs);
  const session = await openSession(
    graftFile(roomy, {
      after: added.nodes,
      initializers: added.initializers,
      outputs: [...new Set([...inner, ...bounds])].map((name) => ({ name })),
    }),
    { optimization: "basic" },
  );
  try {
    return await collectRanges(session, a.input, windows, batch ?? 128);
  } finally {
    await session.release();
  }
}

/** `model.qdq.onnx`, see `qdqOnnx`. */
export function foreignQdq(
  { bytes, opset }: ForeignFile,
  model: Network & Pick<Model, "batch">,
  ranges: Ranges,
  options: Int8Options,
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const { architecture: a } = model;
  const batch = model.batch ?? "n";
  const graph = new GraphBuilder("int8_cpu_estimate");
  const behind = new QdqLayers(graph, model.weights, ranges, options);
  const latent = latentOf(graph, a.latent, batch);
  const bounded = a.levels === null
    ? behind.activation(projected(graph, latent), ranges.get("latent"), options.scales?.cut)
    : behind.bound(latent, a.levels);
  const names = emitHost(behind, model, bounded);
  graph.output(bounded.name, bounded.shape);
  const added = additionOf(graph.graph(), { ...names, [bounded.name]: "bounded" }, opset);
  const present = namesInFile(bytes);
  const made = [...present].flatMap((name) => Object.values(namesFor(name)));
  const moved = roomFor(bytes, new Set([...added.names, ...made]));
  const roomy = renameFileTensors(bytes, moved);
  const measured = roomFor(bytes, boundOf(a, opset).names);
  const own = new ForeignQuantizer(roomy, rangesIn(ranges, present, measured, moved), options.perChannel);
  own.activation("window", options.scales?.window);
  const nodes = decodeModel(roomy).graph.nodes;
  const following = new Map(nodes.map((node) => [node.outputs[0], own.node(node, nodes)]));
  return graftFile(roomy, {
    before: own.before,
    behind: ([first]) => following.get(first)!,
    after: added.nodes,
    feed: own.feed,
    without: own.without,
    initializers: [...own.initializers, ...added.initializers],
    inputs: [{ name: "window", type: "float32", shape: [batch, ...a.input] }],
    outputs: added.outputs,
    metadata,
  });
}

/** The latent under the name by which the estimate with a compiled file's scales finds the cut. */
function projected(graph: GraphBuilder, latent: Value): Value {
  return { ...latent, name: graph.node("Identity", [latent.name], {}, { name: "projection" }) };
}

/** What belongs to a tensor in 8 bits. */
function namesFor(tensor: string) {
  return {
    q: `${tensor}.q`,
    dq: `${tensor}.dq`,
    scale: `${tensor}.scale`,
    zero: `${tensor}.zero_point`,
  };
}

class ForeignQuantizer {
  /** Nodes on the input and the weights. */
  readonly before: Node[] = [];
  readonly initializers: Tensor[] = [];
  /** What nodes take in place of a tensor. */
  readonly feed = new Map<string, string>();
  readonly without = new Set<string>();
  readonly #scales = new Map<string, Scale>();
  readonly #constants: Map<string, DecodedTensor>;
  readonly #latents: Set<string>;

  constructor(bytes: Uint8Array, readonly ranges: Ranges, readonly perChannel: boolean) {
    const { graph } = decodeModel(bytes);
    this.#latents = latentNames(graph.nodes);
    this.#constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  }

  /** Quantises the input. */
  activation(name: string, fixed?: Scale): void {
    this.before.push(...this.#pair(name, fixed ?? activationScale(...this.ranges.get(name)!)));
  }

  /** Quantises the weights of a node; returns the nodes behind it, which quantise its result. */
  node(node: DecodedNode, all: readonly DecodedNode[]): Node[] {
    this.#weights(node);
    const [output] = node.outputs;
    const range = known.get(node.op) ?? this.ranges.get(output);
    // What lies behind the latent is quantised by what is added there.
    if (range === undefined || this.#latents.has(output)) return [];
    const from = this.#scales.get(node.inputs[0]);
    if (moves.has(node.op) && from !== undefined) {
      this.#scales.set(output, from);
      return [];
    }
    const next = all.filter((other) => other.inputs.includes(output));
    if (layers.has(node.op) && next.length === 1) {
      const [{ op, inputs }] = next;
      const bias = op === "Add" && node.op === "MatMul" && inputs.some((name) => this.#constants.has(name));
      if (fused.has(op) || bias) return [];
    }
    // What is joined has one scale.
    if (next.length === 1 && next[0].op === "Concat") return [];
    return this.#pair(output, activationScale(...(node.op === "Concat" ? setApart(range) : range)));
  }

  /** Q and DQ of a tensor, whose users get the quantised numbers. */
  #pair(name: string, scale: Scale): Node[] {
    this.#scales.set(name, scale);
    const { q, dq, scale: step, zero } = namesFor(name);
    const constants = [step, zero];
    this.initializers.push(
      { name: step, type: "float32", shape: [], data: Float32Array.of(scale.scale) },
      { name: zero, type: "uint8", shape: [], data: Uint8Array.of(scale.zeroPoint) },
    );
    this.feed.set(name, dq);
    return [
      { name: q, op: "QuantizeLinear", inputs: [name, ...constants], outputs: [q], attributes: {} },
      { name: dq, op: "DequantizeLinear", inputs: [q, ...constants], outputs: [dq], attributes: {} },
    ];
  }

  #weights({ op, inputs, attributes }: DecodedNode): void {
    if (op !== "Conv" && op !== "Gemm" && op !== "MatMul") return;
    const weight = this.#constants.get(inputs[1]);
    if (!(weight?.data instanceof Float32Array) || this.feed.has(weight.name)) return;
    if (op !== "Conv" && weight.shape.length !== 2) return;
    const axis = op === "Conv" || (op === "Gemm" && attributes.transB === 1) ? 0 : 1;
    const outputs = weight.shape[axis];
    const rows = axis === 0 ? weight.data : turned(weight.data, weight.shape[0], outputs);
    const { data, scales } = quantizeWeights(rows, outputs, this.perChannel);
    const stored = axis === 0 ? data : turned(data, outputs, weight.shape[0]);
    this.#constant(weight, stored, scales, axis, "int8");
    // A plain product has no third input.
    const bias = this.#constants.get(inputs[2]);
    const scale = this.#scales.get(inputs[0]);
    if (!(bias?.data instanceof Float32Array) || scale === undefined || this.feed.has(bias.name)) return;
    if (bias.data.length !== outputs || bias.shape.length !== 1) return;
    const whole = quantizeBias(bias.data, scale.scale, scales);
    this.#constant(bias, whole.data, whole.scales, 0, "int32");
  }

  #constant(
    { name, shape }: DecodedTensor,
    data: Int8Array | Int32Array,
    scales: Float32Array,
    axis: number,
    type: "int8" | "int32",
  ): void {
    const { q, dq, scale, zero } = namesFor(name);
    const zeros = type === "int8" ? new Int8Array(scales.length) : new Int32Array(scales.length);
    this.initializers.push(
      { name: q, type, shape, data },
      { name: scale, type: "float32", shape: [scales.length], data: scales },
      { name: zero, type, shape: [scales.length], data: zeros },
    );
    this.before.push({
      name: dq,
      op: "DequantizeLinear",
      inputs: [q, scale, zero],
      outputs: [dq],
      attributes: { axis },
    });
    this.feed.set(name, dq);
    this.without.add(name);
  }
}

/** `[rows, columns]` as `[columns, rows]`. */
function turned<T extends Float32Array | Int8Array>(data: T, rows: number, columns: number): T {
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]) as T;
}
