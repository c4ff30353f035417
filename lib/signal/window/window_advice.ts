/** How long windows last, and what the labelled bouts of the data make of a length. */
import type { Recordings } from "../../artifacts/recordings.ts";
import { labelled } from "./stretches.ts";

/**
 * Seconds that a window lasts.
 *
 * ```ts
 * import { windowSeconds } from "./window_advice.ts";
 * import assert from "node:assert/strict";
 * assert.equal(windowSeconds(100, 50), 2);
 * ```
 */
export function windowSeconds(length: number, rate: number): number {
  return length / rate;
}

/** A window length with levels of matching capacity. */
export interface WindowPreset {
  length: number;
  levels: number[];
  /** At the given rate. */
  seconds: number;
}

/** Usual pairs of window length and levels, with the duration that they really have at `rate` samples per second. */
export function windowPresets(rate: number): WindowPreset[] {
  const rows: [number, number[]][] = [[50, [4, 4]], [100, [4, 4, 4]], [150, [8, 6, 5]], [200, [
    8,
    6,
    5,
    5,
    4,
  ]]];
  return rows.map(([length, levels]) => ({ length, levels, seconds: windowSeconds(length, rate) }));
}

/** How well a window length suits the labelled bouts. */
export interface LengthAdvice {
  length: number;
  seconds: number;
  /** Share of labelled time whose bout is at least as long as a window. */
  covered: number;
  /**
   * Share of windows of one label only among all that touch a label, were they cut at every sample: a bout of b samples
   * between others gives `b − length + 1` pure windows and has `b + length − 1` that touch it.
   */
  pure: number;
  /** Classes of which no bout is as long as a window. */
  lost: string[];
}

/**
 * What each candidate length makes of the labelled bouts.
 *
 * @param lengths Samples.
 */
export function adviseLengths(recordings: Recordings, lengths: readonly number[]): LengthAdvice[] {
  const { labelNames, rate } = recordings;
  const bouts = recordings.recordings.flatMap((r) =>
    labelled(r).map(([from, to]) => ({ label: r.labels[from], samples: to - from }))
  );
  const total = bouts.reduce((n, b) => n + b.samples, 0);
  return lengths.map((length) => {
    let covered = 0;
    let pure = 0;
    let touching = 0;
    const found = new Set<number>();
    for (const { label, samples } of bouts) {
      touching += samples + length - 1;
      if (samples < length) continue;
      covered += samples;
      pure += samples - length + 1;
      found.add(label);
    }
    const present = new Set(bouts.map((b) => b.label));
    return {
      length,
      seconds: windowSeconds(length, rate),
      covered: total === 0 ? 0 : covered / total,
      pure: touching === 0 ? 0 : pure / touching,
      lost: labelNames.filter((_, k) => present.has(k) && !found.has(k)),
    };
  });
}

/** Median length of labelled bouts in samples, 0 without labels. */
export function medianBout(recordings: Recordings): number {
  const sizes = recordings.recordings.flatMap((r) => labelled(r).map(([from, to]) => to - from)).sort((
    a,
    b,
  ) => a - b);
  return sizes[sizes.length >> 1] ?? 0;
}
