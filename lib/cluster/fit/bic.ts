/**
 * Bayesian information criterion of a hard clustering, read as a mixture of spherical Gaussians of one shared
 * variance: `ln L = Σ n_k ln(n_k/N) − N d/2 · ln(2π s²) − SSE/(2 s²)`, `BIC = −2 ln L + p ln N` with
 * `p = (K − 1) + K d + 1`. Smaller is better.
 */

/**
 * How the shared variance is estimated: `mle` is SSE/(d N), `corrected` SSE/(d (N − K)), `pelleg-moore` SSE/(N − K) as
 * in X-means, which forgets the dimension and is offered for comparison only.
 */
export type BicVariant = "mle" | "corrected" | "pelleg-moore";

/** Least variance: without it, clusters of single lattice points have infinite likelihood. */
const VARIANCE_FLOOR = 1e-6;

/**
 * BIC of a clustering.
 *
 * @param support Rows by cluster.
 * @param sse Sum of squared distances of rows to their centroid.
 * @param d Dimensions.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(sphericalBic([10, 9, 7], 1.96468253968, 3, "corrected").toFixed(6), "30.443589");
 * assert.equal(sphericalBic([10, 9, 7], 1.96468253968, 3, "mle").toFixed(6), "29.880607");
 * ```
 */
export function sphericalBic(
  support: ArrayLike<number>,
  sse: number,
  d: number,
  variant: BicVariant = "mle",
): number {
  const sizes = Array.from(support);
  const k = sizes.length;
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const freedom = { mle: d * n, corrected: d * (n - k), "pelleg-moore": n - k }[variant];
  const variance = Math.max(VARIANCE_FLOOR, freedom > 0 ? sse / freedom : 0);
  const mixing = sizes.reduce((sum, size) => sum + (size > 0 ? size * Math.log(size / n) : 0), 0);
  const likelihood = mixing - n * d / 2 * Math.log(2 * Math.PI * variance) - sse / (2 * variance);
  return -2 * likelihood + (k - 1 + k * d + 1) * Math.log(n);
}
