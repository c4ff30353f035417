import assert from "node:assert/strict";
import type { CovarianceType } from "../../../lib/cluster/fit/gaussian.ts";
import { mixtureParameters } from "../../../lib/cluster/fit/gaussian.ts";
import { gmm } from "../../../lib/cluster/fit/gmm.ts";
import { kmeans } from "../../../lib/cluster/fit/kmeans.ts";
import { totalWeight } from "../../../lib/cluster/points/points.ts";
import { Random } from "../../../lib/random.ts";
import { duplicated, maxDifference, pointsOf, vectors } from "../vectors.ts";

/** Covariances `variance · I` in a given form. */
function isotropic(kind: CovarianceType, k: number, d: number, variance: number): Float64Array {
  const eye = Array.from({ length: d * d }, (_, q) => q % (d + 1) === 0 ? variance : 0);
  if (kind === "full") return Float64Array.from(Array.from({ length: k }, () => eye).flat());
  if (kind === "tied") return Float64Array.from(eye);
  return new Float64Array(kind === "diag" ? k * d : k).fill(variance);
}

Deno.test("T025 gmm() equals scikit-learn on duplicated rows from the same start", () => {
  for (const v of vectors.gmm) {
    const kind = v.kind as CovarianceType;
    const points = pointsOf(v.x, v.w);
    const start = {
      covariance: kind,
      weights: new Float64Array(v.k).fill(1 / v.k),
      means: Float64Array.from(v.means.flat()),
      covariances: isotropic(kind, v.k, points.dimensions, v.variance),
    };
    const fit = gmm(points, v.k, start, { covariance: kind, tolerance: v.tol, maxIterations: 500 });
    assert.deepEqual([...fit.labels], v.labels);
    assert.ok(maxDifference(fit.weights, v.weights) < 1e-9);
    assert.ok(maxDifference(fit.means, v.fitted_means.flat()) < 1e-9);
    assert.ok(maxDifference(fit.covariances, v.covariances) < 1e-9);
    assert.ok(maxDifference(fit.responsibilities.slice(0, 5 * v.k), v.responsibilities.flat()) < 1e-9);
    assert.ok(Math.abs(fit.logLikelihood / totalWeight(points) - v.score) < 1e-9);
    assert.ok(Math.abs(fit.history.at(-1)! - v.lower_bound) < 1e-9);
    assert.ok(Math.abs(fit.bic - v.bic) < 1e-6);
    assert.equal(fit.iterations, v.iterations);
  }
});

Deno.test("T025 gmm() gives responsibilities that sum to 1 and a monotone likelihood", () => {
  for (const v of vectors.gmm) {
    const points = pointsOf(v.x, v.w);
    const { labels } = kmeans(points, v.k, new Random(5));
    const covariance = v.kind as CovarianceType;
    const fit = gmm(points, v.k, labels, { covariance, tolerance: 1e-8, maxIterations: 500, regCovar: 0 });
    for (let i = 1; i < fit.history.length; i++) assert.ok(fit.history[i] >= fit.history[i - 1] - 1e-10);
    for (let i = 0; i < points.weights.length; i++) {
      const sum = fit.responsibilities.slice(i * v.k, (i + 1) * v.k).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - 1) < 1e-12);
    }
  }
});

Deno.test("gmm() gives the same for weights and for duplicated rows", () => {
  const { x, w, k } = vectors.gmm[0];
  const points = pointsOf(x, w);
  const copies = duplicated(points);
  const { labels } = kmeans(points, k, new Random(2));
  const weighted = gmm(points, k, labels);
  const rows = gmm(copies.points, k, Int32Array.from(copies.index, (p) => labels[p]));
  assert.ok(maxDifference(weighted.means, rows.means) < 1e-9);
  assert.ok(maxDifference(weighted.covariances, rows.covariances) < 1e-9);
  assert.ok(Math.abs(weighted.bic - rows.bic) < 1e-6);
});

Deno.test("mixtureParameters() counts weights, means and covariances", () => {
  assert.equal(mixtureParameters("full", 3, 2), 2 + 6 + 9);
  assert.equal(mixtureParameters("tied", 3, 2), 2 + 6 + 3);
  assert.equal(mixtureParameters("diag", 3, 2), 2 + 12);
  assert.equal(mixtureParameters("spherical", 3, 2), 2 + 6 + 3);
});

Deno.test("gmm() on a lattice needs a variance floor and says so", () => {
  const points = pointsOf([[0, 0], [1, 0]], [3, 3]);
  assert.throws(
    () => gmm(points, 2, Int32Array.of(0, 1), { regCovar: 0 }),
    /not positive definite.*reg_covar/,
  );
  const fit = gmm(points, 2, Int32Array.of(0, 1), { regCovar: 1e-6 });
  assert.deepEqual([...fit.labels], [0, 1]);
});

Deno.test("gmm() compares its first two rounds already, and stops unconverged at the most it may take", () => {
  const { x, w, k } = vectors.gmm[0];
  const points = pointsOf(x, w), { labels } = kmeans(points, k, new Random(2));
  const told = (options: { tolerance: number; maxIterations: number }) => {
    const { history, iterations, converged } = gmm(points, k, labels, options);
    return [history.length, iterations, converged];
  };
  assert.deepEqual(told({ tolerance: 1e9, maxIterations: 9 }), [2, 2, true]);
  assert.deepEqual(told({ tolerance: 1e9, maxIterations: 1 }), [1, 1, false]);
  assert.deepEqual(told({ tolerance: 0, maxIterations: 3 }), [3, 3, false]);
});
