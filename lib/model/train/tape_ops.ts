/** The operations of recorded encoders on the {@linkcode Tape}, over `[batch, rows, columns, channels]`. */
import type { EncoderGraph, LayerOf, Sliding } from "../../artifacts/encoder_graph.ts";
import { normalizedNext } from "../graph/graph_weights.ts";
import { type GraphOps, onlyFollower, type Place, weightsOf } from "../graph/walk.ts";
import type { Tape, Var } from "./tape.ts";
import { activate } from "./tape_activation.ts";
import { border, combine, repeatChannels } from "./tape_combine.ts";
import { type BatchStatistics, maxPoolTime, normalizedConv, statistic } from "./tape_conv.ts";
import { convolve, convolveApart } from "./tape_maps.ts";
import { batchNorm, layerNorm } from "./tape_norm.ts";
import { averagePool, maxPool } from "./tape_pool.ts";
import { recurrent } from "./tape_recurrent.ts";

/** What the layers ask of the step's graph. */
export interface StepInputs {
  readonly tape: Tape;
  parameter(name: string, shape: number[]): Var;
  /** Dropout mask of a layer that has a rate of its own; undefined where nothing is dropped. */
  mask(name: string, shape: number[], rate: number): Var | undefined;
}

export class TapeOps implements GraphOps<Var> {
  readonly #tape: Tape;
  /** Results of batch normalisations that were computed together with what comes before, by position. */
  readonly #normalized = new Map<number, Var>();

  constructor(readonly step: StepInputs, readonly graph: EncoderGraph) {
    this.#tape = step.tape;
  }

