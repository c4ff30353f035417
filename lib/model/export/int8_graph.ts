/**
 * The int8 estimate as an ONNX file: the device part in QuantizeLinear/DequantizeLinear pairs, the host part in float.
 * An estimate, never "device accuracy": the compiler chooses its own weight granularity, equalisation and look-up of
 * tanh. Two variants, per channel and per tensor weights, bracket it.
 */
import type { EncoderGraph } from "../../artifacts/encoder_graph.ts";
import type { Architecture, ConvBlock, Pooling } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { boundedRanges, levelConstants } from "../../fsq/constants.ts";
import { GraphBuilder } from "../../onnx/builder.ts";
import { emitHost, encodeBundleGraph, type Network } from "./export_graphs.ts";
import { foldBlock, OnnxLayers, stdEpsilon } from "../forward.ts";
import type { OnnxOps } from "../graph/onnx_ops.ts";
import type { Value } from "../graph/onnx_value.ts";
import { QdqOps } from "./int8_ops.ts";
import { activationScale, quantizeBias, quantizeWeights, type Scale, setApart } from "./int8_scales.ts";
import type { Range, Ranges } from "./int8_ranges.ts";
import { cutOf } from "../cut.ts";
import { behindMaps, encoder, maps } from "../network.ts";

/** How the int8 estimate is made. */
export interface Int8Options {
  /** Weight scales: one per output channel, or one per tensor. */
  perChannel: boolean;
  /** Up to the bounded latent, also where the device part ends before. */
  whole?: boolean;
  /** Scales that a compiled file uses for the window and at the cut, instead of the calibrated ones. */
  scales?: Partial<Record<"window" | "cut", Scale>>;
}

/** Emits layers in QuantizeLinear/DequantizeLinear pairs. */
export class QdqLayers extends OnnxLayers {
  /** Position of the block whose maps leave the device, by whose name their scale is found; −1 where none does. */
  lastBlock = -1;
  readonly #scales = new Map<string, Scale>();

  constructor(
    graph: GraphBuilder,
    weights: Record<string, NpyArray>,
    readonly ranges: Ranges,
    readonly options: Int8Options,
  ) {
    super(graph, weights);
  }

  /** Emits Q and DQ of `x`; the range defaults to the calibrated one of the tensor's name. */
  activation(
    x: Value,
    range: Range | undefined = this.ranges.get(x.name),
    fixed?: Scale,
    name: string = x.name,
  ): Value {
    if (range === undefined) throw new RangeError(`Cannot quantise ${x.name}: it has no calibrated range`);
    const s = fixed ?? activationScale(...range);
    const scale = this.graph.initializer(new Float32Array([s.scale]), [], `${name}.scale`);
    const zero = this.graph.initializer(new Uint8Array([s.zeroPoint]), [], `${name}.zero_point`);
    const q = this.graph.node("QuantizeLinear", [x.name, scale, zero], {}, { name: `${name}.q` });
    this.graph.value(q, x.shape, "uint8");
    const dq = this.node("DequantizeLinear", [q, scale, zero], x.shape, `${name}.dq`);
    this.#scales.set(dq.name, s);
    return dq;
  }

