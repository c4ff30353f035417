import assert from "node:assert/strict";
import { motifsOfLabels } from "../../lib/cluster/given_labels.ts";
import { mergeMotifs } from "../../lib/cluster/merge.ts";
import { placeDigits, pointsOfCodes } from "../../lib/cluster/points/code_points.ts";
import {
  centroidsOf,
  fitted,
  inertiaOf,
  meanOf,
  rowsOf,
  squaredDistance,
  totalWeight,
} from "../../lib/cluster/points/points.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { Random } from "../../lib/random.ts";
import { lineMotifs } from "./make_motifs.ts";

const near = (actual: ArrayLike<number>, expected: number[]) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((x, i) => assert.ok(Math.abs(actual[i] - x) < 1e-6, `${i}: ${actual[i]} ${x}`));
};

Deno.test("mergeMotifs() joins posteriors and centroids by the windows that shaped them, and measures anew", () => {
  const labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, -1], places = [0, 1, 0, 1, 8, 9, 10, 2, 4, 50];
  const k = 3, posterior = Float32Array.from({ length: 30 }, (_, i) => ((i * 7) % 5 + 1) / 16);
  const motifs = lineMotifs(labels, places, {
    posterior,
    centroids: Float64Array.of(0.5, 9, 3),
    pointWeights: Float64Array.of(1, 1, 1, 3, 1, 2, 1, 1, 4, 1),
    names: ["a", "b", "c"],
    clusters: [2, 0, 1, 1],
    bic: 5,
    bicVariant: "mle",
    silhouette: 0.1,
    silhouetteError: 0.2,
  });
  const { motifs: merged, toNew } = mergeMotifs(motifs, [0, 1, 0]);
  assert.deepEqual(toNew, [0, 1, 0]);
  assert.deepEqual([...merged.labels], [0, 0, 0, 0, 1, 1, 1, 0, 0, -1]);
  assert.deepEqual([merged.k, merged.support, merged.names, merged.clusters], [2, [6, 3], ["a", "b"], [
    0,
    0,
    1,
    1,
  ]]);
  near(
    merged.posterior,
    labels.flatMap((_, i) => [posterior[3 * i] + posterior[3 * i + 2], posterior[3 * i + 1]]),
  );
  // Motif 0 was shaped by 6 windows, motif 2 by 5.
  near(merged.centroids, [(6 * 0.5 + 5 * 3) / 11, 9]);
  const center = merged.centroids[0];
  const inertia =
    [[0, 1], [1, 1], [0, 1], [1, 3], [2, 1], [4, 4]].reduce((sum, [x, w]) => sum + w * (x - center) ** 2, 0) +
    1 + 0 + 1;
  near([merged.inertia!], [inertia]);
  assert.deepEqual([merged.bic, merged.bicVariant, merged.stability], [null, null, undefined]);
  assert.ok(merged.silhouette !== null && merged.silhouette !== 0.1);
  // Renumbered by support, nothing merged: what was measured stands.
  const swapped = mergeMotifs({
    ...motifs,
    labels: Int32Array.from(labels, (m) => m < 0 ? -1 : [2, 1, 0][m]),
  }, [0, 1, 2]);
  assert.deepEqual(swapped.toNew, [2, 1, 0]);
  assert.deepEqual([swapped.motifs.bic, swapped.motifs.silhouette, swapped.motifs.names], [5, 0.1, [
    "c",
    "b",
    "a",
  ]]);
  near(swapped.motifs.centroids.subarray(0, 1), [3]);
  // Motifs that no window shaped lie in the middle of those that become one.
  const empty = mergeMotifs({ ...motifs, labels: new Int32Array(10).fill(-1) }, [0, 1, 0]);
  near(empty.motifs.centroids, [(0.5 + 3) / 2, 9]);
  assert.deepEqual(empty.motifs.support, [0, 0]);
  assert.equal(k, motifs.k);
});

Deno.test("points are counted, averaged and picked by weight, in any dimension", () => {
  const rng = new Random(3);
  const d = 3, m = 6;
  const rows = Array.from({ length: m }, () => Array.from({ length: d }, () => rng.normal()));
  const weights = Float64Array.of(2, 0, 1, 3, 0, 5);
  const points = { values: Float64Array.from(rows.flat()), dimensions: d, weights };
  assert.equal(totalWeight(points), 11);
  const { points: kept, rows: which } = fitted(points);
  assert.deepEqual([...which], [0, 2, 3, 5]);
  near(kept.values, [0, 2, 3, 5].flatMap((i) => rows[i]));
  near(kept.weights, [2, 1, 3, 5]);
  assert.equal(fitted(kept).points, kept);
  near(
    meanOf(points),
    rows[0].map((_, t) => rows.reduce((sum, row, i) => sum + weights[i] * row[t], 0) / 11),
  );
  const labels = Int32Array.of(0, 1, 1, 0, 0, -1);
  const { centroids, support } = centroidsOf(points, labels, 3);
  near(support, [5, 1, 0]);
  near(centroids, [...rows[0].map((x, t) => (2 * x + 3 * rows[3][t]) / 5), ...rows[2], 0, 0, 0]);
  const distance = (a: number[], b: ArrayLike<number>) => a.reduce((sum, x, t) => sum + (x - b[t]) ** 2, 0);
  near([squaredDistance(points.values, 1, points.values, 4, d)], [distance(rows[1], rows[4])]);
  const first = centroids.subarray(0, d), second = centroids.subarray(d, 2 * d);
  near([inertiaOf(points, labels, centroids)], [
    2 * distance(rows[0], first) + 3 * distance(rows[3], first) + distance(rows[2], second),
  ]);
  const picked = rowsOf(points, [5, 2]);
  near(picked.values, [...rows[5], ...rows[2]]);
  near(picked.weights, [5, 1]);
});

