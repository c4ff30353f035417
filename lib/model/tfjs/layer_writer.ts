/** Each recorded layer as the layers of TensorFlow.js that compute it. */
import type {
  ActivationKind,
  GraphLayer,
  LayerOf,
  Pair,
  Recurrent,
  Sides,
  Size,
  Sliding,
} from "../../artifacts/encoder_graph.ts";
import { samePads } from "../graph/same_pads.ts";
import type { GraphOps, Place } from "../graph/walk.ts";
import { SavedLayers, type Written } from "./saved_layers.ts";

const functionNames: Record<ActivationKind, string> = {
  relu: "relu",
  relu6: "relu6",
  leakyRelu: "leaky_relu",
  elu: "elu",
  gelu: "gelu",
  swish: "swish",
  tanh: "tanh",
  sigmoid: "sigmoid",
  hardSigmoid: "hard_sigmoid",
  softmax: "softmax",
};

const channelsLast = { data_format: "channels_last" };

/** Pairs of a padding or cropping, by axis. */
const sidesOf = ([top, left, bottom, right]: Sides) => [[top, bottom], [left, right]];

type Config = Record<string, unknown>;

/** Writes layers in the order of a walk. Maps have three axes, as no layer of one dimension dilates and strides alike. */
export class LayerWriter implements GraphOps<Written> {
  readonly layers = new SavedLayers();
  /** By position in the graph, the name of what stands for its layer. */
  readonly names: string[] = [];
  readonly #window: readonly [number, number, number];

  /** @param window `[channels, sensors, length]`. */
  constructor(window: readonly [number, number, number]) {
    this.#window = window;
  }

