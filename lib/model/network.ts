/**
 * The network, described once. The trainer, the exporter and the plain reference each implement {@linkcode Layers};
 * none of them repeats the order of the layers.
 */
import type { EncoderGraph } from "../artifacts/encoder_graph.ts";
import type { Architecture, ConvBlock, Pooling } from "../artifacts/model.ts";
import { cutOf } from "./cut.ts";

/** What a network is made of, over some kind of tensor `T`. */
export interface Layers<T> {
  /** Convolution, batch normalisation, ReLU and max-pooling over time, weights `block<i>.*`. */
  block(x: T, index: number, block: ConvBlock): T;
  /**
   * Statistics over sensors and time, concatenated in this order: `[N, features]`. With several segments each
   * statistic is taken in each of them, channel by channel; a rest of time that fills no segment is dropped.
   */
  pool(x: T, statistics: Pooling[], segments: number): T;
  /** An encoder of the user's, in place of blocks and statistics: `[N, features]`. */
  recorded(x: T, graph: EncoderGraph, input: Architecture["input"]): T;
  /** Dense layer with weights `<name>.weight` `[out, in]` and `<name>.bias`. */
  linear(x: T, name: string, relu: boolean): T;
  /** FSQ bound: `tanh(z + shift) · half − offset`. */
  bound(z: T, levels: number[]): T;
  /** The nearest vector of the learned codebook `vq.codebook` `[size, d]`. */
  nearest(z: T, size: number): T;
  /** Round half to even, then divide by the half width: values in [−1, 1]. */
  round(bounded: T, levels: number[]): T;
}

/** Everything a network computes. */
export interface Outputs<T> {
  /** Pooled features `[N, features]`. */
  features: T;
  /** Latent before the bound `[N, d]`. */
  latent: T;
  /** After the bound, before rounding; equals `latent` without quantiser. */
  bounded: T;
  /** Quantised values in [−1, 1], or the nearest codebook vector; equals `latent` without quantiser. */
  quantized: T;
  /** `[N, classes]`; undefined without head. */
  logits: T | undefined;
}

/** Runs `x` `[N, channels, sensors, length]` (or its layout in `T`) through the network. */
export function network<T>(layers: Layers<T>, a: Architecture, x: T): Outputs<T> {
  const encoded = encoder(layers, a, x);
  const quantized = a.codebook !== undefined
    ? layers.nearest(encoded.latent, a.codebook)
    : a.levels === null
    ? encoded.latent
    : layers.round(encoded.bounded, a.levels);
  return { ...encoded, quantized, logits: head(layers, a, quantized) };
}

/** The part before rounding. */
export function encoder<T>(
  layers: Layers<T>,
  a: Architecture,
  x: T,
): Pick<Outputs<T>, "features" | "latent" | "bounded"> {
  return a.graph === undefined
    ? behindMaps(layers, a, maps(layers, a, x))
    : behindFeatures(layers, a, layers.recorded(x, a.graph, a.input));
}

/** The last feature maps of a network of blocks. */
export function maps<T>(layers: Layers<T>, a: Architecture, x: T): T {
  return a.blocks.reduce((y, block, i) => layers.block(y, i, block), x);
}

/** From the last feature maps to the bounded latent. */
export function behindMaps<T>(
  layers: Layers<T>,
  a: Architecture,
  x: T,
): Pick<Outputs<T>, "features" | "latent" | "bounded"> {
  return behindFeatures(layers, a, layers.pool(x, a.pooling, a.segments ?? 1));
}

function behindFeatures<T>(layers: Layers<T>, a: Architecture, features: T) {
  let h = features;
  for (let i = 0; i < (a.neck?.length ?? 0); i++) h = layers.linear(h, `neck${i}`, true);
  const latent = layers.linear(h, "projection", false);
  return { features, latent, bounded: a.levels === null ? latent : layers.bound(latent, a.levels) };
}

/** What runs on a device. */
export function devicePart<T>(layers: Layers<T>, a: Architecture, x: T): T {
  return cutOf(a) === "maps" ? maps(layers, a, x) : encoder(layers, a, x).bounded;
}

/** The classifier on quantised values; also run alone on the host. */
export function head<T>(layers: Layers<T>, a: Architecture, quantized: T): T | undefined {
  if (a.classes === 0) return undefined;
  let h = quantized;
  for (let i = 0; i <= a.head.length; i++) h = layers.linear(h, `head${i}`, i < a.head.length);
  return h;
}
