import assert from "node:assert/strict";
import { kmeans } from "../../../lib/cluster/fit/kmeans.ts";
import { silhouetteOn } from "../../../lib/cluster/judge/score.ts";
import { Random } from "../../../lib/random.ts";
import { someLatents } from "../make_request.ts";
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

Deno.test("silhouetteOn() of many points is that of a sample, and its interval holds the exact value", () => {
  let held = 0;
  const rounds = 5;
  for (let seed = 0; seed < rounds; seed++) {
    const { latents } = someLatents(5000, 10, seed, 0.8);
    const values = Float64Array.from(latents.latents);
    const points = { values, dimensions: latents.dimensions, weights: new Float64Array(5000).fill(1) };
    const fit = kmeans(points, 4, new Random(seed), { nInit: 2 });
    const { value, error } = silhouetteOn(points, "latent")(fit.labels, 4);
    assert.ok(error! > 0 && error! < 0.03, `${error}`);
    if (Math.abs(value! - silhouette(points, fit.labels, 4)) <= error!) held++;
  }
  assert.ok(held >= rounds - 2, `${held} of ${rounds}`);
});
