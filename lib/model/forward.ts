/** The network as ONNX nodes in the layout that devices take: NCHW, batch normalisation folded into the convolutions. */
import type { EncoderGraph } from "../artifacts/encoder_graph.ts";
import type { Architecture, ConvBlock, Model, Pooling } from "../artifacts/model.ts";
import type { NpyArray } from "../artifacts/npy.ts";
import { halfWidths, levelConstants } from "../fsq/constants.ts";
import { GraphBuilder } from "../onnx/builder.ts";
import { shapesOf } from "./architecture.ts";
import { foldGraph } from "./graph/fold.ts";
import { withoutTurning } from "./graph/fold_input.ts";
import { OnnxOps } from "./graph/onnx_ops.ts";
import type { Value } from "./graph/onnx_value.ts";
import { type GraphOps, runGraph } from "./graph/walk.ts";
import { type Layers, network, type Outputs } from "./network.ts";

/** Epsilon of the batch normalisation. */
export const bnEpsilon = 1e-5;

/**
 * Weight and bias of a block with its batch normalisation folded in:
 * `w' = w · γ/√(σ²+ε)`, `b' = (b − μ) · γ/√(σ²+ε) + β`.
 */
export function foldBlock(
  weights: Record<string, NpyArray>,
  i: number,
): { weight: NpyArray; bias: NpyArray } {
  const get = (part: string) => weights[`block${i}.${part}`] as NpyArray<Float32Array>;
  const weight = get("weight");
  const [gamma, beta, mean, variance, bias] = ["bn.gamma", "bn.beta", "bn.mean", "bn.variance", "bias"]
    .map((part) => get(part).data);
  const out = weight.shape[0];
  const per = weight.data.length / out;
  const folded = new Float32Array(weight.data.length);
  const foldedBias = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    const factor = gamma[o] / Math.sqrt(variance[o] + bnEpsilon);
    for (let j = 0; j < per; j++) folded[o * per + j] = weight.data[o * per + j] * factor;
    foldedBias[o] = (bias[o] - mean[o]) * factor + beta[o];
  }
  return { weight: { data: folded, shape: weight.shape }, bias: { data: foldedBias, shape: [out] } };
}

/** Emits inference layers into a {@linkcode GraphBuilder}. Node names follow the weights' names. */
export class OnnxLayers implements Layers<Value> {
  readonly graph: GraphBuilder;
  protected readonly weights: Record<string, NpyArray>;

  constructor(graph: GraphBuilder, weights: Record<string, NpyArray>) {
    this.graph = graph;
    this.weights = weights;
  }

  /** Adds a node and records its output's shape. */
  node(op: string, inputs: string[], shape: Value["shape"], name: string, attributes = {}): Value {
    const out = this.graph.node(op, inputs, attributes, { name });
    this.graph.value(out, shape);
    return { name: out, shape };
  }

  block(x: Value, i: number, block: ConvBlock): Value {
    const { weight, bias } = foldBlock(this.weights, i);
    const w = this.graph.initializer(weight.data, weight.shape, `block${i}.weight`);
    const b = this.graph.initializer(bias.data, bias.shape, `block${i}.bias`);
    return this.maxPool(this.convolve(x, [w, b], i, block), i, block);
  }

  /** Convolution with the named weight and bias, then ReLU. */
  protected convolve(x: Value, [w, b]: [string, string], i: number, block: ConvBlock): Value {
    const [n, , s, t] = x.shape as [number | string, number, number, number];
    const [kh, kw] = block.kernel;
    const out = [n, block.channels, s - kh + 1, t];
    const side = (kw - 1) / 2;
    const conv = this.node("Conv", [x.name, w, b], out, `conv${i}`, {
      kernel_shape: [kh, kw],
      pads: [0, side, 0, side],
      strides: [1, 1],
      dilations: [1, 1],
      group: 1,
    });
    return this.node("Relu", [conv.name], out, `relu${i}`);
  }

  /** The block's max-pooling over time; the tensor itself where there is none. */
  protected maxPool(x: Value, i: number, block: ConvBlock): Value {
    if (block.pool === 1) return x;
    const [n, c, s, t] = x.shape as [number | string, number, number, number];
    return this.node("MaxPool", [x.name], [n, c, s, Math.floor(t / block.pool)], `pool${i}`, {
      kernel_shape: [1, block.pool],
      pads: [0, 0, 0, 0],
      strides: [1, block.pool],
    });
  }

  pool(whole: Value, statistics: Pooling[], segments: number): Value {
    const x = segments === 1 ? whole : this.#segmented(whole, segments);
    const [n, c] = x.shape as [number | string, number];
    const parts = statistics.map((statistic) => this.statistic(x, statistic).name);
    const joined = parts.length === 1
      ? { name: parts[0], shape: [n, c, 1, 1] }
      : this.node("Concat", parts, [n, c * parts.length, 1, 1], "statistics", { axis: 1 });
    return this.node("Flatten", [joined.name], [n, c * parts.length], "features", { axis: 1 });
  }

