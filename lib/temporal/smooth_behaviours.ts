/** Motifs of windows to {@linkcode Behaviours}, by either method, with every warning a user should see. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import type { Codes } from "../artifacts/codes.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import type { FittedHsmm, SmoothingRules } from "../artifacts/smoothing.ts";
import { Part, type Split } from "../artifacts/split.ts";
import type { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random.ts";
import { describeBehaviours, shareOfShortRuns } from "./describe.ts";
import { dwellPredictions } from "./dwell.ts";
import { meanDuration } from "./hsmm_duration.ts";
import { decodeByHsmm, fitByHsmm, type MotifHsmmOptions } from "./hsmm_motifs.ts";
import { boutDurations } from "./bout_durations.ts";
import type { HysteresisOptions } from "./hysteresis.ts";
import { smooth } from "./pipeline.ts";
import { latencyOf } from "./streaming.ts";
import { restrict, type Stretch, stretchesOf } from "./stretches.ts";
import { boutsOf } from "./timeline.ts";
import { windowTable } from "./window_table.ts";

/** What is smoothed; all by window. */
export interface SmoothingInput {
  motifs: Pick<Motifs, "labels" | "k" | "points" | "posterior" | "names">;
  windows: Windows;
  codes?: Codes;
  /** Where given, nothing is fitted on, or named after, windows of the test part. */
  split?: Pick<Split, "part">;
  /** Behaviours whose hidden semi-Markov model is applied instead of fitting a new one. */
  fitted?: Pick<Behaviours, "hsmm" | "names">;
}

/** Settings in the user's units. */
export interface SmoothingOptions {
  method: "pipeline" | "hsmm";
  modeWidth: number;
  hysteresis?: Omit<HysteresisOptions, "maxHold">;
  maxHoldMs: number;
  minDwellMs: number;
  /** Decide each label with a bounded delay, as a device must. */
  causal?: boolean;
  hsmm: Pick<
    MotifHsmmOptions,
    "states" | "family" | "maxDuration" | "restarts" | "iterations" | "stickiness"
  >;
  /** Costs of a change of state, in nats, at which the median bout is reported as well. */
  stickinessScan?: readonly number[];
}

/** Smooths and describes. */
export function smoothBehaviours(
  input: SmoothingInput,
  options: SmoothingOptions,
  rng: Random,
  onProgress: (message: string) => void = () => {},
): Behaviours {
  const { motifs, windows } = input;
  const stretches = stretchesOf(windows);
  const predictionRate = windows.recordings.rate / windows.hop;
  const dwell = dwellPredictions(options.minDwellMs, predictionRate);
  const warnings: string[] = [];
  const result = options.method === "hsmm" && motifs.labels.length > 0
    ? byHsmm(input, options, stretches, rng, warnings, onProgress)
    : byPipeline(input, options, stretches, predictionRate, warnings);
  const { steps, ...described } = describeBehaviours(
    windows,
    result.labels,
    result.k,
    stretches,
    input.split && windows.labels.map((label, i) => (input.split!.part[i] === Part.test ? -1 : label)),
  );
  return {
    ...described,
    labels: result.labels,
    windowTable: windowTable(windows, motifs, input.codes, { labels: result.labels, names: described.names }),
    predictionRate,
    origin: windows.recordings.origin,
    minDwellPredictions: dwell.predictions,
    ...(result.rules === undefined ? {} : { rules: result.rules }),
    ...(result.hsmm === undefined ? {} : { hsmm: result.hsmm }),
    details: {
      method: options.method,
      ...result.details,
      stretches: stretches.length,
      short_run_share: {
        before: shareOfShortRuns(motifs.labels, stretches, dwell.predictions),
        after: shareOfShortRuns(result.labels, stretches, dwell.predictions),
      },
      changed: result.labels.reduce((n, label, i) => n + (label === motifs.labels[i] ? 0 : 1), 0),
      step_counts: steps,
    },
    warnings,
  };
}

interface Smoothed {
  labels: Int32Array;
  k: number;
  rules?: SmoothingRules;
  hsmm?: FittedHsmm;
  details: Behaviours["details"];
}

