/**
 * Offset and gain of an accelerometer from moments in which it lies still, where only gravity acts: their vectors must lie on
 * a sphere of radius 1 g. Source: van Hees et al. 2014, "Autocalibration of accelerometer data for free-living physical
 * activity assessment using local gravity and temperature", J. Appl. Physiol. 117; without temperature.
 */

/** What makes a moment still, and how the fit goes. */
const [stillSd, strongest] = [0.013, 2];
const [iterations, settled, heaviest] = [1000, 1e-10, 100];
/** Every axis must have seen gravity from both sides by this much. */
const side = 0.3;
/** The least still moments of a fit, and the error that it may leave, in g. */
const [fewest, mostError] = [30, 0.01];

/** Correction of one accelerometer: `(value + offset) · gain` by axis, in g. */
export interface Calibration {
  offset: [number, number, number];
  gain: [number, number, number];
  /** Mean distance of still moments from 1 g, before and after. */
  before: number;
  after: number;
  /** Still moments that it rests on. */
  moments: number;
  /** Why it must not be used; absent where it may. */
  refused?: string;
}

/**
 * Means of epochs in which nothing moves, `[n, 3]` in g: every axis varies by less than 13 mg.
 *
 * @param mean `[n, 3]`. @param sd `[n, 3]`.
 */
export function stillMoments(mean: Float64Array, sd: Float64Array): Float64Array {
  const points: number[] = [];
  for (let i = 0; i < mean.length; i += 3) {
    if (sd[i] >= stillSd || sd[i + 1] >= stillSd || sd[i + 2] >= stillSd) continue;
    if (
      Math.abs(mean[i]) >= strongest || Math.abs(mean[i + 1]) >= strongest ||
      Math.abs(mean[i + 2]) >= strongest
    ) {
      continue;
    }
    points.push(mean[i], mean[i + 1], mean[i + 2]);
  }
  return Float64Array.from(points);
}

/** Distances of points from the unit sphere, on average. */
function errorOf(points: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < points.length; i += 3) {
    sum += Math.abs(Math.hypot(points[i], points[i + 1], points[i + 2]) - 1);
  }
  return 3 * sum / points.length;
}

/** Points with a correction. */
function corrected(points: Float64Array, offset: readonly number[], gain: readonly number[]): Float64Array {
  return points.map((v, i) => (v + offset[i % 3]) * gain[i % 3]);
}

/** Line `y = a + b x` by weighted least squares. */
function line(x: Float64Array, y: Float64Array, weights: Float64Array, axis: number): [a: number, b: number] {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (let i = axis, k = 0; i < x.length; i += 3, k++) {
    const weight = weights[k];
    w += weight;
    wx += weight * x[i];
    wy += weight * y[i];
    wxx += weight * x[i] * x[i];
    wxy += weight * x[i] * y[i];
  }
  const b = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  return [(wy - b * wx) / w, b];
}

/**
 * Fits offset and gain to still moments by iteratively weighted closest points on the sphere.
 *
 * @param points `[n, 3]` in g.
 * @returns The correction, with the reason where it must not be used: too few moments, sides that were never down, or no
 *   improvement to below 10 mg.
 */
export function autocalibrate(points: Float64Array): Calibration {
  const moments = points.length / 3;
  const none: Calibration = {
    offset: [0, 0, 0],
    gain: [1, 1, 1],
    before: moments === 0 ? 0 : errorOf(points),
    after: moments === 0 ? 0 : errorOf(points),
    moments,
  };
  if (moments < fewest) return { ...none, refused: `${moments} still moments of 10 s, ${fewest} are needed` };
  const unseen = ["x", "y", "z"].filter((_, a) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = a; i < points.length; i += 3) {
      low = Math.min(low, points[i]);
      high = Math.max(high, points[i]);
    }
    return low > -side || high < side;
  });
  if (unseen.length > 0) {
    return { ...none, refused: `axis ${unseen.join(" and ")} did not lie both up and down while still` };
  }
  const offset: Calibration["offset"] = [0, 0, 0];
  const gain: Calibration["gain"] = [1, 1, 1];
  const weights = new Float64Array(moments).fill(1);
  let last = Infinity;
  for (let n = 0; n < iterations; n++) {
    const now = corrected(points, offset, gain);
    const closest = now.map((v, i) => {
      const k = i - i % 3;
      return v / Math.hypot(now[k], now[k + 1], now[k + 2]);
    });
    for (let a = 0; a < 3; a++) {
      const [move, stretch] = line(now, closest, weights, a);
      for (let i = a; i < now.length; i += 3) now[i] = move + stretch * now[i];
      offset[a] += move / (gain[a] * stretch);
      gain[a] *= stretch;
    }
    let [sum, total] = [0, 0];
    for (let k = 0, i = 0; k < moments; k++, i += 3) {
      const squares = (now[i] - closest[i]) ** 2 + (now[i + 1] - closest[i + 1]) ** 2 +
        (now[i + 2] - closest[i + 2]) ** 2;
      sum += weights[k] * squares;
      total += weights[k];
      weights[k] = Math.min(1 / Math.sqrt(squares), heaviest);
    }
    if (Math.abs(sum / total - last) < settled) break;
    last = sum / total;
  }
  const after = errorOf(corrected(points, offset, gain));
  const fitted = { ...none, offset, gain, after };
  if (!(after < none.before)) return { ...fitted, refused: "it would not lessen the error" };
  if (after >= mostError) {
    return { ...fitted, refused: `it leaves an error of ${(1000 * after).toFixed(1)} mg` };
  }
  return fitted;
}
