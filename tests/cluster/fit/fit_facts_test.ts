import assert from "node:assert/strict";
import { sphericalBic } from "../../../lib/cluster/fit/bic.ts";
import { cut } from "../../../lib/cluster/fit/cut.ts";
import { dynamicsOf, stableStates } from "../../../lib/cluster/fit/adaptive.ts";
import { dendrogram } from "../../../lib/cluster/fit/hierarchical.ts";
import { Fitter } from "../../../lib/cluster/fit/fit.ts";
import { Random } from "../../../lib/random.ts";
import { codesFrom, requestOf } from "../make_request.ts";

const line = (values: number[], weights = values.map(() => 1)) => ({
  values: Float64Array.from(values),
  dimensions: 1,
  weights: Float64Array.from(weights),
  index: Uint32Array.from(values.keys()),
  exact: true,
  cell: 0,
  rmsError: 0,
});

Deno.test("a fit says by name when it did not converge, and nothing when it did", () => {
  const rng = new Random(3);
  const cloud = line(Array.from({ length: 60 }, () => rng.normal()));
  const told = (request: Parameters<typeof requestOf>[0], points = cloud) =>
    new Fitter(points, requestOf(request), new Random(1)).fit(3).warnings;
  const short = (
    what: string,
  ) => [`${what} with 3 clusters did not converge in 1 iterations; raise max_iter`];
  assert.deepEqual(told({ method: "kmeans", maxIterations: 1, nInit: 1 }), short("k-means"));
  assert.deepEqual(told({ method: "gmm", maxIterations: 1, nInit: 1 }), short("The mixture"));
  assert.deepEqual(told({ method: "kmeans" }), []);
  assert.deepEqual(told({ method: "gmm", tolerance: 0.1 }), []);
  const codes = codesFrom(Uint32Array.of(0), [8]);
  const digits = line(Array.from({ length: 8 }, (_, i) => -1 + i / 4), [5, 4, 1, 1, 6, 2, 1, 5]);
  assert.deepEqual(
    told({ method: "lca", codes, maxIterations: 1, nInit: 1, tolerance: 0 }, digits),
    short("The latent class model"),
  );
});

Deno.test("DBSCAN's rule rests on core points only; without any its variance is 0", () => {
  // Two core groups, a border point beside the second (weights count), and noise of weight 3.
  const points = line([0, 0.5, 1, 10, 10.5, 11.4, 50], [1, 1, 1, 2, 2, 1, 3]);
  const fit = (minSamples: number) =>
    new Fitter(points, requestOf({ method: "dbscan", eps: 1, minSamples }), new Random(1)).fit(null);
  const found = fit(4);
  assert.deepEqual([...found.labels], [-1, -1, -1, 0, 0, 0, -1]);
  assert.ok(found.rule.kind === "neighbor");
  assert.deepEqual([found.rule.anchors, found.rule.labels], [[10, 10.5], [0, 0]]);
  assert.deepEqual(found.details, { corePoints: 2, noiseShare: 6 / 11 });
  assert.deepEqual([found.bic, found.bicVariant], [null, null]);
  const center = (10 * 2 + 10.5 * 2 + 11.4) / 5;
  const inertia = 2 * (10 - center) ** 2 + 2 * (10.5 - center) ** 2 + (11.4 - center) ** 2;
  assert.ok(Math.abs(found.inertia - inertia) < 1e-12 && Math.abs(found.rule.variance - inertia / 5) < 1e-12);
  const none = fit(20);
  assert.deepEqual([none.k, none.inertia, none.rule.kind === "neighbor" && none.rule.variance], [0, 0, 0]);
});

