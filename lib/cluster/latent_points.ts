/**
 * Points of latents. Up to a maximum number they are the distinct latent vectors themselves; beyond it, rows are
 * gathered in the cells of a grid, and each occupied cell is the mean of its rows.
 */
import { InputError } from "../errors.ts";
import { Quantizer } from "../fsq/quantizer.ts";
import { distinctRows } from "./distinct.ts";
import type { IndexedPoints, Points } from "./points.ts";
import { sizeOf, squaredDistance, totalWeight } from "./points.ts";

/** Bits per dimension of the finest grid; cells are joined two by two per dimension until few enough are left. */
const finest = 20;

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
 * With more distinct rows than `maxPoints`, a grid over the range of the rows is coarsened by halves until its
 * occupied cells are few enough; a point is then the mean of the cell's rows that count for the fit (of all its rows
 * where none does), `exact` is false, and `cell` and `rmsError` say how coarse it is.
 *
 * @param values float64 `[N, d]`, finite.
 * @param fit uint8 `[N]`: 1 for rows that count towards the weights; all rows when left out.
 */
export function pointsOfRows(
  values: Float64Array,
  dimensions: number,
  maxPoints: number,
  fit?: Uint8Array,
): IndexedPoints {
  const n = values.length / dimensions;
  const range = rangeOf(values);
  const exact = exactRows(values, dimensions);
  if (exact.first.length <= maxPoints) {
    return gather(values, dimensions, exact.index, exact.first.length, 0, fit);
  }
  const scale = 2 ** finest / (range.high - range.low);
  const cells = new Int32Array(n * dimensions);
  for (let i = 0; i < cells.length; i++) {
    cells[i] = Math.min(2 ** finest - 1, Math.floor((values[i] - range.low) * scale));
  }
  let { index, first } = distinctRows(cells, dimensions);
  let bits = finest;
  while (first.length > maxPoints && bits > 0) {
    bits--;
    const coarse = new Int32Array(first.length * dimensions);
    first.forEach((row, i) => {
      for (let t = 0; t < dimensions; t++) {
        coarse[i * dimensions + t] = cells[row * dimensions + t] >> (finest - bits);
      }
    });
    const joined = distinctRows(coarse, dimensions);
    index = index.map((cell) => joined.index[cell]);
    first = joined.first.map((cell) => first[cell]);
  }
  return gather(values, dimensions, index, first.length, (range.high - range.low) / 2 ** bits, fit);
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
  const { index, weights: cells, cell, exact } = pointsOfRows(points.values, d, maxPoints);
  const weights = new Float64Array(cells.length);
  const values = new Float64Array(cells.length * d);
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
  return { points: { values, dimensions: d, weights }, index, exact, cell, rmsError };
}

function rangeOf(values: Float64Array): { low: number; high: number } {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Distinct rows by their bits: −0 and 0 count as one value. */
function exactRows(values: Float64Array, d: number) {
  const halves = new Int32Array(Float64Array.from(values, (v) => v + 0).buffer);
  return distinctRows(halves, 2 * d);
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
    rmsError: Math.sqrt(error / index.length),
  };
}