  #parameter({ index }: Place, part: string, shape: number[]): Var {
    return this.step.parameter(`${weightsOf(index)}.${part}`, shape);
  }

  #constant(channels: number, value: number): Var {
    const data = new Float32Array(channels).fill(value);
    return this.#tape.constant({ name: this.#tape.graph.initializer(data, [channels]), shape: [channels] });
  }

  /** @param x `[batch, time, sensors, channels]`. */
  input({ layout }: LayerOf<"input">, [x]: Var[]): Var {
    const [n, time, sensors, channels] = x.shape;
    if (layout === "time") return this.#tape.reshape(x, [n, 1, time, sensors * channels]);
    const grid = this.#tape.transpose(x, [0, 2, 1, 3]);
    return this.#tape.wants(x) ? grid : this.#tape.constant(grid);
  }

  conv(layer: LayerOf<"conv">, [x]: Var[], place: Place): Var {
    const taps = layer.kernel[0] * layer.kernel[1];
    const w = this.#parameter(place, "weight", [taps * place.from[0][2], layer.filters]);
    const norm = onlyFollower(this.graph, place.index, "batchNorm");
    const time = norm === undefined ? undefined : overTime(this.#tape, layer, x);
    if (norm === undefined || time === undefined) {
      return this.#biased(layer, convolve(this.#tape, x, w, layer, place.to), place);
    }
    const at = this.graph.indexOf(norm);
    const { y, statistics } = normalizedConv(
      this.#tape,
      time,
      w,
      layer.kernel[1],
      this.#affine(norm, at, layer.filters),
    );
    this.#observe(at, statistics, layer.filters);
    const map = this.#tape.reshape(y, [x.shape[0], ...place.to]);
    this.#normalized.set(at, map);
    return map;
  }

  depthwise(layer: LayerOf<"depthwise">, [x]: Var[], place: Place): Var {
    const w = this.#parameter(place, "weight", [layer.kernel[0] * layer.kernel[1], place.to[2]]);
    const repeated = repeatChannels(this.#tape, x, layer.multiplier);
    return this.#biased(layer, convolveApart(this.#tape, repeated, w, layer, place.to), place);
  }

  dense(layer: LayerOf<"dense">, [x]: Var[], place: Place): Var {
    const channels = place.from[0][2];
    const w = this.#parameter(place, "weight", [channels, layer.units]);
    const rows = x.shape[0] * x.shape[1] * x.shape[2];
    const y = this.#tape.matmul(this.#tape.reshape(x, [rows, channels]), w);
    return this.#biased(layer, this.#tape.reshape(y, [x.shape[0], ...place.to]), place);
  }

  /** With the layer's bias; before a normalisation it has no effect and stays zero. */
  #biased({ bias }: { bias: boolean }, y: Var, place: Place): Var {
    if (!bias || normalizedNext(this.graph, place.index)) return y;
    const channels = place.to[2];
    const rows = y.shape[0] * y.shape[1] * y.shape[2];
    const sum = this.#tape.addRow(
      this.#tape.reshape(y, [rows, channels]),
      this.#parameter(place, "bias", [channels]),
    );
    return this.#tape.reshape(sum, y.shape);
  }

  #affine({ epsilon, scale, center }: LayerOf<"batchNorm" | "layerNorm">, index: number, channels: number) {
    const part = (name: string) => this.step.parameter(`${weightsOf(index)}.${name}`, [channels]);
    return {
      epsilon,
      gamma: scale ? part("gamma") : this.#constant(channels, 1),
      beta: center ? part("beta") : this.#constant(channels, 0),
    };
  }

  #observe(index: number, statistics: BatchStatistics, channels: number): void {
    for (const part of ["mean", "variance"] as const) {
      this.#tape.graph.output(statistics[part], [channels], "float32", `${weightsOf(index)}.${part}`);
    }
  }

  batchNorm(layer: LayerOf<"batchNorm">, [x]: Var[], { index, to }: Place): Var {
    const known = this.#normalized.get(index);
    if (known !== undefined) return known;
    const { y, statistics } = batchNorm(this.#tape, x, this.#affine(layer, index, to[2]));
    this.#observe(index, statistics, to[2]);
    return y;
  }

  layerNorm(layer: LayerOf<"layerNorm">, [x]: Var[], { index, to }: Place): Var {
    return layerNorm(this.#tape, x, this.#affine(layer, index, to[2]));
  }

  activation(layer: LayerOf<"activation">, [x]: Var[]): Var {
    return activate(this.#tape, layer, x);
  }

  maxPool(layer: LayerOf<"maxPool">, [x]: Var[], { to }: Place): Var {
    if (!apartInTime(layer)) return maxPool(this.#tape, x, layer, to);
    const [n, rows, columns, channels] = x.shape;
    const y = maxPoolTime(
      this.#tape,
      this.#tape.reshape(x, [n * rows, columns, 1, channels]),
      layer.kernel[1],
    );
    return this.#tape.reshape(y, [n, ...to]);
  }

  averagePool(layer: LayerOf<"averagePool">, [x]: Var[], { to }: Place): Var {
    return averagePool(this.#tape, x, layer, to);
  }

  globalMax(_: LayerOf<"globalMax">, [x]: Var[]): Var {
    return this.#overall("max", x);
  }

  globalAverage(_: LayerOf<"globalAverage">, [x]: Var[]): Var {
    return this.#overall("mean", x);
  }

  #overall(which: "max" | "mean", x: Var): Var {
    const [n, rows, columns, channels] = x.shape;
    const flat = this.#tape.reshape(x, [n, rows * columns, 1, channels]);
    return this.#tape.reshape(statistic(this.#tape, flat, which, 0), [n, 1, 1, channels]);
  }

  reshape({ shape }: LayerOf<"reshape">, [x]: Var[]): Var {
    return this.#tape.reshape(x, [x.shape[0], ...shape]);
  }

  permute({ order }: LayerOf<"permute">, [x]: Var[]): Var {
    const y = this.#tape.transpose(x, [0, ...order.map((axis) => axis + 1)]);
    return this.#tape.wants(x) ? y : this.#tape.constant(y);
  }

  add(_: LayerOf<"add">, xs: Var[]): Var {
    return xs.reduce((a, b) => combine(this.#tape, "Add", a, b));
  }

  multiply(_: LayerOf<"multiply">, xs: Var[]): Var {
    return xs.reduce((a, b) => combine(this.#tape, "Mul", a, b));
  }

  concat({ axis }: LayerOf<"concat">, xs: Var[]): Var {
    return this.#tape.concat(xs, axis + 1);
  }

  dropout({ rate, shared }: LayerOf<"dropout">, [x]: Var[], { index }: Place): Var {
    if (rate === 0) return x;
    const shape = shared ? [x.shape[0], 1, 1, x.shape[3]] : x.shape;
    const mask = this.step.mask(`${weightsOf(index)}.mask`, shape, rate);
    return mask === undefined ? x : combine(this.#tape, "Mul", x, mask);
  }

  pad({ pads }: LayerOf<"pad">, [x]: Var[]): Var {
    return border(this.#tape, x, pads, 1);
  }

  crop({ pads }: LayerOf<"crop">, [x]: Var[]): Var {
    return border(this.#tape, x, pads, -1);
  }

  gru(layer: LayerOf<"gru">, [x]: Var[], place: Place): Var {
    return this.#recurrent(layer, 3, x, place);
  }

  lstm(layer: LayerOf<"lstm">, [x]: Var[], place: Place): Var {
    return this.#recurrent(layer, 4, x, place);
  }

  #recurrent(layer: LayerOf<"gru" | "lstm">, gates: number, x: Var, place: Place): Var {
    const width = gates * layer.units;
    return recurrent(this.#tape, layer, x, {
      kernel: this.#parameter(place, "kernel", [place.from[0][2], width]),
      recurrent: this.#parameter(place, "recurrent", [layer.units, width]),
      ...(layer.bias ? { bias: this.#parameter(place, "bias", [width]) } : {}),
    });
  }
}

/**
 * `x` as `[batch, time, 1, channels]` where a convolution goes over time only, as the built-in network's do: it keeps the
 * length, and takes each row by itself or all of them at once.
 */
function overTime(
  tape: Tape,
  { kernel, strides, dilations, pads }: LayerOf<"conv">,
  x: Var,
): Var | undefined {
  const [n, rows, columns, channels] = x.shape;
  const side = (kernel[1] - 1) / 2;
  const plain = [...strides, ...dilations].every((one) => one === 1) && kernel[1] % 2 === 1 &&
    pads[0] === 0 && pads[2] === 0 && pads[1] === side && pads[3] === side;
  if (!plain || (kernel[0] !== 1 && kernel[0] !== rows)) return undefined;
  if (kernel[0] === 1) return tape.reshape(x, [n * rows, columns, 1, channels]);
  return tape.reshape(tape.transpose(x, [0, 2, 1, 3]), [n, columns, 1, rows * channels]);
}

/** Whether a pooling joins neighbouring columns and nothing else. */
function apartInTime({ kernel, strides, pads }: Sliding): boolean {
  return kernel[0] === 1 && strides[0] === 1 && kernel[1] === strides[1] && pads.every((side) => side === 0);
}
