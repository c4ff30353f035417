/** Where latents lie on the bound, dimension by dimension: saturated units learn nothing. */
import type { Quantizer } from "./quantizer.ts";
import { entropyBits, perplexity } from "./statistics.ts";

/** Beyond this distance from its centre a latent's straight-through gradient is below 1 % of its maximum. */
const SATURATED = 3;

/** One latent dimension over all windows. */
export interface DimensionUsage {
  level: number;
  mean: number;
  /** Population standard deviation. */
  deviation: number;
  /** Share of windows with |z + shift| > 3. */
  saturated: number;
  /** Windows by digit. */
  counts: number[];
  entropyBits: number;
  perplexity: number;
}

/** Describes each dimension of latents `[N, d]`. */
export function dimensionUsage(z: ArrayLike<number>, quantizer: Quantizer): DimensionUsage[] {
  const d = quantizer.dimensions;
  const n = z.length / d;
  const digits = quantizer.digits(z);
  return quantizer.constants.map(({ level, shift }, j) => {
    const counts = new Array<number>(level).fill(0);
    let sum = 0;
    let saturated = 0;
    for (let i = j; i < z.length; i += d) {
      counts[digits[i]]++;
      sum += z[i];
      if (Math.abs(z[i] + shift) > SATURATED) saturated++;
    }
    const mean = sum / n;
    let squares = 0;
    for (let i = j; i < z.length; i += d) squares += (z[i] - mean) ** 2;
    return {
      level,
      mean,
      deviation: Math.sqrt(squares / n),
      saturated: saturated / n,
      counts,
      entropyBits: entropyBits(counts),
      perplexity: perplexity(counts),
    };
  });
}
