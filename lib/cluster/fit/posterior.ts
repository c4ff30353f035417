/** Soft assignments for clusterings that only give labels. */
import type { Points } from "../points/points.ts";
import { squaredDistance } from "../points/points.ts";

/** Least variance, so that a clustering without spread gives certain assignments instead of NaN. */
const floor = 1e-12;

/**
 * Posterior of each cluster at each point when clusters are equally likely spherical Gaussians of one variance s²:
 * softmax of `−‖x − μ_k‖²/(2 s²)`. The most probable cluster is the nearest centroid: for k-means always the label, for
 * hierarchical clustering and DBSCAN not necessarily.
 *
 * @param variance s², per dimension: SSE/(d N) of the clustering.
 * @returns float64 `[M, K]`; rows sum to 1.
 */
export function sphericalPosterior(points: Points, centroids: Float64Array, variance: number): Float64Array {
  const { values, dimensions: d, weights } = points;
  const k = centroids.length / d;
  const posterior = new Float64Array(weights.length * k);
  const scale = -1 / (2 * Math.max(variance, floor));
  for (let i = 0; i < weights.length; i++) {
    let nearest = Infinity;
    for (let c = 0; c < k; c++) {
      const squared = squaredDistance(values, i, centroids, c, d);
      posterior[i * k + c] = squared;
      if (squared < nearest) nearest = squared;
    }
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const share = Math.exp((posterior[i * k + c] - nearest) * scale);
      posterior[i * k + c] = share;
      sum += share;
    }
    for (let c = 0; c < k; c++) posterior[i * k + c] /= sum;
  }
  return posterior;
}

/** The nearest of `centroids` for each point, the smaller number on ties: int32 `[M]`. */
export function nearestCentroid(points: Points, centroids: Float64Array): Int32Array {
  const { values, dimensions: d, weights } = points;
  const k = centroids.length / d;
  return Int32Array.from(weights, (_, i) => {
    let at = -1, least = Infinity;
    for (let c = 0; c < k; c++) {
      const squared = squaredDistance(values, i, centroids, c, d);
      if (squared < least) {
        least = squared;
        at = c;
      }
    }
    return at;
  });
}
