/** Silhouettes of several clusterings of the same points. */
import type { Fit, Fitter } from "./fit.ts";
import { coarsen, lostVariance, varianceOf } from "./latent_points.ts";
import type { Points } from "./points.ts";
import { sizeOf } from "./points.ts";
import type { Space } from "./request.ts";
import { silhouette } from "./silhouette.ts";

/** Most points that are compared pair by pair; more are gathered on a coarser grid for the silhouette alone. */
const exactLimit = { code: 20000, latent: 4096 };

/**
 * Silhouette of a fit on the points that shaped it, gathered where they are many; null where it is undefined, and where
 * the points are too many to compare and gathering them would lose more than a tenth of their variance.
 */
export function silhouetteOf(fitter: Fitter, space: Space): (fit: Fit) => number | null {
  const gathered = gather(fitter.points, exactLimit[space]);
  if (gathered === null) return () => null;
  const { points, index } = gathered;
  const cells = sizeOf(points);
  return (fit) => {
    const labels = fitter.restrict(fit.labels);
    // A cell that clusters share becomes one point for each of them.
    const parts = new Map<number, { cell: number; label: number; weight: number }>();
    labels.forEach((label, i) => {
      if (label < 0) return;
      const key = label * cells + index[i];
      const part = parts.get(key) ?? { cell: index[i], label, weight: 0 };
      part.weight += fitter.points.weights[i];
      parts.set(key, part);
    });
    const shares = [...parts.values()];
    const present = new Set(shares.map((part) => part.label)).size;
    if (present < 2 || present >= shares.length) return null;
    const d = points.dimensions;
    const values = new Float64Array(shares.length * d);
    shares.forEach(({ cell }, i) => values.set(points.values.subarray(cell * d, cell * d + d), i * d));
    const weights = Float64Array.from(shares, (part) => part.weight);
    return silhouette(
      { values, dimensions: d, weights },
      Int32Array.from(shares, (part) => part.label),
      fit.k,
    );
  };
}

function gather(points: Points, limit: number) {
  const coarse = coarsen(points, limit);
  const most = lostVariance * varianceOf(points.values, points.dimensions);
  if (coarse.rmsError ** 2 <= most) return coarse;
  return sizeOf(points) <= exactLimit.code ? coarsen(points, exactLimit.code) : null;
}
