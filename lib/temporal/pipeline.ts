/**
 * The smoothing pipeline in its right order: hysteresis needs posteriors, so it comes first; then the mode filter,
 * then the minimum dwell. Every stage starts afresh in each stretch.
 */
import { concatenated } from "../artifacts/shards.ts";
import type { Stretches } from "./transitions.ts";
import type { HysteresisOptions } from "./hysteresis.ts";
import { hysteresis } from "./hysteresis.ts";
import { modeFilter } from "./mode_filter.ts";
import { enforceMinDwellCausally } from "./causal_dwell.ts";
import { enforceMinDwell } from "./dwell.ts";

/** Settings in predictions, not in time; a stage left out is skipped. */
export interface PipelineOptions {
  hysteresis?: HysteresisOptions;
  /** Odd width of the mode filter. */
  modeWidth?: number;
  minDwell?: number;
  /** Decide each label with a bounded delay, as a stream must ({@linkcode enforceMinDwellCausally}). */
  causal?: boolean;
}

/** What goes in: labels, and for hysteresis the posteriors behind them. */
export interface PipelineInput {
  /** int32 `[N]`, −1 for noise. */
  labels: Int32Array;
  /** `[M, classes]` with the point of each prediction `[N]`. */
  posterior?: ArrayLike<number>;
  points?: ArrayLike<number>;
  classes: number;
}

/** One stage and how many labels it changed. */
export interface StageReport {
  stage: "hysteresis" | "mode filter" | "minimum dwell";
  changed: number;
  /** States that `maxHold` ended. */
  escapes?: number;
}

/** Smoothed labels, and what each stage did. */
export interface SmoothedLabels {
  labels: Int32Array;
  stages: StageReport[];
}

/** What shards of windows came to, as of all windows. */
export function joinSmoothed(shards: readonly SmoothedLabels[]): SmoothedLabels {
  const stages = shards[0].stages.map((first, s): StageReport => {
    const sum = (of: (stage: StageReport) => number) =>
      shards.reduce((n, { stages }) => n + of(stages[s]), 0);
    return {
      stage: first.stage,
      changed: sum(({ changed }) => changed),
      ...(first.escapes === undefined ? {} : { escapes: sum(({ escapes }) => escapes!) }),
    };
  });
  return { labels: concatenated(shards.map(({ labels }) => labels)), stages };
}

/** Smooths labels; the result has the same length. Noise (−1) has no posterior and passes hysteresis untouched. */
export function smooth(
  input: PipelineInput,
  options: PipelineOptions,
  stretches: Stretches,
): SmoothedLabels {
  const stages: StageReport[] = [];
  let labels: Int32Array = input.labels.slice();
  if (options.hysteresis !== undefined) {
    if (input.posterior === undefined) throw new TypeError("Cannot run hysteresis: there are no posteriors");
    const held = hysteresis(input.posterior, input.classes, options.hysteresis, input.points, stretches);
    for (let i = 0; i < labels.length; i++) if (labels[i] < 0) held.labels[i] = labels[i];
    stages.push({
      stage: "hysteresis",
      changed: differences(labels, held.labels),
      escapes: held.escapes,
    });
    labels = held.labels;
  }
  const perStretch = (stage: StageReport["stage"], run: (part: Int32Array) => Int32Array) => {
    const out = new Int32Array(labels.length);
    for (const { from, to } of stretches) out.set(run(labels.subarray(from, to)), from);
    stages.push({ stage, changed: differences(labels, out) });
    labels = out;
  };
  const { modeWidth, minDwell } = options;
  const dwell = options.causal ? enforceMinDwellCausally : enforceMinDwell;
  if (modeWidth !== undefined) perStretch("mode filter", (part) => modeFilter(part, modeWidth));
  if (minDwell !== undefined) perStretch("minimum dwell", (part) => dwell(part, minDwell));
  return { labels, stages };
}

function differences(a: Int32Array, b: Int32Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}
