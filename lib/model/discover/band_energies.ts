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
  readonly #seen: Float64Array;

  constructor(readonly length: number) {
    this.#edges = bandEdges(length);
    const turn = 2 * Math.PI, bins = this.#edges.at(-1)!;
    this.#seen = new Float64Array(length);
    this.#hann = Float64Array.from(
      { length },
      (_, t) => length === 1 ? 1 : 0.5 - 0.5 * Math.cos(turn * t / (length - 1)),
    );
    // Bin by bin, so that one is read in a row.
    const angles = Float64Array.from(
      { length: bins * length },
      (_, i) => turn * (Math.floor(i / length) * (i % length) % length) / length,
    );
    this.#cosine = angles.map(Math.cos);
    this.#sine = angles.map(Math.sin);
  }

  /** The energy in each band of `y` less `mean`: sums of squared magnitudes. */
  of(y: ArrayLike<number>, mean: number): Float64Array {
    const { length } = this;
    const cosine = this.#cosine, sine = this.#sine, hann = this.#hann;
    const seen = this.#seen;
    for (let t = 0; t < length; t++) seen[t] = hann[t] * (y[t] - mean);
    const energies = new Float64Array(this.#edges.length - 1);
    for (let band = 0; band < energies.length; band++) {
      for (let bin = this.#edges[band]; bin < this.#edges[band + 1]; bin++) {
        let real = 0, imaginary = 0;
        for (let t = 0, i = bin * length; t < length; t++, i++) {
          real += seen[t] * cosine[i];
          imaginary += seen[t] * sine[i];
        }
        energies[band] += real * real + imaginary * imaginary;
      }
    }
    return energies;
  }
}
