/** What each kind of layer of TensorFlow.js is recorded as. */
import type { ActivationKind, GraphLayer, Pair, Sides, Size } from "../../artifacts/encoder_graph.ts";
import type { InputError } from "../../errors.ts";
import { own } from "../../own.ts";
import { ReadSettings } from "./read_settings.ts";
import { samePads } from "./same_pads.ts";
import type { WeightSource } from "./weight_source.ts";

/** Settings of a layer, in snake_case. */
export type Config = Record<string, unknown>;

/** A tensor of the recording: its layer's position, and its axes in TensorFlow.js without the batch. */
export interface Given {
  index: number;
  rank: number;
}

/** Takes the layers. */
export interface Recorder {
  /** Whether the layers will be trained. */
  readonly trained: boolean;
  error(why: string, hint: string): InputError;
  sizeOf(x: Given): Size;
  add(layer: GraphLayer, source: WeightSource, rank: number): Given;
  nameOf(name: string, type: string): string;
  /** Shape of a weight, where weights are known. */
  shapeOf(weight: string): readonly (number | null)[] | undefined;
}

/** One layer on its way. */
class LayerRecord {
  readonly name: string;
  readonly #settings: ReadSettings;
  readonly #written: Config;

  constructor(
    readonly to: Recorder,
    readonly type: string,
    config: Config,
    readonly from: Given[],
  ) {
    this.#written = config;
    this.#settings = new ReadSettings(config);
    this.name = to.nameOf(this.layer, type);
  }

  get config(): Config {
    return this.#settings.config;
  }

  get layer(): string {
    return String(this.config.name);
  }

  get x(): Given {
    return this.from[0];
  }

  fail(why: string, hint: string): InputError {
    return this.to.error(`layer ${this.name} (${this.type}) ${why}`, hint);
  }

  add(
    layer: Omit<GraphLayer, "name" | "inputs"> & { op: GraphLayer["op"] },
    from: Given[],
    rank = from[0].rank,
    part?: WeightSource["part"],
  ): Given {
    const whole = { ...layer, name: this.name, inputs: from.map(({ index }) => index) } as GraphLayer;
    return this.to.add(whole, { layer: this.layer, ...(part === undefined ? {} : { part }) }, rank);
  }

  /** The value itself; refuses any but `values`. */
  only<T>(key: string, values: readonly T[], hint: string): T {
    const value = (this.config[key] ?? values[0]) as T;
    if (!values.includes(value)) throw this.fail(`has ${key} ${JSON.stringify(value)}`, hint);
    return value;
  }

  needRank(...ranks: number[]): void {
    if (ranks.includes(this.x.rank)) return;
    throw this.fail(
      `takes a tensor of ${ranks.join(" or ")} axes beside the batch, not of ${this.x.rank}`,
      "Reshape it before.",
    );
  }

  /** Numbers of a setting by axis: `[columns]` and a number mean the same. */
  pair(key: string, otherwise?: Pair): Pair {
    const value = this.config[key];
    if (value === null || value === undefined) return otherwise ?? [1, 1];
    const list = [value].flat() as number[];
    if (this.x.rank === 2) return [1, list[0]];
    return list.length === 1 ? [list[0], list[0]] : [list[0], list[1]];
  }

  /** What a kernel adds at each side. */
  pads(kernel: Pair, strides: Pair, dilations: Pair): Sides {
    const padding = this.only("padding", ["valid", "same"], "Use padding 'same' or 'valid'.");
    return padding === "valid" ? [0, 0, 0, 0] : samePads(this.to.sizeOf(this.x), kernel, strides, dilations);
  }

  slide(key: string, strides: Pair) {
    const kernel = this.pair(key);
    const dilations = this.pair("dilation_rate", [1, 1]);
    return { kernel, strides, dilations, pads: this.pads(kernel, strides, dilations) };
  }

  channelsLast(): void {
    this.only(
      "data_format",
      ["channels_last", "channelsLast"],
      "Use channels last, [rows, columns, channels].",
    );
  }

  /** The function that the layer itself applies at its end. */
  activated(x: Given): Given {
    const given = this.config.activation ?? "linear";
    const name = typeof given === "string" ? given : String((given as { class_name?: string }).class_name);
    if (name === "linear") return x;
    const kind = own(activations, name.replaceAll("_", "").toLowerCase());
    if (kind === undefined) {
      const known = new Set(Object.values(activations));
      throw this.fail(`has activation ${name}`, `Use one of ${[...known].join(", ")}.`);
    }
    return this.add({ op: "activation", kind, alpha: 1 } as GraphLayer, [x]);
  }

