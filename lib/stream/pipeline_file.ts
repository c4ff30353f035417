/** `pipeline.json` of a package: everything between raw samples and the name of a behaviour, for hosts in any language. */
import { z } from "zod";
import type { Covered } from "../artifacts/motifs.ts";
import type { Gaussians } from "../cluster/gaussians.ts";
import { type ChannelFilter, channelFilterSchema } from "../artifacts/channel_filter.ts";
import { objectOf, readJsonIfThere } from "../artifacts/read_json.ts";
import type { FilterModel } from "../temporal/hsmm/filter.ts";
import { rulesSchema, type SmoothingRules } from "../artifacts/smoothing.ts";

/** A filter with its coefficients: sections `(b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`, one after the other. */
export interface PipelineFilter extends ChannelFilter {
  sections: { b: [number, number, number]; a: [number, number] }[];
}

/** What a package finds motifs by. */
export type PipelineMotifs = CodeMotifs | LatentMotifs;

/** From codes to motifs and the behaviours that they stand for. */
export interface CodeMotifs {
  /** Absent in older packages. */
  space?: "code";
  k: number;
  /** Motif of each code, −1 for noise. */
  codes: number[];
  /** Codes that occurred when the motifs were made; the others are nobody's behaviour. */
  seen: number[];
  /** float32 `[codes, k]`, little-endian: posterior of each motif. */
  posterior: string;
  /** Names of the motifs: of their behaviours, where there are any. */
  names: string[];
}

/**
 * From latents to motifs. A point is the bounded latent divided by the half widths of `host_head.json`, or the latent itself
 * without quantiser; see {@linkcode Gaussians} for its clusters.
 */
export interface LatentMotifs extends Gaussians {
  space: "latent";
  k: number;
  dimensions: number;
  /** Motif of each cluster. */
  clusters: number[];
  /** A point further than the radius from every anchor has no motif; absent where all have one. */
  covered?: Covered;
  names: string[];
}

/** `pipeline.json`. */
export interface Pipeline {
  version: 1;
  /** Samples per second. */
  rate: number;
  /** Steps of time above this are gaps, in seconds; windows never cross one, and filters begin anew behind it. */
  max_gap: number;
  sensors: string[];
  /** Channels of a sample as the sensor gives them, the same for each sensor, with their units. */
  inputs: { channel: string; unit: string }[];
  /** Channels that the encoder sees, in order: inputs, and what filters make of them. */
  channels: string[];
  filters: PipelineFilter[];
  /** In samples: what the encoder sees, with `context` at either end of what is classified, and the step. */
  window: { length: number; hop: number; context: number };
  /** The encoder sees `(x − center) · scale`, `[sensors][channels]`. */
  scaler: { center: number[][]; scale: number[][] };
  /** Files of the encoder by backend; a HEF only where one was compiled. */
  encoder: { plain: string | null; device: string; full: string; hef: string | null };
  /** Quantiser, classifier, temperature and labels: the file `host_head.json`. */
  head: string;
  /** Absent where the package was made without motifs. */
  motifs?: PipelineMotifs;
  /** In predictions; absent where behaviours are not smoothed. */
  smoothing?: SmoothingRules;
  /** In place of rules where behaviours are states. */
  hsmm?: PipelineHsmm;
  /** How late an answer comes: context in seconds, and predictions that smoothing waits for. */
  delay: { context_seconds: number; smoothing_predictions: number };
  /** Why samples as they come are not enough; empty where they are. */
  not_in_real_time: string[];
}

/** A hidden semi-Markov model, decoded causally: the most probable state given the windows so far. */
export interface PipelineHsmm extends FilterModel {
  /** What is observed of a window: its motif, or the digits of its code. */
  emission: "motifs" | "codes";
  /** Number of motifs, or levels of the code. */
  levels: number[];
  /** `[K, ΣL]`: log probability of each motif, or of each digit. */
  log_shares: number[];
  /** Names of the states. */
  names: string[];
}

/** Place of the pipeline in a package. */
export const pipelineFile = "pipeline.json";

const number = z.number();
const text = z.string();
const count = z.int().min(0);
const triple = z.tuple([number, number, number]);

const pipelineSchema = () =>
  objectOf<Pipeline>({
    version: z.literal(1),
    rate: number.positive(),
    max_gap: number.positive(),
    sensors: z.array(text).min(1),
    inputs: z.array(z.object({ channel: text, unit: text })).min(1),
    channels: z.array(text).min(1),
    filters: z.array(z.intersection(
      channelFilterSchema(),
      z.object({ sections: z.array(z.object({ b: triple, a: z.tuple([number, number]) })) }),
    )),
    window: z.object({ length: z.int().min(1), hop: z.int().min(1), context: count }),
    scaler: z.object({ center: z.array(z.array(number)), scale: z.array(z.array(number)) }),
    encoder: z.object({ plain: text.nullable(), device: text, full: text, hef: text.nullable() }),
    head: text,
    motifs: z.union([
      objectOf<CodeMotifs>({
        space: z.literal("code").optional(),
        k: count,
        codes: z.array(z.int().min(-1)),
        seen: z.array(count),
        posterior: text,
        names: z.array(text),
      }),
      objectOf<LatentMotifs>({
        space: z.literal("latent"),
        k: count,
        dimensions: z.int().min(1),
        offsets: z.array(number),
        means: z.array(number),
        whitening: z.array(number),
        clusters: z.array(count),
        covered: objectOf<Covered>({ anchors: z.array(number), radius: number }).optional(),
        names: z.array(text),
      }),
    ]).optional(),
    smoothing: rulesSchema().optional(),
    hsmm: objectOf<PipelineHsmm>({
      emission: z.enum(["motifs", "codes"]),
      levels: z.array(z.int().min(1)),
      states: z.int().min(1),
      max_duration: z.int().min(1),
      initial: z.array(number),
      transition: z.array(number),
      durations: z.array(z.array(number)),
      tails: z.array(number),
      log_shares: z.array(number),
      names: z.array(text),
    }).optional(),
    delay: z.object({ context_seconds: number, smoothing_predictions: count }),
    not_in_real_time: z.array(text),
  });

/** Reads `pipeline.json` of the package in `dir`; undefined where it is no package, or an older one. @throws {InputError} */
export async function readPipeline(dir: string): Promise<Pipeline | undefined> {
  return await readJsonIfThere(dir, pipelineFile, pipelineSchema, "Package");
}
