/** The hidden semi-Markov alternative to the smoothing pipeline, from motifs or from codes. */
import type { Codes } from "../artifacts/codes.ts";
import type { Random } from "../random.ts";
import { fitHsmm, type HsmmFit, type HsmmOptions } from "./hsmm.ts";
import { categorical, factorised } from "./hsmm_emission.ts";
import { viterbi } from "./hsmm_viterbi.ts";
import type { Stretches } from "./transitions.ts";

/** Labels decoded by Viterbi, and the fit behind them. */
export interface HsmmSmoothing {
  labels: Int32Array;
  fit: HsmmFit;
  /** `motifs`: one probability per motif; `codes`: one per digit. */
  emission: "motifs" | "codes";
}

/**
 * Fits a model to motif ids (categorical) or, when codes are given, to their digits (factorised), and decodes it.
 * Noise (−1) is a missing observation. The motifs are the first guess of the first start.
 *
 * @param training What it is fitted on; all of `stretches` is decoded.
 */
export function smoothByHsmm(
  motifs: { labels: Int32Array; k: number },
  codes: Codes | undefined,
  stretches: Stretches,
  training: Stretches,
  options: Omit<HsmmOptions, "symbols" | "emission" | "guess">,
  rng: Random,
): HsmmSmoothing {
  const observed = codes === undefined
    ? { symbols: motifs.labels, count: motifs.k, emission: categorical }
    : symbolsOf(codes);
  const fit = fitHsmm(
    observed.symbols,
    training,
    { ...options, symbols: observed.count, emission: observed.emission, guess: motifs.labels },
    rng,
  );
  const labels = new Int32Array(motifs.labels.length).fill(-1);
  for (const { from, to } of stretches) labels.set(viterbi(fit.model, observed.symbols, from, to).path, from);
  return { labels, fit, emission: codes === undefined ? "motifs" : "codes" };
}

/** Codes as dense symbols in ascending order of code. */
function symbolsOf({ codes, levels }: Codes) {
  const distinct = [...new Set(codes)].sort((a, b) => a - b);
  const index = new Map(distinct.map((code, i) => [code, i]));
  return {
    symbols: Int32Array.from(codes, (code) => index.get(code)!),
    count: distinct.length,
    emission: factorised(distinct, levels),
  };
}
