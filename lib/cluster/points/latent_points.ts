/**
 * Points of latents. Up to a maximum number they are the distinct latent vectors themselves; beyond it, rows are
 * gathered in the cells of a grid, and each occupied cell is the mean of its rows.
 */
import { InputError } from "../../errors.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import type { DistinctRows } from "./distinct.ts";
import { distinctRowsUpTo } from "./distinct.ts";
import type { IndexedPoints, Points } from "./points.ts";
import { sizeOf, squaredDistance, totalWeight } from "./points.ts";

/** Most of the variance of the rows that gathering them may lose. */
const lostVariance = 0.1;

/** Most cells of a grid per dimension. */
const finest = 1 << 20;

/**
 * Latents on the scale of the quantised values: `bound(z)/⌊L/2⌋`, in about [−1, 1].
 *
 * @param latents float32 `[N, d]` before the bound.
 * @throws InputError for NaN or infinite values, or another number of dimensions than levels.
 */
export function boundedLatents(
  latents: Float32Array,
  dimensions: number,
  levels: readonly number[],
): Float64Array {
  const quantizer = new Quantizer(levels);
  if (quantizer.dimensions !== dimensions) {
    throw new InputError(
      `Cannot cluster latents: they have ${dimensions} dimensions, the codes have ${quantizer.dimensions}`,
      { hint: "Connect latents and codes of the same model." },
    );
  }
  checkFinite(latents, dimensions);
  const bounded = quantizer.bound(latents);
  for (let i = 0; i < bounded.length; i++) bounded[i] /= quantizer.constants[i % dimensions].halfWidth;
  return bounded;
}

/** Throws an InputError that names the first row with NaN or an infinity. */
export function checkFinite(latents: ArrayLike<number>, dimensions: number): void {
  for (let i = 0; i < latents.length; i++) {
    if (!Number.isFinite(latents[i])) {
      throw new InputError(
        `Cannot cluster latents: window ${Math.floor(i / dimensions)} has ${latents[i]} in dimension ${
          i % dimensions
        }`,
        { hint: "Check the recordings and the encoder that made these latents." },
      );
    }
  }
}

/**
 * The distinct rows as weighted points, at most `maxPoints` of them.
 *
 * With more distinct rows than `maxPoints`, the range of the rows is cut into the largest number of equal cells per
 * dimension that leaves at most `maxPoints` occupied; a point is then the mean of the cell's rows that count for the fit
 * (of all its rows where none does), `exact` is false, and `cell` and `rmsError` say how coarse it is.
 *
 * @param values float64 `[N, d]`, finite.
 * @param fit uint8 `[N]`: 1 for rows that count towards the weights; all rows when left out.
 * @throws InputError where so few points would lose more than a tenth of the variance (many dimensions).
 */
export function pointsOfRows(
  values: Float64Array,
  dimensions: number,
  maxPoints: number,
  fit?: Uint8Array,
): IndexedPoints {
  const exact = distinctRowsUpTo(
    values.length / dimensions,
    2 * dimensions,
    bitsOf(values, dimensions),
    maxPoints,
  );
  if (exact !== null) return gather(values, dimensions, exact.index, exact.first.length, 0, fit);
  const { cells, edge } = finestGrid(values, dimensions, maxPoints);
  const points = gather(values, dimensions, cells.index, cells.first.length, edge, fit);
  checkLoss(values, dimensions, cells.first.length, points.rmsError);
  return points;
}

/** Throws where gathering rows in cells lost more than a tenth of their variance. */
export function checkLoss(values: Float64Array, d: number, cells: number, rmsError: number): void {
  if (rmsError ** 2 <= lostVariance * varianceOf(values, d)) return;
  throw new InputError(
    `Cannot gather ${
      values.length / d
    } points of ${d} dimensions: ${cells} cells would lose more than a tenth of ` +
      `their variance`,
    { hint: "Raise `max_points`, or cluster in `space: code`." },
  );
}

