/** The encoder as a list of layers and one file of numbers, for hosts without an ONNX runtime. */
import { type EncoderGraph, numbersIn } from "../../artifacts/encoder_graph.ts";
import type { Architecture, ConvBlock, Model, Pooling } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import {
  bundleFiles,
  type PlainEncoder,
  type PlainGraphLayer,
  type PlainLayer,
} from "../../artifacts/onnx_bundle.ts";
import { foldBlock, stdEpsilon } from "../forward.ts";
import { foldGraph } from "../graph/fold.ts";
import { graphWeights } from "../graph/graph_weights.ts";
import { graphSizes } from "../graph/walk.ts";
import { devicePart, type Layers } from "../network.ts";

type Shape = number[];

/** Writes down each layer that a window passes, with the place of its weights. */
class PlainWriter implements Layers<Shape> {
  readonly layers: PlainLayer[] = [];
  readonly values: number[] = [];

  constructor(readonly weights: Record<string, NpyArray>) {}

  #keep({ data }: NpyArray): number {
    const at = this.values.length;
    for (const value of data) this.values.push(Number(value));
    return at;
  }

  block([channels, sensors, time]: Shape, i: number, { channels: out, kernel, pool }: ConvBlock): Shape {
    const { weight, bias } = foldBlock(this.weights, i);
    const shape: [number, number, number, number] = [out, channels, ...kernel];
    this.layers.push({ kind: "conv", shape, pool, weight: this.#keep(weight), bias: this.#keep(bias) });
    return [out, sensors - kernel[0] + 1, Math.floor(time / pool)];
  }

  pool([channels]: Shape, statistics: Pooling[], segments: number): Shape {
    this.layers.push({ kind: "pool", statistics, segments, epsilon: stdEpsilon });
    return [channels * segments * statistics.length];
  }

  recorded(_: Shape, given: EncoderGraph, input: Architecture["input"]): Shape {
    const { graph, weights } = foldGraph(given, this.weights);
    const sizes = graphSizes(graph, input);
    const layers: PlainGraphLayer[] = graph.map((layer, i) => ({ ...layer, size: sizes[i], weights: {} }));
    for (const name of Object.keys(graphWeights(graph, input))) {
      const [layer, part] = name.split(".");
      const { shape } = weights[name];
      layers[Number(layer.slice("layer".length))].weights[part] = { at: this.#keep(weights[name]), shape };
    }
    this.layers.push({ kind: "recorded", graph: layers });
    return [numbersIn(sizes.at(-1)!)];
  }

  linear([inputs]: Shape, name: string, relu: boolean): Shape {
    const weight = this.weights[`${name}.weight`];
    const shape: [number, number] = [weight.shape[0], inputs];
    const bias = this.weights[`${name}.bias`];
    this.layers.push({ kind: "dense", shape, relu, weight: this.#keep(weight), bias: this.#keep(bias) });
    return [weight.shape[0]];
  }

  /** The bound is part of the quantiser, whose constants stand in `host_head.json`. */
  bound(z: Shape): Shape {
    return z;
  }

  nearest(z: Shape): Shape {
    return z;
  }

  round(z: Shape): Shape {
    return z;
  }
}

/** The layers of the device part without its bound, batch normalisation folded, and all their weights. */
export function plainEncoder(
  { architecture, weights }: Pick<Model, "architecture" | "weights">,
): { encoder: PlainEncoder; weights: Float32Array<ArrayBuffer> } {
  const writer = new PlainWriter(weights);
  devicePart(writer, architecture, [...architecture.input]);
  const { layers, values } = writer;
  return {
    encoder: { version: 1, input: architecture.input, weights: bundleFiles.plainWeights, layers },
    weights: Float32Array.from(values),
  };
}
