import assert from "node:assert/strict";
import { gmm } from "../../../lib/cluster/fit/gmm.ts";
import { gmmFromStarts } from "../../../lib/cluster/fit/gmm_starts.ts";
import { kmeans } from "../../../lib/cluster/fit/kmeans.ts";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { clusterWindows } from "../../../lib/cluster/cluster.ts";
import { Random } from "../../../lib/random.ts";
import { requestOf, someLatents } from "../make_request.ts";

/** `groups` parallel cigars, 12 times as long as wide, four to six widths apart, turned by `angle`. */
function cigars(groups: number, each: number, angle: number, seed: number) {
  const rng = new Random(seed);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const values = new Float64Array(2 * groups * each), truth = new Int32Array(groups * each);
  for (let i = 0; i < truth.length; i++) {
    truth[i] = i % groups;
    const x = 12 * rng.normal(), y = 6 * truth[i] + rng.normal();
    values.set([cos * x - sin * y, sin * x + cos * y], 2 * i);
  }
  return { points: { values, dimensions: 2, weights: new Float64Array(truth.length).fill(1) }, truth };
}

Deno.test("a mixture finds parallel cigars that k-means cuts across, turned by any angle", () => {
  for (const groups of [2, 3]) {
    for (let seed = 1; seed <= 6; seed++) {
      const { points, truth } = cigars(groups, 200, seed * 0.7, seed);
      const { labels } = gmmFromStarts(points, groups, new Random(seed), { nInit: 10, maxIterations: 300 });
      const { ari } = agreement(truth, labels, points.weights);
      assert.ok(ari > 0.97, `${groups} cigars, seed ${seed}: ${ari}`);
    }
  }
});

Deno.test("BIC chooses the number of cigars", () => {
  const { points, truth } = cigars(2, 300, 0.4, 3);
  const latents = { latents: Float32Array.from(points.values), dimensions: 2, classes: [], details: {} };
  const motifs = clusterWindows(requestOf({ method: "gmm", latents, kRange: [1, 4] }), new Random(1));
  assert.equal(motifs.k, 2);
  assert.ok(agreement(truth, motifs.labels, points.weights).ari > 0.97);
});

Deno.test("more starts never make the mixture less likely, and one start is k-means'", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { latents } = someLatents(300, 5, seed, 0.5);
    const points = {
      values: Float64Array.from(latents.latents),
      dimensions: 3,
      weights: new Float64Array(300).fill(1),
    };
    const one = gmm(points, 4, kmeans(points, 4, new Random(seed), { nInit: 10 }).labels, {});
    const many = gmmFromStarts(points, 4, new Random(seed), { nInit: 10 });
    assert.ok(many.logLikelihood >= one.logLikelihood);
    assert.deepEqual(
      gmmFromStarts(points, 4, new Random(seed), { nInit: 1 }).labels,
      gmm(points, 4, kmeans(points, 4, new Random(seed), { nInit: 1 }).labels, {}).labels,
    );
  }
});

Deno.test("no component shrinks onto a handful of points", () => {
  const rng = new Random(5);
  const values = Float64Array.from({ length: 600 }, () => rng.normal());
  // Three nearly equal points, which a likelihood without bound would love.
  for (let i = 0; i < 3; i++) values.set([5, 5 + 1e-7 * i], 2 * i);
  const points = { values, dimensions: 2, weights: new Float64Array(300).fill(1) };
  const other = gmmFromStarts(points, 3, new Random(1), { nInit: 20 });
  const start = gmm(points, 3, kmeans(points, 3, new Random(1), { nInit: 20 }).labels, {});
  assert.ok(
    other.logLikelihood === start.logLikelihood || other.weights.every((w) => w * 300 > 6),
    `${other.weights}`,
  );
});
