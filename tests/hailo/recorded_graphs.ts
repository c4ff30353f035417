/** Recorded encoders that hold every operation between them, for windows of two sensors and 80 samples. */
import type { EncoderGraph, Sides } from "../../lib/artifacts/encoder_graph.ts";

const none: Sides = [0, 0, 0, 0];
const activation = (kind: string, from: number, alpha = 0) => ({
  op: "activation",
  kind,
  alpha,
  inputs: [from],
});

function graphOf(layers: Record<string, unknown>[]): EncoderGraph {
  return layers.map((layer, i) => ({ name: `${layer.op}${i}`, ...layer })) as unknown as EncoderGraph;
}

/** Over `[sensors, time, channels]`, with branches. */
export const mapsGraph = graphOf([
  { op: "input", layout: "grid", inputs: [] },
  { op: "pad", pads: [0, 1, 0, 2], inputs: [0] },
  {
    ...{ op: "conv", kernel: [1, 5], strides: [1, 2], dilations: [1, 1], pads: none },
    ...{ filters: 6, bias: false, inputs: [1] },
  },
  { op: "batchNorm", epsilon: 1e-3, scale: true, center: true, inputs: [2] },
  activation("gelu", 3),
  {
    ...{ op: "depthwise", kernel: [2, 3], strides: [1, 1], dilations: [1, 2], pads: [0, 2, 1, 2] },
    ...{ multiplier: 2, bias: true, inputs: [4] },
  },
  activation("leakyRelu", 5, 0.2),
  { op: "batchNorm", epsilon: 1e-3, scale: true, center: false, inputs: [6] },
  { op: "maxPool", kernel: [1, 3], strides: [1, 2], pads: [0, 0, 0, 1], inputs: [7] },
  { op: "averagePool", kernel: [2, 2], strides: [1, 1], pads: [0, 0, 1, 1], inputs: [8] },
  { op: "dense", units: 12, bias: true, inputs: [9] },
  activation("hardSigmoid", 10),
  { op: "multiply", inputs: [8, 11] },
  { op: "add", inputs: [12, 9] },
  { op: "concat", axis: 2, inputs: [13, 8] },
  { op: "crop", pads: [0, 1, 0, 2], inputs: [14] },
  { op: "permute", order: [1, 0, 2], inputs: [15] },
  { op: "layerNorm", epsilon: 1e-3, scale: true, center: true, inputs: [16] },
  activation("swish", 17),
  { op: "globalMax", inputs: [18] },
  { op: "globalAverage", inputs: [18] },
  activation("softmax", 20),
  { op: "dropout", rate: 0.2, shared: false, inputs: [19] },
  { op: "concat", axis: 2, inputs: [22, 21] },
  activation("elu", 23, 1),
]);

/** Over `[time, sensors · channels]`, with recurrent layers. */
export const sequenceGraph = graphOf([
  { op: "input", layout: "time", inputs: [] },
  {
    ...{ op: "conv", kernel: [1, 5], strides: [1, 4], dilations: [1, 1], pads: none },
    ...{ filters: 5, bias: true, inputs: [0] },
  },
  activation("relu6", 1),
  { op: "lstm", units: 4, bias: true, sequences: true, backwards: false, gate: "sigmoid", inputs: [2] },
  { op: "gru", units: 4, bias: true, sequences: true, backwards: true, gate: "hardSigmoid", inputs: [2] },
  { op: "add", inputs: [3, 4] },
  activation("tanh", 5),
  { op: "lstm", units: 3, bias: false, sequences: false, backwards: true, gate: "sigmoid", inputs: [6] },
  { op: "reshape", shape: [1, 1, 76], inputs: [6] },
  { op: "concat", axis: 2, inputs: [7, 8] },
  activation("sigmoid", 9),
]);
