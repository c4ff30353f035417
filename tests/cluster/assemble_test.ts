import assert from "node:assert/strict";
import { assemble, supportOrder } from "../../lib/cluster/assemble.ts";
import { motifsOfLabels } from "../../lib/cluster/given_labels.ts";
import type { Fit } from "../../lib/cluster/fit/fit.ts";

const points = {
  values: Float64Array.of(0, 0, 1, 1, 2, 2, 3, 3),
  dimensions: 2,
  weights: Float64Array.of(1, 2, 3, 1),
  // Window by window: point 0 twice, 1 twice, 2 four times, 3 once.
  index: Uint32Array.of(2, 0, 1, 2, 3, 2, 1, 0, 2),
  exact: true,
  cell: 0,
  rmsError: 0,
};
const fit: Fit = {
  k: 3,
  labels: Int32Array.of(0, 1, 2, -1),
  centroids: Float64Array.of(10, 11, 20, 21, 30, 31),
  rule: { kind: "centroid", centroids: [], variance: 1 },
  inertia: 7,
  bic: 8,
  bicVariant: "spherical-mle",
  warnings: [],
  details: {},
  posterior: () => Float64Array.of(0.7, 0.2, 0.1, 0.1, 0.6, 0.3, 0, 0.25, 0.75, 0.5, 0.5, 0),
};

Deno.test("supportOrder() counts windows, not weights, the smaller number first on ties, noise left out", () => {
  assert.deepEqual(supportOrder(points, fit), { order: [2, 0, 1], support: [4, 2, 2] });
});

Deno.test("assemble() renumbers labels, centroids, posteriors and clusters by support", () => {
  const facts = {
    method: "kmeans" as const,
    space: "code" as const,
    silhouette: null,
    silhouetteError: null,
    reason: "given",
    curve: [],
    hitBoundary: false,
    mergeLog: [],
    warnings: [],
    details: {},
  };
  const motifs = assemble(points, fit, supportOrder(points, fit), facts);
  assert.deepEqual([...motifs.labels], [0, 1, 2, 0, -1, 0, 2, 1, 0]);
  assert.deepEqual([...motifs.centroids], [30, 31, 10, 11, 20, 21]);
  const expected = [0.1, 0.7, 0.2, 0.3, 0.1, 0.6, 0.75, 0, 0.25, 0, 0.5, 0.5];
  assert.deepEqual([...motifs.posterior], expected.map(Math.fround));
  assert.deepEqual([motifs.clusters, motifs.support, motifs.k], [[1, 2, 0], [4, 2, 2], 3]);
  assert.deepEqual([motifs.inertia, motifs.bic, motifs.bicVariant, motifs.dimensions], [
    7,
    8,
    "spherical-mle",
    2,
  ]);
  assert.equal(motifs.points, points.index);
});

Deno.test("motifsOfLabels() makes each label a point of its own, by support, and noise one that belongs to all alike", () => {
  const motifs = motifsOfLabels(Int32Array.of(3, 1, -1, 3, 0, 1, -1, -1), ["a", "b", "never", "d"]);
  assert.deepEqual([...motifs.labels], [1, 0, -1, 1, 2, 0, -1, -1]);
  assert.deepEqual(motifs.names, ["b", "d", "a"]);
  assert.deepEqual([...motifs.points], [1, 0, 3, 1, 2, 0, 3, 3]);
  const third = Math.fround(1 / 3);
  assert.deepEqual([...motifs.posterior], [1, 0, 0, 0, 1, 0, 0, 0, 1, third, third, third]);
  assert.deepEqual([[...motifs.pointValues], [...motifs.pointWeights]], [[1, 3, 0, -1], [2, 2, 1, 3]]);
  assert.deepEqual([motifs.k, motifs.dimensions, motifs.support], [3, 1, [2, 2, 1]]);
  assert.deepEqual([...motifs.centroids], [1, 3, 0]);
  const whole = motifsOfLabels(Int32Array.of(0, 1, 1), ["a", "b"]);
  assert.deepEqual([[...whole.posterior], [...whole.pointWeights], whole.hitBoundary], [
    [1, 0, 0, 1],
    [2, 1],
    false,
  ]);
});
