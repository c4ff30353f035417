/** Minimum dwell: bouts that are too short to be believed are given to their longer neighbour. */

/** A dwell time as a number of predictions. */
export interface DwellCount {
  /** At least 1; 1 changes nothing. */
  predictions: number;
  /** Set when the time is no longer than one prediction, so that it can have no effect. */
  warning?: string;
}

/**
 * Converts milliseconds to predictions, rounding up. The rate is that of predictions (`rate / hop`), not of samples.
 *
 * ```ts
 * import { dwellPredictions } from "./dwell.ts";
 * import assert from "node:assert/strict";
 * assert.equal(dwellPredictions(300, 50).predictions, 15);
 * assert.equal(dwellPredictions(300, 1).predictions, 1);
 * ```
 */
export function dwellPredictions(milliseconds: number, predictionRate: number): DwellCount {
  if (!(milliseconds >= 0) || !(predictionRate > 0)) {
    throw new RangeError(
      `Cannot convert dwell: need time ≥ 0 and rate > 0, got ${milliseconds} ms at ${predictionRate} Hz`,
    );
  }
  const exact = milliseconds * predictionRate / 1000;
  // 0.3 s × 50 Hz must be 15, whatever the last bit of the product says.
  const predictions = Math.max(1, Math.ceil(exact * (1 - 1e-9)));
  if (predictions > 1 || milliseconds === 0) return { predictions };
  return {
    predictions,
    warning: `Minimum dwell of ${milliseconds} ms is no longer than one prediction ` +
      `(${+(1000 / predictionRate).toFixed(3)} ms at ${+predictionRate.toFixed(6)} Hz): it has no effect; ` +
      `give more than that for two predictions, or 0 to leave the stage out`,
  };
}

/**
 * Repeatedly takes the shortest run (the leftmost where tied) shorter than `minimum` and gives it to the longer of its
 * neighbours (the previous one where tied), until no such run or a single run is left. Idempotent.
 *
 * A run that absorbs another is longer than both, so all runs of the least length can be taken in one pass from left
 * to right: the cost is that of `minimum` passes over ever fewer runs.
 *
 * @param labels One continuous sequence.
 * @param minimum Smallest allowed run, in labels.
 *
 * ```ts
 * import { enforceMinDwell } from "./dwell.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...enforceMinDwell(Int32Array.of(1, 1, 1, 2, 1, 1), 2)], [1, 1, 1, 1, 1, 1]);
 * ```
 */
export function enforceMinDwell(labels: Int32Array, minimum: number): Int32Array {
  if (!(Number.isInteger(minimum) && minimum >= 1)) {
    throw new RangeError(`Cannot enforce dwell: minimum must be a positive integer, got ${minimum}`);
  }
  const n = labels.length;
  const label = new Int32Array(n), length = new Int32Array(n);
  let runs = 0;
  for (let i = 0; i < n; i++) {
    if (labels[i] !== labels[i - 1]) label[runs++] = labels[i];
    length[runs - 1]++;
  }
  for (;;) {
    let shortest = Infinity;
    for (let r = 0; r < runs; r++) if (length[r] < shortest) shortest = length[r];
    if (runs < 2 || shortest >= minimum) break;
    runs = absorb(label, length, runs, shortest);
  }
  const out = new Int32Array(n);
  for (let r = 0, i = 0; r < runs; i += length[r++]) out.fill(label[r], i, i + length[r]);
  return out;
}

/** Gives away the runs of length `target`, left to right, in place; returns how many runs are left. */
function absorb(label: Int32Array, length: Int32Array, runs: number, target: number): number {
  let kept = 0;
  // Before the first run there is none, whose label is no label and whose length no length.
  for (let r = 0; r < runs; r++) {
    if (label[kept - 1] === label[r]) {
      // A run taken away in between has left two runs of one label side by side.
      length[kept - 1] += length[r];
    } else if (length[r] !== target) {
      label[kept] = label[r];
      length[kept++] = length[r];
    } else if (r + 1 === runs || length[kept - 1] >= length[r + 1]) {
      length[kept - 1] += target;
    } else {
      length[r + 1] += target;
    }
  }
  return kept;
}
