import assert from "node:assert/strict";
import type { GraphLayer, Size } from "../../../lib/artifacts/encoder_graph.ts";
import { InputError } from "../../../lib/errors.ts";
import { type Config, recordLayer } from "../../../lib/model/graph/record_layer.ts";
import type { WeightSource } from "../../../lib/model/graph/weight_source.ts";

const sizes: Size[] = [[1, 40, 12], [2, 40, 6], [1, 1, 480], [1, 40, 12], [1, 1, 8]];
const ranks = [2, 3, 1, 2, 1];

/** What a layer is recorded as after tensors of a sequence (0, 3), a grid (1) and vectors (2, 4). */
function record(
  type: string,
  config: Config,
  from: number[],
  trained = true,
  shapes: Record<string, number[]> = {},
) {
  const layers: GraphLayer[] = [], sources: WeightSource[] = [], given: number[] = [];
  const end = recordLayer(
    {
      trained,
      error: (why, hint) => new InputError(`Cannot record encoder: ${why}`, { hint }),
      sizeOf: ({ index }) => sizes[index],
      nameOf: (name) => `${name}!`,
      shapeOf: (weight) => shapes[weight],
      add(layer, source, rank) {
        layers.push(layer);
        sources.push(source);
        given.push(rank);
        return { index: 10 + layers.length, rank };
      },
    },
    type,
    { name: "l", ...config },
    from.map((index) => ({ index, rank: ranks[index] })),
  );
  return { layers, sources, ranks: given, end };
}

