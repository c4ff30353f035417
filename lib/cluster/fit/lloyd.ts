/**
 * Lloyd's algorithm on weighted points with the bounds of Hamerly (2010), which skip distances that cannot change an
 * assignment. The result is that of the plain algorithm: bounds are widened by a relative 1e-9, and equal distances
 * go to the centre with the smaller number.
 */
import type { Points } from "../points/points.ts";
import { inertiaOf, meanOf, squaredDistance } from "../points/points.ts";
import { pad, type Padded, type Scan, scanOf } from "./scan.ts";

export interface LloydOptions {
  /** At most so many rounds; 300 as in scikit-learn. */
  maxIterations?: number;
  /** Stop when the squared movement of all centres is at most this share of the mean variance; 1e-4. */
  tolerance?: number;
}

export interface KMeansFit {
  /** float64 `[k, d]`. */
  centroids: Float64Array;
  /** int32 `[M]`. */
  labels: Int32Array;
  /** Weighted sum of squared distances to the nearest centre. */
  inertia: number;
  iterations: number;
  /** False when `maxIterations` ended the search. */
  converged: boolean;
}

/** Slack against rounding in the bounds. */
const slack = 1 + 1e-9;

/**
 * Moves centres to the weighted means of their points until assignments or centres stay.
 *
 * A centre that loses all its points is put on the point that is then farthest from its own centre (smallest number
 * on ties); that point is taken out of the cluster it was in.
 *
 * @param points M points with positive weights.
 * @param initial float64 `[k, d]`; not modified.
 */
export function lloyd(points: Points, initial: Float64Array, options: LloydOptions = {}): KMeansFit {
  const { maxIterations = 300, tolerance = 1e-4 } = options;
  const { values, dimensions: d, weights } = points;
  const m = weights.length;
  const k = initial.length / d;
  const limit = tolerance * meanVariance(points);
  const centroids = initial.slice();
  const state = new Assignment(values, d, m, k);
  let previous = new Int32Array(m).fill(-1);
  const sums = new Float64Array(k * d);
  const support = new Float64Array(k);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    state.update(centroids);
    sums.fill(0);
    support.fill(0);
    let changed = false;
    for (let i = 0, p = 0; i < m; i++) {
      const c = state.labels[i];
      const w = weights[i];
      if (c !== previous[i]) changed = true;
      support[c] += w;
      for (let q = c * d; q < c * d + d; q++, p++) sums[q] += w * values[p];
    }
    relocateEmpty(points, state.labels, centroids, sums, support);
    const shift = state.move(centroids, sums, support);
    if (!changed || shift <= limit) {
      if (changed) state.update(centroids);
      return result(points, state.labels, centroids, iteration, true);
    }
    previous = state.labels.slice();
  }
  state.update(centroids);
  return result(points, state.labels, centroids, maxIterations, false);
}

function result(
  points: Points,
  labels: Int32Array,
  centroids: Float64Array,
  iterations: number,
  converged: boolean,
) {
  return { centroids, labels, inertia: inertiaOf(points, labels, centroids), iterations, converged };
}

/** Mean over dimensions of the weighted variance. */
function meanVariance(points: Points): number {
  const { values, dimensions: d, weights } = points;
  const mean = meanOf(points);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i];
    sum += weights[i] * squaredDistance(values, i, mean, 0, d);
  }
  return sum / total / d;
}

/** Nearest centres, kept from round to round with an upper and a lower bound per point. */
class Assignment {
  readonly labels: Int32Array<ArrayBuffer>;
  readonly #upper: Float64Array;
  readonly #lower: Float64Array;
  readonly #half: Float64Array;
  readonly #rows: Padded;
  readonly #scan: Scan;
  #fresh = true;

  constructor(readonly values: Float64Array, readonly d: number, readonly m: number, readonly k: number) {
    this.labels = new Int32Array(m);
    this.#upper = new Float64Array(m);
    this.#lower = new Float64Array(m);
    this.#half = new Float64Array(k);
    this.#rows = pad(values, d);
    this.#scan = scanOf(this.#rows.width);
  }

  /** Assigns every point to its nearest centre. */
  update(centroids: Float64Array): void {
    const { values, d, m, k, labels } = this;
    const upper = this.#upper, lower = this.#lower, half = this.#half, scan = this.#scan;
    const rows = this.#rows.values, padded = pad(centroids, d).values, two = new Float64Array(2);
    for (let a = 0; a < k; a++) {
      let nearest = Infinity;
      for (let b = 0; b < k; b++) {
        if (b !== a) nearest = Math.min(nearest, squaredDistance(centroids, a, centroids, b, d));
      }
      half[a] = Math.sqrt(nearest) / 2;
    }
    for (let i = 0; i < m; i++) {
      if (!this.#fresh) {
        const bound = Math.max(half[labels[i]], lower[i]);
        if (upper[i] * slack < bound) continue;
        upper[i] = Math.sqrt(squaredDistance(values, i, centroids, labels[i], d));
        if (upper[i] * slack < bound) continue;
      }
      labels[i] = scan(rows, i, padded, k, two);
      upper[i] = Math.sqrt(two[0]);
      lower[i] = Math.sqrt(two[1]);
    }
    this.#fresh = false;
  }

  /** Moves the centres to the means and loosens the bounds; returns the summed squared movement. */
  move(centroids: Float64Array, sums: Float64Array, support: Float64Array): number {
    const { d, m, k, labels } = this;
    const moved = new Float64Array(k);
    let total = 0;
    let most = 0, next = 0, mover = -1;
    for (let c = 0; c < k; c++) {
      let shift = 0;
      for (let q = c * d; q < c * d + d; q++) {
        const value = sums[q] / support[c];
        shift += (value - centroids[q]) ** 2;
        centroids[q] = value;
      }
      total += shift;
      moved[c] = Math.sqrt(shift);
      if (moved[c] > most) {
        next = most;
        most = moved[c];
        mover = c;
      } else if (moved[c] > next) next = moved[c];
    }
    const upper = this.#upper, lower = this.#lower;
    for (let i = 0; i < m; i++) {
      const c = labels[i];
      upper[i] += moved[c];
      lower[i] -= c === mover ? next : most;
    }
    return total;
  }
}

/** Gives every centre without points the point farthest from its own centre. */
function relocateEmpty(
  points: Points,
  labels: Int32Array,
  centroids: Float64Array,
  sums: Float64Array,
  support: Float64Array,
): void {
  const { values, dimensions: d, weights } = points;
  const taken = new Set<number>();
  for (let c = 0; c < support.length; c++) {
    if (support[c] > 0) continue;
    let farthest = -1, most = -1;
    for (let i = 0; i < weights.length; i++) {
      // A cluster's only point must stay, or its own centre would be the next empty one.
      if (taken.has(i) || support[labels[i]] - weights[i] <= weights[i] * 1e-12) continue;
      const distance = squaredDistance(values, i, centroids, labels[i], d);
      if (distance > most) {
        most = distance;
        farthest = i;
      }
    }
    if (farthest < 0) {
      throw new RangeError(`Cannot fill cluster ${c}: there are fewer distinct points than clusters`);
    }
    taken.add(farthest);
    const old = labels[farthest];
    support[old] -= weights[farthest];
    support[c] = weights[farthest];
    for (let t = 0; t < d; t++) {
      const share = weights[farthest] * values[farthest * d + t];
      sums[old * d + t] -= share;
      sums[c * d + t] = share;
    }
  }
}
