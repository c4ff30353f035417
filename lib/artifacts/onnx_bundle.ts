/** OnnxBundle: a model as files for hosts and devices, with the proof that they compute what was trained. */
import { z } from "zod";
import { directoryType, type Origin } from "./artifact.ts";
import { type ChannelFilter, channelFilterSchema } from "./channel_filter.ts";
import type { GraphLayer, Size } from "./encoder_graph.ts";
import { objectOf, origins, readJson, readJsonIfThere } from "./read_json.ts";

/** Names of a bundle's files. */
export const bundleFiles = {
  /** Raw samples in; scaling, network, quantiser and head in one graph, for hosts. */
  full: "model.full.onnx",
  /** The part that runs on the device, up to the cut. */
  device: "model.device.onnx",
  /** The device part with 8-bit quantisation as QDQ pairs. */
  qdq: "model.qdq.onnx",
  /** The same up to the bounded latent, where the device part ends before: for what computes with whole numbers only. */
  wholeQdq: "model.qdq.whole.onnx",
  /** What the host does after the cut, as a graph. */
  hostOnnx: "host_head.onnx",
  /** The same as numbers, for hosts without a runtime: {@linkcode HostHeadFile}. */
  hostHead: "host_head.json",
  /** The encoder as a list of layers, for hosts without a runtime: {@linkcode PlainEncoder}; and its float32 weights. */
  plain: "encoder.json",
  plainWeights: "encoder.f32.bin",
  /** Sensors, channels, rate, window, labels, levels, hashes: {@linkcode ModelMetadata}. */
  metadata: "model_metadata.json",
  /** How far each exported graph is from a float64 reference: {@linkcode Parity}. */
  parity: "parity.json",
  /** What 8-bit arithmetic is estimated to cost: {@linkcode Int8File}. */
  int8: "int8_estimate.json",
  /** float32 NHWC, training windows only. */
  calibration: "calibration.npy",
  /** The encoder with the layers of TensorFlow.js, where the export was asked for it: scaled windows in, latent out. */
  tfjs: "tfjs/model.json",
  tfjsWeights: "tfjs/weights.bin",
  /** Golden windows: raw input, and what the full model and the device part make of it. */
  selftest: {
    facts: "selftest/selftest.json",
    inputs: "selftest/inputs.f32.bin",
    full: "selftest/expected.full.f32.bin",
    device: "selftest/expected.device.f32.bin",
  },
} as const;

/** Files: see {@linkcode bundleFiles}. */
export const OnnxBundle = directoryType(
  "OnnxBundle",
  "ONNX files of a model with self-test and parity proof",
);

/** One dense layer; weight row-major `[out, in]`. */
export interface HostLayer {
  weight: number[];
  bias: number[];
  shape: [outputs: number, inputs: number];
  activation: "relu" | "none";
}

/** What the host computes before it rounds, where the device part ends at feature maps. */
export interface HostFront {
  /** Size of what the device gives, `[channels, sensors, time]`. */
  maps: [channels: number, sensors: number, time: number];
  /** Over sensors and time, as {@linkcode PlainLayer} `pool` takes them. */
  statistics: ("mean" | "max" | "std")[];
  segments: number;
  epsilon: number;
  /** Neck and projection, from the statistics to the latent. */
  layers: HostLayer[];
}

/** `host_head.json`. */
export interface HostHeadFile {
  /** Levels by latent dimension; `null` without quantiser. */
  levels: number[] | null;
  /** `⌊L/2⌋`: digit = round(bounded) + half_width, value = round(bounded) / half_width. */
  half_width: number[];
  /** Place value of each digit, first dimension fastest. */
  basis: number[];
  /** Bounded latent = tanh(latent + shift) · half_range − offset; absent without quantiser and in older files. */
  half_range?: number[];
  offset?: number[];
  shift?: number[];
  /** What each bounded latent can reach. */
  bounded_ranges?: [low: number, high: number][];
  variant: string;
  /** The softmax is taken of logits / temperature. */
  temperature: number;
  labels: string[];
  /** Absent where the device part ends at the bounded latent. */
  front?: HostFront;
  layers: HostLayer[];
}

/**
 * One layer of `encoder.json`; `weight` and `bias` are places in the file of weights, counted in numbers.
 *
 * `conv`: `shape` `[out, in, sensors, time]`, time padded with zeros to keep its length, then ReLU and the maximum over
 * each `pool` steps of time. `pool`: statistics over sensors and time, in `segments` equal stretches, statistic by
 * statistic and channel by channel; standard deviations are `sqrt(variance + epsilon)`. `dense`: `shape` `[out, in]`.
 * `recorded`: an encoder that was written with TensorFlow.js, from the window to its features.
 */
export type PlainLayer =
  | { kind: "conv"; shape: [number, number, number, number]; pool: number; weight: number; bias: number }
  | { kind: "pool"; statistics: ("mean" | "max" | "std")[]; segments: number; epsilon: number }
  | { kind: "dense"; shape: [number, number]; relu: boolean; weight: number; bias: number }
  | { kind: "recorded"; graph: PlainGraphLayer[] };

