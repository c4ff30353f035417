/** Cutting recordings into windows: an index, no copies. */
import type { Recordings } from "../../artifacts/recordings.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { gapless, labelled } from "./stretches.ts";

/** How windows are cut. */
export interface WindowOptions {
  /** Samples per window. */
  length: number;
  /** Samples between window starts. */
  hop: number;
  /**
   * `recording`: anywhere between gaps, the label by majority; `label`: inside each stretch of one label only, which
   * leaves out unlabelled samples and gives every window purity 1.
   */
  within: "recording" | "label";
  /** Samples on either side that the model sees as well; where the recording ends or a gap lies there, its last sample stands. */
  context?: number;
  /** No window may be the right answer, as for one shard of many. */
  mayBeNone?: boolean;
}

/** Most frequent label of `labels[from, to)`, the smallest of equals, and its share. */
function majority(labels: Int32Array, from: number, to: number, counts: Int32Array): [number, number] {
  let best = -1;
  for (let t = from; t < to; t++) {
    const label = labels[t] + 1;
    counts[label]++;
  }
  for (let t = from; t < to; t++) {
    const label = labels[t];
    const n = counts[label + 1];
    const top = counts[best + 1];
    if (n > top || (n === top && label < best)) best = label;
  }
  const share = counts[best + 1] / (to - from);
  for (let t = from; t < to; t++) counts[labels[t] + 1] = 0;
  return [best, share];
}

/**
 * Cuts windows of `length` samples every `hop` samples. No window crosses the end of a recording or touches a gap; a
 * rest shorter than a window is left out.
 *
 * ```ts
 * import { cutWindows } from "./windows.ts";
 * import { simulateRecordings } from "../simulate/simulate.ts";
 * import assert from "node:assert/strict";
 * const recordings = simulateRecordings({ subjects: 1, minutes: 0.5, seed: 1 }); // 1500 samples
 * const windows = cutWindows(recordings, { length: 100, hop: 50, within: "recording" });
 * assert.equal(windows.start.length, 29);
 * ```
 *
 * @throws {InputError} when no window fits anywhere.
 */
export function cutWindows(
  recordings: Recordings,
  { length, hop, within, context = 0, mayBeNone = false }: WindowOptions,
): Windows {
  const recording: number[] = [];
  const start: number[] = [];
  const labels: number[] = [];
  const purity: number[] = [];
  const counts = new Int32Array(recordings.labelNames.length + 1);
  let longest = 0;
  recordings.recordings.forEach((r, index) => {
    for (const [from, to] of within === "label" ? labelled(r) : gapless(r.samples, r.gaps)) {
      longest = Math.max(longest, to - from);
      for (let t = from; t + length <= to; t += hop) {
        const [label, share] = majority(r.labels, t, t + length, counts);
        recording.push(index);
        start.push(t);
        labels.push(label);
        purity.push(share);
      }
    }
  });
  if (start.length === 0 && !mayBeNone) {
    const where = within === "label" ? "stretch of one label" : "stretch between gaps";
    throw new InputError(
      `Cannot cut windows of ${length} samples (${
        (length / recordings.rate).toFixed(2)
      } s): the longest ${where} ` +
        `has ${longest} samples`,
      {
        hint: longest === 0
          ? "Check that there are recordings with samples."
          : `Use length: ${longest} or less.`,
      },
    );
  }
  return {
    recordings,
    recording: Int32Array.from(recording),
    start: Int32Array.from(start),
    labels: Int32Array.from(labels),
    purity: Float32Array.from(purity),
    length,
    hop,
    ...(context > 0 ? { context } : {}),
  };
}
