/** Silhouettes of several clusterings of the same points. */
import type { Motifs } from "../../artifacts/motifs.ts";
import type { Fit, Fitter } from "../fit/fit.ts";
import { coarsen, lostVariance, varianceOf } from "../points/latent_points.ts";
import type { Points } from "../points/points.ts";
import { sizeOf } from "../points/points.ts";
import type { Space } from "../request.ts";
import { silhouette } from "./silhouette.ts";

/** Most points that are compared pair by pair; more are gathered on a coarser grid for the silhouette alone. */
const exactLimit = { code: 20000, latent: 4096 };

/**
 * Silhouette of clusterings of the same points, gathered where they are many; null where it is undefined, and where the
 * points are too many to compare and gathering them would lose more than a tenth of their variance.
 */
export function silhouetteOn(points: Points, space: Space): (labels: Int32Array, k: number) => number | null {
  const gathered = gather(points, exactLimit[space]);
  if (gathered === null) return () => null;
  const { points: cellPoints, index } = gathered;
  const cells = sizeOf(cellPoints);
  return (labels, k) => {
    // A cell that clusters share becomes one point for each of them.
    const parts = new Map<number, { cell: number; label: number; weight: number }>();
    labels.forEach((label, i) => {
      if (label < 0) return;
      const key = label * cells + index[i];
      const part = parts.get(key) ?? { cell: index[i], label, weight: 0 };
      part.weight += points.weights[i];
      parts.set(key, part);
    });
    const shares = [...parts.values()];
    const present = new Set(shares.map((part) => part.label)).size;
    if (present < 2 || present >= shares.length) return null;
    const d = points.dimensions;
    const values = new Float64Array(shares.length * d);
    shares.forEach(({ cell }, i) => values.set(cellPoints.values.subarray(cell * d, cell * d + d), i * d));
    const weights = Float64Array.from(shares, (part) => part.weight);
    return silhouette(
      { values, dimensions: d, weights },
      Int32Array.from(shares, (part) => part.label),
      k,
    );
  };
}

/** Silhouette of a fit on the points that shaped it. */
export function silhouetteOf(fitter: Fitter, space: Space): (fit: Fit) => number | null {
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
): { value: number | null; n: number } {
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
  if (own.length === 0) return { value: null, n };
  const part = { values, dimensions: d, weights: Float64Array.from(weights) };
  return { value: silhouetteOn(part, space)(Int32Array.from(own), k), n };
}

function gather(points: Points, limit: number) {
  const coarse = coarsen(points, limit);
  const most = lostVariance * varianceOf(points.values, points.dimensions);
  if (coarse.rmsError ** 2 <= most) return coarse;
  return sizeOf(points) <= exactLimit.code ? coarsen(points, exactLimit.code) : null;
}
