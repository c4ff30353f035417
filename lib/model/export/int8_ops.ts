/** The operations of recorded encoders in the int8 estimate: products with 8-bit weights, every result in 8 bits. */
import type { EncoderGraph, GraphLayer, Op } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { OnnxOps, type ProductLayer } from "../graph/onnx_ops.ts";
import type { Emitter, Value } from "../graph/onnx_value.ts";
import { onlyFollower, type Place, weightsOf } from "../graph/walk.ts";

/** How tensors and weights are quantised. */
export interface Quantizing {
  /** Quantises `x` on its calibrated range, or on `range`. */
  activation(x: Value, range?: [low: number, high: number]): Value;
  /** Names of weight and bias after `x`. */
  parameters(x: Value, weight: NpyArray, bias: NpyArray, name: string): string[];
  /** Tells that `to` holds numbers of `from`. */
  keep(from: Value, to: Value): void;
}

/** Operations whose results are among their inputs, or zero: they need no new scale. */
const moves: ReadonlySet<Op> = new Set<Op>([
  "input",
  "maxPool",
  "globalMax",
  "reshape",
  "permute",
  "dropout",
  "pad",
  "crop",
]);

/** Functions that are computed together with what comes before. */
const fused: ReadonlySet<string> = new Set(["relu", "relu6", "leakyRelu"]);

export class QdqOps extends OnnxOps {
  readonly #graph: EncoderGraph;
  readonly #quantizing: Quantizing;

  constructor(
    emitter: Emitter,
    weights: Record<string, NpyArray>,
    graph: EncoderGraph,
    quantizing: Quantizing,
  ) {
    super(emitter, weights);
    this.#graph = graph;
    this.#quantizing = quantizing;
  }

  protected override parameters(_: ProductLayer, x: Value, place: Place, shape: number[]): string[] {
    const { data } = this.get(place, "weight")!;
    const bias = this.get(place, "bias") ?? { data: new Float32Array(shape[0]), shape: [shape[0]] };
    return this.#quantizing.parameters(x, { data, shape }, bias, weightsOf(place.index));
  }

  finish(value: Value, [x]: Value[], layer: GraphLayer, { index }: Place): Value {
    if (value === x) return value;
    if (moves.has(layer.op)) {
      this.#quantizing.keep(x, value);
      return value;
    }
    const next = onlyFollower(this.#graph, index, "activation");
    if (layer.op !== "activation" && next !== undefined && fused.has(next.kind)) return value;
    return this.#quantizing.activation(value, rangeOf(layer));
  }
}

/** Ranges that are known without calibration. */
function rangeOf(layer: GraphLayer): [number, number] | undefined {
  if (layer.op !== "activation") return undefined;
  if (layer.kind === "tanh") return [-1, 1];
  return ["sigmoid", "hardSigmoid", "softmax"].includes(layer.kind) ? [0, 1] : undefined;
}