  /** `[n, c, 1, segments · t]` as `[n, c · segments, 1, t]`. */
  #segmented(x: Value, segments: number): Value {
    const [n, c, , length] = x.shape as [number | string, number, number, number];
    const t = Math.floor(length / segments);
    const ints = (...values: number[]) => this.graph.ints(values);
    const kept = t * segments === length
      ? x
      : this.node("Slice", [x.name, ints(0), ints(t * segments), ints(3)], [n, c, 1, t * segments], "kept");
    return this.node(
      "Reshape",
      [kept.name, ints(-1, c * segments, 1, t)],
      [n, c * segments, 1, t],
      "segments",
    );
  }

  /** One statistic of `x` `[n, c, s, t]` as `[n, c, 1, 1]`. */
  protected statistic(x: Value, statistic: Pooling): Value {
    const shape = [x.shape[0], x.shape[1], 1, 1];
    if (statistic === "mean") return this.node("GlobalAveragePool", [x.name], shape, "mean");
    if (statistic === "max") return this.node("GlobalMaxPool", [x.name], shape, "max");
    const mean = this.node("GlobalAveragePool", [x.name], shape, "std.mean");
    const centered = this.node("Sub", [x.name, mean.name], x.shape, "std.centered");
    const square = this.node("Mul", [centered.name, centered.name], x.shape, "std.square");
    const variance = this.node("GlobalAveragePool", [square.name], shape, "std.variance");
    const shifted = this.node("Add", [variance.name, this.graph.scalar(stdEpsilon)], shape, "std.shifted");
    return this.node("Sqrt", [shifted.name], shape, "std");
  }

  recorded(x: Value, given: EncoderGraph, input: Architecture["input"]): Value {
    const { graph, weights } = withoutTurning(foldGraph(given, this.weights), input);
    const y = runGraph(this.ops(graph, weights), graph, input, x);
    const width = y.shape[1];
    return this.node("Flatten", [y.name], [y.shape[0], width], "features", { axis: 1 });
  }

  /** What emits the layers of a recorded encoder. */
  protected ops(_graph: EncoderGraph, weights: Record<string, NpyArray>): GraphOps<Value> {
    return new OnnxOps(this, weights);
  }

  linear(x: Value, name: string, relu: boolean): Value {
    const weight = this.weights[`${name}.weight`];
    const w = this.graph.initializer(weight.data, weight.shape, `${name}.weight`);
    const bias = this.weights[`${name}.bias`];
    const b = this.graph.initializer(bias.data, bias.shape, `${name}.bias`);
    const shape = [x.shape[0], weight.shape[0]];
    const y = this.node("Gemm", [x.name, w, b], shape, name, { transB: 1 });
    return relu ? this.node("Relu", [y.name], shape, `${name}.relu`) : y;
  }

  bound(z: Value, levels: number[]): Value {
    const constants = levels.map(levelConstants);
    const row = (key: "shift" | "halfRange" | "offset", name: string) =>
      this.graph.initializer(Float32Array.from(constants, (c) => c[key]), [1, levels.length], name);
    const shifted = this.node("Add", [z.name, row("shift", "fsq.shift")], z.shape, "fsq.shifted");
    const tanh = this.node("Tanh", [shifted.name], z.shape, "fsq.tanh");
    const scaled = this.node("Mul", [tanh.name, row("halfRange", "fsq.half")], z.shape, "fsq.scaled");
    return this.node("Sub", [scaled.name, row("offset", "fsq.offset")], z.shape, "fsq.bounded");
  }

  nearest(z: Value, size: number): Value {
    const { data } = this.weights["vq.codebook"];
    const d = data.length / size;
    const rows = data as Float32Array;
    const twice = new Float32Array(d * size);
    const squares = new Float32Array(size);
    for (let k = 0; k < size; k++) {
      for (let j = 0; j < d; j++) {
        twice[j * size + k] = 2 * rows[k * d + j];
        squares[k] += rows[k * d + j] ** 2;
      }
    }
    // The nearest row maximises 2z·e − |e|².
    const products = this.graph.initializer(twice, [d, size], "vq.twice");
    const product = this.node("MatMul", [z.name, products], [z.shape[0], size], "vq.product");
    const norms = this.graph.initializer(squares, [1, size], "vq.squares");
    const score = this.node("Sub", [product.name, norms], [z.shape[0], size], "vq.score");
    const code = this.graph.node("ArgMax", [score.name], { axis: 1, keepdims: 0 }, { name: "vq.code" });
    const codebook = this.graph.initializer(rows, [size, d], "vq.codebook");
    return this.node("Gather", [codebook, code], z.shape, "vq.quantized", { axis: 0 });
  }

  round(bounded: Value, levels: number[]): Value {
    const rounded = this.node("Round", [bounded.name], bounded.shape, "fsq.rounded");
    const widths = Float32Array.from(halfWidths(levels));
    const width = this.graph.initializer(widths, [1, levels.length], "fsq.half_width");
    return this.node("Div", [rounded.name, width], bounded.shape, "fsq.quantized");
  }
}

/** Added under the square root of the pooled standard deviation, so that its gradient stays finite. */
export const stdEpsilon = 1e-5;

/**
 * Emits the whole network for inference.
 *
 * @param batch A number for a static batch, a text for a dynamic one.
 */
function emitForward(
  layers: OnnxLayers,
  architecture: Architecture,
  batch: number | string,
): Outputs<Value> & { input: Value } {
  shapesOf(architecture);
  const shape = [batch, ...architecture.input];
  const input = { name: layers.graph.input("window", shape), shape };
  return { input, ...network(layers, architecture, input) };
}

/** The bytes of `model.onnx`: scaled windows `[n, C, S, L]` in, `latent` and, with a head, `logits` out. */
export function encoderOnnx(model: Pick<Model, "architecture" | "weights">): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder("encoder");
  const out = emitForward(new OnnxLayers(graph, model.weights), model.architecture, "n");
  graph.output(out.latent.name, out.latent.shape, "float32", "latent");
  if (out.logits !== undefined) graph.output(out.logits.name, out.logits.shape, "float32", "logits");
  return graph.encode();
}