const none = [0, 0, 0, 0], one = [1, 1];
const relu = { op: "activation", kind: "relu", alpha: 1 };
type Case = [type: string, from: number[], config: Config, layers: object[], rank?: number];
const cases: Case[] = [
  [
    "Conv1D",
    [0],
    {
      kernel_size: [3],
      strides: [2],
      filters: 4,
      use_bias: true,
      activation: "relu",
    },
    [
      { op: "conv", kernel: [1, 3], strides: [1, 2], dilations: one, pads: none, filters: 4, bias: true },
      relu,
    ],
  ],
  [
    "Conv1D",
    [0],
    {
      kernel_size: 3,
      dilation_rate: 2,
      padding: "same",
      filters: 4,
      use_bias: false,
    },
    [{
      op: "conv",
      kernel: [1, 3],
      strides: one,
      dilations: [1, 2],
      pads: [0, 2, 0, 2],
      filters: 4,
      bias: false,
    }],
  ],
  [
    "Conv2D",
    [1],
    {
      kernel_size: [2, 3],
      strides: [1, 2],
      filters: 5,
      use_bias: true,
      data_format: "channelsLast",
    },
    [{ op: "conv", kernel: [2, 3], strides: [1, 2], dilations: one, pads: none, filters: 5, bias: true }],
  ],
  // One number counts for both axes; null is not given.
  [
    "Conv2D",
    [1],
    {
      kernel_size: [2],
      strides: null,
      dilation_rate: [1, 3],
      filters: 5,
      use_bias: true,
    },
    [{ op: "conv", kernel: [2, 2], strides: one, dilations: [1, 3], pads: none, filters: 5, bias: true }],
  ],
  [
    "DepthwiseConv2D",
    [1],
    {
      kernel_size: [2, 3],
      depth_multiplier: 3,
      use_bias: true,
      activation: "hard_sigmoid",
    },
    [
      {
        op: "depthwise",
        kernel: [2, 3],
        strides: one,
        dilations: one,
        pads: none,
        multiplier: 3,
        bias: true,
      },
      { ...relu, kind: "hardSigmoid" },
    ],
  ],
  [
    "SeparableConv1D",
    [0],
    {
      kernel_size: [3],
      filters: 7,
      use_bias: true,
      activation: { class_name: "ReLU6" },
    },
    [
      {
        op: "depthwise",
        kernel: [1, 3],
        strides: one,
        dilations: one,
        pads: none,
        multiplier: 1,
        bias: false,
      },
      { op: "conv", kernel: one, strides: one, dilations: one, pads: none, filters: 7, bias: true },
      { ...relu, kind: "relu6" },
    ],
  ],
  ["MaxPooling1D", [0], { pool_size: [2] }, [{ op: "maxPool", kernel: [1, 2], strides: [1, 2], pads: none }]],
  [
    "AveragePooling2D",
    [1],
    { pool_size: [1, 4], strides: [1, 3], padding: "same" },
    [{ op: "averagePool", kernel: [1, 4], strides: [1, 3], pads: [0, 1, 0, 2] }],
  ],
  ["GlobalMaxPooling1D", [0], {}, [{ op: "globalMax" }], 1],
  ["GlobalAveragePooling2D", [1], { keepdims: false }, [{ op: "globalAverage" }], 1],
  [
    "Dense",
    [2],
    { units: 9, use_bias: false, activation: "silu" },
    [{ op: "dense", units: 9, bias: false }, { ...relu, kind: "swish" }],
  ],
  ["Dense", [2], { units: 9, use_bias: true, activation: "linear" }, [{ op: "dense", units: 9, bias: true }]],
  ["Activation", [0], { activation: "leakyReLU" }, [{ ...relu, kind: "leakyRelu" }]],
  ...([[undefined, 0], [-1, 0], [[2], 0], [3, 1], [[-1], 1], [1, 2]] as const).map(([axis, from]) =>
    [
      "BatchNormalization",
      [from],
      { axis, epsilon: 0.1, scale: true, center: false },
      [{ op: "batchNorm", epsilon: 0.1, scale: true, center: false }],
    ] as Case
  ),
  ["ReLU", [0], {}, [{ ...relu, alpha: 0 }]],
  ["ReLU", [0], { max_value: 6 }, [{ ...relu, kind: "relu6", alpha: 0 }]],
  ["LeakyReLU", [0], {}, [{ ...relu, kind: "leakyRelu", alpha: 0.3 }]],
  ["LeakyReLU", [0], { alpha: 0.1 }, [{ ...relu, kind: "leakyRelu", alpha: 0.1 }]],
  ["ELU", [0], {}, [{ ...relu, kind: "elu", alpha: 1 }]],
  ["ELU", [0], { alpha: 0.5 }, [{ ...relu, kind: "elu", alpha: 0.5 }]],
  ["Softmax", [0], {}, [{ ...relu, kind: "softmax", alpha: 0 }]],
  ["Softmax", [0], { axis: 2 }, [{ ...relu, kind: "softmax", alpha: 0 }]],
  ["Flatten", [0], {}, [{ op: "reshape", shape: [1, 1, 480] }], 1],
  ["Flatten", [2], {}, [], 1],
  ["Reshape", [0], { target_shape: [20, 24] }, [{ op: "reshape", shape: [1, 20, 24] }], 2],
  ["Reshape", [0], { target_shape: [4, -1] }, [{ op: "reshape", shape: [1, 4, 120] }], 2],
  ["Reshape", [1], { target_shape: [null, 5, 6] }, [{ op: "reshape", shape: [16, 5, 6] }], 3],
  ["Reshape", [0], { target_shape: [1, 40, 12] }, [], 3],
  ["Permute", [0], { dims: [2, 1] }, [{ op: "permute", order: [0, 2, 1] }]],
  ["Permute", [1], { dims: [3, 1, 2] }, [{ op: "permute", order: [2, 0, 1] }]],
  ["Permute", [2], { dims: [1] }, [{ op: "permute", order: [0, 1, 2] }]],
  ["Add", [4, 0], {}, [{ op: "add" }], 2],
  ["Multiply", [0, 4], {}, [{ op: "multiply" }], 2],
  ["Concatenate", [0, 3], {}, [{ op: "concat", axis: 2 }]],
  ["Concatenate", [0, 3], { axis: -2 }, [{ op: "concat", axis: 1 }]],
  ["Concatenate", [0, 3], { axis: 1 }, [{ op: "concat", axis: 1 }]],
  ["Concatenate", [1, 1], { axis: 1 }, [{ op: "concat", axis: 0 }]],
  ["Concatenate", [2, 4], { axis: 1 }, [{ op: "concat", axis: 2 }]],
  ["Dropout", [0], { rate: 0.2 }, [{ op: "dropout", rate: 0.2, shared: false }]],
  ["SpatialDropout1D", [0], { rate: 0.2 }, [{ op: "dropout", rate: 0.2, shared: true }]],
  // Before and after the rows, then the columns: [top, left, bottom, right].
  ["ZeroPadding1D", [0], { padding: 3 }, [{ op: "pad", pads: [0, 3, 0, 3] }]],
  ["ZeroPadding1D", [0], { padding: [1, 2] }, [{ op: "pad", pads: [0, 1, 0, 2] }]],
  ["ZeroPadding1D", [0], { padding: [4] }, [{ op: "pad", pads: [0, 4, 0, 4] }]],
  ["Cropping1D", [0], { cropping: [1, 2] }, [{ op: "crop", pads: [0, 1, 0, 2] }]],
  ["ZeroPadding2D", [1], { padding: 3 }, [{ op: "pad", pads: [3, 3, 3, 3] }]],
  ["ZeroPadding2D", [1], { padding: [1, 2] }, [{ op: "pad", pads: [1, 2, 1, 2] }]],
  ["Cropping2D", [1], { cropping: [[1, 2], [3, 4]] }, [{ op: "crop", pads: [1, 3, 2, 4] }]],
  [
    "GRU",
    [0],
    {
      units: 5,
      use_bias: true,
      activation: "tanh",
      recurrent_activation: "sigmoid",
    },
    [{ op: "gru", units: 5, bias: true, sequences: false, backwards: false, gate: "sigmoid" }],
    1,
  ],
  [
    "LSTM",
    [0],
    { units: 5, use_bias: false, return_sequences: true, go_backwards: true },
    [{ op: "lstm", units: 5, bias: false, sequences: true, backwards: true, gate: "hardSigmoid" }],
    2,
  ],
];

