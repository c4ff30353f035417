/** Continuous parts of recordings: between gaps, and of one label. */
import type { Recording } from "../../artifacts/recordings.ts";

/** Samples `[from, to)`. */
export type Stretch = [from: number, to: number];

/**
 * The parts of `[0, samples)` that no gap touches, in order.
 *
 * ```ts
 * import { gapless } from "./stretches.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(gapless(10, [[6, 8], [3, 4]]), [[0, 3], [4, 6], [8, 10]]);
 * ```
 */
export function gapless(samples: number, gaps: readonly (readonly [number, number])[]): Stretch[] {
  const out: Stretch[] = [];
  let from = 0;
  for (const [a, b] of [...gaps].sort((x, y) => x[0] - y[0])) {
    if (a > from) out.push([from, Math.min(a, samples)]);
    from = Math.max(from, b);
  }
  if (from < samples) out.push([from, samples]);
  return out;
}

/** The parts of one label ≥ 0 each, none across a gap, in order. */
export function labelled(
  { samples, gaps, labels }: Pick<Recording, "samples" | "gaps" | "labels">,
): Stretch[] {
  const out: Stretch[] = [];
  for (const [from, to] of gapless(samples, gaps)) {
    let start = from;
    for (let t = from + 1; t <= to; t++) {
      if (t < to && labels[t] === labels[start]) continue;
      if (labels[start] >= 0) out.push([start, t]);
      start = t;
    }
  }
  return out;
}
