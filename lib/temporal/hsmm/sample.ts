/** Which windows a hidden semi-Markov model is fitted on where there are too many, and how far another draw would differ. */
import type { SampledFit } from "../../artifacts/smoothing.ts";
import { agreement } from "../../cluster/judge/agreement.ts";
import { hash32 } from "../../random.ts";
import { type Stretch, windowsIn } from "../stretches.ts";
import type { Stretches } from "../transitions.ts";
import { logLikelihood } from "./inference.ts";
import type { Hsmm } from "./model.ts";
import { viterbi } from "./viterbi.ts";

/** Predictions of a piece at least, and as a multiple of the longest explicit duration: its ends cut few segments off. */
const pieceLength = 1000, longestDurations = 10;

/** Stretches to fit on, and as many others to tell the error of the fit by; in the order of the draw. */
export interface DrawnStretches {
  fit: Stretch[];
  check: Stretch[];
  /** Predictions that they were drawn from. */
  of: number;
}

/**
 * Draws pieces of stretches until there are `most` predictions, twice, without replacement; undefined where there are no more
 * than that. What is drawn, and its order, follows from the seed and the names alone: neither the order of recordings nor the
 * shards that they lie in have a say.
 *
 * @param nameOf Who and when a piece is: subject, recording, first sample.
 * @param longest Longest explicit duration, in predictions.
 *
 * ```ts
 * import { sampleStretches } from "./sample.ts";
 * import assert from "node:assert/strict";
 * const stretches = Array.from({ length: 9 }, (_, r) => ({ from: 5000 * r, to: 5000 * (r + 1), recording: r }));
 * const { fit, check, of } = sampleStretches(stretches, 4000, ({ from }) => `${from}`, 100, 7)!;
 * assert.deepEqual([fit.length, check.length, of], [4, 4, 45_000]);
 * ```
 */
export function sampleStretches(
  stretches: readonly Stretch[],
  most: number,
  nameOf: (piece: Stretch) => string,
  longest: number,
  seed: number,
): DrawnStretches | undefined {
  const of = windowsIn(stretches);
  if (of <= most) return undefined;
  const length = Math.min(most, Math.max(pieceLength, longestDurations * longest));
  const pieces = stretches.flatMap((stretch) => cut(stretch, length)).map((piece) => {
    const name = nameOf(piece);
    return { piece, name, at: hash32(`${seed}:${name}`) };
  });
  pieces.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  const left = pieces.map(({ piece }) => piece);
  return { fit: take(left, most), check: take(left, most), of };
}

function cut({ from, to, recording }: Stretch, length: number): Stretch[] {
  return Array.from({ length: Math.ceil((to - from) / length) }, (_, i) => ({
    from: from + i * length,
    to: Math.min(to, from + (i + 1) * length),
    recording,
  }));
}

/** Takes the first pieces away, as many as hold at most `most` predictions together. */
function take(pieces: Stretch[], most: number): Stretch[] {
  let size = 0, count = 0;
  for (const { from, to } of pieces) {
    size += to - from;
    if (size > most) break;
    count++;
  }
  return pieces.splice(0, count);
}

/**
 * How far the fit of a sample is from that of a second, disjoint one, on the predictions of the second: what its own model
 * gains on them is more than what a fit on everything would gain, as a model fits its own data best.
 *
 * @param models Fitted on the sample, and on `check`.
 */
export function errorOfSample(
  [first, second]: readonly [Hsmm, Hsmm],
  symbols: Int32Array,
  check: Stretches,
): SampledFit["check"] {
  const n = windowsIn(check);
  const mean = (model: Hsmm) =>
    check.reduce((sum, { from, to }) => sum + logLikelihood(model, symbols, from, to), 0) / n;
  const decoded = (model: Hsmm) => {
    const labels = new Int32Array(n);
    let at = 0;
    for (const { from, to } of check) {
      labels.set(viterbi(model, symbols, from, to).path, at);
      at += to - from;
    }
    return labels;
  };
  return {
    windows: n,
    log_likelihood: mean(first),
    own: mean(second),
    ari: agreement(decoded(second), decoded(first)).ari,
  };
}
