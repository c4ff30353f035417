/** The hidden semi-Markov alternative to the smoothing pipeline, from motifs or from codes. */
import type { Codes } from "../../artifacts/codes.ts";
import type { Motifs } from "../../artifacts/motifs.ts";
import type { HsmmRecord, SampledFit, StatesChoice } from "../../artifacts/smoothing.ts";
import { fitOf, identityOf, matchMotifs } from "../../cluster/identity.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { fitHsmm, type HsmmFit, type HsmmOptions } from "./hsmm.ts";
import { errorOfSample } from "./sample.ts";
import { categorical, digitShares, factorised, tableOfDigits } from "./emission.ts";
import { type FilterModel, HsmmFilter } from "./filter.ts";
import { durationScale } from "./scale.ts";
import { chooseStates } from "./states.ts";
import { viterbi } from "./viterbi.ts";
import type { Stretches } from "../transitions.ts";
import { typedFrom } from "../../typed_from.ts";

/** What is observed of each window. */
export interface Observed {
  motifs: Pick<Motifs, "labels" | "k" | "names" | "rule" | "clusters">;
  codes?: Codes;
}

/** Settings of a fit to motifs. */
export interface MotifHsmmOptions extends
  Omit<
    HsmmOptions,
    "states" | "symbols" | "emission" | "guess" | "floor" | "maxDuration" | "meanDuration"
  > {
  /** A number, or the smallest and largest to choose from by held-out likelihood. */
  states: number | readonly [number, number];
  /** Longest explicit duration, in predictions; chosen from the data where left out. */
  maxDuration?: number;
  stickiness: number;
  /** Other stretches, where the training is a sample: a second fit on them tells its error. */
  check?: Stretches;
  /** Person, or recording, of a stretch. */
  groupOf: (stretch: Stretches[number]) => string;
}

/** Share of the uniform distribution in the emissions, so that nothing new is impossible. */
const floor = 1e-4;

/**
 * Fits a model to motif ids (categorical) or, when codes are given, to their digits (factorised). Noise (−1) is a
 * missing observation. The motifs are the first guess of the first start, and all start from the scale of durations.
 */
export function fitByHsmm(
  { motifs, codes }: Observed,
  training: Stretches,
  { states, stickiness, check = [], groupOf, ...options }: MotifHsmmOptions,
  rng: Random,
): { fit: HsmmFit; record: HsmmRecord; choice?: StatesChoice; longest: number; error?: SampledFit["check"] } {
  const distinct = codes === undefined ? undefined : distinctOf(codes);
  const symbols = distinct === undefined ? motifs.labels : symbolsOf(codes!, distinct);
  const observed = {
    ...options,
    symbols: distinct?.length ?? motifs.k,
    emission: distinct === undefined ? categorical : factorised(distinct, codes!.levels),
    guess: motifs.labels,
    floor,
  };
  // Fewer states last longer.
  const fewest = typeof states === "number" ? states : states[0];
  const scale = durationScale(symbols, training, { ...observed, states: fewest }, rng.fork("durations"));
  const settings = {
    ...observed,
    maxDuration: options.maxDuration ?? scale.maxDuration,
    meanDuration: scale.longest,
  };
  const choice = typeof states === "number"
    ? undefined
    : chooseStates(symbols, training, states, groupOf, settings, rng.fork("states"));
  const chosen = { ...settings, states: choice?.states ?? states as number };
  const fit = fitHsmm(symbols, training, chosen, rng);
  const { model, emissionCounts } = fit;
  const error = check.length === 0
    ? undefined
    : errorOfSample([model, fitHsmm(symbols, check, chosen, rng.fork("check")).model], symbols, check);
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
    tails: model.durations.map((d) => d.tail),
    stickiness,
    log_shares: [...shares],
  };
  if (motifs.names !== undefined) record.names = motifs.names;
  record.motifs = fitOf(motifs) ?? undefined;
  return { fit, record, choice, longest: scale.longest, ...(error === undefined ? {} : { error }) };
}

