/** Motifs of a package that were made of latents: Gaussians over the bounded latent. */
import { coverage } from "../cluster/novelty.ts";
import { boundedLatents } from "../cluster/points/latent_points.ts";
import { InputError } from "../errors.ts";
import type { MotifReader, MotifReading } from "./motif_lookup.ts";
import type { LatentMotifs } from "./pipeline_file.ts";

/** Finds motifs of latents by the Gaussians of a package. */
export class PackedLatents implements MotifReader {
  readonly #motifs: LatentMotifs;
  readonly #levels: readonly number[] | null;
  readonly #covers: (values: Float64Array, row: number) => boolean;

  /** @throws {InputError} where sizes do not fit. */
  constructor(motifs: LatentMotifs, levels: readonly number[] | null, file: string) {
    const { offsets, means, whitening, clusters, covered, dimensions: d } = motifs;
    const n = offsets.length;
    if (clusters.length !== n || means.length !== n * d || whitening.length !== n * d * d) {
      throw new InputError(`Cannot read Package: the motifs' ${n} clusters do not fit ${d} dimensions`, {
        file,
      });
    }
    this.#motifs = motifs;
    this.#levels = levels;
    this.#covers = covered === undefined ? () => true : coverage(covered, d);
  }

  look(_code: number | null, latent: Float32Array): MotifReading {
    const { k, clusters } = this.#motifs;
    const x = this.#levels === null
      ? Float64Array.from(latent)
      : boundedLatents(latent, latent.length, this.#levels);
    const scores = this.#scores(x);
    const top = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - top));
    const sum = shares.reduce((a, b) => a + b, 0);
    const posterior = new Float32Array(k);
    shares.forEach((share, c) => posterior[clusters[c]] += share / sum);
    return {
      motif: this.#covers(x, 0) ? clusters[scores.indexOf(top)] : -1,
      posterior,
      unseen: false,
    };
  }

  #scores(x: Float64Array): number[] {
    const { offsets, means, whitening, dimensions: d } = this.#motifs;
    return offsets.map((offset, c) => {
      let score = offset;
      for (let r = 0; r < d; r++) {
        let y = 0;
        for (let t = 0; t < d; t++) y += whitening[(c * d + r) * d + t] * (x[t] - means[c * d + t]);
        score -= y * y / 2;
      }
      return score;
    });
  }
}
