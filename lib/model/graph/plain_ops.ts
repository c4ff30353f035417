/** The operations of recorded encoders in plain loops over float64: what exported files are held against. */
import type { LayerOf, Pair, Size, Sliding } from "../../artifacts/encoder_graph.ts";
import { numbersIn } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { plainActivation } from "./plain_activation.ts";
import { type GraphOps, type Place, weightsOf } from "./walk.ts";
import { plainRecurrent } from "./plain_recurrent.ts";

/** One window's tensor `[rows, columns, channels]`, row-major. */
type Map = Float64Array;

/** Calls `visit` for every pair of an output place and a kernel's tap that meets the map. */
function slide(
  x: Size,
  y: Size,
  { kernel, strides, pads }: Sliding,
  dilations: Pair,
  visit: (out: number, from: number, tap: number) => void,
): void {
  for (let i = 0; i < y[0]; i++) {
    for (let j = 0; j < y[1]; j++) {
      for (let a = 0; a < kernel[0]; a++) {
        for (let b = 0; b < kernel[1]; b++) {
          const row = i * strides[0] - pads[0] + a * dilations[0];
          const column = j * strides[1] - pads[1] + b * dilations[1];
          if (row < 0 || row >= x[0] || column < 0 || column >= x[1]) continue;
          visit(i * y[1] + j, row * x[1] + column, a * kernel[1] + b);
        }
      }
    }
  }
}

/** @param weights By name, as in the `Model` artifact. @param input The window `[channels, sensors, length]`'s size. */
export class PlainOps implements GraphOps<Map> {
  constructor(
    readonly weights: Record<string, NpyArray>,
    readonly window: readonly [number, number, number],
  ) {}