Deno.test("each kind of layer is recorded with its sizes, its defaults and the axes that it leaves", () => {
  for (const [type, from, config, expected, rank = ranks[from[0]]] of cases) {
    const { layers, end, sources, ranks: given } = record(type, config, from);
    const what = `${type} ${JSON.stringify(config)}`;
    const before = expected.map((_, i) => i === 0 ? from : [10 + i]);
    assert.deepEqual(
      layers,
      expected.map((layer, i) => ({ ...layer, name: "l!", inputs: before[i] })),
      what,
    );
    assert.deepEqual(end, { index: expected.length === 0 ? from[0] : 10 + expected.length, rank }, what);
    assert.ok(given.every((own) => own === rank), what);
    if (!type.startsWith("Separable") && !type.startsWith("Depthwise")) {
      assert.deepEqual(sources, expected.map(() => ({ layer: "l" })), what);
    }
  }
});

Deno.test("a separable convolution has its multiplier from its weights, and the weights of two parts", () => {
  const config = { kernel_size: [3], filters: 7, use_bias: true, depth_multiplier: 2 };
  const { layers, sources } = record("SeparableConv1D", config, [0], true, {
    "l/depthwise_kernel": [3, 12, 5],
  });
  assert.equal((layers[0] as { multiplier: number }).multiplier, 5);
  assert.deepEqual(sources, [{ layer: "l", part: "depthwise" }, { layer: "l", part: "pointwise" }]);
  const told = record("SeparableConv1D", config, [0]).layers[0] as { multiplier: number };
  assert.equal(told.multiplier, 2);
});

