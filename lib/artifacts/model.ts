/** Model: a trained encoder with its quantiser levels, scaler and classifier head. */
import { join } from "../path.ts";
import { z } from "zod";
import type { ArtifactType, Origin } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { type ChannelFilter, channelFilterSchema } from "./channel_filter.ts";
import { type EncoderGraph, encoderGraphSchema } from "./encoder_graph.ts";
import { readNpz, writeNpz } from "./npz.ts";
import { type NpyArray, readBytes } from "./npy.ts";
import { objectOf, origins, readJson } from "./read_json.ts";
import { writeJson } from "./write_json.ts";

/** One convolution with batch normalisation, ReLU and max-pooling over time. */
export interface ConvBlock {
  /** Output channels. */
  channels: number;
  /** Kernel `[sensors, time]`. Time is padded to keep its length (odd sizes); the sensor axis is not padded beyond 1. */
  kernel: [number, number];
  /** Max-pooling factor over time, 1 for none. */
  pool: number;
}

/** Statistics pooled over what is left of sensors and time after the convolutions. */
export type Pooling = "mean" | "max" | "std";

/** The network as data, read by the trainer, the exporter and the parameter counter. */
export interface Architecture {
  /** Input size: `[channels, sensors, length]`. */
  input: [number, number, number];
  /** Convolutions of the built-in encoder; none where there is a `graph`. */
  blocks: ConvBlock[];
  pooling: Pooling[];
  /** An encoder of the user's that stands for blocks and pooling: from the window to the features. */
  graph?: EncoderGraph;
  /** Equal stretches of time that are pooled apart, so that the features know when; 1 when absent. */
  segments?: number;
  /** Hidden widths between the pooled features and the latent; none when absent. */
  neck?: number[];
  /** Levels per latent dimension; `null` for a twin without quantiser, whose latent has `latent` dimensions. */
  levels: number[] | null;
  /** Number of vectors of a learned codebook (VQ-EMA baseline); absent otherwise. `levels` is then `null`. */
  codebook?: number;
  /** Latent dimensions d; equals `levels.length` where there are levels. */
  latent: number;
  /** Hidden widths of the classifier head on the quantised values. */
  head: number[];
  /** Number of classes; 0 for an encoder without head. */
  classes: number;
}

/** One epoch of training. */
export interface Epoch {
  epoch: number;
  learningRate: number;
  loss: number;
  /** Of the training part; `null` where no labels were learnt. */
  accuracy: number | null;
  validationLoss: number | null;
  validationAccuracy: number | null;
  /** exp(entropy) of the codes on the validation part. */
  perplexity: number | null;
  /** Share of the most frequent code on the validation part. */
  topShare?: number | null;
  /**
   * Mean L2 norms over the steps of the gradient that reaches the quantiser and of what it passes on to the latent. A
   * straight-through codebook passes all of it; the bound of FSQ less, the further latents lie out. Absent without one.
   */
  gradientNorms?: { quantized: number; latent: number };
}

/** How the kept weights use one latent dimension on the validation part. */
export interface LatentUse {
  mean: number;
  deviation: number;
  /** Share of windows so far out that their straight-through gradient is below 1 % of its maximum; FSQ only. */
  saturated: number | null;
  /** Entropy of the dimension's digit, bits, and the level that bounds it at log2(level); FSQ only. */
  entropyBits: number | null;
  level: number | null;
}

/** Health of the quantiser over the training. */
export interface QuantizerHealth {
  /** Validation windows behind the figures. */
  n: number;
  /** Epochs at which the codebook counted as collapsed; empty is healthy. */
  collapsedEpochs: number[];
  dimensions: LatentUse[];
  /** Dead codes moved during training; VQ-EMA only. */
  restarts?: number;
}

/** A sensor that gravity of only a `share` of `people` agrees on how it was worn. */
export interface TurnedSensor {
  sensor: string;
  people: number;
  share: number;
}

/** How a code was learnt without labels. */
export interface Discovery {
  teachers: number;
  /** Agreement of neighbouring windows in what each latent dimension was to say, at most 1, in descending order. */
  persistence: number[];
  /** What the features were centred within. */
  centered: "recording" | "subject";
  /** Sensors that were turned any way round, as people wore them in many ways; absent in older files. */
  turned?: TurnedSensor[];
  /**
   * On the validation part: correlation of each latent dimension's quantised value with that of the next window, within
   * recordings, over `n` pairs; `null` without pairs.
   */
  neighbors: { n: number; correlations: number[] } | null;
}

/** `model.json`. */
export interface ModelFacts {
  architecture: Architecture;
  /** Quantiser variant, e.g. `fsq/v1-offset-atanh`; `none` without quantiser. */
  quantizer: string;
  /** The input is `(x − center) · scale` per sensor and channel, `[sensors][channels]`, fitted on the training part. */
  scaler: { method: string; center: number[][]; scale: number[][] };
  sensors: string[];
  channels: string[];
  units: string[];
  /** Filters that made some of the channels; absent in older files and for encoders from elsewhere, which do not tell. */
  filters?: ChannelFilter[];
  /** Class names in the order of the logits. */
  labels: string[];
  rate: number;
  /** Samples at either end of the input that lie around the window which is classified; 0 when absent. */
  context?: number;
  /** Windows that one run of `model.onnx` takes, no fewer and no more; any number when absent. */
  batch?: number;
  /** Divide logits by this before the softmax; fitted on the validation part, 1 when not fitted. */
  temperature: number;
  /** Number of trained parameters that inference uses. */
  parameters: number;
  history: Epoch[];
  /** Epoch whose weights were kept. */
  bestEpoch: number;
  /** Absent for imported encoders and where there was no validation part. */
  health?: QuantizerHealth;
  /** Only of a model that was trained without labels. */
  discovery?: Discovery;
  training: {
    windows: number;
    validationWindows: number;
    /**
     * Windows of the parts where these are a sample of them, drawn by the seed; and about how far the scaler is from that of all
     * windows, as a share, where it was fitted on the sample.
     */
    sampledFrom?: { windows: number; validationWindows: number; scalerError?: number };
    subjects: string[];
    /** Name of the recordings; absent for encoders from elsewhere. */
    data?: string;
    seed: number;
    origin: Origin;
  };
  /** True for an encoder brought by the user as ONNX. */
  imported?: boolean;
  /** Which names of an imported encoder's input somebody stated; the others are made up. */
  stated?: ("sensors" | "channels")[];
}