function byPipeline(
  { motifs }: SmoothingInput,
  options: SmoothingOptions,
  stretches: Stretch[],
  predictionRate: number,
  warnings: string[],
): Smoothed {
  const dwell = dwellPredictions(options.minDwellMs, predictionRate);
  if (dwell.warning !== undefined) warnings.push(dwell.warning);
  const shorter = stretches.filter((s) => s.to - s.from < dwell.predictions).length;
  if (dwell.predictions > 1 && shorter > 0) {
    warnings.push(
      `${shorter} of ${stretches.length} continuous stretches are shorter than the minimum dwell of ` +
        `${dwell.predictions} predictions: each of them becomes a single bout`,
    );
  }
  const maxHold = dwellPredictions(options.maxHoldMs, predictionRate).predictions;
  if (options.hysteresis !== undefined && isHard(motifs.posterior)) {
    warnings.push("All posteriors are 0 or 1: hysteresis has no effect");
  }
  const astray = options.hysteresis === undefined ? 0 : disagreement(motifs);
  if (astray > 0.01) {
    warnings.push(
      `In ${
        (100 * astray).toFixed(1)
      } % of windows another motif than the assigned one is the most probable: ` +
        "hysteresis follows the posteriors there",
    );
  }
  const pipeline = {
    hysteresis: options.hysteresis && { ...options.hysteresis, maxHold },
    modeWidth: options.modeWidth,
    minDwell: dwell.predictions,
    causal: options.causal ?? false,
  };
  const { labels, stages } = smooth({ ...motifs, classes: motifs.k }, pipeline, stretches);
  const latency = pipeline.causal ? latencyOf(pipeline) : null;
  const escapes = stages[0]?.escapes ?? 0;
  if (escapes > 0) {
    warnings.push(
      `Hysteresis held ${escapes} states for ${maxHold} predictions that no longer led, then let go`,
    );
  }
  return {
    labels,
    k: motifs.k,
    rules: {
      modeWidth: options.modeWidth,
      minDwell: dwell.predictions,
      hysteresis: pipeline.hysteresis ?? null,
    },
    details: {
      stages: stages.map((stage) => ({ ...stage })),
      causal: pipeline.causal,
      latency: latency === null ? null : { predictions: latency, seconds: latency / predictionRate },
    },
  };
}

function byHsmm(
  { motifs, windows, codes, split, fitted }: SmoothingInput,
  options: SmoothingOptions,
  stretches: Stretch[],
  rng: Random,
  warnings: string[],
  onProgress: (message: string) => void,
): Smoothed {
  if (fitted !== undefined) {
    const { hsmm } = fitted;
    if (hsmm === undefined) {
      throw new InputError(
        "Cannot apply fitted behaviours: they were smoothed by rules, there is no model in them",
        {
          hint: "Connect behaviours of a `smooth` step with method: hsmm, or leave `fitted` out.",
        },
      );
    }
    const { record } = hsmm;
    const labels = decodeByHsmm(record, { motifs, codes }, stretches);
    return { labels, k: record.states, hsmm, details: { applied: true } };
  }
  const training = split === undefined ? stretches : restrict(stretches, (i) => split.part[i] === Part.train);
  if (training.length === 0) {
    throw new InputError("Cannot fit the hidden semi-Markov model: the training part of the split is empty", {
      hint: "Leave the split out to fit on all windows, or use one with a training part.",
    });
  }
  const { recordings } = windows.recordings;
  const { fit, record, choice } = fitByHsmm({ motifs, codes }, training, {
    ...options.hsmm,
    groupOf: ({ from }) => recordings[windows.recording[from]].subject,
    onPass: ({ start, iteration, logLikelihood }) =>
      onProgress(`HSMM start ${start + 1}, pass ${iteration}: log-likelihood ${logLikelihood.toFixed(3)}`),
  }, rng);
  if (!fit.converged) warnings.push(`HSMM: EM did not converge in ${options.hsmm.iterations} passes`);
  if (choice?.hit_boundary) {
    warnings.push(`HSMM: ${choice.states} states, the most that were tried, did best; widen hsmm.n_states`);
  }
  const decode = (stickiness: number) =>
    decodeByHsmm({ ...record, stickiness }, { motifs, codes }, stretches);
  return {
    labels: decode(record.stickiness),
    k: record.states,
    hsmm: {
      record,
      ...(choice === undefined ? {} : { choice }),
      ...(options.stickinessScan === undefined ? {} : {
        stickinessScan: options.stickinessScan.map((stickiness) => ({
          stickiness,
          ...boutFacts(windows, decode(stickiness), stretches),
        })),
      }),
      durations: fit.model.durations.map((d) => ({
        mean: meanDuration(d),
        tail: d.tail,
        theta: d.theta ?? null,
        r: d.r ?? null,
      })),
    },
    details: {
      fitted_on: training.reduce((n, { from, to }) => n + to - from, 0),
      family: options.hsmm.family,
      max_duration: options.hsmm.maxDuration,
      log_likelihood: fit.history,
      starts: fit.starts,
      converged: fit.converged,
      state_usage: fit.usage,
    },
  };
}

/** Number of bouts of a decoding and their median in seconds, as a scan of stickiness compares them. */
function boutFacts(
  windows: Windows,
  labels: Int32Array,
  stretches: Stretch[],
): { bouts: number; median: number | null } {
  const bouts = boutsOf(windows, labels, stretches).filter(({ label }) => label >= 0);
  return { bouts: bouts.length, median: boutDurations(bouts)?.median ?? null };
}

function isHard(posterior: Float32Array): boolean {
  return posterior.every((p) => p === 0 || p === 1);
}

/** Share of assigned windows whose motif is not a most probable one. */
function disagreement({ labels, points, posterior, k }: SmoothingInput["motifs"]): number {
  let astray = 0, assigned = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0) continue;
    assigned++;
    const row = points[i] * k;
    for (let c = 0; c < k; c++) {
      if (posterior[row + c] <= posterior[row + labels[i]]) continue;
      astray++;
      break;
    }
  }
  return assigned === 0 ? 0 : astray / assigned;
}
