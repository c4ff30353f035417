/** Names and shapes of a recorded encoder's weights. */
import type { EncoderGraph, GraphLayer, Size } from "../../artifacts/encoder_graph.ts";
import { followers, graphSizes, weightsOf } from "./walk.ts";

/** Shapes by name, in the order of the layers. @param input `[channels, sensors, length]`. */
export function graphWeights(
  graph: EncoderGraph,
  input: readonly [number, number, number],
): Record<string, number[]> {
  const sizes = graphSizes(graph, input);
  const weights: Record<string, number[]> = {};
  graph.forEach((layer, i) => {
    if (layer.op === "input") return;
    for (const [part, shape] of partsOf(layer, sizes[layer.inputs[0]])) {
      weights[`${weightsOf(i)}.${part}`] = shape;
    }
  });
  return weights;
}

function partsOf(layer: GraphLayer, [, , channels]: Size): [string, number[]][] {
  switch (layer.op) {
    case "conv":
      return product([layer.filters, channels, ...layer.kernel], layer.bias);
    case "depthwise":
      return product([channels * layer.multiplier, 1, ...layer.kernel], layer.bias);
    case "dense":
      return product([layer.units, channels], layer.bias);
    case "batchNorm":
    case "layerNorm": {
      const parts: [string, number[]][] = [];
      if (layer.scale) parts.push(["gamma", [channels]]);
      if (layer.center) parts.push(["beta", [channels]]);
      if (layer.op === "batchNorm") parts.push(["mean", [channels]], ["variance", [channels]]);
      return parts;
    }
    case "gru":
    case "lstm": {
      const gates = (layer.op === "gru" ? 3 : 4) * layer.units;
      const parts: [string, number[]][] = [["kernel", [gates, channels]], ["recurrent", [
        gates,
        layer.units,
      ]]];
      return layer.bias ? [...parts, ["bias", [gates]]] : parts;
    }
    default:
      return [];
  }
}

function product(weight: number[], bias: boolean): [string, number[]][] {
  return bias ? [["weight", weight], ["bias", [weight[0]]]] : [["weight", weight]];
}

/** Whether nothing but batch normalisation takes a layer's result: its bias then has no effect. */
export function normalizedNext(graph: EncoderGraph, index: number): boolean {
  const next = followers(graph, index);
  return next.length > 0 && next.every((i) => graph[i].op === "batchNorm");
}

/** Whether a ReLU or one of its relatives follows, perhaps behind a normalisation. */
export function rectifiedNext(graph: EncoderGraph, index: number): boolean {
  return followers(graph, index).some((i) => {
    const next = graph[i];
    if (next.op === "batchNorm" || next.op === "layerNorm") return rectifiedNext(graph, i);
    return next.op === "activation" && !["tanh", "sigmoid", "hardSigmoid", "softmax"].includes(next.kind);
  });
}
