import assert from "node:assert/strict";
import fc from "fast-check";
import { nearestCentroid, sphericalPosterior } from "../../../lib/cluster/fit/posterior.ts";
import { pointsOf } from "../vectors.ts";

Deno.test("sphericalPosterior() is Bayes' rule for equal spherical Gaussians", () => {
  const posterior = sphericalPosterior(pointsOf([[0], [1], [3]], [1, 1, 1]), Float64Array.of(0, 2), 0.5);
  const density = (x: number, mean: number) => Math.exp(-((x - mean) ** 2));
  for (const [i, x] of [0, 1, 3].entries()) {
    const expected = density(x, 0) / (density(x, 0) + density(x, 2));
    assert.ok(Math.abs(posterior[2 * i] - expected) < 1e-12);
  }
});

Deno.test("sphericalPosterior() sums to 1, is largest at the nearest centroid, and stays finite without spread", () => {
  const value = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }),
      fc.array(value, { minLength: 6, maxLength: 6 }),
      fc.constantFrom(0, 1e-9, 0.1, 10),
      (rows, centroids, variance) => {
        const points = pointsOf(rows, rows.map(() => 1));
        const posterior = sphericalPosterior(points, Float64Array.from(centroids), variance);
        const nearest = nearestCentroid(points, Float64Array.from(centroids));
        nearest.forEach((c, i) => {
          const row = posterior.slice(3 * i, 3 * i + 3);
          assert.ok(Math.abs(row[0] + row[1] + row[2] - 1) < 1e-12);
          assert.equal(row[c], Math.max(...row));
        });
      },
    ),
  );
});

Deno.test("nearestCentroid() gives a point between two centroids the smaller number", () => {
  const points = { values: Float64Array.of(0, 1, 2), dimensions: 1, weights: Float64Array.of(1, 1, 1) };
  assert.deepEqual([...nearestCentroid(points, Float64Array.of(2, 0, 2))], [1, 0, 0]);
});
