/** The operations of recorded encoders as ONNX nodes over `[N, channels, rows, columns]`, for inference. */
import type { LayerOf, Size } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { onnxActivation } from "./onnx_activation.ts";
import type { Emitter, Value } from "./onnx_value.ts";
import { onnxRecurrent } from "./onnx_recurrent.ts";
import { type GraphOps, type Place, weightsOf } from "./walk.ts";

/** A layer with a weight and perhaps a bias. */
export type ProductLayer = LayerOf<"conv" | "depthwise" | "dense">;

/** Axes of `[N, channels, rows, columns]` by axis of `[rows, columns, channels]`. */
const onnxAxis = [2, 3, 1];

/**
 * What maps are padded with: ONNX Runtime (1.30) takes padding with zero into a MaxPool that follows, whose own padding is
 * less than any number, and so changes the result. Beside any activation this is zero.
 */
const nearlyZero = 1e-30;

/** Numbers by channel. */
const onChannels = (data: ArrayLike<number>): [Float32Array, number[]] => [
  Float32Array.from(data),
  [1, data.length, 1, 1],
];

export class OnnxOps implements GraphOps<Value> {
  /** @param weights By name, as in the `Model` artifact. */
  constructor(protected readonly emitter: Emitter, protected readonly weights: Record<string, NpyArray>) {}

  protected get({ index }: Place, part: string): NpyArray | undefined {
    return this.weights[`${weightsOf(index)}.${part}`];
  }

  /** Names of weight and bias, the weight in `shape`. */
  protected parameters(_layer: ProductLayer, _x: Value, place: Place, shape: number[]): string[] {
    const name = weightsOf(place.index);
    const { graph } = this.emitter;
    const bias = this.get(place, "bias");
    return [
      graph.initializer(this.get(place, "weight")!.data, shape, `${name}.weight`),
      ...(bias === undefined ? [] : [graph.initializer(bias.data, bias.shape, `${name}.bias`)]),
    ];
  }

  /** Adds the node of a layer, named after its position. */
  protected emit(
    op: string,
    inputs: string[],
    x: Value,
    { index, to }: Place,
    attributes = {},
    suffix = "",
  ): Value {
    return this.emitter.node(op, inputs, shapeOf(x, to), `${weightsOf(index)}.${op}${suffix}`, attributes);
  }

  input(_: LayerOf<"input">, [x]: Value[], place: Place): Value {
    const [, channels, sensors, length] = x.shape as number[];
    // A sequence of one sensor is the window as well.
    if (place.to[2] === channels) return x;
    const shape = [x.shape[0], sensors, channels, length];
    const turned = this.emitter.node("Transpose", [x.name], shape, "sequence.turned", { perm: [0, 2, 1, 3] });
    return this.reshaped(turned, place.to, "sequence");
  }

  /** The same numbers in the order of `[N, channels, rows, columns]` under another shape. */
  protected reshaped(x: Value, [rows, columns, channels]: Size, name: string): Value {
    const sizes = [channels, rows, columns];
    return this.emitter.node(
      "Reshape",
      [x.name, this.emitter.graph.ints([-1, ...sizes])],
      [x.shape[0], ...sizes],
      name,
    );
  }

  conv(layer: LayerOf<"conv">, [x]: Value[], place: Place): Value {
    const parameters = this.parameters(layer, x, place, this.get(place, "weight")!.shape);
    return this.emit("Conv", [x.name, ...parameters], x, place, {
      ...sliding(layer),
      dilations: layer.dilations,
      group: 1,
    });
  }

  depthwise(layer: LayerOf<"depthwise">, [x]: Value[], place: Place): Value {
    const parameters = this.parameters(layer, x, place, this.get(place, "weight")!.shape);
    const group = place.from[0][2];
    return this.emit("Conv", [x.name, ...parameters], x, place, {
      ...sliding(layer),
      dilations: layer.dilations,
      group,
    });
  }

