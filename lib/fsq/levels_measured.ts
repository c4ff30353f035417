/** Levels tried on real latents: measured entropy and distortion beside the model of rate and distortion. */
import { Quantizer } from "./quantizer.ts";
import { codeStatistics } from "./statistics.ts";

/** Mean and variance of each latent dimension. */
export interface LatentMoments {
  mean: number[];
  /** Population variance. */
  variance: number[];
}

/** Moments of latents `[N, d]`, optionally of some rows only. */
export function latentMoments(
  latents: ArrayLike<number>,
  dimensions: number,
  rows?: ArrayLike<number>,
): LatentMoments {
  const n = rows?.length ?? latents.length / dimensions;
  if (n === 0) throw new RangeError("Cannot measure latents: there are none");
  const at = (i: number, j: number) => latents[(rows?.[i] ?? i) * dimensions + j];
  const mean = new Array<number>(dimensions).fill(0);
  const variance = new Array<number>(dimensions).fill(0);
  for (let i = 0; i < n; i++) for (let j = 0; j < dimensions; j++) mean[j] += at(i, j) / n;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < dimensions; j++) variance[j] += (at(i, j) - mean[j]) ** 2 / n;
  }
  return { mean, variance };
}

/** What levels do to given latents. */
export interface MeasuredLevels {
  levels: number[];
  codes: number;
  /** log2 of the codes. */
  bits: number;
  /** Entropy of the codes that occur: what a lossless coder would need. */
  entropyBits: number;
  perplexity: number;
  /** Distinct codes, and their share of what even use would show at this number of windows. */
  used: number;
  relativeUtilization: number;
  /**
   * Mean squared error over Σ σ² when every value is replaced by the mean of its level: the part of the variance that
   * the code does not tell.
   */
  relativeDistortion: number;
}

/**
 * Standardises latents by `moments`, quantises them with `levels` and measures.
 *
 * Moments may come from training windows and the latents from others: then the result is held out.
 */
export function measureLevels(
  latents: ArrayLike<number>,
  moments: LatentMoments,
  levels: readonly number[],
): MeasuredLevels {
  const quantizer = new Quantizer(levels);
  const d = quantizer.dimensions;
  const n = latents.length / d;
  const deviation = moments.variance.map((v) => v > 0 ? Math.sqrt(v) : 1);
  const z = Float64Array.from(latents, (v, i) => (v - moments.mean[i % d]) / deviation[i % d]);
  const digits = quantizer.digits(z);
  let lost = 0;
  let total = 0;
  for (let j = 0; j < d; j++) {
    const count = new Float64Array(levels[j]);
    const sum = new Float64Array(levels[j]);
    let squares = 0;
    let all = 0;
    for (let i = j; i < z.length; i += d) {
      count[digits[i]]++;
      sum[digits[i]] += z[i];
      squares += z[i] ** 2;
      all += z[i];
    }
    const explained = sum.reduce((acc, s, g) => acc + (count[g] > 0 ? s * s / count[g] : 0), 0);
    lost += moments.variance[j] * Math.max(0, squares - explained) / n;
    total += moments.variance[j] * (squares - all * all / n) / n;
  }
  const s = codeStatistics(quantizer.codes(z), quantizer.codebookSize);
  return {
    levels: [...levels],
    codes: quantizer.codebookSize,
    bits: quantizer.bits,
    entropyBits: s.entropyBits,
    perplexity: s.perplexity,
    used: s.used,
    relativeUtilization: s.relativeUtilization,
    relativeDistortion: total > 0 ? lost / total : 0,
  };
}
