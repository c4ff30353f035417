/** Directions in which neighbours in time agree and groups do not differ: slow features (Wiskott and Sejnowski 2002). */
import { centerWithin, groupMeans } from "./columns.ts";
import type { Groups, Sequence } from "./neighbors.ts";
import { generalizedEigen } from "./generalized_eigen.ts";

/** Slow features of windows. */
export interface SlowFeatures {
  /** float64 `[n, count]`, each of variance 1. */
  values: Float64Array;
  /** How strongly neighbours agree in each, at most 1, in descending order. */
  persistence: Float64Array;
}

/** Share of the mean variance that is added to every direction: noise that no teacher agrees on is not whitened up. */
const ridge = 1e-2;

/**
 * The `count` directions of `codes` that vary slowest within groups, each variance measured against that within groups
 * plus that between them, so that a direction that only tells groups apart is not slow.
 *
 * @param codes `[n, width]`, by position in `sequence`.
 */
export function slowFeatures(
  codes: ArrayLike<number>,
  width: number,
  count: number,
  sequence: Sequence,
  groups: Groups,
): SlowFeatures {
  const n = sequence.rows.length;
  const total = groupMeans(codes, width, new Int32Array(n), 1);
  const centered = Float64Array.from({ length: n * width }, (_, i) => codes[i] - total[i % width]);
  const within = centered.slice();
  centerWithin(within, width, groups.of, groups.members.length);
  const between = centered.map((x, i) => x - within[i]);
  const alone = Array.from(sequence.rows, (_, i) => [i, i]);
  const same = products(within, within, width, alone);
  const apart = products(between, between, width, alone);
  const lagged = products(
    within,
    within,
    width,
    Array.from(sequence.followed, (i) => [i, sequence.after[i]]),
  );
  const pairs = sequence.followed.length;
  let trace = 0;
  for (let j = 0; j < width; j++) trace += same[j * width + j] / (n - 1);
  const metric = same.map((x, i) =>
    (x + apart[i]) / (n - 1) + (i % (width + 1) === 0 ? ridge * trace / width : 0)
  );
  const slow = lagged.map((x, i) => (x + lagged[i % width * width + Math.floor(i / width)]) / (2 * pairs));
  const { values: agreement, vectors } = generalizedEigen(slow, metric, width);
  const values = new Float64Array(n * count);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += centered[i * width + j] * vectors[k * width + j];
      values[i * count + k] = sum;
    }
  }
  for (let k = 0; k < count; k++) {
    let squares = 0;
    for (let i = k; i < values.length; i += count) squares += values[i] ** 2;
    const factor = squares > 0 ? 1 / Math.sqrt(squares / n) : 0;
    for (let i = k; i < values.length; i += count) values[i] *= factor;
  }
  // Windows at the ends of recordings are in one pair instead of two: where those vary less, pairs agree by more than 1.
  return { values, persistence: agreement.slice(0, count).map((value) => Math.min(1, value)) };
}

/** Σ aᵢ bⱼᵀ over pairs (i, j), `[width, width]`. */
function products(
  a: Float64Array,
  b: Float64Array,
  width: number,
  pairs: readonly (readonly number[])[],
): Float64Array {
  const sum = new Float64Array(width * width);
  for (const [i, j] of pairs) {
    for (let p = 0; p < width; p++) {
      const x = a[i * width + p];
      for (let q = 0; q < width; q++) sum[p * width + q] += x * b[j * width + q];
    }
  }
  return sum;
}
