/** Steps between neighbouring sample times. */

/**
 * Typical difference of neighbouring times, 0 for fewer than two: the mean of those within half and one and a half times
 * the median, so that neither breaks nor the rounding to milliseconds count.
 */
export function typicalStep(times: Float64Array): number {
  const steps = new Float64Array(Math.max(0, times.length - 1));
  for (let i = 1; i < times.length; i++) steps[i - 1] = times[i] - times[i - 1];
  steps.sort();
  const positive = steps.subarray(steps.findLastIndex((s) => s <= 0) + 1);
  if (positive.length === 0) return 0;
  const median = positive[positive.length >> 1];
  const usual = positive.filter((s) => s > 0.5 * median && s < 1.5 * median);
  return usual.reduce((sum, s) => sum + s, 0) / usual.length;
}

/** Seconds above which a step is a gap: `maxGap`, but never so little that every sample of a slow device would be one. */
export function gapLimit(maxGap: number, step: number): number {
  return Math.max(maxGap, 1.75 * step);
}