/** Occupied cells of the finest grid that has at most `maxPoints` of them. */
function finestGrid(
  values: Float64Array,
  d: number,
  maxPoints: number,
): { cells: DistinctRows; edge: number } {
  const { low, high } = rangeOf(values);
  const n = values.length / d;
  const index = new Uint32Array(n);
  const at = (parts: number) => {
    const scale = parts / (high - low);
    const read = (i: number, row: Int32Array) => {
      for (let t = 0, p = i * d; t < d; t++, p++) {
        row[t] = Math.min(parts - 1, Math.floor((values[p] - low) * scale));
      }
    };
    return distinctRowsUpTo(n, d, read, maxPoints, index);
  };
  let parts = 1, over = 2;
  for (; over <= finest && at(over) !== null; over *= 2) parts = over;
  while (over - parts > 1) {
    const middle = (parts + over) >> 1;
    if (at(middle) === null) over = middle;
    else parts = middle;
  }
  return { cells: at(parts)!, edge: (high - low) / parts };
}

/**
 * The same points gathered on a coarser grid, for work that grows with the square of their number.
 *
 * @returns The coarse points and, for each of `points`, its coarse point.
 */
export function coarsen(
  points: Points,
  maxPoints: number,
): { points: Points; index: Uint32Array; exact: boolean; cell: number; rmsError: number } {
  const m = sizeOf(points);
  if (m <= maxPoints) {
    return { points, index: Uint32Array.from({ length: m }, (_, i) => i), exact: true, cell: 0, rmsError: 0 };
  }
  const d = points.dimensions;
  const { cells: { index, first }, edge: cell } = finestGrid(points.values, d, maxPoints);
  const weights = new Float64Array(first.length);
  const values = new Float64Array(first.length * d);
  for (let i = 0; i < m; i++) {
    weights[index[i]] += points.weights[i];
    for (let t = 0; t < d; t++) values[index[i] * d + t] += points.weights[i] * points.values[i * d + t];
  }
  for (let i = 0; i < values.length; i++) values[i] /= weights[Math.floor(i / d)];
  let error = 0;
  for (let i = 0; i < m; i++) {
    error += points.weights[i] * squaredDistance(points.values, i, values, index[i], d);
  }
  const rmsError = Math.sqrt(error / totalWeight(points));
  return { points: { values, dimensions: d, weights }, index, exact: false, cell, rmsError };
}

function rangeOf(values: Float64Array): { low: number; high: number } {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Reads the bits of a row's values, −0 as 0: rows are equal where their bits are. */
function bitsOf(values: Float64Array, d: number): (i: number, row: Int32Array) => void {
  const own = new Float64Array(d);
  const bits = new Int32Array(own.buffer);
  return (i, row) => {
    for (let t = 0; t < d; t++) own[t] = values[i * d + t] + 0;
    row.set(bits);
  };
}

/** Sum over dimensions of the variance of the rows. */
function varianceOf(values: Float64Array, d: number): number {
  const n = values.length / d;
  const mean = new Float64Array(d);
  for (let i = 0; i < values.length; i++) mean[i % d] += values[i] / n;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean[i % d]) ** 2;
  return sum / n;
}

function gather(
  values: Float64Array,
  d: number,
  index: Uint32Array,
  m: number,
  cell: number,
  fit: Uint8Array | undefined,
): IndexedPoints {
  const weights = new Float64Array(m);
  const all = new Float64Array(m);
  const means = new Float64Array(m * d);
  for (let n = 0; n < index.length; n++) {
    all[index[n]]++;
    if (fit === undefined || fit[n] === 1) weights[index[n]]++;
  }
  for (let n = 0; n < index.length; n++) {
    const p = index[n];
    if (weights[p] > 0 && fit !== undefined && fit[n] !== 1) continue;
    for (let t = 0; t < d; t++) {
      // Rows of one exact point are equal: their own value is kept, free of the rounding of a mean.
      if (cell === 0) means[p * d + t] = values[n * d + t];
      else means[p * d + t] += values[n * d + t] / (weights[p] > 0 ? weights[p] : all[p]);
    }
  }
  let error = 0;
  if (cell > 0) {
    for (let n = 0; n < index.length; n++) error += squaredDistance(values, n, means, index[n], d);
  }
  return {
    values: means,
    dimensions: d,
    weights,
    index,
    exact: cell === 0,
    cell,
    rmsError: cell === 0 ? 0 : Math.sqrt(error / index.length),
  };
}