/** A layer of a recorded encoder with the size of its result, and shape and place of its weights by part. */
export type PlainGraphLayer = GraphLayer & {
  size: Size;
  weights: Record<string, { at: number; shape: number[] }>;
};

/**
 * `encoder.json`: from a scaled window `[channels, sensors, length]` to the latent before the bound, or to the feature maps
 * where the device part ends at them.
 */
export interface PlainEncoder {
  version: 1;
  input: [number, number, number];
  /** File of all weights, float32, little-endian. */
  weights: string;
  layers: PlainLayer[];
}

/** `model_metadata.json`, as far as the device side needs it. */
export interface ModelMetadata {
  /** Sensor and channel names; scaler and units follow their order. */
  sensors: string[];
  channels: string[];
  units: string[];
  labels: string[];
  rate: number;
  window: { length: number; hop: number | null; context?: number };
  /** Model input is `(x − center) · scale`, `[sensors][channels]`. */
  scaler: { method: string; center: number[][]; scale: number[][] };
  /** Filters that made some of the channels; absent in older files. */
  filters?: ChannelFilter[];
  levels: number[] | null;
  /** Quantiser variant, `none` without; absent in older files. */
  quantizer?: string;
  /** Windows that set the ranges of 8-bit arithmetic, and which they are in words; absent in older files. */
  calibration?: { n: number; source: string };
  /** What the model was trained on; absent in older files. */
  training?: { origin?: Origin; subjects?: string[] };
  /** The recordings behind calibration and golden windows; absent in older files. */
  data?: { name: string; citation?: string; licence?: string };
  /** Hashes of the files by name. */
  sha256?: Record<string, string>;
  [key: string]: unknown;
}

/** `parity.json`. Differences are largest absolute ones; references are computed in float64 by plain loops. */
export interface Parity {
  /** Windows compared. */
  n: number;
  /** The largest of the differences below. */
  max_abs_difference: number;
  /** 1e-5, times the largest absolute latent or bounded value where that exceeds 1: float32 has 7 digits, not 5 places. */
  tolerance: number;
  max_abs_latent: number;
  /** Latent of model.full.onnx against the reference. */
  full_latent: number;
  /** Latent of model.onnx, in one batch, against the reference. */
  encoder_latent: number;
  /** Output of model.device.onnx against the reference. */
  device_bounded: number;
  /** Predictions of model.full.onnx against the reference; `null` without head. */
  predictions: number | null;
  /** Latent of the file for TensorFlow.js, read back, against model.onnx; absent where none was written. */
  tfjs_latent?: number;
  /** Whether full model, encoder with quantiser, and device part with host head give the same code everywhere. */
  codes_identical: boolean;
  codes_different: number;
  /** Windows within `boundary_distance` of a rounding boundary, where float32 cannot decide; not counted as different. */
  undecidable: number;
  boundary_distance: number;
  /** Runtime that ran the files. */
  runtime: string;
  passed: boolean;
}

/** What an estimate counted on the windows of one subject. */
export interface Int8Subject {
  subject: string;
  windows: number;
  /** Of these, windows with a label that the model knows, and of those the ones recognised in float32 and in 8 bits. */
  labelled: number;
  right_float: number;
  right_int8: number;
  /** Windows with a label that the model does not know, which it cannot recognise. */
  unknown: number;
  /** Windows with the same code; 0 without quantiser. */
  same_code: number;
}

/** Estimate for one way of quantising, on CPU; never "device accuracy". */
export interface Int8Estimate {
  /** `per-channel` or `per-tensor` weights. */
  weights: string;
  /** Windows compared. */
  n: number;
  /** Of these, windows with a label that the model knows. */
  labelled: number;
  /** Accuracy on the labelled windows; `null` without head or labels. */
  accuracy_float: number | null;
  accuracy_int8: number | null;
  /** Share of windows whose largest probability stays with the same class; `null` without head. */
  label_agreement: number | null;
  /** Share of windows with the same code, and by dimension with the same digit; `null` without quantiser. */
  code_agreement: number | null;
  digit_agreement: number[] | null;
  /** Error at the cut. */
  max_abs_error: number;
  mean_abs_error: number;
  /** 10·log10(Σ float² / Σ error²) at the cut. */
  snr_db: number | null;
  /** One uint8 step at the cut, and the share of windows that lie within one of a rounding boundary. */
  step: number;
  near_boundary: number | null;
  /** The counts by subject, from which intervals over people follow; absent in older files. */
  subjects?: Int8Subject[];
}

/** `int8_estimate.json`. */
export interface Int8File {
  /** Windows that the estimates are judged on, in words. */
  part: string;
  variants: Int8Estimate[];
}

const number = z.number();
const numbers = z.array(number);
const texts = z.array(z.string());
const count = z.int().min(0);

