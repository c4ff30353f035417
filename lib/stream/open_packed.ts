/** What a package says beside its encoder: motifs of codes, their names, and smoothing. */
import { join } from "node:path";
import type { PipelineOptions } from "../temporal/pipeline.ts";
import { PackedMotifs } from "./packed_motifs.ts";
import { type PipelineMotifs, readPipeline } from "./pipeline_file.ts";
import { optionsOf } from "./smoothing.ts";

/** What a package says of the windows that its encoder reads. */
export interface PackedNames {
  /** Absent where the package names no motifs. */
  lookup?: PackedMotifs;
  names?: string[];
  smoothing?: PipelineOptions;
}

/** Opens what the package in `dir` says beside its encoder; undefined where it is no package. @throws {InputError} */
export async function openPacked(dir: string): Promise<PackedNames | undefined> {
  const pipeline = await readPipeline(dir);
  if (pipeline === undefined) return undefined;
  const { motifs, smoothing } = pipeline;
  return {
    ...(motifs && { lookup: await openMotifs(dir, motifs), names: motifs.names }),
    ...(smoothing && { smoothing: optionsOf(smoothing) }),
  };
}

async function openMotifs(dir: string, motifs: PipelineMotifs): Promise<PackedMotifs> {
  const file = join(dir, motifs.posterior);
  const bytes = await Deno.readFile(file);
  return new PackedMotifs(motifs, new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4)), file);
}
