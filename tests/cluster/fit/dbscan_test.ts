import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "../../../lib/random.ts";
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
  assert.deepEqual([...dbscan(pointsOf([[0], [1.0001]], [1, 1]), 1, 2).labels], [-1, -1]);
});

Deno.test("dbscan() is the closure of its definition for any weighted points", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      rows,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(),
      (all, eps, least, seed) => {
        const rng = new Random(seed);
        const x = [...new Map(all.map((row) => [row.join(), [...row]])).values()];
        const w = x.map(() => 1 + rng.below(3));
        const near = (i: number, j: number) => Math.hypot(x[i][0] - x[j][0], x[i][1] - x[j][1]) <= eps + 1e-9;
        const ids = [...x.keys()];
        const core = ids.map((i) => ids.filter((j) => near(i, j)).reduce((sum, j) => sum + w[j], 0) >= least);
        // Clusters one after the other: the first core point without a label, all that it reaches over core points.
        const labels = x.map(() => -1);
        let k = 0;
        for (const i of ids) {
          if (!core[i] || labels[i] >= 0) continue;
          const reached = new Set([i]);
          for (const at of reached) {
            if (core[at]) { for (const j of ids) if (near(at, j) && labels[j] < 0) reached.add(j); }
          }
          for (const j of reached) labels[j] = k;
          k++;
        }
        const fit = dbscan(pointsOf(x, w), eps, least);
        assert.deepEqual([[...fit.labels], [...fit.core], fit.k], [labels, core.map(Number), k]);
      },
    ),
    { numRuns: 300 },
  );
});
