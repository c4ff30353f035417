/** Motifs of single windows, as `applyToWindows` gives them to many. */
import type { ClusteredPoints, Motifs } from "../artifacts/motifs.ts";
import { InputError } from "../errors.ts";
import { MotifRule } from "../cluster/apply.ts";
import { pointsOfCodes } from "../cluster/points/code_points.ts";
import { boundedLatents } from "../cluster/points/latent_points.ts";
import type { IndexedPoints } from "../cluster/points/points.ts";

/** The motif of one window. */
export interface MotifReading {
  /** −1 for noise. */
  motif: number;
  /** float32 `[k]`. */
  posterior: Float32Array;
  /** The code did not occur when the motifs were made: the nearest one that did answers. False for latents. */
  unseen: boolean;
}

/** What says which motif a window has. */
export interface MotifReader {
  /** The motif of one window by its code and its latent `[d]`. */
  look(code: number | null, latent: Float32Array): MotifReading;
}

/** Answers kept; beyond, the oldest codes are asked for again. */
const kept = 4096;

/** Looks motifs up by code, or by latent where they were made in that space. */
export class MotifLookup implements MotifReader {
  readonly k: number;
  readonly #rule: MotifRule;
  readonly #space: Motifs["space"];
  readonly #scale: ClusteredPoints["scale"] | undefined;
  readonly #levels: number[];
  readonly #found = new Map<number, MotifReading>();

  /** @throws {InputError} where the network has no quantiser, or another one than the motifs were made with. */
  constructor(motifs: Motifs, levels: readonly number[] | null) {
    if (motifs.neighbors !== undefined) {
      throw new InputError(
        `Cannot apply motifs to single windows: they are of windows averaged with ${motifs.neighbors} on either side`,
        { hint: "Cluster without `neighbors` for a stream." },
      );
    }
    if (motifs.space === "code" && levels === null) {
      throw new InputError("Cannot apply motifs of codes: the model has no levels");
    }
    if (levels !== null && levels.length !== motifs.dimensions) {
      throw new InputError(
        `Cannot apply motifs: they have ${motifs.dimensions} dimensions, the model's latents ${levels.length}`,
        { hint: "Take motifs and model of the same run." },
      );
    }
    this.k = motifs.k;
    this.#levels = [...levels ?? []];
    this.#rule = new MotifRule(motifs);
    this.#space = motifs.space;
    this.#scale = motifs.clustered?.scale;
  }

  look(code: number | null, latent: Float32Array): MotifReading {
    if (this.#space === "latent") return this.#ask(code, latent);
    let answer = this.#found.get(code!);
    if (answer === undefined) {
      answer = this.#ask(code, latent);
      if (this.#found.size >= kept) this.#found.delete(this.#found.keys().next().value!);
      this.#found.set(code!, answer);
    }
    return answer;
  }

  #ask(code: number | null, latent: Float32Array): MotifReading {
    const ofCodes = this.#space === "code";
    const points = ofCodes ? pointsOfCodes(Uint32Array.of(code!), this.#levels) : this.#pointOf(latent);
    const { motifs: { labels, posterior }, known } = this.#rule.apply(points);
    return { motif: labels[0], posterior, unseen: ofCodes && known === 0 };
  }

  #pointOf(latent: Float32Array): IndexedPoints {
    const asTheyAre = this.#levels.length === 0 || this.#scale === "latents as they are";
    const dimensions = latent.length;
    return {
      values: asTheyAre ? Float64Array.from(latent) : boundedLatents(latent, dimensions, this.#levels),
      dimensions,
      weights: Float64Array.of(1),
      index: Uint32Array.of(0),
      exact: true,
      cell: 0,
      rmsError: 0,
    };
  }
}
