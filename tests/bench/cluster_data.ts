/** Codes as a trained encoder gives them, for the benchmarks of clustering. */
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { Random } from "../../lib/random.ts";

export const levels = [8, 6, 5, 5, 4];

/**
 * Codes of `n` windows from a mixture of Gaussian behaviours in the latent space.
 *
 * @param behaviours Number of components.
 * @param spread Standard deviation of a component; larger uses more of the codebook.
 */
export function benchCodes(n: number, behaviours = 12, spread = 0.3, seed = 1): Uint32Array {
  const rng = new Random(seed);
  const centers = Array.from({ length: behaviours * levels.length }, () => rng.normal());
  const quantizer = new Quantizer(levels);
  const codes = new Uint32Array(n);
  const chunk = 10_000;
  for (let from = 0; from < n; from += chunk) {
    const rows = Math.min(chunk, n - from);
    const z = new Float64Array(rows * levels.length);
    for (let i = 0; i < rows; i++) {
      const b = rng.below(behaviours);
      for (let t = 0; t < levels.length; t++) {
        z[i * levels.length + t] = centers[b * levels.length + t] + spread * rng.normal();
      }
    }
    codes.set(quantizer.codes(z), from);
  }
  return codes;
}
