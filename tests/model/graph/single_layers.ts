/** Every layer of recorded encoders by itself, with the sizes of the maps it takes. */
import type { GraphLayer, Pair, Sides, Size } from "../../../lib/artifacts/encoder_graph.ts";

/** A layer without its place in a network. */
export type Bare = GraphLayer extends infer L ? L extends GraphLayer ? Omit<L, "name" | "inputs"> : never
  : never;

const one: Pair = [1, 1], none: Sides = [0, 0, 0, 0];
export const singleLayers: Record<string, [Bare, ...Size[]]> = {
  "a convolution with bias over both axes": [
    {
      op: "conv",
      kernel: [2, 3],
      strides: [1, 2],
      pads: [1, 0, 0, 1],
      dilations: [2, 1],
      filters: 3,
      bias: true,
    },
    [3, 5, 2],
  ],
  "a convolution over time only, each row by itself": [
    { op: "conv", kernel: [1, 3], strides: one, pads: [0, 1, 0, 1], dilations: one, filters: 2, bias: false },
    [2, 4, 2],
  ],
  "a dilated convolution of unequal padding": [
    {
      op: "conv",
      kernel: [1, 2],
      strides: one,
      pads: [0, 3, 0, 0],
      dilations: [1, 3],
      filters: 2,
      bias: false,
    },
    [1, 5, 2],
  ],
  "a convolution of many channels": [
    {
      op: "conv",
      kernel: [2, 2],
      strides: [2, 1],
      pads: [1, 0, 0, 1],
      dilations: one,
      filters: 1,
      bias: false,
    },
    [3, 3, 17],
  ],
  "a depthwise convolution of many channels": [
    {
      op: "depthwise",
      kernel: [1, 3],
      strides: [1, 2],
      pads: [0, 1, 0, 0],
      dilations: one,
      multiplier: 1,
      bias: false,
    },
    [2, 4, 16],
  ],
  "a depthwise convolution with multiples": [
    {
      op: "depthwise",
      kernel: [2, 2],
      strides: [1, 2],
      pads: [0, 1, 1, 0],
      dilations: one,
      multiplier: 2,
      bias: true,
    },
    [2, 4, 2],
  ],
  "dense": [{ op: "dense", units: 3, bias: true }, [2, 2, 4]],
  "batch normalisation": [{ op: "batchNorm", epsilon: 0.1, scale: true, center: true }, [2, 2, 3]],
  "batch normalisation without scale or centre": [{
    op: "batchNorm",
    epsilon: 0.1,
    scale: false,
    center: false,
  }, [1, 3, 2]],
  "layer normalisation": [{ op: "layerNorm", epsilon: 0.1, scale: true, center: true }, [1, 3, 4]],
  "layer normalisation with a centre only": [{ op: "layerNorm", epsilon: 0.2, scale: false, center: true }, [
    2,
    1,
    4,
  ]],
  "a largest pooling over both axes": [
    { op: "maxPool", kernel: [2, 3], strides: [1, 2], pads: [1, 0, 0, 1] },
    [3, 6, 2],
  ],
  "a largest pooling in time": [{ op: "maxPool", kernel: [1, 2], strides: [1, 2], pads: none }, [2, 5, 2]],
  "a largest pooling that overlaps": [{ op: "maxPool", kernel: [1, 3], strides: [1, 2], pads: none }, [
    2,
    7,
    2,
  ]],
  "a mean pooling": [{ op: "averagePool", kernel: [2, 2], strides: [1, 2], pads: [1, 0, 0, 1] }, [3, 5, 2]],
  "the largest of all": [{ op: "globalMax" }, [2, 3, 3]],
  "the mean of all": [{ op: "globalAverage" }, [2, 3, 3]],
  "a reshape": [{ op: "reshape", shape: [1, 4, 3] }, [2, 3, 2]],
  "a permutation": [{ op: "permute", order: [2, 0, 1] }, [2, 3, 4]],
  "a sum with repeated axes": [{ op: "add" }, [2, 3, 2], [1, 3, 1], [2, 1, 2]],
  "a product with repeated axes": [{ op: "multiply" }, [2, 3, 2], [2, 1, 1]],
  "rows side by side": [{ op: "concat", axis: 0 }, [1, 2, 3], [2, 2, 3]],
  "channels side by side": [{ op: "concat", axis: 2 }, [2, 2, 1], [2, 2, 3]],
  "padding": [{ op: "pad", pads: [1, 0, 0, 2] }, [2, 2, 2]],
  "a crop": [{ op: "crop", pads: [0, 1, 1, 0] }, [3, 3, 2]],
  "a GRU, all states": [{
    op: "gru",
    units: 2,
    bias: true,
    sequences: true,
    backwards: false,
    gate: "sigmoid",
  }, [1, 3, 2]],
  "a GRU backwards, the last state": [{
    op: "gru",
    units: 2,
    bias: false,
    sequences: false,
    backwards: true,
    gate: "hardSigmoid",
  }, [1, 3, 2]],
  "an LSTM, all states": [{
    op: "lstm",
    units: 2,
    bias: true,
    sequences: true,
    backwards: true,
    gate: "hardSigmoid",
  }, [1, 3, 2]],
  "an LSTM, the last state": [{
    op: "lstm",
    units: 2,
    bias: false,
    sequences: false,
    backwards: false,
    gate: "sigmoid",
  }, [1, 3, 2]],
};
for (
  const kind of [
    "relu",
    "relu6",
    "leakyRelu",
    "elu",
    "gelu",
    "swish",
    "tanh",
    "sigmoid",
    "hardSigmoid",
    "softmax",
  ] as const
) {
  singleLayers[`the activation ${kind}`] = [{ op: "activation", kind, alpha: 0.3 }, [2, 2, 3]];
}
