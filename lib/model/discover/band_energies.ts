/** Energy of a window in bands of frequency. */

/**
 * First and one past the last bin of each band, in bins of the window's discrete Fourier transform, without the mean:
 * bands get wider as frequency grows, and those a short window does not have are left out.
 *
 * ```ts
 * import { bandEdges } from "./band_energies.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(bandEdges(128), [1, 2, 3, 5, 8, 12, 18, 27, 40]);
 * assert.deepEqual(bandEdges(10), [1, 2, 3, 5, 6]);
 * ```
 */
export function bandEdges(length: number): number[] {
  const bins = Math.floor(length / 2) + 1;
  return [...new Set([1, 2, 3, 5, 8, 12, 18, 27, 40].map((edge) => Math.min(edge, bins)))];
}

/** Band energies of windows of one length, seen through a Hann window. */
export class BandEnergies {
  readonly #edges: number[];
  readonly #hann: Float64Array;
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;

  constructor(readonly length: number) {
    this.#edges = bandEdges(length);
    const turn = 2 * Math.PI;
    this.#hann = Float64Array.from(
      { length },
      (_, t) => length === 1 ? 1 : 0.5 - 0.5 * Math.cos(turn * t / (length - 1)),
    );
    this.#cosine = Float64Array.from({ length }, (_, t) => Math.cos(turn * t / length));
    this.#sine = Float64Array.from({ length }, (_, t) => Math.sin(turn * t / length));
  }

  /** The energy in each band of `y` less `mean`: sums of squared magnitudes. */
  of(y: ArrayLike<number>, mean: number): Float64Array {
    const { length } = this;
    const seen = Float64Array.from(this.#hann, (h, t) => h * (y[t] - mean));
    const energies = new Float64Array(this.#edges.length - 1);
    for (let band = 0; band < energies.length; band++) {
      for (let bin = this.#edges[band]; bin < this.#edges[band + 1]; bin++) {
        let real = 0, imaginary = 0;
        for (let t = 0, turned = 0; t < length; t++) {
          real += seen[t] * this.#cosine[turned];
          imaginary += seen[t] * this.#sine[turned];
          turned += bin;
          if (turned >= length) turned -= length;
        }
        energies[band] += real * real + imaginary * imaginary;
      }
    }
    return energies;
  }
}
