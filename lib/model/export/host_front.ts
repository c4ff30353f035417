/** What the host makes of the device part's output before it rounds: nothing, or statistics, neck and bound. Reads `host_head.json`. */
import type { HostFront, HostHeadFile, HostLayer } from "../../artifacts/onnx_bundle.ts";

/** From what the device part gives for one window to its bounded latent, in float64. */
export function boundedFrom(file: HostHeadFile): (device: ArrayLike<number>) => ArrayLike<number> {
  const { front, levels, half_range: half, offset, shift } = file;
  if (front === undefined) return (bounded) => bounded;
  const latentOf = denseChain(front.layers);
  return (maps) => {
    const latent = latentOf(statisticsOf(front, maps));
    return levels === null
      ? latent.slice()
      : latent.map((z, i) => Math.tanh(z + shift![i]) * half![i] - offset![i]);
  };
}

/** Statistic by statistic, and in each channel by channel and segment by segment. */
function statisticsOf(
  { maps: [channels, sensors, time], statistics, segments, epsilon }: HostFront,
  maps: ArrayLike<number>,
): Float64Array {
  const places = sensors * time;
  const n = Math.floor(places / segments);
  const rows = channels * segments;
  const out = new Float64Array(statistics.length * rows);
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / segments) * places + (row % segments) * n;
    let [sum, most] = [0, -Infinity];
    for (let i = from; i < from + n; i++) {
      sum += maps[i];
      if (!(maps[i] <= most)) most = maps[i]; // what is no number stays none
    }
    const mean = sum / n;
    let squares = 0;
    for (let i = from; i < from + n; i++) squares += (maps[i] - mean) ** 2;
    const values = { mean, max: most, std: Math.sqrt(squares / n + epsilon) };
    statistics.forEach((name, s) => out[s * rows + row] = values[name]);
  }
  return out;
}

/** A layer as it is computed: once a window, so with numbers that lie together and a result that is made once. */
interface Dense {
  weight: Float64Array;
  bias: Float64Array;
  relu: boolean;
  out: Float64Array;
}

/** Dense layers in turn, as one function of what the first takes; the next call overwrites what it gave. */
export function denseChain(layers: readonly HostLayer[]): (x: Float64Array) => Float64Array {
  const prepared = layers.map(({ weight, bias, activation }): Dense => ({
    weight: Float64Array.from(weight),
    bias: Float64Array.from(bias),
    relu: activation === "relu",
    out: new Float64Array(bias.length),
  }));
  return (x) => prepared.reduce(dense, x);
}

function dense(x: Float64Array, { weight, bias, relu, out }: Dense): Float64Array {
  for (let o = 0, at = 0; o < out.length; o++) {
    let sum = bias[o];
    for (let i = 0; i < x.length; i++) sum += weight[at++] * x[i];
    out[o] = relu ? Math.max(0, sum) : sum;
  }
  return out;
}
