/**
 * Hidden semi-Markov models: behaviours that last for a while, learnt by EM from sequences of symbols.
 * Recursions: Guédon (2003) with the last segment right-censored; the first one is taken to start with its sequence.
 */
import type { Random } from "../../random.ts";
import { windowsIn } from "../stretches.ts";
import type { Stretches } from "../transitions.ts";
import type { DurationFamily } from "./duration.ts";
import { durationWithMean, fitDuration } from "./duration.ts";
import type { EmissionFamily } from "./emission.ts";
import { categorical } from "./emission.ts";
import { accumulate, emptyStatistics, type Statistics } from "./inference.ts";
import type { Hsmm } from "./model.ts";

/** Settings of {@linkcode fitHsmm}. */
export interface HsmmOptions {
  states: number;
  /** Number of symbols M. */
  symbols: number;
  family: DurationFamily;
  /** Longest explicit duration D, in predictions; beyond it durations are geometric. */
  maxDuration: number;
  /** Default {@linkcode categorical}. */
  emission?: EmissionFamily;
  /** Seeded starts; the best is carried to the end. */
  restarts?: number;
  /** EM passes of the best start at most, and of each other start. */
  iterations?: number;
  startIterations?: number;
  /** Stop when an EM pass raises the log-likelihood per prediction by less. */
  tolerance?: number;
  /** Expected duration of the first guess, in predictions. */
  meanDuration?: number;
  /** A first guess of the state of each prediction (e.g. motifs) for the first start; values ≥ states are ignored. */
  guess?: ArrayLike<number>;
  /** Share of the uniform distribution mixed into the emissions afterwards, so that no symbol is impossible later. */
  floor?: number;
  /** Called after every EM pass. */
  onPass?: (pass: { start: number; iteration: number; logLikelihood: number }) => void;
}

/** A fitted model. States are ordered by descending usage. */
export interface HsmmFit {
  model: Hsmm;
  /** Expected predictions by state and symbol `[K, M]`, in the model's order of states. */
  emissionCounts: Float64Array;
  /** Log-likelihood before each EM pass of the winning start; never falls. */
  history: number[];
  /** Log-likelihood of each start after its first passes. */
  starts: number[];
  converged: boolean;
  /** Expected share of predictions by state. */
  usage: number[];
}

/**
 * Fits by EM with several starts.
 *
 * @param symbols Observations in 0 … M−1, −1 where missing.
 * @param stretches Independent sequences `[from, to)`.
 */
export function fitHsmm(
  symbols: Int32Array,
  stretches: Stretches,
  options: HsmmOptions,
  rng: Random,
): HsmmFit {
  const { states: k, restarts = 5, iterations = 50, tolerance = 1e-6, floor = 1e-4 } = options;
  const startIterations = Math.min(options.startIterations ?? 5, iterations);
  if (!(Number.isInteger(k) && k >= 2)) {
    throw new RangeError(`Cannot fit hidden semi-Markov model: states must be an integer ≥ 2, got ${k}`);
  }
  if (symbols.length === 0) {
    throw new RangeError("Cannot fit hidden semi-Markov model: there are no predictions");
  }
  const emission = options.emission ?? categorical;
  const predictions = windowsIn(stretches);
  const run = (start: number, model: Hsmm, history: number[], limit: number) => {
    for (let iteration = 0;; iteration++) {
      const statistics = eStep(model, symbols, stretches);
      history.push(statistics.logLikelihood);
      options.onPass?.({ start, iteration: history.length - 1, logLikelihood: statistics.logLikelihood });
      const gain = history.length < 2 ? Infinity : history[history.length - 1] - history[history.length - 2];
      const converged = gain < tolerance * predictions;
      if (converged || iteration >= limit) return { model, history, statistics, converged };
      model = mStep(model, statistics, emission);
    }
  };
  const begun = Array.from({ length: Math.max(1, restarts) }, (_, start) => {
    const guess = start === 0 ? options.guess : undefined;
    return run(start, firstGuess(symbols, stretches, options, emission, rng, guess), [], startIterations);
  });
  const last = begun.map(({ history }) => history[history.length - 1]);
  const winner = last.indexOf(Math.max(...last));
  const best = begun[winner].converged || startIterations === iterations ? begun[winner] : run(
    winner,
    mStep(begun[winner].model, begun[winner].statistics, emission),
    begun[winner].history,
    // Going on takes a pass before the first that is counted.
    iterations - startIterations - 1,
  );
  const order = Array.from({ length: k }, (_, j) => j)
    .sort((a, b) => best.statistics.occupancy[b] - best.statistics.occupancy[a] || a - b);
  const counts = best.statistics.emission;
  const model = { ...best.model, logEmission: emission(counts, k, floor) };
  return {
    model: reorder(model, order),
    emissionCounts: reorderRows(counts, order),
    history: best.history,
    starts: last,
    converged: best.converged,
    usage: order.map((j) => best.statistics.occupancy[j] / predictions),
  };
}