const hostLayers = () =>
  z.array(objectOf<HostLayer>({
    weight: numbers,
    bias: numbers,
    shape: z.tuple([count, count]),
    activation: z.enum(["relu", "none"]),
  }));

const hostHeadSchema = () =>
  objectOf<HostHeadFile>({
    levels: numbers.nullable(),
    half_width: numbers,
    basis: numbers,
    half_range: numbers.optional(),
    offset: numbers.optional(),
    shift: numbers.optional(),
    bounded_ranges: z.array(z.tuple([number, number])).optional(),
    variant: z.string(),
    temperature: number,
    labels: texts,
    front: objectOf<HostFront>({
      maps: z.tuple([count, count, count]),
      statistics: z.array(z.enum(["mean", "max", "std"])),
      segments: z.int().min(1),
      epsilon: number,
      layers: hostLayers(),
    }).optional(),
    layers: hostLayers(),
  });

const metadataSchema = (): z.ZodType<ModelMetadata> =>
  z.looseObject({
    sensors: texts,
    channels: texts,
    units: texts,
    labels: texts,
    rate: number,
    window: z.object({ length: count, hop: number.nullable(), context: count.optional() }),
    scaler: z.object({ method: z.string(), center: z.array(numbers), scale: z.array(numbers) }),
    filters: z.array(channelFilterSchema()).optional(),
    levels: numbers.nullable(),
    quantizer: z.string().optional(),
    calibration: z.object({ n: count, source: z.string() }).optional(),
    training: z.object({ origin: z.enum(origins).optional(), subjects: texts.optional() }).optional(),
    data: z.object({ name: z.string(), citation: z.string().optional(), licence: z.string().optional() })
      .optional(),
    sha256: z.record(z.string(), z.string()).optional(),
  });

const paritySchema = () =>
  objectOf<Parity>({
    n: count,
    max_abs_difference: number,
    tolerance: number,
    max_abs_latent: number,
    full_latent: number,
    encoder_latent: number,
    device_bounded: number,
    predictions: number.nullable(),
    tfjs_latent: number.optional(),
    codes_identical: z.boolean(),
    codes_different: count,
    undecidable: count,
    boundary_distance: number,
    runtime: z.string(),
    passed: z.boolean(),
  });

const int8Schema = () =>
  objectOf<Int8File>({
    part: z.string(),
    variants: z.array(objectOf<Int8Estimate>({
      weights: z.string(),
      n: count,
      labelled: count,
      accuracy_float: number.nullable(),
      accuracy_int8: number.nullable(),
      label_agreement: number.nullable(),
      code_agreement: number.nullable(),
      digit_agreement: numbers.nullable(),
      max_abs_error: number,
      mean_abs_error: number,
      snr_db: number.nullable(),
      step: number,
      near_boundary: number.nullable(),
      subjects: z.array(objectOf<Int8Subject>({
        subject: z.string(),
        windows: count,
        labelled: count,
        right_float: count,
        right_int8: count,
        unknown: count,
        same_code: count,
      })).optional(),
    })),
  });

/** Reads `model_metadata.json` of the bundle in `dir`. @throws {InputError} */
export async function readModelMetadata(dir: string): Promise<ModelMetadata> {
  return await readJson(dir, bundleFiles.metadata, metadataSchema, "bundle");
}

/** Reads `host_head.json` of the bundle in `dir`. @throws {InputError} */
export async function readHostHead(dir: string): Promise<HostHeadFile> {
  return await readJson(dir, bundleFiles.hostHead, hostHeadSchema, "bundle");
}

/** Reads `parity.json` of the bundle in `dir`; `undefined` where there is none. @throws {InputError} */
export async function readParity(dir: string): Promise<Parity | undefined> {
  return await readJsonIfThere(dir, bundleFiles.parity, paritySchema, "bundle");
}

/** Reads `int8_estimate.json` of the bundle in `dir`; `undefined` where there is none. @throws {InputError} */
export async function readInt8Estimate(dir: string): Promise<Int8File | undefined> {
  return await readJsonIfThere(dir, bundleFiles.int8, int8Schema, "bundle");
}

/** What `selftest/selftest.json` says that a reader of the golden windows needs. */
export interface SelftestFacts {
  /** Codes of the windows; left out without quantiser. */
  codes?: number[];
  /** Largest difference that counts as equal in float32; of older bundles one for all outputs. */
  tolerance?: number | { device?: number };
  /** What the int8 estimate reaches on the windows; absent in older bundles. */
  int8?: { max_abs_error: number; code_agreement: number | null };
}

const selftestSchema = () =>
  objectOf<SelftestFacts>({
    codes: numbers.optional(),
    tolerance: z.union([number, z.object({ device: number.optional() })]).optional(),
    int8: z.object({ max_abs_error: number, code_agreement: number.nullable() }).optional(),
  });

/** Reads `selftest/selftest.json` of the bundle in `dir`. @throws {InputError} */
export async function readSelftest(dir: string): Promise<SelftestFacts> {
  return await readJson(dir, bundleFiles.selftest.facts, selftestSchema, "bundle");
}
