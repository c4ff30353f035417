import assert from "node:assert/strict";
import { dbscan } from "../../../lib/cluster/fit/dbscan.ts";
import { canonical, duplicated, pointsOf, vectors } from "../vectors.ts";

Deno.test("T026 dbscan() equals scikit-learn on duplicated rows", () => {
  for (const { x, w, eps, min_samples, labels, core } of vectors.dbscan) {
    const fit = dbscan(pointsOf(x, w), eps, min_samples);
    assert.deepEqual(canonical(fit.labels), canonical(labels));
    assert.deepEqual([...fit.core], core);
  }
});

Deno.test("T026 dbscan() counts a point's own weight: core points of the worked example", () => {
  const points = pointsOf([[0], [1], [2], [5], [6], [9]], [3, 1, 2, 4, 1, 1]);
  const fit = dbscan(points, 1, 5);
  assert.deepEqual([...fit.labels], [0, 0, 0, 1, 1, -1]);
  assert.deepEqual([...fit.core], [0, 1, 0, 1, 1, 0]);
  const unweighted = dbscan({ ...points, weights: new Float64Array(6).fill(1) }, 1, 5);
  assert.deepEqual([...unweighted.labels], new Array(6).fill(-1));
  assert.equal(unweighted.k, 0);
});

Deno.test("dbscan() gives the same for weights and for duplicated rows", () => {
  for (const { x, w, eps, min_samples } of vectors.dbscan) {
    const points = pointsOf(x, w);
    const copies = duplicated(points);
    const weighted = dbscan(points, eps, min_samples);
    const rows = dbscan(copies.points, eps, min_samples);
    assert.deepEqual([...copies.index].map((p) => weighted.labels[p]), [...rows.labels]);
  }
});

Deno.test("T026 dbscan() takes a lattice step equal to eps as within it, whatever its rounding", () => {
  // With h = 3 the steps differ in the last bit: 1/3 − 0 and 2/3 − 1/3.
  const points = pointsOf([-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3].map((v) => [v]), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual([...dbscan(points, 1 / 3, 2).labels], [0, 0, 0, 0, 0, 0]);
});
