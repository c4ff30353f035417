/** A small network for every kind of layer that can be recorded. */
import { type Input, tf } from "./tfjs_model.ts";

export interface Case {
  input: Input;
  model: () => tf.LayersModel;
}

type Layers = tf.layers.Layer[];
const L = tf.layers;

/** Over `[time, sensors · channels]`. */
function sequence(
  middle: () => Layers,
  [channels, sensors, length]: Input = [3, 2, 12],
  end: () => Layers = () => [L.flatten()],
): Case {
  return {
    input: [channels, sensors, length],
    model: () =>
      tf.sequential({
        layers: [L.inputLayer({ inputShape: [length, sensors * channels] }), ...middle(), ...end()],
      }),
  };
}

/** Over `[sensors, time, channels]`. */
function grid(
  middle: () => Layers,
  [channels, sensors, length]: Input = [3, 2, 12],
  end: () => Layers = () => [L.flatten()],
): Case {
  return {
    input: [channels, sensors, length],
    model: () =>
      tf.sequential({
        layers: [L.inputLayer({ inputShape: [sensors, length, channels] }), ...middle(), ...end()],
      }),
  };
}

/** A network with branches over `[time, sensors · channels]`. */
function branched(
  build: (x: tf.SymbolicTensor) => tf.SymbolicTensor,
  [channels, sensors, length]: Input = [3, 2, 12],
): Case {
  return {
    input: [channels, sensors, length],
    model: () => {
      const x = tf.input({ shape: [length, sensors * channels] });
      return tf.model({ inputs: x, outputs: build(x) });
    },
  };
}

const on = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
  layer.apply(x) as tf.SymbolicTensor;
const conv = (more: object = {}) =>
  L.conv1d({ filters: 4, kernelSize: 3, padding: "same", ...more } as Parameters<typeof L.conv1d>[0]);
const point = () => L.conv2d({ filters: 4, kernelSize: [1, 1] });
const functions = (names: string[]) =>
  Object.fromEntries(names.map((name) => [
    `activation ${name}`,
    sequence(() => [conv({ activation: name })]),
  ]));

/**
 * TensorFlow.js has no gradient of these, or a wrong one: it differentiates no dilated convolution, no normalisation
 * without scale or centre, and shares the gradient of a mean at the edge with the padding.
 */
export const forwardOnly: Record<string, Case> = {
  "AveragePooling1D same": sequence(
    () => [conv(), L.averagePooling1d({ poolSize: 3, strides: 2, padding: "same" })],
    [3, 2, 14],
  ),
  "AveragePooling2D same": grid(
    () => [point(), L.averagePooling2d({ poolSize: [2, 3], strides: [1, 2], padding: "same" })],
    [3, 3, 13],
  ),
  "LayerNormalization without scale and centre": sequence(
    () => [conv(), L.layerNormalization({ center: false, scale: false, epsilon: 0.1 }), conv()],
  ),
  "Conv1D dilation 2": sequence(
    () => [conv({ dilationRate: 2 }), conv({ dilationRate: 3, padding: "valid", useBias: false })],
  ),
  "SeparableConv2D dilated": grid(
    () => [
      L.separableConv2d({ filters: 4, kernelSize: [2, 3], dilationRate: [1, 2], padding: "same" }),
      L.separableConv2d({ filters: 3, kernelSize: [2, 2], dilationRate: [2, 3], depthMultiplier: 2 }),
    ],
    [3, 3, 13],
  ),
  "Conv2D dilated": grid(
    () => [
      L.conv2d({ filters: 17, kernelSize: [2, 3], dilationRate: [1, 2] }),
      L.conv2d({ filters: 3, kernelSize: [2, 3], dilationRate: [1, 3], padding: "same" }),
    ],
    [3, 3, 13],
  ),
};