  #get({ index }: Place, part: string): ArrayLike<number> | undefined {
    return this.weights[`${weightsOf(index)}.${part}`]?.data as Float32Array | undefined;
  }

  input(_: LayerOf<"input">, [x]: Map[], { to }: Place): Map {
    const [channels, sensors, length] = this.window;
    const y = new Float64Array(numbersIn(to));
    for (let s = 0; s < sensors; s++) {
      for (let t = 0; t < length; t++) {
        for (let c = 0; c < channels; c++) {
          const at = to[0] === 1 ? (t * sensors + s) * channels + c : (s * length + t) * channels + c;
          y[at] = x[(c * sensors + s) * length + t];
        }
      }
    }
    return y;
  }

  conv(layer: LayerOf<"conv">, [x]: Map[], place: Place): Map {
    const { from: [size], to } = place;
    const [channels, filters, taps] = [size[2], layer.filters, layer.kernel[0] * layer.kernel[1]];
    const weight = this.#get(place, "weight")!;
    const y = this.#biased(place);
    slide(size, to, layer, layer.dilations, (out, at, tap) => {
      for (let f = 0; f < filters; f++) {
        for (let c = 0; c < channels; c++) {
          y[out * filters + f] += weight[(f * channels + c) * taps + tap] * x[at * channels + c];
        }
      }
    });
    return y;
  }

  depthwise(layer: LayerOf<"depthwise">, [x]: Map[], place: Place): Map {
    const { from: [size], to } = place;
    const [channels, filters, taps] = [size[2], to[2], layer.kernel[0] * layer.kernel[1]];
    const weight = this.#get(place, "weight")!;
    const y = this.#biased(place);
    slide(size, to, layer, layer.dilations, (out, at, tap) => {
      for (let f = 0; f < filters; f++) {
        y[out * filters + f] += weight[f * taps + tap] * x[at * channels + Math.floor(f / layer.multiplier)];
      }
    });
    return y;
  }

  dense({ units }: LayerOf<"dense">, [x]: Map[], place: Place): Map {
    const channels = place.from[0][2];
    const weight = this.#get(place, "weight")!;
    const y = this.#biased(place);
    for (let i = 0; i < y.length; i++) {
      const [row, unit] = [Math.floor(i / units) * channels, i % units];
      for (let c = 0; c < channels; c++) y[i] += weight[unit * channels + c] * x[row + c];
    }
    return y;
  }

  /** The bias at every place. */
  #biased(place: Place): Map {
    const bias = this.#get(place, "bias");
    const filters = place.to[2];
    return Float64Array.from({ length: numbersIn(place.to) }, (_, i) => bias?.[i % filters] ?? 0);
  }

  batchNorm({ epsilon }: LayerOf<"batchNorm">, [x]: Map[], place: Place): Map {
    const [gamma, beta] = ["gamma", "beta"].map((part) => this.#get(place, part));
    const [mean, variance] = ["mean", "variance"].map((part) => this.#get(place, part)!);
    return x.map((value, i) => {
      const c = i % place.to[2];
      return (value - mean[c]) / Math.sqrt(variance[c] + epsilon) * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
    });
  }

  layerNorm({ epsilon }: LayerOf<"layerNorm">, [x]: Map[], place: Place): Map {
    const [gamma, beta] = ["gamma", "beta"].map((part) => this.#get(place, part));
    const n = place.to[2];
    const y = new Float64Array(x.length);
    for (let at = 0; at < x.length; at += n) {
      const row = x.subarray(at, at + n);
      const mean = row.reduce((a, b) => a + b, 0) / n;
      const deviation = Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / n + epsilon);
      for (let c = 0; c < n; c++) {
        y[at + c] = (row[c] - mean) / deviation * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
      }
    }
    return y;
  }

  activation(layer: LayerOf<"activation">, [x]: Map[], { to }: Place): Map {
    return plainActivation(layer, x, to[2]);
  }

  maxPool(layer: LayerOf<"maxPool">, [x]: Map[], { from: [size], to }: Place): Map {
    const y = new Float64Array(numbersIn(to)).fill(-Infinity);
    slide(size, to, layer, [1, 1], (out, at) => {
      for (let c = 0; c < to[2]; c++) y[out * to[2] + c] = Math.max(y[out * to[2] + c], x[at * to[2] + c]);
    });
    return y;
  }

  averagePool(layer: LayerOf<"averagePool">, [x]: Map[], { from: [size], to }: Place): Map {
    const y = new Float64Array(numbersIn(to));
    const counts = new Float64Array(to[0] * to[1]);
    slide(size, to, layer, [1, 1], (out, at) => {
      counts[out]++;
      for (let c = 0; c < to[2]; c++) y[out * to[2] + c] += x[at * to[2] + c];
    });
    return y.map((sum, i) => sum / counts[Math.floor(i / to[2])]);
  }

  globalMax(_: LayerOf<"globalMax">, [x]: Map[], { to }: Place): Map {
    const y = new Float64Array(to[2]).fill(-Infinity);
    x.forEach((value, i) => y[i % to[2]] = Math.max(y[i % to[2]], value));
    return y;
  }

  globalAverage(_: LayerOf<"globalAverage">, [x]: Map[], { to }: Place): Map {
    const y = new Float64Array(to[2]);
    x.forEach((value, i) => y[i % to[2]] += value);
    return y.map((sum) => sum * to[2] / x.length);
  }

  reshape(_: LayerOf<"reshape">, [x]: Map[]): Map {
    return x;
  }

  permute({ order }: LayerOf<"permute">, [x]: Map[], { from: [size], to }: Place): Map {
    return gather(to, (place) => {
      const at: number[] = [];
      order.forEach((axis, i) => at[axis] = place[i]);
      return x[(at[0] * size[1] + at[1]) * size[2] + at[2]];
    });
  }

  add(_: LayerOf<"add">, xs: Map[], place: Place): Map {
    return combine(xs, place, (a, b) => a + b);
  }

  multiply(_: LayerOf<"multiply">, xs: Map[], place: Place): Map {
    return combine(xs, place, (a, b) => a * b);
  }

  concat({ axis }: LayerOf<"concat">, xs: Map[], { from, to }: Place): Map {
    return gather(to, (place) => {
      const at = [...place];
      let which = 0;
      while (at[axis] >= from[which][axis]) at[axis] -= from[which++][axis];
      return xs[which][(at[0] * from[which][1] + at[1]) * from[which][2] + at[2]];
    });
  }

  dropout(_: LayerOf<"dropout">, [x]: Map[]): Map {
    return x;
  }

  pad({ pads: [top, left] }: LayerOf<"pad">, [x]: Map[], { from: [size], to }: Place): Map {
    return gather(to, ([row, column, channel]) => {
      const [i, j] = [row - top, column - left];
      if (i < 0 || i >= size[0] || j < 0 || j >= size[1]) return 0;
      return x[(i * size[1] + j) * size[2] + channel];
    });
  }

  crop({ pads: [top, left] }: LayerOf<"crop">, [x]: Map[], { from: [size], to }: Place): Map {
    return gather(
      to,
      ([row, column, channel]) => x[((row + top) * size[1] + column + left) * size[2] + channel],
    );
  }

  gru(layer: LayerOf<"gru">, [x]: Map[], place: Place): Map {
    return plainRecurrent(layer, x, place, (part) => this.#get(place, part));
  }

  lstm(layer: LayerOf<"lstm">, [x]: Map[], place: Place): Map {
    return plainRecurrent(layer, x, place, (part) => this.#get(place, part));
  }
}

/** A map whose numbers are asked for place by place. */
function gather(size: Size, at: (place: Size) => number): Map {
  const [, columns, channels] = size;
  return Float64Array.from(
    { length: numbersIn(size) },
    (_, i) => at([Math.floor(i / channels / columns), Math.floor(i / channels) % columns, i % channels]),
  );
}

/** Number by number; an axis of one is repeated. */
function combine(xs: Map[], { from, to }: Place, of: (a: number, b: number) => number): Map {
  return gather(to, (place) =>
    xs.map((x, k) => {
      const [row, column, channel] = place.map((n, axis) => from[k][axis] === 1 ? 0 : n);
      return x[(row * from[k][1] + column) * from[k][2] + channel];
    }).reduce(of));
}
