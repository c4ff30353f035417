/** Motifs of a package: a table with a row for each code. */
import { join } from "node:path";
import { type PipelineMotifs, readPipeline } from "./pipeline_file.ts";
import { InputError } from "../errors.ts";
import type { PipelineOptions } from "../temporal/pipeline.ts";
import type { MotifReader, MotifReading } from "./motif_lookup.ts";
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
    ...(motifs && { lookup: await PackedMotifs.open(dir, motifs), names: motifs.names }),
    ...(smoothing && { smoothing: optionsOf(smoothing) }),
  };
}

/** Looks motifs up in the table of a package. */
export class PackedMotifs implements MotifReader {
  readonly #motifs: PipelineMotifs;
  readonly #seen: ReadonlySet<number>;
  readonly #posterior: Float32Array;

  /** @throws {InputError} where the table of posteriors does not fit the codes. */
  constructor(motifs: PipelineMotifs, posterior: Float32Array, file: string) {
    if (posterior.length !== motifs.codes.length * motifs.k) {
      throw new InputError(
        `Cannot read Package: ${posterior.length} posteriors for ${motifs.codes.length} codes and ${motifs.k} motifs`,
        { file },
      );
    }
    this.#motifs = motifs;
    this.#seen = new Set(motifs.seen);
    this.#posterior = posterior;
  }

  /** Opens the motifs of the package in `dir`. */
  static async open(dir: string, motifs: PipelineMotifs): Promise<PackedMotifs> {
    const file = join(dir, motifs.posterior);
    const bytes = await Deno.readFile(file);
    return new PackedMotifs(motifs, new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4)), file);
  }

  look(code: number | null): MotifReading {
    const { k, codes } = this.#motifs;
    return {
      motif: codes[code!],
      posterior: this.#posterior.subarray(code! * k, code! * k + k),
      unseen: !this.#seen.has(code!),
    };
  }
}
