import assert from "node:assert/strict";
import fc from "fast-check";
import { clustersAt, cut } from "../../../lib/cluster/fit/cut.ts";
import { dendrogram, type Linkage } from "../../../lib/cluster/fit/hierarchical.ts";
import { squaredDistance } from "../../../lib/cluster/points/points.ts";
import { Random } from "../../../lib/random.ts";
import { canonical, duplicated, maxDifference, pointsOf, toyPoints, vectors } from "../vectors.ts";

const linkages: Linkage[] = ["ward", "average", "complete", "single"];

Deno.test("T027 dendrogram() has SciPy's heights and sizes on duplicated rows", () => {
  for (const { x, w, kind, heights, sizes } of vectors.linkage) {
    const tree = dendrogram(pointsOf(x, w), kind as Linkage);
    assert.ok(maxDifference(tree.heights, heights) < 1e-9, kind);
    assert.deepEqual([...tree.weights], sizes);
  }
});

Deno.test("T027 cut() by k equals scikit-learn and by height equals SciPy", () => {
  for (const { x, w, kind, cuts, height, at_height } of vectors.linkage) {
    const tree = dendrogram(pointsOf(x, w), kind as Linkage);
    for (const [k, labels] of Object.entries(cuts)) {
      assert.deepEqual(canonical(cut(tree, Number(k))), canonical(labels));
    }
    assert.deepEqual(canonical(cut(tree, clustersAt(tree, height))), canonical(at_height));
  }
});

Deno.test("T027 dendrogram() has the Ward heights of the toy of eight codes", () => {
  const expected = [0.654654, 0.845154, 0.890871, 0.92582, 1.065699, 3.982227, 7.122621];
  assert.ok(maxDifference(dendrogram(toyPoints, "ward").heights, expected) < 1e-6);
});

/** Merges the closest pair again and again, distances from their definition over all members. */
function greedy(x: number[][], linkage: "average" | "complete" | "single"): number[] {
  let clusters = x.map((_, i) => [i]);
  const flat = Float64Array.from(x.flat());
  const between = (a: number[], b: number[]) => {
    const all = a.flatMap((i) => b.map((j) => Math.sqrt(squaredDistance(flat, i, flat, j, x[0].length))));
    if (linkage === "single") return Math.min(...all);
    if (linkage === "complete") return Math.max(...all);
    return all.reduce((sum, v) => sum + v, 0) / all.length;
  };
  const heights: number[] = [];
  while (clusters.length > 1) {
    let best: [number, number, number] = [Infinity, 0, 0];
    for (let i = 0; i < clusters.length; i++) {
      for (let j = i + 1; j < clusters.length; j++) {
        const distance = between(clusters[i], clusters[j]);
        if (distance < best[0]) best = [distance, i, j];
      }
    }
    const [height, i, j] = best;
    heights.push(height);
    clusters = [...clusters.filter((_, c) => c !== i && c !== j), [...clusters[i], ...clusters[j]]];
  }
  return heights;
}

Deno.test("dendrogram() equals the greedy definition on points without ties", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom("average", "complete", "single"), (seed, linkage) => {
      const rng = new Random(seed);
      const x = Array.from({ length: 12 }, () => [rng.normal(), rng.normal()]);
      const tree = dendrogram(pointsOf(x, x.map(() => 1)), linkage as "average");
      assert.ok(maxDifference(tree.heights, greedy(x, linkage as "average")) < 1e-9);
    }),
    { numRuns: 40 },
  );
});

Deno.test("dendrogram() gives the same for weights and for duplicated rows above height 0", () => {
  for (const { x, w, kind } of vectors.linkage.slice(0, 4)) {
    const points = pointsOf(x, w);
    const copies = duplicated(points);
    const rows = dendrogram(copies.points, kind as Linkage);
    const zero = copies.index.length - x.length;
    assert.ok(rows.heights.subarray(0, zero).every((h) => h < 1e-7));
    assert.ok(maxDifference(dendrogram(points, kind as Linkage).heights, rows.heights.subarray(zero)) < 1e-9);
  }
});

Deno.test("dendrogram() is deterministic and ordered on a lattice full of ties", () => {
  const x = Array.from({ length: 64 }, (_, i) => [(i & 3) / 2, ((i >> 2) & 3) / 2, (i >> 4) / 2]);
  for (const linkage of linkages) {
    const points = pointsOf(x, x.map((_, i) => 1 + i % 3));
    const tree = dendrogram(points, linkage);
    assert.deepEqual(tree, dendrogram(points, linkage));
    for (let i = 1; i < tree.heights.length; i++) assert.ok(tree.heights[i] >= tree.heights[i - 1]);
    for (let k = 1; k <= 64; k++) assert.equal(new Set(cut(tree, k)).size, k);
  }
});

Deno.test("dendrogram() of one point has no merges", () => {
  const tree = dendrogram(pointsOf([[3]], [9]), "ward");
  assert.equal(tree.heights.length, 0);
  assert.deepEqual([...cut(tree, 1)], [0]);
});

Deno.test("cut() refuses k outside 1…M", () => {
  assert.throws(
    () => cut(dendrogram(toyPoints, "ward"), 9),
    /k must be between 1 and the number of points, 8, got 9/,
  );
});