export interface Model extends ModelFacts {
  /**
   * Weights by name, batch normalisation not yet folded: `block<i>.weight` `[out, in, kh, kw]`, `block<i>.bias`,
   * `block<i>.bn.{gamma,beta,mean,variance}`, `projection.{weight,bias}` `[d, features]`, `head<i>.{weight,bias}`
   * `[out, in]`, with a learned codebook `vq.codebook` `[K, d]`. With a `graph` its layers have `layer<i>.…` in place of
   * blocks, see `EncoderGraph`. Empty for an imported encoder.
   */
  weights: Record<string, NpyArray>;
  /**
   * `model.onnx`: input `window` `[N, C, S, L]` already scaled; outputs `latent` `[N, d]` before the bound, and, where
   * there is a head, `logits` `[N, classes]` computed from the quantised latent.
   */
  onnx: Uint8Array;
}

/** Names of a Model's files. */
export const modelFiles = {
  /** All but weights and graph: {@linkcode ModelFacts}. */
  facts: "model.json",
  /** Weights by name, batch normalisation not folded. */
  weights: "weights.npz",
  /** The network for inference, batch normalisation folded. */
  onnx: "model.onnx",
} as const;

const number = z.number();
const count = z.int().min(0);
const texts = z.array(z.string());
const matrix = z.array(z.array(number));

const modelSchema = () =>
  objectOf<ModelFacts>({
    architecture: objectOf<Architecture>({
      input: z.tuple([count, count, count]),
      blocks: z.array(objectOf<ConvBlock>({
        channels: count,
        kernel: z.tuple([count, count]),
        pool: count,
      })),
      pooling: z.array(z.enum(["mean", "max", "std"])),
      graph: encoderGraphSchema().optional(),
      segments: count.optional(),
      neck: z.array(count).optional(),
      levels: z.array(count).nullable(),
      codebook: count.optional(),
      latent: count,
      head: z.array(count),
      classes: count,
    }),
    quantizer: z.string(),
    scaler: z.object({ method: z.string(), center: matrix, scale: matrix }),
    sensors: texts,
    channels: texts,
    units: texts,
    filters: z.array(channelFilterSchema()).optional(),
    labels: texts,
    rate: number,
    context: count.optional(),
    batch: z.int().min(1).optional(),
    temperature: number,
    parameters: count,
    history: z.array(objectOf<Epoch>({
      epoch: count,
      learningRate: number,
      loss: number,
      accuracy: number.nullable(),
      validationLoss: number.nullable(),
      validationAccuracy: number.nullable(),
      perplexity: number.nullable(),
      topShare: number.nullable().optional(),
      gradientNorms: z.object({ quantized: number, latent: number }).optional(),
    })),
    bestEpoch: number,
    health: objectOf<QuantizerHealth>({
      n: count,
      collapsedEpochs: z.array(number),
      dimensions: z.array(objectOf<LatentUse>({
        mean: number,
        deviation: number,
        saturated: number.nullable(),
        entropyBits: number.nullable(),
        level: number.nullable(),
      })),
      restarts: count.optional(),
    }).optional(),
    discovery: objectOf<Discovery>({
      teachers: count,
      persistence: z.array(number),
      centered: z.enum(["recording", "subject"]),
      turned: z.array(z.object({ sensor: z.string(), people: count, share: number })).optional(),
      neighbors: z.object({ n: count, correlations: z.array(number) }).nullable(),
    }).optional(),
    training: z.object({
      windows: count,
      validationWindows: count,
      sampledFrom: z.object({ windows: count, validationWindows: count, scalerError: number.optional() })
        .optional(),
      subjects: texts,
      data: z.string().optional(),
      seed: number,
      origin: z.enum(origins),
    }),
    imported: z.boolean().optional(),
    stated: z.array(z.enum(["sensors", "channels"])).optional(),
  });

/** Reads `model.json` of the Model in `dir` alone, without weights. @throws {InputError} */
export async function readModelFacts(dir: string): Promise<ModelFacts> {
  return await readJson(dir, modelFiles.facts, modelSchema, "Model");
}

/** Files: see {@linkcode modelFiles}. */
export const Model: ArtifactType<Model> = {
  name: "Model",
  version: 1,
  summary: "A trained encoder with quantiser and classifier head",
  async write(dir, { weights, onnx, ...facts }) {
    await writeJson(dir, modelFiles.facts, facts, modelSchema, "Model");
    await writeNpz(join(dir, modelFiles.weights), weights);
    await Deno.writeFile(join(dir, modelFiles.onnx), onnx);
    await writeHeader(dir, {
      type: "Model",
      version: 1,
      meta: { levels: facts.architecture.levels, parameters: facts.parameters, labels: facts.labels },
    });
  },
  async read(dir) {
    await readHeader(dir, "Model", 1);
    const facts = await readModelFacts(dir);
    const weights = await readNpz(join(dir, modelFiles.weights));
    return { ...facts, weights, onnx: await readBytes(join(dir, modelFiles.onnx), "Model") };
  },
};
