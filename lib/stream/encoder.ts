/** The network behind a stream: one window in, its latent and class probabilities out, whatever file it came from. */
import type { ChannelFilter } from "../artifacts/channel_filter.ts";
import type { Model } from "../artifacts/model.ts";
import type { NpyArray } from "../artifacts/npy.ts";
import { checkVariant } from "../fsq/constants.ts";
import { Quantizer } from "../fsq/quantizer.ts";
import { runEncoder } from "../model/run_encoder.ts";
import { softmax } from "../metrics/calibration/probabilities.ts";
import { nearestCodes } from "../fsq/nearest.ts";
import type { RuntimeTensor, Session } from "../onnx/runtime.ts";
import type { Scaler } from "../signal/window/batch.ts";

/** What the network says of one window. */
export interface Reading {
  /** float32 `[d]`, before quantisation. */
  latent: Float32Array;
  /** Class probabilities after the temperature; empty without classifier. */
  probabilities: ArrayLike<number>;
}

/** A network ready to read windows one by one. */
export interface StreamEncoder {
  sensors: readonly string[];
  channels: readonly string[];
  /** Unit of each channel; undefined where nobody knows. */
  units?: readonly string[];
  /** Filters that made some of the channels; undefined where nobody knows. */
  filters?: readonly ChannelFilter[];
  /** Samples per second; 0 where the network does not know. */
  rate: number;
  /** Samples that the network sees at once. */
  length: number;
  /** Samples at either end of them that lie around the window which is classified. */
  context: number;
  /** Samples between windows in training; `null` where the network does not know. */
  hop: number | null;
  /** Class names; empty without classifier. */
  labels: readonly string[];
  /** Levels by latent dimension; `null` without quantiser. */
  levels: readonly number[] | null;
  /** Scales samples before {@linkcode StreamEncoder.read}; undefined where the network does so itself. */
  scaler: Scaler | undefined;
  /** Reads one window `[channels, sensors, length]`. */
  read(window: Float32Array): Promise<Reading>;
  /** Code of a latent; `null` without quantiser. */
  codeOf(latent: Float32Array): number | null;
  /** Frees the session. */
  release(): Promise<void>;
}

/** A model artifact as it stands: scaling here, logits divided by the model's temperature. */
export function modelEncoder(model: Model, session: Session): StreamEncoder {
  const { input, classes, levels, codebook, latent: width } = model.architecture;
  const book = codebook === undefined ? undefined : model.weights["vq.codebook"] as NpyArray<Float32Array>;
  const codeByLevels = quantizerOf(levels, model.quantizer);
  return {
    sensors: model.sensors,
    channels: model.channels,
    units: model.units,
    ...(model.filters && { filters: model.filters }),
    rate: model.rate,
    length: input[2],
    context: model.context ?? 0,
    hop: null,
    labels: classes > 0 ? model.labels : [],
    levels,
    scaler: model.scaler,
    async read(window) {
      const { latents, logits } = await runEncoder(session, model, window);
      return {
        latent: latents,
        probabilities: classes === 0 ? [] : softmax(logits, classes, model.temperature),
      };
    },
    codeOf: book === undefined ? codeByLevels : (latent) => nearestCodes(latent, book.data, width)[0],
    release: () => session.release(),
  };
}

/** What the file beside `model.full.onnx` says of it. */
export interface FullModelFacts {
  sensors: string[];
  channels: string[];
  units: string[];
  filters?: ChannelFilter[];
  rate: number;
  window: { length: number; hop: number | null; context?: number };
  labels: string[];
  levels: number[] | null;
  quantizer: string;
}

/** `model.full.onnx` of a bundle or package: scaling, temperature and softmax are inside. */
export function fullModelEncoder(facts: FullModelFacts, session: Session): StreamEncoder {
  const shape = [1, facts.channels.length, facts.sensors.length, facts.window.length];
  return {
    ...facts,
    length: facts.window.length,
    context: facts.window.context ?? 0,
    hop: facts.window.hop,
    scaler: undefined,
    async read(window) {
      const out: Record<string, RuntimeTensor | undefined> = await session.run({
        window: { data: window, shape },
      });
      return {
        latent: out.latent!.data as Float32Array,
        probabilities: (out.predictions?.data ?? []) as ArrayLike<number>,
      };
    },
    codeOf: quantizerOf(facts.levels, facts.quantizer),
    release: () => session.release(),
  };
}

function quantizerOf(levels: readonly number[] | null, variant: string): (z: Float32Array) => number | null {
  if (levels === null) return () => null;
  checkVariant(variant);
  const quantizer = new Quantizer(levels);
  return (latent) => quantizer.codes(latent)[0];
}