Deno.test("codes are points in the order of their numbers, by table and by map, and digits come back from places", () => {
  for (const levels of [[4, 3, 5], [300, 300, 300]]) {
    const quantizer = new Quantizer(levels);
    const codes = Uint32Array.of(59, 3, 3, 0, 59, 17, 3);
    const fit = Uint8Array.of(1, 1, 0, 1, 1, 1, 2);
    const points = pointsOfCodes(codes, levels, fit);
    near(points.index, [3, 1, 1, 0, 3, 2, 1]);
    near(points.weights, [1, 1, 1, 2]);
    near(points.values, [0, 3, 17, 59].flatMap((code) => quantizer.valuesOf(code)));
    near(pointsOfCodes(codes, levels).weights, [1, 3, 1, 2]);
    near(placeDigits(points.values, levels), [0, 3, 17, 59].flatMap((code) => quantizer.digitsOf(code)));
    const book = quantizer.codebookSize;
    assert.throws(
      () => pointsOfCodes(Uint32Array.of(1, book), levels),
      new RegExp(`code ${book} of window 1: the codebook has ${book}`),
    );
    assert.equal(pointsOfCodes(Uint32Array.of(book - 1), levels).weights.length, 1);
  }
});

Deno.test("motifsOfLabels() is one point a label, with one more that is all alike for windows without", () => {
  const motifs = motifsOfLabels(Int32Array.of(2, -1, 0, 2, 3, 0, -1, 2), ["a", "b", "c", "d"]);
  assert.deepEqual([...motifs.labels], [0, -1, 1, 0, 2, 1, -1, 0]);
  assert.deepEqual([motifs.names, motifs.support, motifs.k], [["c", "a", "d"], [3, 2, 1], 3]);
  near(motifs.points, [0, 3, 1, 0, 2, 1, 3, 0]);
  near(motifs.posterior, [1, 0, 0, 0, 1, 0, 0, 0, 1, 1 / 3, 1 / 3, 1 / 3]);
  near(motifs.pointWeights, [3, 2, 1, 2]);
  near(motifs.pointValues, [2, 0, 3, -1]);
  const all = motifsOfLabels(Int32Array.of(1, 0), ["a", "b"]);
  assert.deepEqual([[...all.labels], all.names, all.posterior.length, all.pointWeights.length], [
    [1, 0],
    ["a", "b"],
    4,
    2,
  ]);
});

Deno.test("mergeMotifs() weighs centers in the plane, and points of no weight shape nothing", () => {
  const places = [[0, 1], [2, 3], [9, 1], [9, 5], [1, 8], [30, 30]], labels = [0, 0, 1, 1, 2, 2];
  const plane = (weights: number[]) =>
    lineMotifs(labels.slice(0, weights.length), weights.map(() => 0), {
      dimensions: 2,
      pointValues: Float64Array.from(places.slice(0, weights.length).flat()),
      pointWeights: Float64Array.from(weights),
      centroids: Float64Array.of(1, 2, 9, 3, 1, 8),
    });
  const whole = mergeMotifs(plane([2, 2, 1, 1, 1]), [0, 1, 0]).motifs;
  near(whole.centroids, [(4 * 1 + 1) / 5, (4 * 2 + 8) / 5, 9, 3]);
  const { motifs: same } = mergeMotifs(plane([2, 2, 1, 1, 1, 0]), [0, 1, 0]);
  near(same.centroids, [...whole.centroids]);
  assert.equal(same.silhouette, whole.silhouette);
  near([same.inertia!], [whole.inertia!]);
  // One window shaped the third motif, none the first.
  near(mergeMotifs(plane([0, 0, 1, 1, 1, 0]), [0, 1, 0]).motifs.centroids, [1, 8, 9, 3]);
  const none = mergeMotifs(lineMotifs([-1, -1], [0, 0]), []).motifs;
  assert.deepEqual([none.k, none.posterior.length, [...none.labels]], [0, 0, [-1, -1]]);
});
