/** How long states last, before their durations are fitted: where EM starts from, and how many durations are explicit. */
import type { Random } from "../../random.ts";
import type { Stretches } from "../transitions.ts";
import { meanDuration } from "./duration.ts";
import { fitHsmm, type HsmmOptions } from "./hsmm.ts";

/** Explicit durations: at least, since short ones cost nothing; at most, since time and memory grow with them. */
const LEAST = 25, MOST = 100;

/** Where the geometric model starts; it finds the same means from 4 to 1024. */
const START = 64;

/** The scale of durations, in predictions. */
export interface DurationScale {
  /** Longest mean duration of a state, at most the longest sequence. */
  longest: number;
  /** Number of explicit durations D that the data ask for. */
  maxDuration: number;
}

/**
 * Fits the same model with geometric durations (a hidden Markov model: D = 1, the tail is all there is), which costs least
 * and finds the scale of durations from any start. EM with explicit durations does not: from a start far below it stays
 * with short segments, and gave means of 5 where they were 336.
 */
export function durationScale(
  symbols: Int32Array,
  stretches: Stretches,
  options: Omit<HsmmOptions, "family" | "maxDuration" | "onPass">,
  rng: Random,
): DurationScale {
  const { model } = fitHsmm(
    symbols,
    stretches,
    { ...options, family: "geometric", maxDuration: 1, meanDuration: START, onPass: undefined },
    rng,
  );
  const sequence = stretches.reduce((most, { from, to }) => Math.max(most, to - from), 1);
  const longest = Math.min(
    sequence,
    model.durations.reduce((most, duration) => Math.max(most, meanDuration(duration) ?? Infinity), 1),
  );
  return { longest, maxDuration: Math.min(MOST, Math.max(LEAST, Math.ceil(longest))) };
}