Deno.test("hard clusterings have the BIC and variance of their own sizes, of one point and in two dimensions too", () => {
  const values = [0, 0, 1, 0, 9, 9, 9, 8];
  const points = { ...line([1, 2, 3, 4], [2, 1, 3, 1]), values: Float64Array.from(values), dimensions: 2 };
  for (const method of ["kmeans", "hierarchical"] as const) {
    const fit = new Fitter(points, requestOf({ method }), new Random(1)).fit(2);
    // Of (0, 0) twice and (1, 0): 2/3; of (9, 9) thrice and (9, 8): 3/4.
    assert.ok(Math.abs(fit.inertia - (2 / 3 + 3 / 4)) < 1e-12);
    assert.ok(Math.abs(fit.bic! - sphericalBic([3, 4], 2 / 3 + 3 / 4, 2, "mle")) < 1e-9);
    assert.equal(fit.bicVariant, "spherical-mle");
    assert.ok("variance" in fit.rule && Math.abs(fit.rule.variance - (2 / 3 + 3 / 4) / 14) < 1e-12);
  }
  const single = new Fitter(line([4]), requestOf({}), new Random(1)).fit(1);
  assert.ok("variance" in single.rule && single.rule.variance === 0);
});

Deno.test("sphericalBic() has a least variance, and an empty cluster adds nothing but its parameters", () => {
  // 2 N ln N − 2 Σ nₖ ln nₖ + N d (ln 2πs² + …) written out: N = 10 in two clusters of 4 and 6, d = 2.
  const expected = (s2: number, sse: number, k: number) =>
    -2 * (4 * Math.log(0.4) + 6 * Math.log(0.6)) + 20 * Math.log(2 * Math.PI * s2) + sse / s2 +
    (k - 1 + 2 * k + 1) * Math.log(10);
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} ${b}`);
  near(sphericalBic([4, 6], 8, 2), expected(0.4, 8, 2));
  near(sphericalBic([4, 6], 8, 2, "corrected"), expected(0.5, 8, 2));
  near(sphericalBic([4, 6], 8, 2, "pelleg-moore"), expected(1, 8, 2));
  near(sphericalBic([4, 6, 0], 8, 2), expected(0.4, 8, 3));
  near(sphericalBic([4, 6], 0, 2), expected(1e-6, 0, 2));
  // As many clusters as rows leave no freedom: the least variance.
  near(
    sphericalBic([1, 1], 0, 1, "corrected"),
    -2 * (2 * Math.log(0.5)) + 2 * Math.log(2e-6 * Math.PI) + 4 * Math.log(2),
  );
});

Deno.test("dynamicsOf() counts steps within stretches and of counted windows, stableStates() those that dwell", () => {
  const states = Uint32Array.of(0, 0, 0, 1, 1, 0, 2, 2, 2, 2, 2, 2);
  const { self, total } = dynamicsOf(states, 4);
  assert.deepEqual([[...self], [...total]], [[2, 1, 5, 0], [4, 2, 5, 0]]);
  const apart = dynamicsOf(
    states,
    4,
    [{ from: 0, to: 3 }, { from: 3, to: 8 }],
    Uint8Array.of(1, 1, 0, 1, 1, 1, 2, 1, 1, 1, 1, 1),
  );
  assert.deepEqual([[...apart.self], [...apart.total]], [[1, 1, 0, 0], [1, 2, 0, 0]]);
  const dwell = { self: Float64Array.of(4, 3.9, 0, 8), total: Float64Array.of(5, 5, 0, 10) };
  assert.deepEqual(stableStates(dwell), [0, 3]);
  assert.deepEqual(stableStates(dwell, 0.78), [0, 1, 3]);
  assert.deepEqual(stableStates(dwell, 0), [0, 1, 3]);
});

Deno.test("cut() gives any number of clusters from one to all points, and no other", () => {
  const tree = dendrogram(line([0, 1, 5, 7, 20]), "single");
  assert.deepEqual([...cut(tree, 1)], [0, 0, 0, 0, 0]);
  assert.deepEqual([...cut(tree, 2)], [0, 0, 0, 0, 1]);
  assert.deepEqual([...cut(tree, 3)], [0, 0, 1, 1, 2]);
  assert.deepEqual([...cut(tree, 4)], [0, 0, 1, 2, 3]);
  assert.deepEqual([...cut(tree, 5)], [0, 1, 2, 3, 4]);
  for (const k of [0, 6, 2.5]) assert.throws(() => cut(tree, k), RangeError);
});
