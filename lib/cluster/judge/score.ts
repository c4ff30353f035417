/** Silhouettes of several clusterings of the same points. */
import type { Motifs } from "../../artifacts/motifs.ts";
import type { Fit, Fitter } from "../fit/fit.ts";
import type { Points } from "../points/points.ts";
import { sizeOf } from "../points/points.ts";
import type { Space } from "../request.ts";
import { silhouette, silhouettesOfRows } from "./silhouette.ts";
import { Random } from "../../random.ts";

/** Most points that are all compared with each other; of more, a sample is compared with all. */
const exactLimit = { code: 20000, latent: 4096 };

/** Most distances that a sample costs, and its least size. */
const sampleCost = 1e8, leastSample = 200;

/** A mean silhouette. */
export interface MeanSilhouette {
  /** `null` where it is undefined: fewer than two clusters, or as many as points. */
  value: number | null;
  /** Half the width of its 95 % interval where it was measured on a sample of the points; `null` where it is exact. */
  error: number | null;
}

/**
 * Silhouette of clusterings of the same points: exact up to a number of points, beyond it the exact silhouettes of a
 * seeded sample of them (drawn by weight), whose mean comes with its error. Every clustering is judged on the same
 * sample, so that their differences are finer than the error says.
 */
export function silhouetteOn(
  points: Points,
  space: Space,
): (labels: Int32Array, k: number) => MeanSilhouette {
  const m = sizeOf(points);
  const exact = m <= exactLimit[space];
  const rows = exact ? undefined : sampleOf(points, Math.max(leastSample, Math.floor(sampleCost / m)));
  return (labels, k) => {
    const present = new Set(labels);
    present.delete(-1);
    const clustered = labels.reduce((sum, label) => sum + (label < 0 ? 0 : 1), 0);
    if (present.size < 2 || present.size >= clustered) return { value: null, error: null };
    if (rows === undefined) return { value: silhouette(points, labels, k), error: null };
    const values = silhouettesOfRows(points, labels, k, rows).filter((value) => !Number.isNaN(value));
    const n = values.length;
    if (n < 2) return { value: null, error: null };
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
    return { value: mean, error: 1.96 * Math.sqrt(variance / n) };
  };
}

/** `size` rows drawn systematically by weight, from a seeded start; heavy points may stand several times. */
function sampleOf({ weights }: Points, size: number): Uint32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const step = total / size;
  const order = new Random(1).fork("silhouette").shuffle(Uint32Array.from(weights.keys()));
  const rows = new Uint32Array(size);
  let next = step / 2, sum = 0, n = 0;
  for (const row of order) {
    sum += weights[row];
    for (; n < size && next < sum; next += step) rows[n++] = row;
  }
  return rows.subarray(0, n);
}

/** Silhouette of a fit on the points that shaped it. */
export function silhouetteOf(fitter: Fitter, space: Space): (fit: Fit) => MeanSilhouette {
  const on = silhouetteOn(fitter.points, space);
  return (fit) => on(fitter.restrict(fit.labels), fit.k);
}

/**
 * Silhouette of motifs on some windows only, such as those of a test part, and how many of them have a motif.
 *
 * @param rows Numbers of the windows.
 */
export function silhouetteOfRows(
  motifs: Motifs,
  rows: ArrayLike<number>,
): MeanSilhouette & { n: number } {
  const { points, pointValues, dimensions: d, labels, k, space } = motifs;
  const slots = new Map<number, number>();
  const own: number[] = [], weights: number[] = [];
  let n = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (labels[row] < 0) continue;
    n++;
    const slot = slots.get(points[row]);
    if (slot !== undefined) {
      weights[slot]++;
      continue;
    }
    slots.set(points[row], weights.length);
    own.push(labels[row]);
    weights.push(1);
  }
  const values = new Float64Array(own.length * d);
  for (const [point, slot] of slots) values.set(pointValues.subarray(point * d, (point + 1) * d), slot * d);
  if (own.length === 0) return { value: null, error: null, n };
  const part = { values, dimensions: d, weights: Float64Array.from(weights) };
  return { ...silhouetteOn(part, space)(Int32Array.from(own), k), n };
}