  #constant(data: Int8Array | Int32Array, shape: number[], scales: Float32Array, name: string): string {
    const zero = data instanceof Int8Array ? new Int8Array(scales.length) : new Int32Array(scales.length);
    const inputs = [
      this.graph.initializer(data, shape, `${name}.q`),
      this.graph.initializer(scales, [scales.length], `${name}.scale`),
      this.graph.initializer(zero, [scales.length], `${name}.zero_point`),
    ];
    return this.node("DequantizeLinear", inputs, shape, `${name}.dq`, { axis: 0 }).name;
  }

  /** Weight and bias as dequantised constants. */
  #parameters(x: Value, weight: NpyArray, bias: NpyArray, name: string): [string, string] {
    const { shape } = weight;
    const w = quantizeWeights(weight.data as Float32Array, shape[0], this.options.perChannel);
    const b = quantizeBias(bias.data as Float32Array, this.#scales.get(x.name)!.scale, w.scales);
    return [
      this.#constant(w.data, shape, w.scales, `${name}.weight`),
      this.#constant(b.data, [shape[0]], b.scales, `${name}.bias`),
    ];
  }

  override block(x: Value, i: number, block: ConvBlock): Value {
    const { weight, bias } = foldBlock(this.weights, i);
    const parameters = this.#parameters(x, weight, bias, `block${i}`);
    const convolved = this.convolve(x, parameters, i, block);
    const relu = i === this.lastBlock
      ? this.activation(convolved, undefined, this.options.scales?.cut, "maps")
      : this.activation(convolved);
    if (block.pool === 1) return relu;
    const pool = this.maxPool(relu, i, block);
    this.#scales.set(pool.name, this.#scales.get(relu.name)!); // a maximum needs no new scale
    return pool;
  }

  override recorded(x: Value, graph: EncoderGraph, input: Architecture["input"]): Value {
    return this.activation(super.recorded(x, graph, input));
  }

  protected override ops(graph: EncoderGraph, weights: Record<string, NpyArray>): OnnxOps {
    return new QdqOps(this, weights, graph, {
      activation: (x, range) => this.activation(x, range),
      parameters: (...of) => this.#parameters(...of),
      keep: (from, to) => void this.#scales.set(to.name, this.#scales.get(from.name)!),
    });
  }

  override pool(x: Value, statistics: Pooling[], segments: number): Value {
    const features = super.pool(x, statistics, segments);
    const range = this.ranges.get(features.name);
    return this.activation(features, range && setApart(range));
  }

  protected override statistic(x: Value, statistic: Pooling): Value {
    if (statistic !== "std") return super.statistic(x, statistic);
    const shape = [x.shape[0], x.shape[1], 1, 1];
    const mean = this.activation(
      this.node("GlobalAveragePool", [x.name], shape, "std.mean"),
    );
    const centered = this.activation(this.node("Sub", [x.name, mean.name], x.shape, "std.centered"));
    const square = this.activation(
      this.node("Mul", [centered.name, centered.name], x.shape, "std.square"),
    );
    const variance = this.node("GlobalAveragePool", [square.name], shape, "std.variance");
    const shifted = this.activation(
      this.node("Add", [variance.name, this.graph.scalar(stdEpsilon)], shape, "std.shifted"),
    );
    return this.node("Sqrt", [shifted.name], shape, "std");
  }

  override linear(x: Value, name: string, relu: boolean): Value {
    if (name.startsWith("head")) return super.linear(x, name, relu); // on the host, in float
    const weight = this.weights[`${name}.weight`];
    const [w, b] = this.#parameters(x, weight, this.weights[`${name}.bias`], name);
    const shape = [x.shape[0], weight.shape[0]];
    const y = this.node("Gemm", [x.name, w, b], shape, name, { transB: 1 });
    return relu ? this.activation(this.node("Relu", [y.name], shape, `${name}.relu`)) : y;
  }

  override bound(z: Value, levels: number[]): Value {
    const constants = levels.map(levelConstants);
    const row = (values: number[], name: string) =>
      this.graph.initializer(Float32Array.from(values), [1, levels.length], name);
    const shift = row(constants.map((c) => c.shift), "fsq.shift");
    const half = row(constants.map((c) => c.halfRange), "fsq.half");
    const offset = row(constants.map((c) => c.offset), "fsq.offset");
    const shifted = this.activation(this.node("Add", [z.name, shift], z.shape, "fsq.shifted"));
    const tanh = this.activation(this.node("Tanh", [shifted.name], z.shape, "fsq.tanh"), [-1, 1]);
    const scaled = this.node("Mul", [tanh.name, half], z.shape, "fsq.scaled");
    const bounded = this.node("Sub", [scaled.name, offset], z.shape, "fsq.bounded");
    return this.activation(bounded, analyticRange(levels), this.options.scales?.cut);
  }
}

/** The range of all bounded values: known without calibration, so that every level stays reachable. */
function analyticRange(levels: number[]): Range {
  const ranges = boundedRanges(levels);
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

/** Scale of the tensor at the cut. */
export function cutScale({ architecture: a }: Pick<Network, "architecture">, ranges: Ranges): Scale {
  const { levels, blocks } = a;
  if (cutOf(a) === "maps") return activationScale(...ranges.get(`relu${blocks.length - 1}`)!);
  return activationScale(...(levels === null ? ranges.get("projection")! : analyticRange(levels)));
}

/**
 * `model.qdq.onnx`: input `window` `[n, C, S, L]` scaled; outputs `bounded` and those of the host part, and `maps` where
 * the device part ends at them.
 *
 * @param ranges Of {@linkcode activationRanges} over training windows.
 */
export function qdqOnnx(
  model: Network,
  ranges: Ranges,
  options: Int8Options,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder("int8_cpu_estimate");
  const layers = new QdqLayers(graph, model.weights, ranges, options);
  const { architecture: a } = model;
  const shape = ["n", ...a.input];
  const x = layers.activation(
    { name: graph.input("window", shape), shape },
    undefined,
    options.scales?.window,
  );
  const { bounded, given } = cutOf(a) === "maps" && options.whole !== true
    ? cutMaps(layers, model, x)
    : cutBounded(layers, a, x);
  const names = emitHost(layers, model, bounded);
  const all = { ...names, ...given, [bounded.name]: "bounded" };
  graph.output(bounded.name, bounded.shape);
  return encodeBundleGraph(graph.graph(), all, metadata);
}

/** The bounded latent and what else leaves the graph. */
type CutEnd = { bounded: Value; given: Record<string, string> };

function cutBounded(layers: QdqLayers, a: Architecture, x: Value): CutEnd {
  const encoded = encoder(layers, a, x);
  const { scales } = layers.options;
  const bounded = a.levels === null
    ? layers.activation(encoded.latent, undefined, scales?.cut)
    : encoded.bounded;
  return { bounded, given: {} };
}

/** Behind the maps the host goes on in float. */
function cutMaps(layers: QdqLayers, { architecture: a, weights }: Network, x: Value): CutEnd {
  layers.lastBlock = a.blocks.length - 1;
  const end = maps(layers, a, x);
  layers.graph.output(end.name, end.shape);
  const { bounded } = behindMaps(new OnnxLayers(layers.graph, weights), a, end);
  return { bounded, given: { [end.name]: "maps" } };
}