type Refused = [type: string, from: number, config: Config, message: RegExp, hint?: RegExp];
const refused: Refused[] = [
  [
    "Conv1D",
    1,
    {},
    /l! \(Conv1D\) takes a tensor of 2 axes beside the batch, not of 3$/,
    /^Reshape it before/,
  ],
  ["Conv2D", 0, {}, /takes a tensor of 3 axes/],
  ["SeparableConv1D", 1, {}, /takes a tensor of 2 axes/],
  ["DepthwiseConv2D", 0, {}, /takes a tensor of 3 axes/],
  ["MaxPooling1D", 1, {}, /takes a tensor of 2 axes/],
  ["AveragePooling2D", 0, {}, /takes a tensor of 3 axes/],
  ["GlobalMaxPooling1D", 1, {}, /takes a tensor of 2 axes/],
  ["GlobalAveragePooling2D", 0, {}, /takes a tensor of 3 axes/],
  ["GRU", 1, {}, /takes a tensor of 2 axes/],
  ...["Conv1D", "SeparableConv1D", "MaxPooling1D", "GlobalMaxPooling1D", "ZeroPadding1D", "Flatten"].map((
    type,
  ) =>
    [
      type,
      0,
      { data_format: "channels_first" },
      /has data_format "channels_first"$/,
      /channels last/,
    ] as Refused
  ),
  ["Conv1D", 0, { kernel_size: 3, padding: "causal" }, /has padding "causal"/, /'same' or 'valid'/],
  [
    "Conv1D",
    0,
    { kernel_size: 3, activation: "mish" },
    /has activation mish/,
    /Use one of relu, relu6.*gelu, swish, tanh/,
  ],
  ["GlobalMaxPooling1D", 0, { keepdims: true }, /keeps its axes/],
  ["GlobalMaxPooling1D", 0, { keep_dims: true }, /keeps its axes/],
  ["BatchNormalization", 0, { axis: 1 }, /normalises axis 1$/],
  ["BatchNormalization", 1, { axis: 2 }, /normalises axis 2$/],
  ["LayerNormalization", 0, { axis: [1, 2] }, /normalises axis 1,2$/],
  ["LayerNormalization", 0, { axis: [-1, 2] }, /normalises axis -1,2$/],
  ["ReLU", 0, { max_value: 3 }, /has max_value 3/],
  ["Softmax", 0, { axis: 1 }, /has axis 1/],
  ["Reshape", 0, { target_shape: [2, 2, 2, 60] }, /makes 4 axes/],
  ["GRU", 0, { activation: "relu" }, /has activation "relu"/],
  ["LSTM", 0, { recurrent_activation: "tanh" }, /has recurrent_activation "tanh"/],
  ...["return_state", "stateful", "reset_after"].map((key) =>
    ["GRU", 0, { [key]: true }, new RegExp(`has ${key} true`)] as Refused
  ),
  ...["dropout", "recurrent_dropout"].map((key) =>
    ["LSTM", 0, { [key]: 0.5 }, new RegExp(`has ${key} 0.5`)] as Refused
  ),
  [
    "Dropout",
    0,
    { rate: 0.5, noise_shape: [null, 1, 6] },
    /has noise_shape \[null,1,6\]$/,
    /SpatialDropout1D/,
  ],
  [
    "Conv1D",
    0,
    { kernel_size: 3, filters: 4, groups: 2 },
    /l! \(Conv1D\) has groups 2, which is not computed here$/,
  ],
  [
    "ReLU",
    0,
    { max_value: null, negative_slope: 0.1, threshold: 0 },
    /has negative_slope 0\.1, which is not/,
  ],
  ["ReLU", 0, { threshold: 1 }, /has threshold 1, which is not/],
  ["LeakyReLU", 0, { negative_slope: 0.2 }, /has negative_slope 0\.2, which is not/],
  ["SpatialDropout1D", 0, { rate: 0.5, noise_shape: [1] }, /has noise_shape \[1\], which is not/],
  ["BatchNormalization", 0, { renorm: true }, /has renorm true, which is not/],
  ["GRU", 0, { time_major: true }, /has time_major true, which is not/],
  ["GRU", 0, { reset_after: true }, /has reset_after true/, /train it so in Keras, or bring .* ONNX/],
  ["Concatenate", 0, { axis: 0 }, /joins axis 0$/, /^Use 1 to 2, or -1/],
  ["Concatenate", 0, { axis: 3 }, /joins axis 3$/],
  ["Concatenate", 0, { axis: -3 }, /joins axis -3$/],
  ...[1, -0.1, NaN, undefined].map((rate) =>
    ["Dropout", 0, { rate }, new RegExp(`has rate ${rate}$`), /at least 0 and below 1/] as Refused
  ),
  ["Dense", 2, { kernel_regularizer: "l2" }, /has a kernel_regularizer$/],
  ["Dense", 2, { bias_constraint: {} }, /has a bias_constraint$/],
  ["Dense", 2, { trainable: false }, /is not trainable$/],
  ["Average", 0, {}, /cannot be trained here/, /Use Add/],
  ["Lambda", 0, {}, /cannot be trained here/, /^Use one of Conv1D, Conv2D, .*, LSTM\.$/],
  ["constructor", 0, {}, /cannot be trained here/],
];

