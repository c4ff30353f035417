/** What later steps need of how behaviours were smoothed, how they follow each other and how much they are used. */
import { z } from "zod";
import { objectOf } from "./read_json.ts";

/** A fitted hidden semi-Markov model as plain JSON: enough to label new recordings as the fit labelled its own. */
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
  /** P(duration) of each state; the last of a row is that of max_duration or longer. */
  durations: number[][];
  /** Probability of each state to last on, each prediction beyond max_duration. */
  tails: number[];
  /** Nats that every change of state costs in decoding, beside the model's own probability of it. */
  stickiness: number;
  /** Each state is decoded from past windows alone; absent where whole recordings are. */
  causal?: true;
  /** What motifs were called, where labels came with names. */
  names?: string[];
  /** Fingerprint of the fit that numbered the motifs; absent where labels were made elsewhere. */
  motifs?: string;
  /** `[K, ΣL]`: log probability of each digit, or of each motif. */
  log_shares: number[];
}

/** One candidate number of states. */
export interface StatesCandidate {
  states: number;
  /** Held-out log-likelihood per prediction, mean over folds. */
  log_likelihood: number;
  /** Standard error over folds of the difference to the best candidate; 0 for the best itself. */
  error: number;
}

/** Which number of states was chosen and why. */
export interface StatesChoice {
  states: number;
  curve: StatesCandidate[];
  folds: number;
  /** The largest number that was tried is the chosen one. */
  hit_boundary: boolean;
}

/** A model that was fitted on some of the windows, and how far a fit on as many others differs. */
export interface SampledFit {
  /** Windows that it was fitted on, and those that they were drawn from. */
  windows: number;
  of: number;
  /**
   * A second sample, of other windows: its mean log-likelihood a window by the model and by a model of its own, and the adjusted
   * Rand index of the states that the two find in it. Absent where too few windows were left.
   */
  check?: { windows: number; log_likelihood: number; own: number; ari: number } | undefined;
}

/** A hidden semi-Markov model, and where it was fitted how the fit went. */
export interface FittedHsmm {
  record: HsmmRecord;
  /** Candidates of the number of states, where it was chosen. */
  choice?: StatesChoice;
  /**
   * Longest mean duration, in predictions, by a model with geometric durations, which the fit started from; and whether
   * `max_duration` was chosen by it.
   */
  scale?: { longest: number; chosen: boolean };
  /** Where it was fitted on a sample. */
  sample?: SampledFit;
  /** Bouts by cost of a change of state, where that was scanned; `median` in seconds. */
  stickinessScan?: { stickiness: number; bouts: number; median: number | null }[];
  /** Durations of each state, in predictions; parameters of the family where it has them. */
  durations: { mean: number | null; tail: number; theta: number | null; r: number | null }[];
}

/** Settings of the smoothing by rules, in predictions: what a stream needs to go on like it. */
export interface SmoothingRules {
  modeWidth: number;
  minDwell: number;
  hysteresis: { high: number; low: number; rule?: "strict" | "permissive"; maxHold: number } | null;
}

/** Transition tables of a set of sequences; rows are the earlier behaviour. */
export interface Transitions {
  /** Changes between consecutive bouts; the diagonal is zero. */
  counts: number[][];
  /** Rows of `counts` divided by their sum; a row without changes stays zero. */
  rows: number[][];
  /** `counts` divided by their total. */
  bigram: number[][];
}

/** Durations in seconds, by the Kaplan–Meier estimate over all bouts. */
export interface BoutDurations {
  /** All bouts, and those of them that were seen from start to end. */
  n: number;
  complete: number;
  /** Quantiles; `null` where too many bouts are cut off to tell. */
  p10: number | null;
  median: number | null;
  p90: number | null;
  /** Mean up to the longest bout seen; a lower bound where that one is cut off. */
  mean: number;
  /** The mean is a lower bound. */
  restricted: boolean;
  /** Median of the complete bouts alone: too short wherever long bouts touch an end. `null` without complete ones. */
  completeMedian: number | null;
}

/** Usage of one behaviour. */
export interface Usage {
  id: number;
  bouts: number;
  seconds: number;
  /** Share of the assigned time (−1 left out) and of the assigned bouts. */
  timeShare: number;
  boutShare: number;
  /** Bouts cut off on either side: their true length is unknown. */
  censored: number;
  duration: BoutDurations | null;
}

const number = z.number();
const numbers = z.array(number);
const table = z.array(numbers);

/** Schema of {@linkcode HsmmRecord}. */
const recordSchema = () =>
  objectOf<HsmmRecord>({
    emission: z.enum(["motifs", "codes"]),
    levels: numbers,
    states: z.int().min(1),
    max_duration: z.int().min(1),
    initial: numbers,
    transition: numbers,
    durations: table,
    tails: numbers,
    stickiness: number,
    causal: z.literal(true).optional(),
    names: z.array(z.string()).optional(),
    motifs: z.string().optional(),
    log_shares: numbers,
  });

/** Schema of {@linkcode FittedHsmm}. */
export const hsmmSchema = () =>
  objectOf<FittedHsmm>({
    record: recordSchema(),
    choice: objectOf<StatesChoice>({
      states: number,
      curve: z.array(objectOf<StatesCandidate>({ states: number, log_likelihood: number, error: number })),
      folds: number,
      hit_boundary: z.boolean(),
    }).optional(),
    scale: z.object({ longest: number, chosen: z.boolean() }).optional(),
    sample: objectOf<SampledFit>({
      windows: z.int(),
      of: z.int(),
      check: z.object({ windows: z.int(), log_likelihood: number, own: number, ari: number }).optional(),
    }).optional(),
    stickinessScan: z.array(
      z.object({ stickiness: number, bouts: number, median: number.nullable() }),
    ).optional(),
    durations: z.array(
      z.object({ mean: number.nullable(), tail: number, theta: number.nullable(), r: number.nullable() }),
    ),
  });

/** Schema of {@linkcode SmoothingRules}. */
export const rulesSchema = () =>
  objectOf<SmoothingRules>({
    modeWidth: z.int().min(1),
    minDwell: z.int().min(1),
    hysteresis: z.object({
      high: number,
      low: number,
      rule: z.enum(["strict", "permissive"]).optional(),
      maxHold: number,
    })
      .nullable(),
  });

/** Schema of {@linkcode Transitions}. */
export const transitionsSchema = () => objectOf<Transitions>({ counts: table, rows: table, bigram: table });

/** Schema of the {@linkcode Usage} of one behaviour. */
export const usageSchema = () =>
  objectOf<Usage>({
    id: number,
    bouts: number,
    seconds: number,
    timeShare: number,
    boutShare: number,
    censored: number,
    duration: objectOf<BoutDurations>({
      n: number,
      complete: number,
      p10: number.nullable(),
      median: number.nullable(),
      p90: number.nullable(),
      mean: number,
      restricted: z.boolean(),
      completeMedian: number.nullable(),
    }).nullable(),
  });