export const cases: Record<string, Case> = {
  "Conv1D same": sequence(() => [conv()]),
  "Conv1D of many channels": sequence(() => [conv({ filters: 18 }), conv()]),
  "Conv1D valid, stride 2": sequence(
    () => [conv({ padding: "valid", strides: 2 }), conv({ strides: 3, kernelSize: 4 })],
  ),
  "Conv1D of one sensor": sequence(() => [conv()], [6, 1, 9]),
  "Conv2D over time": grid(
    () => [
      L.conv2d({ filters: 4, kernelSize: [1, 5], padding: "same" }),
      L.conv2d({ filters: 3, kernelSize: [1, 3], padding: "same" }),
    ],
  ),
  "Conv2D joining sensors": grid(
    () => [L.conv2d({ filters: 4, kernelSize: [1, 3] }), L.conv2d({ filters: 5, kernelSize: [2, 3] })],
  ),
  "Conv2D over both, strides": grid(
    () => [
      L.conv2d({ filters: 17, kernelSize: [2, 3], padding: "same" }),
      L.conv2d({ filters: 3, kernelSize: [2, 3], strides: [2, 2], padding: "same" }),
    ],
    [3, 3, 11],
  ),
  "DepthwiseConv2D": grid(
    () => [
      L.depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 2, padding: "same" }),
      L.depthwiseConv2d({ kernelSize: [1, 3], strides: [2, 2] }),
    ],
    [3, 3, 11],
  ),
  "SeparableConv2D": grid(
    () => [
      L.separableConv2d({ filters: 4, kernelSize: [1, 3], padding: "same", activation: "relu" }),
      L.separableConv2d({ filters: 3, kernelSize: [2, 3], depthMultiplier: 2 }),
    ],
  ),
  "BatchNormalization": sequence(
    () => [
      conv(),
      L.batchNormalization(),
      L.reLU(),
      conv({ filters: 20 }),
      L.batchNormalization(),
    ],
  ),
  "BatchNormalization on the window": sequence(
    () => [L.batchNormalization({ epsilon: 0.01 }), conv({ strides: 2 }), L.batchNormalization()],
  ),
  "BatchNormalization of sensors joined": grid(
    () => [
      L.conv2d({ filters: 4, kernelSize: [1, 3], padding: "same" }),
      L.batchNormalization(),
      L.reLU(),
      L.maxPooling2d({ poolSize: [1, 2] }),
      L.zeroPadding2d({ padding: [[0, 0], [1, 1]] }),
      L.conv2d({ filters: 5, kernelSize: [2, 3] }),
      L.batchNormalization(),
    ],
  ),
  "LayerNormalization": sequence(
    () => [
      conv(),
      L.layerNormalization(),
      conv(),
      L.layerNormalization({ epsilon: 0.1 }),
    ],
  ),
  "Dense on time steps and at the end": sequence(
    () => [L.dense({ units: 5, activation: "tanh" })],
    [3, 2, 7],
    () => [L.flatten(), L.dense({ units: 4 })],
  ),
  ...functions(["relu", "relu6", "elu", "gelu", "swish", "tanh", "sigmoid", "hardSigmoid", "softmax"]),
  "LeakyReLU, ELU, ReLU, Softmax": sequence(
    () => [
      conv(),
      L.leakyReLU({ alpha: 0.2 }),
      conv(),
      L.elu(),
      conv(),
      L.reLU({ maxValue: 6 }),
      conv(),
      L.softmax({ axis: -1 }),
    ],
  ),
  "MaxPooling1D": sequence(
    () => [
      conv(),
      L.maxPooling1d({ poolSize: 2 }),
      L.maxPooling1d({ poolSize: 3, strides: 2, padding: "same" }),
    ],
    [3, 2, 13],
  ),
  "AveragePooling1D": sequence(
    () => [
      conv(),
      L.averagePooling1d({ poolSize: 2 }),
      L.averagePooling1d({ poolSize: 3, strides: 2 }),
    ],
    [3, 2, 14],
  ),
  "MaxPooling2D": grid(
    () => [
      point(),
      L.maxPooling2d({ poolSize: [1, 2] }),
      L.maxPooling2d({ poolSize: [2, 3], strides: [1, 2], padding: "same" }),
    ],
    [3, 2, 13],
  ),
  "AveragePooling2D": grid(
    () => [point(), L.averagePooling2d({ poolSize: [2, 3], strides: [1, 2] })],
    [3, 3, 13],
  ),
  "GlobalAveragePooling1D": sequence(() => [conv()], undefined, () => [L.globalAveragePooling1d()]),
  "GlobalMaxPooling1D": sequence(() => [conv()], undefined, () => [L.globalMaxPooling1d()]),
  "GlobalAveragePooling2D": grid(() => [point()], undefined, () => [L.globalAveragePooling2d({})]),
  "GlobalMaxPooling2D": grid(() => [point()], undefined, () => [L.globalMaxPooling2d({})]),
  "Flatten of a grid": grid(
    () => [L.conv2d({ filters: 4, kernelSize: [1, 3] })],
    undefined,
    () => [L.flatten(), L.dense({ units: 3 })],
  ),
  "Reshape": sequence(
    () => [
      L.reshape({ targetShape: [4, 3, 6] }),
      L.conv2d({ filters: 4, kernelSize: [2, 2] }),
      L.reshape({ targetShape: [6, 4] }),
      conv(),
    ],
  ),
  "Permute": grid(
    () => [
      L.permute({ dims: [3, 1, 2] }),
      L.conv2d({ filters: 4, kernelSize: [1, 1] }),
      L.permute({ dims: [2, 1, 3] }),
    ],
  ),
  "Permute of a sequence": sequence(() => [L.permute({ dims: [2, 1] }), conv()]),
  "Add, Multiply": branched((x) => {
    const a = on(conv({ activation: "relu" }), x);
    const b = on(L.add(), [a, on(conv(), a), on(conv(), x)]);
    return on(L.flatten(), on(L.multiply(), [b, on(conv({ activation: "sigmoid" }), b)]));
  }),
  "Multiply by channel": branched((x) => {
    const a = on(conv(), x);
    const gate = on(L.dense({ units: 4, activation: "sigmoid" }), on(L.globalAveragePooling1d(), a));
    return on(L.flatten(), on(L.multiply(), [a, on(L.reshape({ targetShape: [1, 4] }), gate)]));
  }),
  "Concatenate": branched((x) => {
    const [a, b] = [on(conv(), x), on(conv({ kernelSize: 5, filters: 3 }), x)];
    const joined = on(L.concatenate(), [a, b]);
    return on(L.flatten(), on(L.concatenate({ axis: 1 }), [joined, on(conv({ filters: 7 }), joined)]));
  }),
  "Dropout": sequence(
    () => [
      conv(),
      L.dropout({ rate: 0.3 }),
      conv(),
      L.batchNormalization(),
      L.spatialDropout1d({ rate: 0.2 }),
    ],
  ),
  "ZeroPadding2D and Cropping2D": grid(
    () => [
      L.zeroPadding2d({ padding: [[1, 0], [2, 3]] }),
      L.conv2d({ filters: 4, kernelSize: [2, 3] }),
      L.cropping2D({ cropping: [[0, 1], [2, 1]] }),
    ],
  ),
  "ZeroPadding2D before MaxPooling2D": grid(
    () => [
      L.zeroPadding2d({ padding: [[0, 0], [1, 1]] }),
      L.maxPooling2d({ poolSize: [1, 3], strides: [1, 1] }),
      point(),
      L.zeroPadding2d({ padding: [[0, 0], [0, 2]] }),
      L.maxPooling2d({ poolSize: [1, 1], strides: [1, 2] }),
    ],
  ),
  "ZeroPadding2D before AveragePooling2D": grid(
    () => [
      point(),
      L.zeroPadding2d({ padding: [[0, 0], [1, 1]] }),
      L.averagePooling2d({ poolSize: [1, 3], strides: [1, 1] }),
    ],
  ),
  "a model inside a model": branched((x) => {
    const inner = tf.sequential({
      layers: [L.conv1d({ inputShape: [12, 6], filters: 4, kernelSize: 3 }), L.reLU()],
    });
    return on(L.globalAveragePooling1d(), on(inner as unknown as tf.layers.Layer, x));
  }),
  "GRU": sequence(
    () => [L.gru({ units: 4, returnSequences: true }), L.gru({ units: 3, recurrentActivation: "sigmoid" })],
    [3, 2, 6],
    () => [],
  ),
  "GRU backwards": sequence(
    () => [
      L.gru({ units: 4, returnSequences: true, goBackwards: true }),
      L.gru({ units: 3, goBackwards: true, useBias: false }),
    ],
    [3, 2, 6],
    () => [],
  ),
  "LSTM": sequence(
    () => [L.lstm({ units: 4, returnSequences: true }), L.lstm({ units: 3, recurrentActivation: "sigmoid" })],
    [3, 2, 6],
    () => [],
  ),
  "LSTM backwards": sequence(
    () => [
      L.lstm({ units: 4, returnSequences: true, goBackwards: true }),
      L.lstm({ units: 3, useBias: false, goBackwards: true }),
    ],
    [3, 2, 6],
    () => [],
  ),
};
