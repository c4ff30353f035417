/** Builds `pipeline.json` of a package from what the bundle, the motifs and the behaviours say. */
import { bundleFiles, type ModelMetadata } from "../../artifacts/onnx_bundle.ts";
import type { Behaviours } from "../../artifacts/behaviours.ts";
import type { Motifs } from "../../artifacts/motifs.ts";
import type { Pipeline, PipelineMotifs } from "../../stream/pipeline_file.ts";
import type { SmoothingRules } from "../../artifacts/smoothing.ts";
import { gaussiansOf } from "../../cluster/gaussians.ts";
import { butterworthLowpass } from "../../signal/filter.ts";
import { MotifLookup } from "../../stream/motif_lookup.ts";
import { namesOf, requireRate, statesOf } from "../../stream/published_names.ts";
import { usualRules } from "../../stream/smoothing.ts";
import { latencyOf } from "../../temporal/streaming.ts";

/** Place of the posteriors in a package. */
const posteriorFile = "models/motif_posterior.f32.bin";
/** A table with more rows than this is no table for a small device. */
const mostCodes = 1 << 16;

/** What the pipeline is built from. */
export interface PipelineSources {
  metadata: ModelMetadata;
  motifs?: Motifs;
  behaviours?: Behaviours;
  /** Whether the package holds a HEF. */
  hef: boolean;
}

/** The pipeline, its table of posteriors, and what it lacks, in sentences. */
export interface BuiltPipeline {
  pipeline: Pipeline;
  posterior?: { path: string; values: Float32Array<ArrayBuffer> };
  warnings: string[];
}

/** @throws {InputError} where motifs or behaviours are not those of the bundle. */
export function buildPipeline({ metadata, motifs, behaviours, hef }: PipelineSources): BuiltPipeline {
  const { sensors, channels, units, rate, scaler, filters = [] } = metadata;
  const { length, hop, context = 0 } = metadata.window;
  const made = new Set(filters.flatMap(({ to }) => to));
  const warnings: string[] = [];
  const table = motifs === undefined ? undefined : motifsOf(motifs, behaviours, metadata.levels, warnings);
  const step = hop ?? Math.max(1, (length - 2 * context) >> 1);
  const named = table !== undefined || metadata.labels.length > 0;
  const hsmm = table && behaviours && statesOf(behaviours, rate / step);
  if (table && behaviours?.hsmm && hsmm === undefined) {
    warnings.push(
      "The package does not smooth: its behaviours were decoded from whole recordings; smooth with causal: true",
    );
  }
  const smoothing = named && hsmm === undefined ? rulesOf(table && behaviours, rate / step) : undefined;
  const future = filters.filter(({ phase }) => phase === "zero").map(({ from, to, order, cutoff }) =>
    `${to.join(", ")}: Butterworth low-pass of order ${order} below ${cutoff} Hz over ${
      from.join(", ")
    }, forth ` +
    "and back, which needs samples to come; train with gravity: causal for a model that a device can feed"
  );
  warnings.push(...future.map((reason) => `The package cannot run in real time: ${reason}`));
  return {
    warnings,
    ...(table?.posterior && { posterior: { path: posteriorFile, values: table.posterior } }),
    pipeline: {
      version: 1,
      rate,
      max_gap: 0.2,
      sensors,
      inputs: channels.flatMap((channel, c) => made.has(channel) ? [] : [{ channel, unit: units[c] }]),
      channels,
      filters: filters.map((filter) => ({
        ...filter,
        sections: butterworthLowpass(filter.order, filter.cutoff, rate),
      })),
      window: { length, hop: step, context },
      scaler: { center: scaler.center, scale: scaler.scale },
      encoder: {
        plain: Object.hasOwn(metadata.sha256 ?? {}, bundleFiles.plain) ? `models/${bundleFiles.plain}` : null,
        device: `models/${bundleFiles.device}`,
        full: `models/${bundleFiles.full}`,
        hef: hef ? "models/model.hef" : null,
      },
      head: `models/${bundleFiles.hostHead}`,
      ...(table && { motifs: table.motifs }),
      ...(smoothing && { smoothing }),
      ...(hsmm && { hsmm }),
      delay: {
        context_seconds: context / rate,
        smoothing_predictions: smoothing === undefined ? 0 : latencyOf(smoothing),
      },
      not_in_real_time: future,
    },
  };
}

/** A row for each code where motifs are made of codes; Gaussians where they are made of latents. */
function motifsOf(
  motifs: Motifs,
  behaviours: Behaviours | undefined,
  levels: readonly number[] | null,
  warnings: string[],
): { motifs: PipelineMotifs; posterior?: Float32Array<ArrayBuffer> } | undefined {
  const names = namesOf(motifs, behaviours);
  const codes = levels?.reduce((a, b) => a * b, 1) ?? 0;
  const ofLatents = motifs.space === "latent";
  const gaussians = ofLatents && motifs.rule && gaussiansOf(motifs.rule, motifs.dimensions);
  const why = motifs.rule === undefined
    ? "their labels were made elsewhere, without a rule for new windows"
    : motifs.neighbors !== undefined
    ? `they are of windows averaged with ${motifs.neighbors} on either side, and those to come are not there yet; ` +
      "cluster without neighbors"
    : ofLatents && levels !== null && motifs.clustered?.scale === "latents as they are"
    ? "they were made of latents before the quantiser's bound, which no device gives; connect codes to cluster as well"
    : ofLatents && !gaussians
    ? `the rule of ${motifs.method} looks at all windows of the fit; kmeans and gmm have centres`
    : !ofLatents && codes > mostCodes
    ? `there are ${codes} codes, more than ${mostCodes}`
    : undefined;
  if (why !== undefined) {
    warnings.push(`The package cannot name motifs: ${why}`);
    return undefined;
  }
  if (gaussians) {
    const { k, dimensions, clusters = gaussians.offsets.map((_, c) => c), covered } = motifs;
    const rest = { clusters, ...(covered && { covered }), names };
    return { motifs: { space: "latent", k, dimensions, ...gaussians, ...rest } };
  }
  const lookup = new MotifLookup(motifs, levels);
  const rows = Array.from({ length: codes }, (_, code) => lookup.look(code, new Float32Array(0)));
  const posterior = new Float32Array(codes * motifs.k);
  rows.forEach((row, code) => posterior.set(row.posterior, code * motifs.k));
  return {
    posterior,
    motifs: {
      space: "code",
      k: motifs.k,
      codes: rows.map(({ motif }) => motif),
      seen: rows.flatMap(({ unseen }, code) => unseen ? [] : [code]),
      posterior: posteriorFile,
      names,
    },
  };
}

/** The rules that behaviours were smoothed with, as a stream runs them. */
function rulesOf(
  behaviours: Behaviours | undefined,
  predictionRate: number,
): SmoothingRules | undefined {
  if (behaviours === undefined) return usualRules(predictionRate);
  if (behaviours.rules === undefined) return undefined;
  requireRate(behaviours, predictionRate);
  return behaviours.rules;
}