  #write(type: string, { name }: GraphLayer, config: Config, from: Written[], { index }: Place, rank = 3) {
    const written = this.layers.add(type, name, config, from, rank);
    this.names[index] = written.layer;
    return written;
  }

  #maps(xs: Written[], { from }: Place): Written[] {
    return xs.map((x, i) => this.layers.as(x, from[i], 3));
  }

  /** What slides over a map; where it pads as no word for `padding` does, the map is padded before. */
  #sliding(layer: Sliding & { name: string }, dilations: Pair, x: Written, size: Size): [Written, Config] {
    const { kernel, strides, pads, name } = layer;
    const config = { ...channelsLast, strides };
    if (pads.every((n) => n === 0)) return [x, { ...config, padding: "valid" }];
    const same = samePads(size, kernel, strides, dilations);
    if (pads.every((n, side) => n === same[side])) return [x, { ...config, padding: "same" }];
    const padding = { ...channelsLast, padding: sidesOf(pads) };
    return [this.layers.add("ZeroPadding2D", `${name}_padding`, padding, [x], 3), {
      ...config,
      padding: "valid",
    }];
  }

  #product(
    type: string,
    layer: LayerOf<"conv"> | LayerOf<"depthwise">,
    xs: Written[],
    place: Place,
    own: Config,
  ): Written {
    const [map] = this.#maps(xs, place);
    const [x, slide] = this.#sliding(layer, layer.dilations, map, place.from[0]);
    const { kernel, dilations, bias } = layer;
    const config = { ...own, ...slide, kernel_size: kernel, dilation_rate: dilations, use_bias: bias };
    return this.#write(type, layer, config, [x], place);
  }

  #pooling(
    type: string,
    layer: LayerOf<"maxPool"> | LayerOf<"averagePool">,
    xs: Written[],
    place: Place,
  ): Written {
    const [map] = this.#maps(xs, place);
    const [x, slide] = this.#sliding(layer, [1, 1], map, place.from[0]);
    // Zeros would count in a mean, and win over a negative maximum.
    if (x !== map) throw new TypeError(`pooling ${layer.name} pads by [${layer.pads}]`);
    return this.#write(type, layer, { ...slide, pool_size: layer.kernel }, [x], place);
  }

  #normalization(
    type: string,
    axis: number | number[],
    layer: LayerOf<"batchNorm"> | LayerOf<"layerNorm">,
    [x]: Written[],
    place: Place,
  ): Written {
    const { epsilon, scale, center } = layer;
    return this.#write(type, layer, { axis, epsilon, scale, center }, [x], place, x.rank);
  }

  #recurrent(type: string, layer: LayerOf<"gru"> | LayerOf<"lstm">, [x]: Written[], place: Place): Written {
    const sequence = this.layers.as(x, place.from[0], 2);
    const { units, bias, sequences, backwards, gate }: Recurrent = layer;
    const config = {
      units,
      activation: "tanh",
      recurrent_activation: functionNames[gate],
      use_bias: bias,
      return_sequences: sequences,
      go_backwards: backwards,
    };
    return this.#write(type, layer, config, [sequence], place, sequences ? 2 : 1);
  }

  input(layer: LayerOf<"input">, _: Written[], place: Place): Written {
    const [channels, sensors, length] = this.#window;
    const shape = layer.layout === "time" ? [length, sensors * channels] : [sensors, length, channels];
    const config = { batch_input_shape: [null, ...shape], dtype: "float32", sparse: false };
    return this.#write("InputLayer", layer, config, [], place, shape.length);
  }

  conv(layer: LayerOf<"conv">, xs: Written[], place: Place): Written {
    return this.#product("Conv2D", layer, xs, place, { filters: layer.filters });
  }

  depthwise(layer: LayerOf<"depthwise">, xs: Written[], place: Place): Written {
    return this.#product("DepthwiseConv2D", layer, xs, place, { depth_multiplier: layer.multiplier });
  }

  dense(layer: LayerOf<"dense">, [given]: Written[], place: Place): Written {
    const [rows, columns] = place.from[0];
    const x = rows * columns === 1 ? this.layers.as(given, place.from[0], 1) : given;
    return this.#write("Dense", layer, { units: layer.units, use_bias: layer.bias }, [x], place, x.rank);
  }

  batchNorm(layer: LayerOf<"batchNorm">, xs: Written[], place: Place): Written {
    return this.#normalization("BatchNormalization", -1, layer, xs, place);
  }

  layerNorm(layer: LayerOf<"layerNorm">, xs: Written[], place: Place): Written {
    return this.#normalization("LayerNormalization", [-1], layer, xs, place);
  }

  activation(layer: LayerOf<"activation">, [x]: Written[], place: Place): Written {
    const { kind, alpha } = layer;
    if (kind === "leakyRelu") return this.#write("LeakyReLU", layer, { alpha }, [x], place, x.rank);
    if (kind === "elu") return this.#write("ELU", layer, { alpha }, [x], place, x.rank);
    return this.#write("Activation", layer, { activation: functionNames[kind] }, [x], place, x.rank);
  }

  maxPool(layer: LayerOf<"maxPool">, xs: Written[], place: Place): Written {
    return this.#pooling("MaxPooling2D", layer, xs, place);
  }

  averagePool(layer: LayerOf<"averagePool">, xs: Written[], place: Place): Written {
    return this.#pooling("AveragePooling2D", layer, xs, place);
  }

  globalMax(layer: LayerOf<"globalMax">, xs: Written[], place: Place): Written {
    return this.#write("GlobalMaxPooling2D", layer, channelsLast, this.#maps(xs, place), place, 1);
  }

  globalAverage(layer: LayerOf<"globalAverage">, xs: Written[], place: Place): Written {
    return this.#write("GlobalAveragePooling2D", layer, channelsLast, this.#maps(xs, place), place, 1);
  }

  reshape(layer: LayerOf<"reshape">, [x]: Written[], place: Place): Written {
    return this.#write("Reshape", layer, { target_shape: layer.shape }, [x], place);
  }

  permute(layer: LayerOf<"permute">, xs: Written[], place: Place): Written {
    return this.#write(
      "Permute",
      layer,
      { dims: layer.order.map((axis) => axis + 1) },
      this.#maps(xs, place),
      place,
    );
  }

  add(layer: LayerOf<"add">, xs: Written[], place: Place): Written {
    return this.#write("Add", layer, {}, this.#maps(xs, place), place);
  }

  multiply(layer: LayerOf<"multiply">, xs: Written[], place: Place): Written {
    return this.#write("Multiply", layer, {}, this.#maps(xs, place), place);
  }

  concat(layer: LayerOf<"concat">, xs: Written[], place: Place): Written {
    return this.#write("Concatenate", layer, { axis: layer.axis + 1 }, this.#maps(xs, place), place);
  }

  dropout(layer: LayerOf<"dropout">, [x]: Written[], place: Place): Written {
    if (!layer.shared) return this.#write("Dropout", layer, { rate: layer.rate }, [x], place, x.rank);
    const sequence = this.layers.as(x, place.from[0], 2);
    return this.#write("SpatialDropout1D", layer, { rate: layer.rate }, [sequence], place, 2);
  }

  pad(layer: LayerOf<"pad">, xs: Written[], place: Place): Written {
    const config = { ...channelsLast, padding: sidesOf(layer.pads) };
    return this.#write("ZeroPadding2D", layer, config, this.#maps(xs, place), place);
  }

  crop(layer: LayerOf<"crop">, xs: Written[], place: Place): Written {
    const config = { ...channelsLast, cropping: sidesOf(layer.pads) };
    return this.#write("Cropping2D", layer, config, this.#maps(xs, place), place);
  }

  gru(layer: LayerOf<"gru">, xs: Written[], place: Place): Written {
    return this.#recurrent("GRU", layer, xs, place);
  }

  lstm(layer: LayerOf<"lstm">, xs: Written[], place: Place): Written {
    return this.#recurrent("LSTM", layer, xs, place);
  }
}
