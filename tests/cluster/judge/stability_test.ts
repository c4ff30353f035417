import assert from "node:assert/strict";
import { clusterWindows } from "../../../lib/cluster/cluster.ts";
import { bootstrapStability, drawSubjects, resample } from "../../../lib/cluster/judge/stability.ts";
import { Random } from "../../../lib/random.ts";
import { codesOf, requestOf, someLatents } from "../make_request.ts";

Deno.test("resample() draws as many rows, in proportion to weight", () => {
  const weights = Float64Array.of(100, 0, 300, 600);
  const mean = new Float64Array(4);
  const rng = new Random(1);
  for (let b = 0; b < 200; b++) {
    const drawn = resample(weights, rng);
    assert.equal(drawn.reduce((a, x) => a + x, 0), 1000);
    drawn.forEach((x, i) => mean[i] += x / 200);
  }
  mean.forEach((x, i) => assert.ok(Math.abs(x - weights[i]) < 5));
});

Deno.test("T055 bootstrapStability() is 1 for refits that agree and tells which cluster does not", () => {
  const weights = Float64Array.of(5, 5, 5, 5), reference = Int32Array.of(0, 0, 1, 1);
  const agreeing = bootstrapStability(
    weights,
    reference,
    2,
    () => Int32Array.of(1, 1, 0, 0),
    3,
    new Random(1),
  );
  assert.deepEqual([agreeing.n, agreeing.median, agreeing.min, agreeing.stable], [3, 1, 1, 2]);
  assert.deepEqual(agreeing.jaccard, [1, 1]);
  const split = bootstrapStability(weights, reference, 2, () => Int32Array.of(0, 0, 1, 2), 4, new Random(1));
  assert.ok(split.max < 1);
  assert.deepEqual(split.jaccard, [1, 0.5]);
  assert.equal(split.stable, 1);
});

Deno.test("bootstrapStability() calls clusters stable from a mean Jaccard index of 0.75 on", () => {
  const weights = new Float64Array(8).fill(1), reference = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1);
  const refits = (labels: number[][]) => {
    let at = 0;
    return bootstrapStability(
      weights,
      reference,
      2,
      () => Int32Array.from(labels[at++]),
      labels.length,
      new Random(1),
    );
  };
  // One window of cluster 0 is noise in every second refit: 3/4 and 1. Another of cluster 1 is noise in all.
  const noise = refits([[0, 0, 0, -1, 1, 1, 1, -1], [0, 0, 0, 0, 1, 1, 1, -1]]);
  assert.deepEqual([noise.jaccard, noise.stable], [[0.875, 0.75], 2]);
  const worse = refits([[0, 0, 0, -1, 1, 1, -1, -1], [0, 0, 0, 0, 1, 1, 1, -1]]);
  assert.deepEqual([worse.jaccard, worse.stable], [[0.875, 0.625], 1]);
  // A cluster of one window that is found again is wholly stable.
  const single = bootstrapStability(
    Float64Array.of(1, 1, 1),
    Int32Array.of(0, 1, 1),
    2,
    () => Int32Array.of(1, 0, 0),
    1,
    new Random(1),
  );
  assert.deepEqual(single.jaccard, [1, 1]);
  // The Rand indices in ascending order, the mean of the middle two.
  const four = refits([[0, 0, 0, 0, 1, 1, 1, 1], [0, 1, 0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 1, 1, 1, 1], [
    0,
    0,
    0,
    1,
    1,
    1,
    1,
    1,
  ]]);
  assert.deepEqual([four.min, four.max, four.n], [four.ari[0], 1, 4]);
  assert.equal(four.median, (four.ari[1] + 1) / 2);
  assert.ok(four.ari[0] < four.ari[1] && four.ari[1] < 1);
});

Deno.test("T055 clusterWindows() reports stability, which falls with too many clusters, and keeps its motifs", () => {
  const { latents } = someLatents(600, 4);
  const codes = codesOf(latents, [8, 6, 5]);
  const at = (k: number, bootstraps: number) =>
    clusterWindows(requestOf({ codes, k, bootstraps }), new Random(1));
  const right = at(4, 8), many = at(9, 8);
  const of = (motifs: typeof right) => motifs.stability!;
  assert.equal(of(right).ari.length, 8);
  assert.ok(of(right).median > 0.99);
  assert.equal(of(right).stable, 4);
  assert.ok(of(many).median < of(right).median && of(many).ari[0] < 0.97);
  assert.deepEqual(at(9, 0).labels, many.labels);
});

Deno.test("T055 clusterWindows() reports stability for every method", () => {
  const { latents } = someLatents(300, 3);
  const codes = codesOf(latents, [8, 6, 5]);
  for (const method of ["kmeans", "gmm", "hierarchical", "dbscan", "lca"] as const) {
    const request = { codes, method, bootstraps: 2, ...method === "dbscan" ? {} : { k: 3 } };
    const { stability } = clusterWindows(requestOf(request), new Random(1));
    assert.equal(stability!.n, 2, method);
  }
});

Deno.test("drawSubjects() draws people with all their fitted windows, and nobody where there is one", () => {
  // Three people of 1, 2 and 3 windows on a point of their own; the last window shaped nothing.
  const points = [0, 1, 1, 2, 2, 2, 3], subjects = [0, 1, 1, 2, 2, 2, 2], fitted = [1, 1, 1, 1, 1, 1, 0];
  const draw = drawSubjects(points, subjects, fitted, 4)!;
  const rng = new Random(1), mean = new Float64Array(4);
  for (let i = 0; i < 2000; i++) {
    const weights = draw(rng);
    assert.deepEqual([weights[1] % 2, weights[2] % 3, weights[3]], [0, 0, 0]);
    assert.equal(weights[0] + weights[1] / 2 + weights[2] / 3, 3);
    weights.forEach((w, p) => mean[p] += w / 2000);
  }
  [1, 2, 3].forEach((expected, p) => assert.ok(Math.abs(mean[p] - expected) < 0.2 * expected, `${mean}`));
  assert.equal(drawSubjects([0, 1], [5, 5], undefined, 2), undefined);
});
