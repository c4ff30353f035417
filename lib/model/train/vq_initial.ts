/** First codebook from latents: k-means with spread-out seeds. */
import type { Random } from "../../random.ts";
import { nearestCodes } from "../../fsq/nearest.ts";

const iterations = 10;

/**
 * Seeds by D² weights (Arthur and Vassilvitskii 2007) and ten Lloyd iterations over `z` `[n, d]`. Where there are fewer
 * distinct latents than codes, the rest are drawn with replacement.
 */
export function kMeansPlusPlus(
  z: ArrayLike<number>,
  size: number,
  d: number,
  rng: Random,
): { centers: Float32Array; counts: number[] } {
  const n = z.length / d;
  if (n < 1) throw new RangeError("Cannot start codebook: there are no latents");
  const centers = new Float32Array(size * d);
  const distance = new Float64Array(n).fill(Infinity);
  for (let k = 0; k < size; k++) {
    const spread = k > 0 && distance.some((x) => x > 0);
    const row = spread ? rng.weighted(distance) : rng.below(n);
    for (let j = 0; j < d; j++) centers[k * d + j] = z[row * d + j];
    for (let i = 0; i < n; i++) {
      let squared = 0;
      for (let j = 0; j < d; j++) squared += (z[i * d + j] - centers[k * d + j]) ** 2;
      distance[i] = Math.min(distance[i], squared);
    }
  }
  let counts: number[] = [];
  for (let round = 0; round < iterations; round++) {
    const codes = nearestCodes(z, centers, d);
    const sums = new Float64Array(size * d);
    counts = new Array<number>(size).fill(0);
    codes.forEach((code, i) => {
      counts[code]++;
      for (let j = 0; j < d; j++) sums[code * d + j] += z[i * d + j];
    });
    for (let k = 0; k < size; k++) {
      if (counts[k] > 0) { for (let j = 0; j < d; j++) centers[k * d + j] = sums[k * d + j] / counts[k]; }
    }
  }
  return { centers, counts };
}
