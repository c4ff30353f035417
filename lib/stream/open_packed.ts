/** What a package says beside its encoder: motifs, their names, and smoothing. */
import { join } from "node:path";
import type { PipelineOptions } from "../temporal/pipeline.ts";
import { readModelMetadata } from "../artifacts/onnx_bundle.ts";
import type { MotifReader } from "./motif_lookup.ts";
import { motifReader } from "./packed_motifs.ts";
import { type PipelineHsmm, type PipelineMotifs, readPipeline } from "./pipeline_file.ts";
import { optionsOf } from "./smoothing.ts";

/** What a package says of the windows that its encoder reads. */
export interface PackedNames {
  /** Absent where the package names no motifs. */
  lookup?: MotifReader;
  names?: string[];
  smoothing?: PipelineOptions;
  hsmm?: PipelineHsmm;
}

/** Opens what the package in `dir` says beside its encoder; undefined where it is no package. @throws {InputError} */
export async function openPacked(dir: string): Promise<PackedNames | undefined> {
  const pipeline = await readPipeline(dir);
  if (pipeline === undefined) return undefined;
  const { motifs, smoothing, hsmm } = pipeline;
  return {
    ...(motifs && { lookup: await openMotifs(dir, motifs), names: motifs.names }),
    ...(smoothing && { smoothing: optionsOf(smoothing) }),
    ...(hsmm && { hsmm }),
  };
}

async function openMotifs(dir: string, motifs: PipelineMotifs): Promise<MotifReader> {
  const { levels } = await readModelMetadata(join(dir, "models"));
  return await motifReader(motifs, levels, async (path) => {
    const bytes = await Deno.readFile(join(dir, path));
    return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
  });
}
