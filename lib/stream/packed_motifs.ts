/** Motifs of a package: a table with a row for each code. */
import { InputError } from "../errors.ts";
import type { MotifReader, MotifReading } from "./motif_lookup.ts";
import type { PipelineMotifs } from "./pipeline_file.ts";

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

  look(code: number | null): MotifReading {
    const { k, codes } = this.#motifs;
    return {
      motif: codes[code!],
      posterior: this.#posterior.subarray(code! * k, code! * k + k),
      unseen: !this.#seen.has(code!),
    };
  }
}
