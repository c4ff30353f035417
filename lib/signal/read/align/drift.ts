/**
 * Offset and drift between the clocks of two loggers on one body, by the movement that both feel: the delay at which the
 * magnitudes of acceleration agree best, window by window, and a line through these delays.
 */

/** Samples a second of the magnitudes that are compared, and seconds of a window. */
export const [compareRate, windowSeconds] = [25, 60];
/** Windows that are looked at: the liveliest of each of so many equal stretches. */
const stretches = 120;
/** Correlation from which a window counts, and the fewest that make a line. */
const [alike, fewest] = [0.6, 3];
/** Seconds around the last delay that are searched, and how fast clocks may part, in seconds a second. */
const [near, fastest] = [2, 500e-6];
/** Seconds over which a drift shows, the largest that a clock has, and seconds that delays may usually lie beside a line. */
const [shortest, implausible, widest] = [600, 1e-3, 0.5];

/** Magnitudes of a logger, `compareRate` a second; NaN where there is a gap. */
export interface Magnitudes {
  values: Float64Array;
  /** Seconds of the first one on the logger's own clock. */
  begin: number;
}

/** The other clock tells `offset + drift · t` seconds more than the first one, `t` seconds after its begin. */
export interface ClockFit {
  offset: number;
  /** Seconds a second. */
  drift: number;
  /** Windows that the line goes through, of those that were looked at, and their usual distance from it in seconds. */
  windows: number;
  looked: number;
  spread: number;
  /** Why it must not be used; absent where it may. */
  refused?: string;
}

function median(x: readonly number[]): number {
  const sorted = x.toSorted((a, b) => a - b);
  return (sorted[(x.length - 1) >> 1] + sorted[x.length >> 1]) / 2;
}

/** Starts of the liveliest window without a gap of each stretch, in order. */
function livelyWindows(x: Float64Array, length: number): number[] {
  const [sum, squares, gaps] = [0, 1, 2].map(() => new Float64Array(x.length + 1));
  for (let i = 0; i < x.length; i++) {
    const gap = Number.isNaN(x[i]);
    sum[i + 1] = sum[i] + (gap ? 0 : x[i]);
    squares[i + 1] = squares[i] + (gap ? 0 : x[i] * x[i]);
    gaps[i + 1] = gaps[i] + Number(gap);
  }
  const spread = (t: number) => {
    const mean = (sum[t + length] - sum[t]) / length;
    return gaps[t + length] > gaps[t] ? 0 : (squares[t + length] - squares[t]) / length - mean * mean;
  };
  const found: number[] = [];
  const step = Math.max(length, Math.floor(x.length / stretches));
  for (let from = 0; from + length <= x.length; from += step) {
    let best = -1;
    for (let t = from; t + length <= Math.min(x.length, from + step); t += length >> 1) {
      if (spread(t) > (best < 0 ? 0 : spread(best))) best = t;
    }
    if (best >= 0) found.push(best);
  }
  return found;
}

/** Where a window agrees best with another signal among places `[from, to]`: the place, between samples, and how well. */
function bestPlace(
  x: Float64Array,
  start: number,
  length: number,
  y: Float64Array,
  from: number,
  to: number,
): { place: number; r: number } {
  let [sum, squares] = [0, 0];
  for (let i = start; i < start + length; i++) sum += x[i];
  const own = Float64Array.from({ length }, (_, i) => x[start + i] - sum / length);
  for (const v of own) squares += v * v;
  const at = (place: number): number => {
    if (place < 0 || place + length > y.length) return -1;
    let [cross, total, all] = [0, 0, 0];
    for (let i = 0; i < length; i++) {
      const v = y[place + i];
      cross += own[i] * v;
      total += v;
      all += v * v;
    }
    const r = cross / Math.sqrt(squares * (all - total * total / length));
    return Number.isFinite(r) ? r : -1;
  };
  let best = { place: from, r: -1 };
  for (let place = from; place <= to; place++) {
    const r = at(place);
    if (r > best.r) best = { place, r };
  }
  // The top of the parabola through the best place and its neighbors.
  const [left, right] = [at(best.place - 1), at(best.place + 1)];
  const bend = left - 2 * best.r + right;
  const shift = left < 0 || right < 0 || bend >= 0 ? 0 : (left - right) / (2 * bend);
  return { place: best.place + Math.max(-0.5, Math.min(0.5, shift)), r: best.r };
}

/** Line through points by the median of all slopes (Theil 1950, Sen 1968), which a few wrong points do not move. */
function robustLine(points: readonly (readonly [number, number])[]): { offset: number; drift: number } {
  const slopes: number[] = [];
  const span = points.at(-1)![0] - points[0][0];
  for (const [i, [t, d]] of points.entries()) {
    for (const [u, e] of points.slice(i + 1)) if (u - t >= shortest / 2) slopes.push((e - d) / (u - t));
  }
  const drift = span < shortest || slopes.length === 0 ? 0 : median(slopes);
  return { drift, offset: median(points.map(([t, d]) => d - drift * t)) };
}

/**
 * Compares two loggers.
 *
 * @param farthest Seconds by which the clocks may differ when the first one begins.
 */
export function fitClocks(first: Magnitudes, other: Magnitudes, farthest: number): ClockFit {
  const length = windowSeconds * compareRate;
  const windows = livelyWindows(first.values, length);
  const points: [number, number][] = [];
  for (const start of windows) {
    const time = start / compareRate;
    const last = points.at(-1);
    const around = last === undefined ? farthest : Math.min(farthest, near + fastest * (time - last[0]));
    const middle = (first.begin + time + (last?.[1] ?? 0) - other.begin) * compareRate;
    const reach = around * compareRate;
    const from = Math.max(0, Math.round(middle - reach));
    const to = Math.min(other.values.length - length, Math.round(middle + reach));
    if (from > to) continue;
    const { place, r } = bestPlace(first.values, start, length, other.values, from, to);
    if (r < alike) continue;
    points.push([time, place / compareRate + other.begin - first.begin - time]);
  }
  const nothing = { offset: 0, drift: 0, windows: points.length, looked: windows.length, spread: 0 };
  if (points.length < fewest) {
    return {
      ...nothing,
      refused:
        `${points.length} of ${windows.length} windows of a minute agree by ${alike}, ${fewest} are needed`,
    };
  }
  return { ...nothing, ...lineThrough(points) };
}

/**
 * The line through delays of the other clock against the first one, and why it must not be used where they are on none.
 *
 * @param points Seconds after the first one's begin, in order, and the delay then.
 */
export function lineThrough(
  points: readonly (readonly [number, number])[],
): Pick<ClockFit, "offset" | "drift" | "spread" | "refused"> {
  const { offset, drift } = robustLine(points);
  const spread = 1.4826 * median(points.map(([t, d]) => Math.abs(d - offset - drift * t)));
  const fit = { offset, drift, spread };
  if (spread > widest) return { ...fit, refused: `the delays differ by ${spread.toFixed(2)} s from a line` };
  if (Math.abs(drift) <= implausible) return fit;
  return { ...fit, refused: `the delays part by ${(1e6 * drift).toFixed(0)} ppm, which no clock does` };
}
