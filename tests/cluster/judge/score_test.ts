import assert from "node:assert/strict";
import { silhouetteOfRows, silhouetteOn } from "../../../lib/cluster/judge/score.ts";
import { silhouette, silhouettes, silhouettesOfRows } from "../../../lib/cluster/judge/silhouette.ts";
import { Random } from "../../../lib/random.ts";
import { maxDifference, pointsOf, vectors } from "../vectors.ts";

const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

Deno.test("silhouettes by hand: rows, copies, a cluster of one, a point halfway, and noise", () => {
  // On a line: cluster 0 holds 0 twice and 2, cluster 2 holds 6, cluster 3 holds 10 and 14; nobody has 1.
  const points = pointsOf([[0], [2], [6], [10], [14], [99]], [2, 1, 1, 1, 1, 1]);
  const labels = Int32Array.of(0, 0, 2, 3, 3, -1);
  const expected = [
    // a = (0 + 2)/2, b = 6 to cluster 2.
    (6 - 1) / 6,
    // a = 2·2/2, b = 4.
    (4 - 2) / 4,
    // Alone.
    0,
    // a = 4 and b = 4.
    0,
    // a = 4, b = 8.
    (8 - 4) / 8,
    NaN,
  ];
  const close = (found: Float64Array, wanted: number[]) =>
    wanted.forEach((value, i) => Number.isNaN(value) ? assert.equal(found[i], NaN) : near(found[i], value));
  close(silhouettes(points, labels, 4), expected);
  close(silhouettesOfRows(points, labels, 4, [0, 1, 2, 3, 4, 5]), expected);
  close(silhouettesOfRows(points, labels, 4, [4, 4, 1]), [expected[4], expected[4], expected[1]]);
  near(silhouette(points, labels, 4), (2 * expected[0] + expected[1] + expected[4]) / 6);
});

Deno.test("silhouettesOfRows() of all rows is scikit-learn's silhouettes() of weighted points in several dimensions", () => {
  for (const { x, w, labels } of vectors.silhouette) {
    const points = pointsOf(x, w), own = Int32Array.from(labels), k = Math.max(...labels) + 1;
    const all = silhouettesOfRows(points, own, k, [...own.keys()]);
    assert.ok(maxDifference(all, silhouettes(points, own, k)) < 1e-12);
  }
});

/** Two clouds on a line. */
function clouds(n: number) {
  const rng = new Random(n);
  const labels = Int32Array.from({ length: n }, (_, i) => i % 2);
  const points = {
    values: Float64Array.from(labels, (label) => 3 * label + rng.normal()),
    dimensions: 1,
    weights: new Float64Array(n).fill(1),
  };
  return { points, labels };
}

Deno.test("silhouetteOn() is exact for 4 096 latents, and of more it draws all alike, with the error of their spread", () => {
  const small = clouds(4096);
  assert.deepEqual(silhouetteOn(small.points, "latent")(small.labels, 2), {
    value: silhouette(small.points, small.labels, 2),
    error: null,
  });
  // 10⁸ distances are 20 000 rows of 5 000 points: each of them four times.
  const large = clouds(5000);
  const { value, error } = silhouetteOn(large.points, "latent")(large.labels, 2);
  near(value, silhouette(large.points, large.labels, 2));
  const own = silhouettes(large.points, large.labels, 2);
  const spread = own.reduce((sum, v) => sum + (v - value!) ** 2, 0) * 4 / 19_999;
  near(error, 1.96 * Math.sqrt(spread / 20_000));
  // As codes so many are exact.
  assert.equal(silhouetteOn(large.points, "code")(large.labels, 2).error, null);
});

Deno.test("silhouetteOn() draws of more points those into whose weights evenly spaced marks fall, in a seeded order", () => {
  // 20 000 points are compared by 5 000 rows; weights of 1 and 3 make marks fall onto borders, which belong to the next point.
  const n = 20_000, { points, labels } = clouds(n);
  const weights = points.weights.map((_, i) => i % 2 === 0 ? 1 : 3);
  const order = new Random(1).fork("silhouette").shuffle(Uint32Array.from(points.weights.keys()));
  const ends: number[] = [];
  for (const row of order) ends.push((ends.at(-1) ?? 0) + weights[row]);
  const step = 2 * n / 5000;
  const drawn = Array.from({ length: 5000 }, (_, mark) => {
    const at = (mark + 0.5) * step;
    // The first point that ends beyond the mark.
    let low = 0, high = n - 1;
    while (low < high) {
      ends[(low + high) >> 1] > at ? high = (low + high) >> 1 : low = ((low + high) >> 1) + 1;
    }
    return order[low];
  });
  assert.ok(drawn.some((_, mark) => ends.includes((mark + 0.5) * step)));
  const weighted = { ...points, weights };
  const values = silhouettesOfRows(weighted, labels, 2, drawn);
  const mean = values.reduce((sum, value) => sum + value, 0) / 5000;
  near(silhouetteOn(weighted, "latent")(labels, 2).value, mean);
});

Deno.test("silhouetteOn() is undefined for one cluster, for as many as points, and for noise alone", () => {
  const { points } = clouds(4);
  const on = silhouetteOn(points, "code");
  const none = { value: null, error: null };
  for (const labels of [[0, 0, 0, 0], [0, 1, 2, 3], [-1, 0, 1, 2], [-1, -1, -1, -1], [0, 0, -1, 0]]) {
    assert.deepEqual(on(Int32Array.from(labels), 4), none, labels.join());
  }
  assert.notEqual(on(Int32Array.of(0, 0, 1, -1), 2).value, null);
  assert.notEqual(on(Int32Array.of(0, 1, 2, 2), 3).value, null);
});

Deno.test("silhouetteOfRows() counts each window of the rows once, and their points by how many there are", () => {
  const motifs = {
    labels: Int32Array.of(0, 1, 0, -1, 1, 1, 0),
    points: Uint32Array.of(0, 2, 1, 3, 2, 4, 0),
    pointValues: Float64Array.of(0, 0, 1, 1, 5, 5, 50, 50, 6, 4),
    dimensions: 2,
    k: 2,
    space: "code" as const,
  };
  const of = (rows: number[]) => silhouetteOfRows(motifs as never, rows);
  // Windows 0 and 6 are one point, 1 and 4 another.
  const points = pointsOf([[0, 0], [5, 5], [1, 1], [6, 4]], [2, 2, 1, 1]);
  const { value, error, n } = of([0, 1, 2, 3, 4, 5, 6]);
  near(value, silhouette(points, Int32Array.of(0, 1, 0, 1), 2));
  assert.deepEqual([error, n], [null, 6]);
  near(
    of([5, 4, 2, 0]).value,
    silhouette(pointsOf([[6, 4], [5, 5], [1, 1], [0, 0]], [1, 1, 1, 1]), Int32Array.of(1, 1, 0, 0), 2),
  );
  assert.deepEqual(of([3]), { value: null, error: null, n: 0 });
  assert.deepEqual(of([0, 6]), { value: null, error: null, n: 2 });
});
