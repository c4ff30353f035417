import assert from "node:assert/strict";
import { Fitter } from "../../../lib/cluster/fit/fit.ts";
import { pointsOfCodes } from "../../../lib/cluster/points/code_points.ts";
import { pointsOfRows } from "../../../lib/cluster/points/latent_points.ts";
import type { IndexedPoints } from "../../../lib/cluster/points/points.ts";
import { Random } from "../../../lib/random.ts";
import { codesOf, requestOf, someLatents } from "../make_request.ts";

const { latents } = someLatents(150, 4, 2, 0.3);
const codes = codesOf(latents, [5, 5, 5]);
/** Every fifth window is outside the fit. */
const inFit = Uint8Array.from({ length: 150 }, (_, i) => (i % 5 === 0 ? 0 : 1));
const rows = pointsOfRows(Float64Array.from(latents.latents), 3, 1000, inFit);
const onGrid = pointsOfCodes(codes.codes, codes.levels, inFit);

const squared = ({ values, dimensions: d }: IndexedPoints, i: number, center: ArrayLike<number>, c: number) =>
  Array.from({ length: d }, (_, t) => (values[i * d + t] - center[c * d + t]) ** 2).reduce((a, b) => a + b);

for (const method of ["kmeans", "gmm", "hierarchical", "dbscan", "lca"] as const) {
  Deno.test(`a fit by ${method} measures itself on the windows that shaped it, and labels all others by its rule`, () => {
    const points = method === "lca" ? onGrid : rows;
    const request = requestOf({ latents, codes, method, eps: 0.5, minSamples: 4 });
    const fit = new Fitter(points, request, new Random(3)).fit(method === "dbscan" ? null : 4);
    const { labels, centroids, k } = fit;
    const posterior = fit.posterior();
    assert.ok(method === "dbscan" ? k >= 2 : k === 4);
    assert.equal(labels.length, points.weights.length);
    // Inertia: squared distances of fitted windows from their own centroid.
    let inertia = 0;
    const support = new Float64Array(k);
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] < 0) continue;
      inertia += points.weights[i] * squared(points, i, centroids, labels[i]);
      support[labels[i]] += points.weights[i];
    }
    assert.ok(Math.abs(fit.inertia - inertia) < 1e-9 * inertia, `${fit.inertia} ${inertia}`);
    for (let i = 0; i < labels.length; i++) {
      const own = posterior.subarray(i * k, (i + 1) * k);
      assert.ok(Math.abs(own.reduce((a, b) => a + b) - 1) < 1e-9);
      const distances = Array.from({ length: k }, (_, c) => squared(points, i, centroids, c));
      if (method === "kmeans") assert.equal(labels[i], distances.indexOf(Math.min(...distances)));
      if (method === "gmm" || method === "lca") assert.equal(labels[i], own.indexOf(Math.max(...own)));
      if (points.weights[i] > 0 || (method !== "hierarchical" && method !== "dbscan")) continue;
      // The label of the nearest fitted (core) point, within eps.
      const { rule } = fit;
      assert.ok(rule.kind === "neighbor");
      const away = rule.labels.map((_, a) => squared(points, i, rule.anchors, a));
      const nearest = Math.min(...away);
      const beyond = rule.eps !== null && Math.sqrt(nearest) > rule.eps;
      assert.equal(labels[i], beyond ? -1 : rule.labels[away.indexOf(nearest)]);
    }
    // Centroids: means of the fitted windows; by share for classes and mixtures.
    const soft = method === "gmm" || method === "lca";
    for (let c = 0; c < k; c++) {
      const share = (i: number) =>
        points.weights[i] * (soft ? posterior[i * k + c] : Number(labels[i] === c));
      let mass = 0;
      const sum = new Float64Array(3);
      for (let i = 0; i < labels.length; i++) {
        mass += share(i);
        for (let t = 0; t < 3; t++) sum[t] += share(i) * points.values[3 * i + t];
      }
      sum.forEach((s, t) =>
        assert.ok(Math.abs(s / mass - centroids[3 * c + t]) < 2e-3, `${method} ${c} ${t}`)
      );
    }
    if (!soft && method !== "dbscan") {
      // Each cluster's spread by dimension and window.
      const { rule } = fit;
      assert.ok(rule.kind === "neighbor" || rule.kind === "centroid");
      assert.ok(Math.abs(rule.variance - inertia / (3 * 120)) < 1e-12);
    }
    assert.deepEqual(fit.warnings, []);
  });
}

Deno.test("a fit tells what its method found: noise, heights from the top, passes that did not suffice", () => {
  const request = (more: object) => requestOf({ latents, codes, ...more });
  const noisy = new Fitter(rows, request({ method: "dbscan", eps: 0.25, minSamples: 4 }), new Random(1)).fit(
    null,
  );
  const out = [...noisy.labels.keys()].filter((i) => noisy.labels[i] < 0 && rows.weights[i] > 0);
  assert.equal(noisy.details.noiseShare, out.reduce((sum, i) => sum + rows.weights[i], 0) / 120);
  assert.ok(out.length > 0 && noisy.bic === null);
  const fitter = new Fitter(rows, request({ method: "hierarchical" }), new Random(1));
  const heights = fitter.fit(3).details.topHeights as number[];
  assert.equal(heights.length, 50);
  assert.deepEqual(heights, [...fitter.tree.heights].sort((a, b) => b - a).slice(0, 50));
  const short = new Fitter(rows, request({ method: "gmm", maxIterations: 1, nInit: 1 }), new Random(1)).fit(
    4,
  );
  assert.match(
    short.warnings.join(),
    /mixture with 4 clusters did not converge in \d+ iterations; raise max_iter/,
  );
  assert.throws(
    () => new Fitter(rows, request({ method: "dbscan" }), new Random(1)).fit(3),
    /only dbscan finds its own/,
  );
  assert.throws(
    () => new Fitter(rows, request({ method: "kmeans" }), new Random(1)).fit(null),
    /Cannot fit null/,
  );
});