/** Decodes windows by a fitted model (Viterbi in each stretch, or causally); windows outside stretches get −1. */
export function decodeByHsmm(
  record: HsmmRecord,
  { motifs, codes }: Observed,
  stretches: Stretches,
): Int32Array {
  const own = record.emission === "codes"
    ? codes?.levels
    : record.names === undefined
    ? [motifs.k]
    : record.levels;
  if (own?.join() !== record.levels.join()) {
    throw new InputError(
      `Cannot apply the fitted model: it reads ${record.emission} of levels [${record.levels}], ` +
        `got ${own === undefined ? "no codes" : `levels [${own}]`}`,
      { hint: "Connect motifs and codes that were made like those of the fit." },
    );
  }
  const symbols = observedSymbols(record, { motifs, codes });
  const distinct = record.emission === "motifs"
    ? Uint32Array.from({ length: record.levels[0] }, (_, i) => i)
    : distinctOf(codes!);
  if (record.causal === true) return filtered(record, symbols, distinct, stretches);
  const model = {
    states: record.states,
    symbols: distinct.length,
    maxDuration: record.max_duration,
    initial: Float64Array.from(record.initial),
    transition: Float64Array.from(filterModelOf(record).transition),
    durations: record.durations.map((pmf, j) => ({
      family: "nonparametric" as const,
      pmf: Float64Array.from(pmf),
      tail: record.tails[j],
    })),
    logEmission: tableOfDigits(record.log_shares, record.states, distinct, record.levels),
  };
  const labels = new Int32Array(motifs.labels.length).fill(-1);
  for (const { from, to } of stretches) labels.set(viterbi(model, symbols, from, to).path, from);
  return labels;
}

/** The model as its filter takes it: changes of state cost the stickiness as well. */
export function filterModelOf(record: HsmmRecord): FilterModel {
  const { states, max_duration, initial, transition, durations, tails, stickiness } = record;
  const sticky = Math.exp(-stickiness);
  return { states, max_duration, initial, transition: transition.map((p) => p * sticky), durations, tails };
}

function filtered(
  record: HsmmRecord,
  symbols: Int32Array,
  distinct: Uint32Array,
  stretches: Stretches,
): Int32Array {
  const { states: k } = record;
  const table = tableOfDigits(record.log_shares, k, distinct, record.levels);
  const m = distinct.length;
  const filter = new HsmmFilter(filterModelOf(record));
  const labels = new Int32Array(symbols.length).fill(-1);
  const log = new Float64Array(k);
  for (const { from, to } of stretches) {
    filter.reset();
    for (let i = from; i < to; i++) {
      for (let j = 0; j < k; j++) log[j] = symbols[i] < 0 ? 0 : table[j * m + symbols[i]];
      labels[i] = filter.push(log);
    }
  }
  return labels;
}

/** What the model observes of each window, in the numbers of the motifs that it was fitted to. */
function observedSymbols(record: HsmmRecord, { motifs, codes }: Observed): Int32Array {
  if (record.emission === "codes") return symbolsOf(codes!, distinctOf(codes!));
  const fitted = { k: record.levels[0], names: record.names, fit: record.motifs ?? null };
  const match = matchMotifs(fitted, identityOf(motifs));
  if (typeof match === "string") {
    throw new InputError(`Cannot apply the fitted model: ${match}`, {
      hint: "Label the windows by the motifs of the fit: `cluster` with method: assign.",
    });
  }
  const missing = motifs.names?.filter((_, id) => match[id] < 0) ?? [];
  if (missing.length > 0) {
    throw new InputError(`Cannot apply the fitted model: it knows no motif "${missing.join('", "')}"`, {
      hint: `It was fitted on ${record.names!.map((name) => `"${name}"`).join(", ")}.`,
    });
  }
  return motifs.labels.map((label) => label < 0 ? -1 : match[label]);
}

function distinctOf({ codes }: Codes): Uint32Array {
  return Uint32Array.from(new Set(codes)).sort();
}

/** Codes as dense symbols in ascending order of code. */
function symbolsOf({ codes }: Codes, distinct: Uint32Array): Int32Array {
  const index = new Map(Array.from(distinct, (code, i) => [code, i]));
  return typedFrom(Int32Array, codes, (code) => index.get(code)!);
}
