/**
 * Distances in the inner loops of k-means. Rows are padded with zeros to 4, 5 or 8 values, so that the sum over
 * dimensions can be written out: the compiler does not unroll it, and written out it takes half the time. The padding
 * adds exact zeros, so results are those of the plain sum.
 */

/** Rows padded to `width` values each. */
export interface Padded {
  /** float64 `[M, width]`. */
  values: Float64Array;
  width: number;
}

/** Pads rows of `d` values to the next width that has a written-out sum; wider rows stay as they are. */
export function pad(values: Float64Array, d: number): Padded {
  const width = d <= 4 ? 4 : d === 5 ? 5 : d <= 8 ? 8 : d;
  if (width === d) return { values, width };
  const rows = values.length / d;
  const padded = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) padded.set(values.subarray(i * d, i * d + d), i * width);
  return { values: padded, width };
}

/**
 * Finds the nearest of `k` centres to row `i`, the smaller number on ties, and writes the squared distances of the
 * nearest and the second nearest into `out`.
 */
export type Scan = (
  x: Float64Array,
  i: number,
  centers: Float64Array,
  k: number,
  out: Float64Array,
) => number;

/** Writes the squared distances of all rows to row `from` into `out`. */
export type Distances = (x: Float64Array, from: number, out: Float64Array) => void;

/** The scan for rows of a width given by {@linkcode pad}. */
export function scanOf(width: number): Scan {
  return width === 4
    ? scan4
    : width === 5
    ? scan5
    : width === 8
    ? scan8
    : (x, i, c, k, out) => scanAny(x, i, c, k, out, width);
}

/** The distances for rows of a width given by {@linkcode pad}. */
export function distancesOf(width: number): Distances {
  return width === 4
    ? distances4
    : width === 5
    ? distances5
    : width === 8
    ? distances8
    : (x, from, out) => distancesAny(x, from, out, width);
}

function scan4(x: Float64Array, i: number, centers: Float64Array, k: number, out: Float64Array): number {
  const x0 = x[4 * i], x1 = x[4 * i + 1], x2 = x[4 * i + 2], x3 = x[4 * i + 3];
  let best = Infinity, second = Infinity, at = 0;
  for (let c = 0, q = 0; c < k; c++, q += 4) {
    const d0 = x0 - centers[q], d1 = x1 - centers[q + 1], d2 = x2 - centers[q + 2], d3 = x3 - centers[q + 3];
    const sum = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3;
    if (sum < best) {
      second = best;
      best = sum;
      at = c;
    } else if (sum < second) second = sum;
  }
  out[0] = best;
  out[1] = second;
  return at;
}

function scan5(x: Float64Array, i: number, centers: Float64Array, k: number, out: Float64Array): number {
  const p = 5 * i;
  const x0 = x[p], x1 = x[p + 1], x2 = x[p + 2], x3 = x[p + 3], x4 = x[p + 4];
  let best = Infinity, second = Infinity, at = 0;
  for (let c = 0, q = 0; c < k; c++, q += 5) {
    const d0 = x0 - centers[q], d1 = x1 - centers[q + 1], d2 = x2 - centers[q + 2];
    const d3 = x3 - centers[q + 3], d4 = x4 - centers[q + 4];
    const sum = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4;
    if (sum < best) {
      second = best;
      best = sum;
      at = c;
    } else if (sum < second) second = sum;
  }
  out[0] = best;
  out[1] = second;
  return at;
}

function scan8(x: Float64Array, i: number, centers: Float64Array, k: number, out: Float64Array): number {
  const p = 8 * i;
  const x0 = x[p], x1 = x[p + 1], x2 = x[p + 2], x3 = x[p + 3];
  const x4 = x[p + 4], x5 = x[p + 5], x6 = x[p + 6], x7 = x[p + 7];
  let best = Infinity, second = Infinity, at = 0;
  for (let c = 0, q = 0; c < k; c++, q += 8) {
    const d0 = x0 - centers[q], d1 = x1 - centers[q + 1], d2 = x2 - centers[q + 2], d3 = x3 - centers[q + 3];
    const d4 = x4 - centers[q + 4],
      d5 = x5 - centers[q + 5],
      d6 = x6 - centers[q + 6],
      d7 = x7 - centers[q + 7];
    const sum = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4 + d5 * d5 + d6 * d6 + d7 * d7;
    if (sum < best) {
      second = best;
      best = sum;
      at = c;
    } else if (sum < second) second = sum;
  }
  out[0] = best;
  out[1] = second;
  return at;
}

function scanAny(
  x: Float64Array,
  i: number,
  centers: Float64Array,
  k: number,
  out: Float64Array,
  width: number,
): number {
  let best = Infinity, second = Infinity, at = 0;
  const start = i * width, end = start + width;
  for (let c = 0, q = 0; c < k; c++) {
    let sum = 0;
    for (let p = start; p < end; p++, q++) {
      const diff = x[p] - centers[q];
      sum += diff * diff;
    }
    if (sum < best) {
      second = best;
      best = sum;
      at = c;
    } else if (sum < second) second = sum;
  }
  out[0] = best;
  out[1] = second;
  return at;
}

function distances4(x: Float64Array, from: number, out: Float64Array): void {
  const x0 = x[4 * from], x1 = x[4 * from + 1], x2 = x[4 * from + 2], x3 = x[4 * from + 3];
  for (let i = 0, p = 0; i < out.length; i++, p += 4) {
    const d0 = x[p] - x0, d1 = x[p + 1] - x1, d2 = x[p + 2] - x2, d3 = x[p + 3] - x3;
    out[i] = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3;
  }
}

function distances5(x: Float64Array, from: number, out: Float64Array): void {
  const q = 5 * from;
  const x0 = x[q], x1 = x[q + 1], x2 = x[q + 2], x3 = x[q + 3], x4 = x[q + 4];
  for (let i = 0, p = 0; i < out.length; i++, p += 5) {
    const d0 = x[p] - x0, d1 = x[p + 1] - x1, d2 = x[p + 2] - x2, d3 = x[p + 3] - x3, d4 = x[p + 4] - x4;
    out[i] = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4;
  }
}

function distances8(x: Float64Array, from: number, out: Float64Array): void {
  const q = 8 * from;
  const x0 = x[q], x1 = x[q + 1], x2 = x[q + 2], x3 = x[q + 3];
  const x4 = x[q + 4], x5 = x[q + 5], x6 = x[q + 6], x7 = x[q + 7];
  for (let i = 0, p = 0; i < out.length; i++, p += 8) {
    const d0 = x[p] - x0, d1 = x[p + 1] - x1, d2 = x[p + 2] - x2, d3 = x[p + 3] - x3;
    const d4 = x[p + 4] - x4, d5 = x[p + 5] - x5, d6 = x[p + 6] - x6, d7 = x[p + 7] - x7;
    out[i] = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4 + d5 * d5 + d6 * d6 + d7 * d7;
  }
}

function distancesAny(x: Float64Array, from: number, out: Float64Array, width: number): void {
  for (let i = 0, p = 0; i < out.length; i++) {
    let sum = 0;
    for (let q = from * width; q < from * width + width; q++, p++) {
      const diff = x[p] - x[q];
      sum += diff * diff;
    }
    out[i] = sum;
  }
}
