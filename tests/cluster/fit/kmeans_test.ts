import assert from "node:assert/strict";
import fc from "fast-check";
import { kmeans, plusPlus } from "../../../lib/cluster/fit/kmeans.ts";
import { lloyd } from "../../../lib/cluster/fit/lloyd.ts";
import type { Points } from "../../../lib/cluster/points/points.ts";
import { inertiaOf, squaredDistance } from "../../../lib/cluster/points/points.ts";
import { Random } from "../../../lib/random.ts";
import { canonical, duplicated, maxDifference, pointsOf, vectors } from "../vectors.ts";

/** Random points on a lattice, where ties are common, or off it. */
const somePoints = fc.tuple(fc.integer(), fc.boolean(), fc.integer({ min: 1, max: 3 })).map(
  ([seed, lattice, d]) => {
    const rng = new Random(seed);
    const rows = new Map<string, number[]>();
    while (rows.size < 25) {
      const row = Array.from({ length: d }, () => lattice && d > 1 ? rng.below(8) / 4 : rng.normal());
      rows.set(row.join(), row);
    }
    return pointsOf([...rows.values()], Array.from({ length: 25 }, () => 1 + rng.below(5)));
  },
);

/** Lloyd's algorithm without bounds; gives up where a cluster loses its points. */
function plainLloyd(
  points: Points,
  initial: Float64Array,
): { labels: Int32Array; centroids: Float64Array } | null {
  const { values, dimensions: d, weights } = points;
  const k = initial.length / d;
  const centroids = initial.slice();
  let labels = new Int32Array(weights.length).fill(-1);
  for (;;) {
    const next = labels.map((_, i) => {
      let at = 0;
      for (let c = 1; c < k; c++) {
        if (squaredDistance(values, i, centroids, c, d) < squaredDistance(values, i, centroids, at, d)) {
          at = c;
        }
      }
      return at;
    });
    if (next.every((label, i) => label === labels[i])) return { labels, centroids };
    labels = next;
    for (let c = 0; c < k; c++) {
      const members = [...weights.keys()].filter((i) => labels[i] === c);
      if (members.length === 0) return null;
      const total = members.reduce((sum, i) => sum + weights[i], 0);
      for (let t = 0; t < d; t++) {
        centroids[c * d + t] = members.reduce((sum, i) => sum + weights[i] * values[i * d + t], 0) / total;
      }
    }
  }
}

Deno.test("T024 lloyd() equals scikit-learn on duplicated rows from the same centres", () => {
  for (const { x, w, start, tol, labels, centres, inertia, iterations } of vectors.kmeans) {
    const fit = lloyd(pointsOf(x, w), Float64Array.from(start.flat()), { tolerance: tol });
    assert.deepEqual([...fit.labels], labels);
    assert.ok(maxDifference(fit.centroids, centres.flat()) < 1e-9);
    assert.ok(Math.abs(fit.inertia - inertia) < 1e-9 * inertia);
    assert.equal(fit.iterations, iterations);
    assert.ok(fit.converged);
  }
});

Deno.test("lloyd() with bounds equals the plain algorithm for any points", () => {
  fc.assert(fc.property(somePoints, fc.integer(), fc.integer({ min: 1, max: 9 }), (points, seed, k) => {
    const start = plusPlus(points, k, new Random(seed));
    const plain = plainLloyd(points, start);
    fc.pre(plain !== null);
    const fit = lloyd(points, start, { tolerance: 0 });
    assert.deepEqual([...fit.labels], [...plain!.labels]);
    assert.ok(maxDifference(fit.centroids, plain!.centroids) < 1e-12);
  }));
});

Deno.test("lloyd() gives the same for weights and for duplicated rows", () => {
  fc.assert(fc.property(somePoints, fc.integer(), (points, seed) => {
    const start = plusPlus(points, 4, new Random(seed));
    const weighted = lloyd(points, start);
    const copies = duplicated(points);
    const rows = lloyd(copies.points, start);
    assert.deepEqual([...copies.index].map((p) => weighted.labels[p]), [...rows.labels]);
    assert.ok(Math.abs(weighted.inertia - rows.inertia) < 1e-9);
  }));
});

Deno.test("T024 lloyd() never increases inertia from round to round", () => {
  fc.assert(fc.property(somePoints, fc.integer(), (points, seed) => {
    const start = plusPlus(points, 5, new Random(seed));
    let last = Infinity;
    for (let rounds = 1; rounds < 12; rounds++) {
      const { inertia } = lloyd(points, start, { maxIterations: rounds, tolerance: 0 });
      assert.ok(inertia <= last + 1e-12);
      last = inertia;
    }
  }));
});

Deno.test("lloyd() puts a centre without points on the farthest point", () => {
  const points = pointsOf([[0], [1], [10]], [1, 1, 1]);
  const fit = lloyd(points, Float64Array.of(0, 100, 200));
  assert.equal(new Set(fit.labels).size, 3);
  assert.equal(fit.inertia, 0);
});

Deno.test("T034 kmeans() with ten starts is no worse than each of them and than scikit-learn's single fit", () => {
  for (const { x, w, start, inertia } of vectors.kmeans) {
    const points = pointsOf(x, w);
    const k = start.length;
    const best = kmeans(points, k, new Random(3), { nInit: 10 });
    const rng = new Random(3);
    for (let i = 0; i < 10; i++) {
      const single = lloyd(points, plusPlus(points, k, rng));
      assert.ok(best.inertia <= single.inertia);
    }
    assert.ok(best.inertia <= inertia * 1.02);
    assert.ok(Math.abs(best.inertia - inertiaOf(points, best.labels, best.centroids)) < 1e-12);
  }
});

Deno.test("T024 kmeans() gives the same result for the same seed", () => {
  const { x, w } = vectors.kmeans[1];
  const a = kmeans(pointsOf(x, w), 6, new Random(11));
  const b = kmeans(pointsOf(x, w), 6, new Random(11));
  assert.deepEqual(a, b);
  assert.deepEqual(canonical(a.labels), canonical(b.labels));
});

Deno.test("plusPlus() draws distinct points in proportion to weight", () => {
  const points = pointsOf([[0], [1], [2]], [1, 0.001, 8]);
  const first = new Map<number, number>();
  for (let seed = 0; seed < 900; seed++) {
    const centres = plusPlus(points, 3, new Random(seed));
    assert.equal(new Set(centres).size, 3);
    first.set(centres[0], (first.get(centres[0]) ?? 0) + 1);
  }
  assert.ok(Math.abs((first.get(2) ?? 0) / 900 - 8 / 9.001) < 0.05);
});

Deno.test("kmeans() refuses more clusters than points", () => {
  assert.throws(() => kmeans(pointsOf([[0], [1]], [5, 5]), 3, new Random(1)), {
    name: "RangeError",
    message: "Cannot form 3 clusters: k must be between 1 and the number of points, 2",
  });
});

Deno.test("kmeans() with as many clusters as points has no inertia", () => {
  const { x, w } = vectors.kmeans[0];
  assert.ok(kmeans(pointsOf(x, w), x.length, new Random(1), { nInit: 2 }).inertia < 1e-30);
});
