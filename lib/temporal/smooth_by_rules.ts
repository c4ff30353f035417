/** Smoothing by hysteresis, mode filter and minimum dwell, in the user's units. */
import { fitOf } from "../cluster/identity.ts";
import { dwellPredictions } from "./dwell.ts";
import { smooth, type SmoothedLabels } from "./pipeline.ts";
import type { Smoothed, SmoothingInput, SmoothingOptions } from "./smoothing_request.ts";
import { latencyOf } from "./streaming.ts";
import type { Stretch } from "./stretches.ts";

/**
 * Smooths by rules; adds to `warnings` what a user should see.
 *
 * @param done What smoothing came to, where that was done already.
 */
export function smoothByRules(
  { motifs }: SmoothingInput,
  options: SmoothingOptions,
  stretches: Stretch[],
  predictionRate: number,
  warnings: string[],
  done?: SmoothedLabels,
): Smoothed {
  const dwell = dwellPredictions(options.minDwellMs, predictionRate);
  if (dwell.warning !== undefined && options.dwellByDefault !== true) warnings.push(dwell.warning);
  const shorter = stretches.filter((s) => s.to - s.from < dwell.predictions).length;
  if (shorter > 0) {
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
    causal: options.causal === true,
  };
  const { labels, stages } = done ?? smooth({ ...motifs, classes: motifs.k }, pipeline, stretches);
  const latency = pipeline.causal ? latencyOf(pipeline) : null;
  const escapes = stages[0]?.escapes;
  if (escapes) {
    warnings.push(
      `Hysteresis held ${escapes} states for ${maxHold} predictions that no longer led, then let go`,
    );
  }
  return {
    labels,
    k: motifs.k,
    kind: "motif",
    fit: fitOf(motifs),
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

function isHard(posterior: Float32Array): boolean {
  return posterior.every((p) => p === 0 || p === 1);
}

/** Share of assigned windows whose motif is not a most probable one; NaN where none is assigned. */
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
  return astray / assigned;
}
