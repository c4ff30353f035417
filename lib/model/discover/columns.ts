/** Arithmetic on the columns of `[rows, width]` tables, in place. */

/** Makes every column mean 0 and variance 1; a constant one becomes 0. */
export function standardize(values: Float64Array, width: number): void {
  standardizeBy(values, width, Array.from({ length: values.length / width }, (_, row) => row));
}

/** Makes every column mean 0 and variance 1 over `rows`; all of one that is constant there become 0. */
export function standardizeBy(values: Float64Array, width: number, rows: ArrayLike<number>): void {
  scaleColumns(values, width, values, rows);
}

/** Moves and scales every column as that of `model` would be by {@linkcode standardize}. */
export function standardizeLike(values: Float64Array, model: Float64Array, width: number): void {
  scaleColumns(values, width, model, Array.from({ length: model.length / width }, (_, row) => row));
}

function scaleColumns(
  values: Float64Array,
  width: number,
  model: Float64Array,
  rows: ArrayLike<number>,
): void {
  const n = rows.length;
  for (let j = 0; j < width; j++) {
    let sum = 0, squares = 0;
    for (let r = 0; r < n; r++) sum += model[rows[r] * width + j];
    const mean = sum / n;
    for (let r = 0; r < n; r++) squares += (model[rows[r] * width + j] - mean) ** 2;
    const deviation = Math.sqrt(squares / n);
    const factor = deviation > 1e-12 ? 1 / deviation : 0;
    for (let i = j; i < values.length; i += width) values[i] = (values[i] - mean) * factor;
  }
}

/** Takes each group's mean away: who wore the sensors, and how, is not what is to be found. */
export function centerWithin(values: Float64Array, width: number, group: Int32Array, groups: number): void {
  const means = groupMeans(values, width, group, groups);
  for (let i = 0, at = 0; i < group.length; i++) {
    for (let j = 0; j < width; j++) values[at++] -= means[group[i] * width + j];
  }
}

/** The mean of each group, `[groups, width]`. */
export function groupMeans(
  values: ArrayLike<number>,
  width: number,
  group: Int32Array,
  groups: number,
): Float64Array {
  const means = new Float64Array(groups * width);
  const counts = new Float64Array(groups);
  for (let i = 0, at = 0; i < group.length; i++) {
    counts[group[i]]++;
    for (let j = 0; j < width; j++) means[group[i] * width + j] += values[at++];
  }
  return means.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]));
}

/** Limits every value to ±`limit`. */
export function clip(values: Float64Array, limit: number): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(limit, Math.max(-limit, values[i]));
}