  dense(layer: LayerOf<"dense">, [x]: Value[], place: Place): Value {
    const parameters = this.parameters(layer, x, place, [...this.get(place, "weight")!.shape, 1, 1]);
    const point = { kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] };
    return this.emit("Conv", [x.name, ...parameters], x, place, {
      ...sliding(point),
      dilations: [1, 1],
      group: 1,
    });
  }

  batchNorm({ epsilon }: LayerOf<"batchNorm">, [x]: Value[], place: Place): Value {
    const channels = place.to[2];
    const inputs = ["gamma", "beta", "mean", "variance"].map((part) =>
      this.emitter.graph.initializer(
        this.get(place, part)?.data ?? new Float32Array(channels).fill(part === "gamma" ? 1 : 0),
        [channels],
        `${weightsOf(place.index)}.${part}`,
      )
    );
    return this.emit("BatchNormalization", [x.name, ...inputs], x, place, {
      epsilon: { float: epsilon },
    });
  }

  layerNorm({ epsilon }: LayerOf<"layerNorm">, [x]: Value[], place: Place): Value {
    const { graph } = this.emitter;
    const one: Place = { ...place, to: [place.to[0], place.to[1], 1] };
    const mean = this.emit("ReduceMean", [x.name], x, one, { axes: [1], keepdims: 1 });
    const centered = this.emit("Sub", [x.name, mean.name], x, place);
    const squares = this.emit("Mul", [centered.name, centered.name], x, place, {}, ".square");
    const variance = this.emit("ReduceMean", [squares.name], x, one, { axes: [1], keepdims: 1 }, ".variance");
    const shifted = this.emit("Add", [variance.name, graph.scalar(epsilon)], x, one, {}, ".epsilon");
    const deviation = this.emit("Sqrt", [shifted.name], x, one);
    let y = this.emit("Div", [centered.name, deviation.name], x, place);
    for (const [part, op] of [["gamma", "Mul"], ["beta", "Add"]] as const) {
      const values = this.get(place, part);
      if (values === undefined) continue;
      const constant = graph.initializer(
        ...onChannels(values.data as Float32Array),
        `${weightsOf(place.index)}.${part}`,
      );
      y = this.emit(op, [y.name, constant], x, place, {}, `.${part}`);
    }
    return y;
  }

  activation(layer: LayerOf<"activation">, [x]: Value[], { index }: Place): Value {
    return onnxActivation(this.emitter, layer, x, weightsOf(index));
  }

  maxPool(layer: LayerOf<"maxPool">, [x]: Value[], place: Place): Value {
    return this.emit("MaxPool", [x.name], x, place, sliding(layer));
  }

  averagePool(layer: LayerOf<"averagePool">, [x]: Value[], place: Place): Value {
    return this.emit("AveragePool", [x.name], x, place, { ...sliding(layer), count_include_pad: 0 });
  }

  globalMax(_: LayerOf<"globalMax">, [x]: Value[], place: Place): Value {
    return this.emit("GlobalMaxPool", [x.name], x, place);
  }

  globalAverage(_: LayerOf<"globalAverage">, [x]: Value[], place: Place): Value {
    return this.emit("GlobalAveragePool", [x.name], x, place);
  }

  /** Numbers keep the order `[rows, columns, channels]`, which is turned to and back where it makes a difference. */
  reshape(_: LayerOf<"reshape">, [x]: Value[], { from: [size], to, index }: Place): Value {
    const alike = ([rows, columns, channels]: Size) => channels === 1 || rows * columns === 1;
    const name = weightsOf(index);
    const [rows, columns, channels] = size;
    const last = alike(size) ? x : this.emitter.node(
      "Transpose",
      [x.name],
      [x.shape[0], rows, columns, channels],
      `${name}.channels_last`,
      { perm: [0, 2, 3, 1] },
    );
    if (alike(to)) return this.reshaped(last, to, `${name}.Reshape`);
    const y = this.reshaped(last, [to[1], to[2], to[0]], `${name}.Reshape`);
    return this.emitter.node("Transpose", [y.name], shapeOf(x, to), `${name}.channels_first`, {
      perm: [0, 3, 1, 2],
    });
  }

  permute({ order }: LayerOf<"permute">, [x]: Value[], place: Place): Value {
    const perm = [0, ...[order[2], order[0], order[1]].map((axis) => onnxAxis[axis])];
    return this.emit("Transpose", [x.name], x, place, { perm });
  }

  add(_: LayerOf<"add">, xs: Value[], place: Place): Value {
    return xs.reduce((a, b) => this.emit("Add", [a.name, b.name], a, place));
  }

  multiply(_: LayerOf<"multiply">, xs: Value[], place: Place): Value {
    return xs.reduce((a, b) => this.emit("Mul", [a.name, b.name], a, place));
  }

  concat({ axis }: LayerOf<"concat">, xs: Value[], place: Place): Value {
    return this.emit("Concat", xs.map(({ name }) => name), xs[0], place, { axis: onnxAxis[axis] });
  }

  dropout(_: LayerOf<"dropout">, [x]: Value[]): Value {
    return x;
  }

  pad({ pads: [top, left, bottom, right] }: LayerOf<"pad">, [x]: Value[], place: Place): Value {
    const { graph } = this.emitter;
    const pads = graph.ints([0, 0, top, left, 0, 0, bottom, right]);
    return this.emit("Pad", [x.name, pads, graph.scalar(nearlyZero)], x, place);
  }

  crop({ pads: [top, left] }: LayerOf<"crop">, [x]: Value[], place: Place): Value {
    const [starts, ends, axes] = [[top, left], [top + place.to[0], left + place.to[1]], [2, 3]]
      .map((values) => this.emitter.graph.ints(values));
    return this.emit("Slice", [x.name, starts, ends, axes], x, place);
  }

  gru(layer: LayerOf<"gru">, [x]: Value[], place: Place): Value {
    return onnxRecurrent(this.emitter, layer, x, place, (part) => this.get(place, part));
  }

  lstm(layer: LayerOf<"lstm">, [x]: Value[], place: Place): Value {
    return onnxRecurrent(this.emitter, layer, x, place, (part) => this.get(place, part));
  }
}

/** The shape of a batch of maps. */
function shapeOf(x: Value, [rows, columns, channels]: Size): Value["shape"] {
  return [x.shape[0], channels, rows, columns];
}

function sliding({ kernel, strides, pads }: { kernel: number[]; strides: number[]; pads: number[] }) {
  return { kernel_shape: kernel, pads, strides };
}
