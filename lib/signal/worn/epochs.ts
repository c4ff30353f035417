/** Means, spreads and ranges of an accelerometer over stretches of equal length. */

/** Epochs of a triad, three numbers each, in g. */
export interface Epochs {
  count: number;
  /** First sample of each. */
  start: Int32Array;
  mean: Float64Array;
  /** Standard deviation. */
  sd: Float64Array;
  /** Largest less smallest value. */
  range: Float64Array;
}

/** A signal of which three columns are an accelerometer's. */
export interface Triad {
  /** float32 `[samples, width]`. */
  data: Float32Array;
  width: number;
  places: readonly [number, number, number];
  /** g per unit of the data. */
  toG: number;
}

/**
 * Epochs of `length` samples, one every `hop`, of the part `[from, to)`; the rest at its end is left out.
 *
 * ```ts
 * import { epochsOf } from "./epochs.ts";
 * import assert from "node:assert/strict";
 * const triad = { data: new Float32Array([0, 0, 1, 0, 0, 3]), width: 3, places: [0, 1, 2] as const, toG: 1 };
 * const { mean, sd, range } = epochsOf(triad, [[0, 2]], 2, 2);
 * assert.deepEqual([mean[2], sd[2], range[2]], [2, 1, 2]);
 * ```
 */
export function epochsOf(
  { data, width, places, toG }: Triad,
  stretches: readonly (readonly [number, number])[],
  length: number,
  hop: number,
): Epochs {
  const count = stretches.reduce((n, [a, b]) => n + Math.max(0, Math.floor((b - a - length) / hop) + 1), 0);
  const epochs: Epochs = {
    count,
    start: new Int32Array(count),
    mean: new Float64Array(3 * count),
    sd: new Float64Array(3 * count),
    range: new Float64Array(3 * count),
  };
  let k = 0;
  for (const [from, to] of stretches) {
    for (let t = from; t + length <= to; t += hop, k++) {
      epochs.start[k] = t;
      for (let a = 0; a < 3; a++) {
        let [sum, low, high] = [0, Infinity, -Infinity];
        const end = (t + length) * width + places[a];
        for (let i = t * width + places[a]; i < end; i += width) {
          const v = data[i];
          sum += v;
          if (v < low) low = v;
          if (v > high) high = v;
        }
        const mean = sum / length;
        let squares = 0;
        for (let i = t * width + places[a]; i < end; i += width) squares += (data[i] - mean) ** 2;
        epochs.mean[3 * k + a] = mean * toG;
        epochs.sd[3 * k + a] = Math.sqrt(squares / length) * toG;
        epochs.range[3 * k + a] = (high - low) * toG;
      }
    }
  }
  return epochs;
}