function eStep(model: Hsmm, symbols: Int32Array, stretches: Stretches): Statistics {
  const statistics = emptyStatistics(model);
  accumulate(model, symbols, statistics, { stretches });
  return statistics;
}

/** One M-step: exact maximum of every part, so that the log-likelihood cannot fall. */
function mStep(model: Hsmm, statistics: Statistics, emission: EmissionFamily): Hsmm {
  const { states: k, maxDuration: D } = model;
  const transition = model.transition.slice();
  for (let i = 0; i < k; i++) {
    const row = statistics.transition.subarray(i * k, (i + 1) * k);
    const total = row.reduce((a, b) => a + b, 0);
    if (total > 1e-12) transition.set(row.map((c) => c / total), i * k);
  }
  const starts = statistics.initial.reduce((a, b) => a + b, 0);
  return {
    ...model,
    initial: statistics.initial.map((c) => c / starts),
    transition,
    durations: model.durations.map((d, j) =>
      fitDuration(d, statistics.duration.subarray(j * D, (j + 1) * D), {
        continued: statistics.continued[j],
        ended: statistics.ended[j],
      })
    ),
    logEmission: emission(statistics.emission, k, 0),
  };
}

/** A starting point: emissions from guessed states, or the overall frequencies disturbed at random. */
function firstGuess(
  symbols: Int32Array,
  stretches: Stretches,
  { states: k, symbols: m, family, maxDuration, meanDuration }: HsmmOptions,
  emission: EmissionFamily,
  rng: Random,
  guess?: ArrayLike<number>,
): Hsmm {
  const overall = new Float64Array(m), guessed = new Float64Array(k * m);
  for (const { from, to } of stretches) {
    for (let t = from; t < to; t++) {
      if (symbols[t] < 0) continue;
      overall[symbols[t]]++;
      if (guess !== undefined && guess[t] >= 0 && guess[t] < k) guessed[guess[t] * m + symbols[t]]++;
    }
  }
  const counts = new Float64Array(k * m);
  for (let j = 0; j < k; j++) {
    for (let s = 0; s < m; s++) {
      counts[j * m + s] = guess === undefined
        ? (overall[s] + 1e-3) * (-Math.log(1 - rng.uniform())) ** 3
        : guessed[j * m + s] + 0.05 * (overall[s] + 1e-3) / k;
    }
  }
  const mean = meanDuration ?? Math.min(maxDuration / 4, 20);
  return {
    states: k,
    symbols: m,
    maxDuration,
    initial: new Float64Array(k).fill(1 / k),
    transition: Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 0 : 1 / (k - 1))),
    durations: Array.from(
      { length: k },
      () => durationWithMean(family, maxDuration, guess === undefined ? mean * rng.between(0.5, 1.5) : mean),
    ),
    logEmission: emission(counts, k, 0),
  };
}

function reorder(model: Hsmm, order: number[]): Hsmm {
  const { states: k } = model;
  return {
    ...model,
    initial: Float64Array.from(order, (j) => model.initial[j]),
    transition: Float64Array.from(
      { length: k * k },
      (_, i) => model.transition[order[Math.floor(i / k)] * k + order[i % k]],
    ),
    durations: order.map((j) => model.durations[j]),
    logEmission: reorderRows(model.logEmission, order),
  };
}

function reorderRows(rows: Float64Array, order: number[]): Float64Array {
  const width = rows.length / order.length;
  return Float64Array.from(rows, (_, i) => rows[order[Math.floor(i / width)] * width + i % width]);
}
