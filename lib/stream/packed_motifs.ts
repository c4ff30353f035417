/** Motifs of a package: a table with a row for each code, or Gaussians over latents. */
import { InputError } from "../errors.ts";
import type { MotifReader, MotifReading } from "./motif_lookup.ts";
import { PackedLatents } from "./packed_latents.ts";
import type { CodeMotifs, PipelineMotifs } from "./pipeline_file.ts";

/**
 * What says which motif a window has.
 *
 * @param read Gives the float32 numbers of a file of the package.
 */
export async function motifReader(
  motifs: PipelineMotifs,
  levels: readonly number[] | null,
  read: (path: string) => Float32Array | Promise<Float32Array>,
): Promise<MotifReader> {
  return motifs.space === "latent"
    ? new PackedLatents(motifs, levels, "pipeline.json")
    : new PackedMotifs(motifs, await read(motifs.posterior), motifs.posterior);
}

/** Looks motifs up in the table of a package. */
class PackedMotifs implements MotifReader {
  readonly #motifs: CodeMotifs;
  readonly #seen: ReadonlySet<number>;
  readonly #posterior: Float32Array;

  /** @throws {InputError} where the table of posteriors does not fit the codes. */
  constructor(motifs: CodeMotifs, posterior: Float32Array, file: string) {
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

  look(code: number | null): MotifReading {
    const { k, codes } = this.#motifs;
    return {
      motif: codes[code!],
      posterior: this.#posterior.subarray(code! * k, code! * k + k),
      unseen: !this.#seen.has(code!),
    };
  }
}
