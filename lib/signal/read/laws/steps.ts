/** Steps between neighbouring sample times. */

/** Room for steps, kept from call to call: a long recording's are asked for several times. */
let scratch = new Float64Array(0);

/**
 * Typical difference of neighbouring times, 0 for fewer than two: the mean of those within half and one and a half times
 * the median, so that neither breaks nor the rounding to milliseconds count.
 */
export function typicalStep(times: Float64Array): number {
  if (scratch.length < times.length) scratch = new Float64Array(times.length);
  const steps = scratch;
  let count = 0;
  for (let i = 1; i < times.length; i++) {
    const step = times[i] - times[i - 1];
    if (step > 0) steps[count++] = step;
  }
  if (count === 0) return 0;
  const positive = steps.subarray(0, count);
  const median = nth(positive, count >> 1);
  let [sum, usual] = [0, 0];
  for (const step of positive) {
    if (step <= 0.5 * median || step >= 1.5 * median) continue;
    sum += step;
    usual++;
  }
  return sum / usual;
}

/** The value that would stand at position `k` if the values were sorted; reorders them (quickselect after Hoare). */
function nth(values: Float64Array, k: number): number {
  let [from, to] = [0, values.length - 1];
  while (from < to) {
    const pivot = values[(from + to) >> 1];
    let [i, j] = [from, to];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (k <= j) to = j;
    else if (k >= i) from = i;
    else return pivot;
  }
  return values[k];
}

/** Seconds above which a step is a gap: `maxGap`, but never so little that every sample of a slow device would be one. */
export function gapLimit(maxGap: number, step: number): number {
  return Math.max(maxGap, 1.75 * step);
}
