/** Windows mixed with one another. */
import type { Random } from "../../random.ts";

/**
 * Mixes each of the first `used` windows of a batch with another one in place, and its target likewise: a share λ of its
 * own and 1 − λ of the other's. One λ a batch, of the larger half of Beta(α, α), so that a window stays mostly itself and
 * the targets' sum is what it was (Zhang et al. 2018, arXiv 1710.09412).
 *
 * @param batch float32 `[B, …]`, scaled.
 * @param targets float32 `[B, classes]`.
 * @param alpha In (0, 1]: the smaller, the more batches stay as they are.
 */
export function mixBatch(
  batch: Float32Array,
  targets: Float32Array,
  rows: number,
  used: number,
  alpha: number,
  rng: Random,
): void {
  const share = betaShare(alpha, rng);
  const own = Math.max(share, 1 - share);
  const other = rng.shuffle(Int32Array.from({ length: used }, (_, i) => i));
  for (const values of [batch, targets]) {
    const width = values.length / rows;
    const unmixed = values.slice(0, used * width);
    for (let i = 0; i < used; i++) {
      const [to, from] = [i * width, other[i] * width];
      for (let k = 0; k < width; k++) values[to + k] = own * unmixed[to + k] + (1 - own) * unmixed[from + k];
    }
  }
}

/** A number of Beta(α, α) for α up to 1 (Jöhnk 1964). */
function betaShare(alpha: number, rng: Random): number {
  for (;;) {
    const [x, y] = [rng.uniform() ** (1 / alpha), rng.uniform() ** (1 / alpha)];
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}
