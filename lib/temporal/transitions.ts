/** Which behaviour follows which. Always K × K: behaviours that never occur have zero rows. */
import type { Transitions } from "../artifacts/smoothing.ts";
import { segmentsOf } from "./segments.ts";

/** Half-open stretches of a label sequence that are continuous. */
export type Stretches = readonly { from: number; to: number }[];

/**
 * Counts transitions from each label to the next, self-transitions included: what a Markov chain at the prediction
 * rate sees. Labels of −1 interrupt.
 *
 * ```ts
 * import { stepCounts } from "./transitions.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(stepCounts([0, 0, 1, 1, 2, 0], 3), [[1, 1, 0], [0, 1, 1], [1, 0, 0]]);
 * ```
 */
export function stepCounts(labels: ArrayLike<number>, k: number, stretches?: Stretches): number[][] {
  const counts = zeros(k);
  for (const { from, to } of stretches ?? [{ from: 0, to: labels.length }]) {
    for (let i = from + 1; i < to; i++) {
      if (labels[i] >= 0 && labels[i - 1] >= 0) counts[labels[i - 1]][labels[i]]++;
    }
  }
  return counts;
}

/** Counts changes between bouts, within stretches; a bout of −1 interrupts. */
export function transitions(labels: ArrayLike<number>, k: number, stretches?: Stretches): Transitions {
  const counts = zeros(k);
  for (const { from, to } of stretches ?? [{ from: 0, to: labels.length }]) {
    const bouts = segmentsOf(labels, from, to);
    for (let b = 1; b < bouts.length; b++) {
      if (bouts[b].label >= 0 && bouts[b - 1].label >= 0) counts[bouts[b - 1].label][bouts[b].label]++;
    }
  }
  const total = counts.flat().reduce((a, b) => a + b, 0);
  return {
    counts,
    rows: normalizeRows(counts),
    bigram: counts.map((row) => row.map((c) => (total === 0 ? 0 : c / total))),
  };
}

/** Divides each row by its sum; zero rows stay zero. */
function normalizeRows(counts: number[][]): number[][] {
  return counts.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((c) => (sum === 0 ? 0 : c / sum));
  });
}

function zeros(k: number): number[][] {
  return Array.from({ length: k }, () => new Array<number>(k).fill(0));
}
