/** The hidden semi-Markov alternative to the smoothing pipeline, from motifs or from codes. */
import type { Codes } from "../artifacts/codes.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random.ts";
import { fitHsmm, type HsmmFit, type HsmmOptions } from "./hsmm.ts";
import { categorical, digitShares, factorised, tableOfDigits } from "./hsmm_emission.ts";
import { viterbi } from "./hsmm_viterbi.ts";
import type { Stretches } from "./transitions.ts";

/** A fitted model as plain JSON: enough to label new recordings exactly as the fit labelled its own. */
export interface HsmmRecord {
  /** `motifs`: one probability per motif; `codes`: one per digit. */
  emission: "motifs" | "codes";
  /** Levels of the codes, or the number of motifs alone. */
  levels: number[];
  states: number;
  max_duration: number;
  initial: number[];
  /** `[K, K]` row-major. */
  transition: number[];
  /** P(duration) of each state. */
  durations: number[][];
  /** `[K, ΣL]`: log probability of each digit, or of each motif. */
  log_shares: number[];
}

/** What is observed of each window. */
export interface Observed {
  motifs: { labels: Int32Array; k: number };
  codes?: Codes;
}

/** Share of the uniform distribution in the emissions, so that nothing new is impossible. */
const floor = 1e-4;

/**
 * Fits a model to motif ids (categorical) or, when codes are given, to their digits (factorised). Noise (−1) is a
 * missing observation. The motifs are the first guess of the first start.
 */
export function fitByHsmm(
  { motifs, codes }: Observed,
  training: Stretches,
  options: Omit<HsmmOptions, "symbols" | "emission" | "guess" | "floor">,
  rng: Random,
): { fit: HsmmFit; record: HsmmRecord } {
  const distinct = codes === undefined ? undefined : distinctOf(codes);
  const fit = fitHsmm(
    distinct === undefined ? motifs.labels : symbolsOf(codes!, distinct),
    training,
    {
      ...options,
      symbols: distinct?.length ?? motifs.k,
      emission: distinct === undefined ? categorical : factorised(distinct, codes!.levels),
      guess: motifs.labels,
      floor,
    },
    rng,
  );
  const { model, emissionCounts } = fit;
  const shares = distinct === undefined
    ? categorical(emissionCounts, model.states, floor)
    : digitShares(emissionCounts, model.states, distinct, codes!.levels, floor);
  const record: HsmmRecord = {
    emission: codes === undefined ? "motifs" : "codes",
    levels: codes?.levels ?? [motifs.k],
    states: model.states,
    max_duration: model.maxDuration,
    initial: [...model.initial],
    transition: [...model.transition],
    durations: model.durations.map((d) => [...d.pmf]),
    log_shares: [...shares],
  };
  return { fit, record };
}

/** Decodes windows by a fitted model (Viterbi in each stretch); windows outside stretches get −1. */
export function decodeByHsmm(
  record: HsmmRecord,
  { motifs, codes }: Observed,
  stretches: Stretches,
): Int32Array {
  const own = record.emission === "motifs" ? [motifs.k] : codes?.levels;
  if (own?.join() !== record.levels.join()) {
    throw new InputError(
      `Cannot apply the fitted model: it reads ${record.emission} of levels [${record.levels}], ` +
        `got ${own === undefined ? "no codes" : `levels [${own}]`}`,
      { hint: "Connect motifs and codes that were made like those of the fit." },
    );
  }
  const distinct = record.emission === "motifs"
    ? Uint32Array.from({ length: motifs.k }, (_, i) => i)
    : distinctOf(codes!);
  const symbols = record.emission === "motifs" ? motifs.labels : symbolsOf(codes!, distinct);
  const model = {
    states: record.states,
    symbols: distinct.length,
    maxDuration: record.max_duration,
    initial: Float64Array.from(record.initial),
    transition: Float64Array.from(record.transition),
    durations: record.durations.map((pmf) => ({
      family: "nonparametric" as const,
      pmf: Float64Array.from(pmf),
    })),
    logEmission: tableOfDigits(record.log_shares, record.states, distinct, record.levels),
  };
  const labels = new Int32Array(motifs.labels.length).fill(-1);
  for (const { from, to } of stretches) labels.set(viterbi(model, symbols, from, to).path, from);
  return labels;
}

function distinctOf({ codes }: Codes): Uint32Array {
  return Uint32Array.from(new Set(codes)).sort();
}

/** Codes as dense symbols in ascending order of code. */
function symbolsOf({ codes }: Codes, distinct: Uint32Array): Int32Array {
  const index = new Map(Array.from(distinct, (code, i) => [code, i]));
  return Int32Array.from(codes, (code) => index.get(code)!);
}
