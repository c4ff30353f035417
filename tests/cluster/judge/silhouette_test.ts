import assert from "node:assert/strict";
import { silhouette, silhouettes } from "../../../lib/cluster/judge/silhouette.ts";
import { duplicated, maxDifference, pointsOf, toy, toyPoints, vectors } from "../vectors.ts";

Deno.test("T031 silhouette() equals scikit-learn on duplicated rows", () => {
  for (const { x, w, k, labels, score, samples } of vectors.silhouette) {
    const points = pointsOf(x, w);
    assert.ok(Math.abs(silhouette(points, Int32Array.from(labels), k) - score) < 1e-9);
    assert.ok(maxDifference(silhouettes(points, Int32Array.from(labels), k), samples) < 1e-9);
  }
});

Deno.test("T031 T068 silhouette() of the toy of eight codes, weighted and not", () => {
  assert.ok(Math.abs(silhouette(toyPoints, toy.labels, 3) - 0.7949819214) < 1e-10);
  const distinct = { ...toyPoints, weights: new Float64Array(8).fill(1) };
  assert.ok(Math.abs(silhouette(distinct, toy.labels, 3) - 0.6389417633) < 1e-10);
});

Deno.test("T031 silhouette() is undefined for one cluster and for as many clusters as points", () => {
  const points = pointsOf([[0], [1], [2]], [2, 2, 2]);
  assert.throws(
    () => silhouette(points, Int32Array.of(0, 0, 0), 1),
    /undefined for 1 clusters of 3 distinct points/,
  );
  assert.throws(() => silhouette(points, Int32Array.of(0, 1, 2), 3), RangeError);
});

Deno.test("silhouettes() leaves noise out", () => {
  const points = pointsOf([[0], [1], [10], [500]], [2, 1, 3, 1]);
  const all = silhouettes(points, Int32Array.of(0, 0, 1, -1), 2);
  assert.ok(Number.isNaN(all[3]));
  const without = silhouettes(pointsOf([[0], [1], [10]], [2, 1, 3]), Int32Array.of(0, 0, 1), 2);
  assert.deepEqual([...all.slice(0, 3)], [...without]);
});

Deno.test("silhouettes() gives the same for weights and for duplicated rows", () => {
  for (const { x, w, k, labels } of vectors.silhouette) {
    const points = pointsOf(x, w);
    const copies = duplicated(points);
    const own = Int32Array.from(labels);
    const rows = silhouettes(copies.points, Int32Array.from(copies.index, (p) => own[p]), k);
    const weighted = silhouettes(points, own, k);
    assert.ok(maxDifference(Array.from(copies.index, (p) => weighted[p]), rows) < 1e-12);
  }
});
