import assert from "node:assert/strict";
import type { FittedRule } from "../../lib/artifacts/motifs.ts";
import { assignByRule } from "../../lib/cluster/fit/rule.ts";
import { gaussiansOf } from "../../lib/cluster/gaussians.ts";
import { PackedLatents } from "../../lib/stream/packed_latents.ts";

const means = [0.1, -0.4, 0.9, 0.2, -0.7, 0.5];
const weights = [0.5, 0.2, 0.3];
const mixture = (covariance: "full" | "tied" | "diag" | "spherical", covariances: number[]): FittedRule => ({
  ...{ kind: "mixture", covariance, regCovar: 0, weights, means, covariances },
});
const rules: [string, FittedRule][] = [
  ["k-means", { kind: "centroid", centroids: means, variance: 0.07 }],
  ["full", mixture("full", [0.3, 0.1, 0.1, 0.2, 0.05, 0, 0, 0.4, 0.2, -0.15, -0.15, 0.3])],
  ["tied", mixture("tied", [0.3, 0.1, 0.1, 0.2])],
  ["diag", mixture("diag", [0.3, 0.2, 0.05, 0.4, 0.2, 0.3])],
  ["spherical", mixture("spherical", [0.3, 0.05, 0.2])],
];

for (const [name, rule] of rules) {
  Deno.test(`Gaussians of a package label points as the fit does: ${name}`, () => {
    const motifs = { space: "latent" as const, k: 2, dimensions: 2, clusters: [1, 0, 1], names: ["a", "b"] };
    const packed = new PackedLatents({ ...motifs, ...gaussiansOf(rule, 2)! }, null, "pipeline.json");
    for (let i = 0; i < 49; i++) {
      const point = Float64Array.of((i % 7) / 3 - 1, Math.floor(i / 7) / 3 - 1).map(Math.fround);
      const { labels, posterior } = assignByRule(rule, {
        values: point,
        dimensions: 2,
        weights: Float64Array.of(1),
      });
      const got = packed.look(null, Float32Array.from(point));
      assert.equal(got.motif, [1, 0, 1][labels[0]]);
      assert.ok(Math.abs(got.posterior[0] - posterior[1]) < 1e-6, `${got.posterior[0]} ${posterior[1]}`);
      assert.ok(Math.abs(got.posterior[1] - posterior[0] - posterior[2]) < 1e-6);
    }
  });
}

Deno.test("a latent far from all labelled windows has no motif, and sizes that do not fit are refused", () => {
  const facts = {
    ...{ space: "latent" as const, k: 2, dimensions: 1, clusters: [0, 1], names: ["a", "b"] },
    ...gaussiansOf({ kind: "centroid", centroids: [0, 1], variance: 1 }, 1)!,
    covered: { anchors: [0, 1], radius: 0.25 },
  };
  const packed = new PackedLatents(facts, null, "pipeline.json");
  const motif = (x: number) => packed.look(null, Float32Array.of(x)).motif;
  assert.deepEqual([-0.25, 0.5, 1.1, 1.5].map(motif), [0, -1, 1, -1]);
  assert.throws(
    () => new PackedLatents({ ...facts, means: [0] }, null, "pipeline.json"),
    /Cannot read Package: the motifs' 2 clusters do not fit 1 dimensions/,
  );
  assert.equal(gaussiansOf({ kind: "classes", levels: [2], weights: [1], tables: [0.5, 0.5] }, 1), undefined);
});
