/** Keeps intervals within what a metric can be, so that none promises an accuracy above one. */
import type { Interval } from "../artifacts/metrics.ts";

/**
 * Cuts an interval to the attainable range and says so in its method. Cutting loses no coverage.
 *
 * @param value The number that the interval belongs to.
 * @throws {RangeError} When the value lies outside the range: then the range is wrong, not the interval.
 */
export function cutInterval(
  interval: Interval,
  range: readonly [number, number] | undefined,
  value: number,
): Interval {
  if (range === undefined) return interval;
  const [low, high] = range;
  // A mean of equal numbers can miss them by a rounding error.
  const dust = 1e-12 * Math.max(1, Math.abs(value));
  if (!(value >= low - dust && value <= high + dust)) {
    throw new RangeError(`Cannot cut an interval to [${low}, ${high}]: its mean ${value} lies outside`);
  }
  const lower = Math.min(value, Math.max(interval.lower, low));
  const upper = Math.max(value, Math.min(interval.upper, high));
  if (lower === interval.lower && upper === interval.upper) return interval;
  return { ...interval, lower, upper, method: `${interval.method}, cut to range` };
}