  /** What changes training is the step's, so that nothing is left out without a word. */
  checkTraining(): void {
    if (!this.to.trained) return;
    for (const [key, value] of Object.entries(this.#written)) {
      if (value == null || !/_(regularizer|constraint)$/.test(key)) continue;
      throw this.fail(
        `has a ${key}`,
        "Leave it out: weight_decay and gradient_clip of the step train every layer.",
      );
    }
    if (this.config.trainable === false) {
      throw this.fail("is not trainable", "Every layer of an encoder file is trained: leave trainable out.");
    }
  }

  /** Nothing that a layer says of its result is left out without a word. */
  checkAllRead(): void {
    const left = this.#settings.unread();
    if (left === undefined) return;
    throw this.fail(
      `has ${left.key} ${JSON.stringify(left.value)}, which is not computed here`,
      "Leave it out, or write with other layers what it does.",
    );
  }
}

const activations: Record<string, ActivationKind> = {
  relu: "relu",
  relu6: "relu6",
  leakyrelu: "leakyRelu",
  elu: "elu",
  gelu: "gelu",
  swish: "swish",
  silu: "swish",
  tanh: "tanh",
  sigmoid: "sigmoid",
  hardsigmoid: "hardSigmoid",
  softmax: "softmax",
};

type Kind = (layer: LayerRecord) => Given;

const convolution: Kind = (l) => {
  l.needRank(l.type === "Conv1D" ? 2 : 3);
  l.channelsLast();
  const { config } = l;
  const op = {
    op: "conv",
    ...l.slide("kernel_size", l.pair("strides")),
    filters: config.filters,
    bias: config.use_bias,
  };
  return l.activated(l.add(op as GraphLayer, [l.x]));
};

const separable: Kind = (l) => {
  l.needRank(l.type.endsWith("1D") ? 2 : 3);
  l.channelsLast();
  const { config } = l;
  const slide = l.slide("kernel_size", l.pair("strides"));
  // TensorFlow.js does not tell that of a separable convolution, but its weights do.
  const { depth_multiplier: told } = config;
  const multiplier = l.to.shapeOf(`${l.layer}/depthwise_kernel`)?.at(-1) ?? told ?? 1;
  const pointwise = !l.type.startsWith("Depthwise");
  if (!pointwise && !l.to.trained && slide.dilations.some((n) => n !== 1)) {
    throw l.fail(
      `has dilation_rate [${slide.dilations}], which TensorFlow.js leaves out when it runs this layer`,
      "Take a SeparableConv2D or Conv2D layer, so that it is plain what the weights were trained for.",
    );
  }
  const apart = l.add(
    { op: "depthwise", ...slide, multiplier, bias: pointwise ? false : config.use_bias } as GraphLayer,
    [l.x],
    l.x.rank,
    "depthwise",
  );
  if (!pointwise) return l.activated(apart);
  const one = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const op = { op: "conv", ...one, filters: config.filters, bias: config.use_bias } as GraphLayer;
  return l.activated(l.add(op, [apart], l.x.rank, "pointwise"));
};

const pooling = (op: "maxPool" | "averagePool"): Kind => (l) => {
  l.needRank(l.type.endsWith("1D") ? 2 : 3);
  l.channelsLast();
  const kernel = l.pair("pool_size");
  const strides = l.pair("strides", kernel);
  return l.add({ op, kernel, strides, pads: l.pads(kernel, strides, [1, 1]) } as GraphLayer, [l.x]);
};

const overall = (op: "globalMax" | "globalAverage"): Kind => (l) => {
  l.needRank(l.type.endsWith("1D") ? 2 : 3);
  l.channelsLast();
  if (l.config.keepdims === true || l.config.keep_dims === true) {
    throw l.fail("keeps its axes", "Add a Reshape layer.");
  }
  return l.add({ op }, [l.x], 1);
};

const normalization = (op: "batchNorm" | "layerNorm"): Kind => (l) => {
  const axis = [l.config.axis ?? -1].flat() as number[];
  if (axis.length !== 1 || (axis[0] !== -1 && axis[0] !== l.x.rank)) {
    throw l.fail(`normalises axis ${axis}`, "Use the last axis, the channels.");
  }
  const { epsilon, scale, center } = l.config;
  return l.add({ op, epsilon, scale, center } as GraphLayer, [l.x]);
};

const activation = (kind: ActivationKind, alpha: number, l: LayerRecord): Given =>
  l.add({ op: "activation", kind, alpha } as GraphLayer, [l.x]);

const combination = (op: "add" | "multiply"): Kind => (l) =>
  l.add({ op }, l.from, Math.max(...l.from.map(({ rank }) => rank)));

/** A size from its last axes. */
const canonical = (shape: number[]): Size => [1, 1, 1, ...shape].slice(-3) as Size;

const reshaped: Kind = (l) => {
  if (l.type === "Flatten") l.channelsLast();
  const size = l.to.sizeOf(l.x);
  const total = size[0] * size[1] * size[2];
  let shape = [total];
  if (l.type === "Reshape") {
    const target = l.config.target_shape as (number | null)[];
    const open = target.findIndex((n) => n === null || n < 0);
    const known = target.reduce((product: number, n, i) => i === open ? product : product * n!, 1);
    shape = target.map((n, i) => i === open ? total / known : n!);
  }
  if (shape.length > 3) {
    throw l.fail(`makes ${shape.length} axes`, "Use at most three: rows, columns, channels.");
  }
  const wanted = canonical(shape);
  // Leading ones come and go without anything being moved.
  if (wanted.every((n, axis) => n === size[axis])) return { index: l.x.index, rank: shape.length };
  return l.add({ op: "reshape", shape: wanted } as GraphLayer, [l.x], shape.length);
};

const permutation: Kind = (l) => {
  const lead = 3 - l.x.rank;
  const dims = l.config.dims as number[];
  const order = [...[0, 1, 2].slice(0, lead), ...dims.map((dim) => dim - 1 + lead)];
  return l.add({ op: "permute", order } as GraphLayer, [l.x]);
};

const concatenation: Kind = (l) => {
  const axis = (l.config.axis ?? -1) as number;
  const { rank } = l.x;
  if (l.from.some((x) => x.rank !== rank)) {
    throw l.fail("joins tensors of different ranks", "Reshape them before.");
  }
  const at = axis < 0 ? 3 + axis : 3 - rank + axis - 1;
  if (!(at >= 3 - rank && at < 3)) {
    throw l.fail(`joins axis ${axis}`, `Use 1 to ${rank}, or -1 for the channels: axis 0 counts windows.`);
  }
  return l.add({ op: "concat", axis: at } as GraphLayer, l.from);
};

const bordering = (op: "pad" | "crop", key: string): Kind => (l) => {
  l.channelsLast();
  const value = l.config[key];
  const given = (typeof value === "number" ? [value, value] : value) as (number | number[])[];
  const sides = given.map((side) => typeof side === "number" ? [side, side] : side);
  // Of a sequence `[before, after]` are the two sides of one axis.
  const [rows, columns] = l.x.rank === 2 ? [[0, 0], [sides[0][0], (sides[1] ?? sides[0])[0]]] : sides;
  return l.add({ op, pads: [rows[0], columns[0], rows[1], columns[1]] } as GraphLayer, [l.x]);
};

const dropout = (l: LayerRecord, shared: boolean): Given => {
  const rate = l.config.rate as number;
  if (!(rate >= 0 && rate < 1)) throw l.fail(`has rate ${rate}`, "Use a rate of at least 0 and below 1.");
  return l.add({ op: "dropout", rate, shared } as GraphLayer, [l.x]);
};

const recurrent = (op: "gru" | "lstm"): Kind => (l) => {
  l.needRank(2);
  const { config } = l;
  l.only("activation", ["tanh"], "Use tanh, which the exported operator computes.");
  const gate = l.only(
    "recurrent_activation",
    ["hard_sigmoid", "hardSigmoid", "sigmoid"],
    "Use sigmoid or hardSigmoid.",
  );
  l.only("return_state", [false], "Leave it out: the layer's result alone goes on.");
  l.only("stateful", [false], "Leave it out: windows are independent of each other.");
  const other =
    "TensorFlow.js knows false alone: train it so in Keras, or bring the network as an ONNX file.";
  l.only("reset_after", [false], other);
  for (const key of ["dropout", "recurrent_dropout"]) l.only(key, [0], "Use a Dropout layer before it.");
  const sequences = config.return_sequences === true;
  const layer = {
    op,
    units: config.units,
    bias: config.use_bias,
    sequences,
    backwards: config.go_backwards === true,
    gate: gate === "sigmoid" ? gate : "hardSigmoid",
  };
  return l.add(layer as GraphLayer, [l.x], sequences ? 2 : 1);
};

const kinds: Record<string, Kind> = {
  Conv1D: convolution,
  Conv2D: convolution,
  DepthwiseConv2D: separable,
  SeparableConv1D: separable,
  SeparableConv2D: separable,
  Dense: (l) =>
    l.activated(l.add({ op: "dense", units: l.config.units, bias: l.config.use_bias } as GraphLayer, [l.x])),
  BatchNormalization: normalization("batchNorm"),
  LayerNormalization: normalization("layerNorm"),
  Activation: (l) => l.activated(l.x),
  ReLU: (l) => {
    const top = l.only<number | null>("max_value", [null, 6], "Use no limit, or 6.");
    return activation(top === 6 ? "relu6" : "relu", 0, l);
  },
  LeakyReLU: (l) => activation("leakyRelu", (l.config.alpha ?? 0.3) as number, l),
  ELU: (l) => activation("elu", (l.config.alpha ?? 1) as number, l),
  Softmax: (l) => {
    l.only("axis", [-1, l.x.rank], "Say axis: -1, the channels; TensorFlow.js takes axis 1 by itself.");
    return activation("softmax", 0, l);
  },
  MaxPooling1D: pooling("maxPool"),
  MaxPooling2D: pooling("maxPool"),
  AveragePooling1D: pooling("averagePool"),
  AveragePooling2D: pooling("averagePool"),
  GlobalMaxPooling1D: overall("globalMax"),
  GlobalMaxPooling2D: overall("globalMax"),
  GlobalAveragePooling1D: overall("globalAverage"),
  GlobalAveragePooling2D: overall("globalAverage"),
  Flatten: reshaped,
  Reshape: reshaped,
  Permute: permutation,
  Add: combination("add"),
  Multiply: combination("multiply"),
  Concatenate: concatenation,
  Dropout: (l) => {
    l.only("noise_shape", [null], "Leave it out: SpatialDropout1D drops whole channels of a sequence.");
    return dropout(l, false);
  },
  SpatialDropout1D: (l) => dropout(l, true),
  ZeroPadding1D: bordering("pad", "padding"),
  ZeroPadding2D: bordering("pad", "padding"),
  Cropping1D: bordering("crop", "cropping"),
  Cropping2D: bordering("crop", "cropping"),
  GRU: recurrent("gru"),
  LSTM: recurrent("lstm"),
};

/** What to use in place of layers that people reach for. */
const cures: Record<string, string> = {
  Conv3D: "Use Conv2D on [sensors, time, channels].",
  Conv2DTranspose: "An encoder only shortens: use Conv2D.",
  UpSampling2D: "An encoder only shortens: leave it out.",
  SimpleRNN: "Use a GRU or LSTM layer.",
  RNN: "Use a GRU or LSTM layer.",
  ConvLSTM2D: "Use Conv1D layers before an LSTM layer.",
  Bidirectional: "Use two GRU or LSTM layers, one with goBackwards, and Concatenate.",
  TimeDistributed: "Apply the layer itself: Dense and Conv1D treat every time step alike.",
  Average: "Use Add; the next layer takes up the factor.",
  Maximum: "Use Concatenate or Add.",
  PReLU: "Use LeakyReLU.",
  ThresholdedReLU: "Use ReLU.",
  GaussianNoise: "Leave it out: jitter of the step adds noise during training.",
  GaussianDropout: "Use Dropout.",
  AlphaDropout: "Use Dropout.",
  Embedding: "Windows hold numbers: use Dense or Conv1D.",
  Masking: "Windows are whole: leave it out.",
};

/** Records one layer. @throws {InputError} for what cannot be recorded. */
export function recordLayer(to: Recorder, type: string, config: Config, from: Given[]): Given {
  const layer = new LayerRecord(to, type, config, from);
  const kind = own(kinds, type);
  if (kind === undefined) {
    throw layer.fail(
      "cannot be trained here",
      own(cures, type) ?? `Use one of ${Object.keys(kinds).join(", ")}.`,
    );
  }
  layer.checkTraining();
  const result = kind(layer);
  layer.checkAllRead();
  return result;
}
