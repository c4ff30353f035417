/**
 * The network in plain loops over float64, batch normalisation not folded: the oracle that the exported files and the
 * trainer's evaluation mode are held against. Slow and obvious on purpose.
 */
import type { EncoderGraph } from "../artifacts/encoder_graph.ts";
import type { Architecture, ConvBlock, Model, Pooling } from "../artifacts/model.ts";
import type { NpyArray } from "../artifacts/npy.ts";
import { Quantizer } from "../fsq/quantizer.ts";
import { roundHalfEven } from "../fsq/rounding.ts";
import { bnEpsilon, stdEpsilon } from "./forward.ts";
import { PlainOps } from "./graph/plain_ops.ts";
import { runGraph } from "./graph/walk.ts";
import { head, type Layers, network, type Outputs } from "./network.ts";
import { nearestCodes } from "../fsq/nearest.ts";

/** One window's tensor, row-major: `[channels, sensors, time]`, later `[features]`. */
export interface Plain {
  data: Float64Array;
  shape: number[];
}

class PlainLayers implements Layers<Plain> {
  constructor(readonly weights: Record<string, NpyArray>) {}

  #get(name: string): Float32Array {
    return this.weights[name].data as Float32Array;
  }

  block(x: Plain, i: number, block: ConvBlock): Plain {
    const [, sensors, length] = x.shape;
    const [kh, kw] = block.kernel;
    const side = (kw - 1) / 2;
    const rows = sensors - kh + 1;
    const length2 = Math.floor(length / block.pool);
    const out = new Float64Array(block.channels * rows * length2).fill(-Infinity);
    const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"]
      .map((part) => this.#get(`block${i}.bn.${part}`));
    for (let o = 0; o < block.channels; o++) {
      const deviation = Math.sqrt(variance[o] + bnEpsilon);
      for (let s = 0; s < rows; s++) {
        for (let t = 0; t < length2 * block.pool; t++) {
          const convolved = this.#convolve(x, i, o, s, t - side, kh, kw);
          const normalized = (convolved - mean[o]) / deviation * gamma[o] + beta[o];
          const at = (o * rows + s) * length2 + Math.floor(t / block.pool);
          out[at] = Math.max(out[at], normalized, 0);
        }
      }
    }
    return { data: out, shape: [block.channels, rows, length2] };
  }

  #convolve(x: Plain, i: number, o: number, s0: number, t0: number, kh: number, kw: number): number {
    const [channels, sensors, length] = x.shape;
    const weight = this.#get(`block${i}.weight`);
    let sum = this.#get(`block${i}.bias`)[o];
    for (let c = 0; c < channels; c++) {
      for (let a = 0; a < kh; a++) {
        for (let b = 0; b < kw; b++) {
          const t = t0 + b;
          if (t < 0 || t >= length) continue;
          sum += weight[((o * channels + c) * kh + a) * kw + b] *
            x.data[(c * sensors + s0 + a) * length + t];
        }
      }
    }
    return sum;
  }

  pool(x: Plain, statistics: Pooling[], segments: number): Plain {
    const [channels, sensors, length] = x.shape;
    const n = Math.floor(sensors * length / segments);
    const features = statistics.flatMap((statistic) =>
      Array.from({ length: channels * segments }, (_, i) => {
        const from = Math.floor(i / segments) * sensors * length + (i % segments) * n;
        const values = x.data.subarray(from, from + n);
        if (statistic === "max") return values.reduce((a, b) => Math.max(a, b), -Infinity);
        const mean = values.reduce((a, b) => a + b, 0) / n;
        if (statistic === "mean") return mean;
        return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / n + stdEpsilon);
      })
    );
    return { data: Float64Array.from(features), shape: [features.length] };
  }

  recorded(x: Plain, graph: EncoderGraph, input: Architecture["input"]): Plain {
    const data = runGraph(new PlainOps(this.weights, input), graph, input, x.data);
    return { data, shape: [data.length] };
  }

  linear(x: Plain, name: string, relu: boolean): Plain {
    const weight = this.#get(`${name}.weight`);
    const data = Float64Array.from(this.#get(`${name}.bias`), (bias, o) => {
      let sum = bias;
      for (let j = 0; j < x.data.length; j++) sum += weight[o * x.data.length + j] * x.data[j];
      return relu ? Math.max(0, sum) : sum;
    });
    return { data, shape: [data.length] };
  }

  bound(z: Plain, levels: number[]): Plain {
    return { data: new Quantizer(levels).bound(z.data), shape: z.shape };
  }

  nearest(z: Plain, size: number): Plain {
    const codebook = this.#get("vq.codebook");
    const d = z.data.length;
    const [code] = nearestCodes(z.data, codebook.subarray(0, size * d), d);
    return { data: Float64Array.from(codebook.subarray(code * d, (code + 1) * d)), shape: z.shape };
  }

  round(bounded: Plain, levels: number[]): Plain {
    const data = bounded.data.map((b, j) => roundHalfEven(b) / Math.floor(levels[j] / 2));
    return { data, shape: bounded.shape };
  }
}

/** What follows a latent, in float64: the bound and the head. */
export function referenceBehind(
  { architecture: a, weights }: Pick<Model, "architecture" | "weights">,
  latent: ArrayLike<number>,
): Pick<Outputs<Plain>, "latent" | "bounded" | "logits"> {
  const layers = new PlainLayers(weights);
  const z: Plain = { data: Float64Array.from(latent), shape: [latent.length] };
  const bounded = a.levels === null ? z : layers.bound(z, a.levels);
  return {
    latent: z,
    bounded,
    logits: head(layers, a, a.levels === null ? z : layers.round(bounded, a.levels)),
  };
}

/**
 * Runs one scaled window `[channels, sensors, length]` through the network in evaluation mode, in float64.
 *
 * @param model Architecture and weights as in the `Model` artifact.
 */
export function referenceForward(
  model: Pick<Model, "weights"> & { architecture: Architecture },
  window: ArrayLike<number>,
): Outputs<Plain> {
  const { input } = model.architecture;
  if (window.length !== input[0] * input[1] * input[2]) {
    throw new RangeError(`Cannot run network: input [${input}] has not ${window.length} values`);
  }
  return network(new PlainLayers(model.weights), model.architecture, {
    data: Float64Array.from(window),
    shape: [...input],
  });
}
