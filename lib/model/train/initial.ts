/** Initial weights. */
import type { EncoderGraph } from "../../artifacts/encoder_graph.ts";
import type { Architecture } from "../../artifacts/model.ts";
import type { Random } from "../../random.ts";
import { shapesOf } from "../architecture.ts";
import { rectifiedNext } from "../graph/graph_weights.ts";

/**
 * Starting values of one trained parameter in the training graph's layout (`[in, out]`): He-normal before a ReLU
 * (He et al. 2015, arXiv 1502.01852), Glorot-normal otherwise, ones for γ and zeros for biases.
 */
export function initialParameter(a: Architecture, name: string, shape: number[], rng: Random): Float32Array {
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
  if (name.endsWith(".gamma")) return values.fill(1);
  if (shape.length < 2) return values;
  const beforeRelu = name.startsWith("block") || name.startsWith("neck") ||
    (name.startsWith("head") && name !== `head${a.head.length}.weight`) || name.endsWith(".hidden.weight") ||
    (name.startsWith("layer") && rectifiedNext(a.graph!, Number.parseInt(name.slice("layer".length))));
  const deviation = Math.sqrt(beforeRelu ? 2 / shape[0] : 2 / (shape[0] + shape[1]));
  for (let i = 0; i < values.length; i++) values[i] = deviation * rng.normal();
  return values;
}

/** The network that the recipe of this project uses when nothing else is asked for (under 60 000 parameters). */
export function defaultArchitecture(
  input: [channels: number, sensors: number, length: number],
  classes: number,
  levels: number[] | null,
  options: {
    latent?: number;
    pooling?: Architecture["pooling"];
    head?: number[];
    widths?: number[];
    kernel?: number;
    pools?: number[];
    neck?: number[];
    segments?: number;
    /** An encoder in place of convolutions and pooling. */
    graph?: EncoderGraph;
  } = {},
): Architecture {
  const { widths = [32, 64, 64], neck = [40], graph } = options;
  const architecture: Architecture = {
    input,
    // The last block joins the sensors; the others treat them alike. Pooling stops where little time is left.
    blocks: graph !== undefined ? [] : widths.map((channels, i) => ({
      channels,
      kernel: [i === widths.length - 1 ? input[1] : 1, options.kernel ?? 5] as [number, number],
      pool: options.pools?.[i] ?? (i < widths.length - 1 && input[2] >> (i + 1) >= 4 ? 2 : 1),
    })),
    pooling: graph !== undefined ? [] : options.pooling ?? ["mean", "max"],
    ...(graph === undefined ? {} : { graph }),
    ...(neck.length === 0 ? {} : { neck }),
    levels,
    latent: levels?.length ?? options.latent ?? 3,
    head: options.head ?? [64],
    classes,
    ...(options.segments === undefined || options.segments === 1 || graph !== undefined
      ? {}
      : { segments: options.segments }),
  };
  shapesOf(architecture);
  return architecture;
}