Deno.test("what a layer cannot be recorded with is refused by layer, setting and value", () => {
  for (const [type, from, config, message, hint] of refused) {
    assert.throws(() => record(type, config, [from]), (error: InputError) => {
      assert.match(error.message.split("\n")[0], message, `${type} ${JSON.stringify(config)}`);
      if (hint !== undefined) assert.match(error.hint!, hint);
      return true;
    }, `${type} ${JSON.stringify(config)}`);
  }
  assert.throws(() => record("Concatenate", {}, [0, 3, 1]), /joins tensors of different ranks/);
  assert.throws(() => record("Concatenate", {}, [1, 0]), /joins tensors of different ranks/);
});

Deno.test("a dilated DepthwiseConv2D is trained as it is written, and not read from a file: TensorFlow.js does not dilate it", () => {
  const config = { kernel_size: [1, 3], dilation_rate: [1, 2], use_bias: false };
  assert.deepEqual((record("DepthwiseConv2D", config, [1]).layers[0] as { dilations: unknown }).dilations, [
    1,
    2,
  ]);
  assert.throws(
    () => record("DepthwiseConv2D", config, [1], false),
    /layer l! \(DepthwiseConv2D\) has dilation_rate \[1,2\], which TensorFlow.js leaves out/,
  );
  assert.equal(record("DepthwiseConv2D", { ...config, dilation_rate: 1 }, [1], false).layers.length, 1);
});

Deno.test("what changes training alone is no matter for layers that are not trained", () => {
  const config = { units: 3, use_bias: true, kernel_regularizer: "l2", trainable: false };
  assert.equal(record("Dense", config, [2], false).layers.length, 1);
  assert.equal(
    record("Dense", { ...config, kernel_regularizer: null, trainable: true }, [2]).layers.length,
    1,
  );
});

Deno.test("settings that say nothing of the result, or that a layer does without, are no matter", () => {
  const said = {
    dtype: "float32",
    trainable: true,
    kernel_initializer: {},
    groups: 1,
    activity_regularizer: null,
  };
  assert.equal(
    record("Conv1D", { ...said, kernel_size: 3, filters: 4, use_bias: true }, [0]).layers.length,
    1,
  );
  assert.equal(record("ReLU", { max_value: null, negative_slope: 0, threshold: 0 }, [0]).layers.length, 1);
  assert.equal(
    record("LSTM", { units: 3, time_major: false, unit_forget_bias: true, unroll: true }, [0]).layers.length,
    1,
  );
});
