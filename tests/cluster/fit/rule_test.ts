import assert from "node:assert/strict";
import type { FittedRule } from "../../../lib/artifacts/motifs.ts";
import { assignByRule } from "../../../lib/cluster/fit/rule.ts";

const points = (values: number[], dimensions: number) => ({
  values: Float64Array.from(values),
  dimensions,
  weights: new Float64Array(values.length / dimensions).fill(1),
});
const near = (actual: ArrayLike<number>, expected: number[]) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((x, i) => assert.ok(Math.abs(actual[i] - x) < 1e-12, `${i}: ${actual[i]} ${x}`));
};
/** Shares of weights. */
const shares = (weights: number[]) => weights.map((w) => w / weights.reduce((a, b) => a + b));

Deno.test("centroids and anchors take the nearest point, the first on ties, with posteriors by the centroids", () => {
  const variance = 2, centroids = [0, 0, 4, 0, 0, 6];
  const rows = [[1, 0], [2, 0], [3, 5], [9, 9]];
  const given = points(rows.flat(), 2);
  const posterior = rows.flatMap(([x, y]) =>
    shares([[0, 0], [4, 0], [0, 6]].map(([a, b]) => Math.exp(-((x - a) ** 2 + (y - b) ** 2) / 2 / variance)))
  );
  const byCentroid = assignByRule({ kind: "centroid", centroids, variance }, given);
  assert.deepEqual([...byCentroid.labels], [0, 0, 2, 2]);
  near(byCentroid.posterior, posterior);
  // Anchors of other places and labels; the posterior stays that of the centroids.
  const anchors = {
    kind: "neighbor" as const,
    anchors: [3, 0, 1, 0, 0, 9],
    labels: [2, 1, 0],
    centroids,
    variance,
  };
  const byAnchor = assignByRule({ ...anchors, eps: null }, given);
  assert.deepEqual([...byAnchor.labels], [1, 2, 2, 0]);
  near(byAnchor.posterior, posterior);
});

Deno.test("anchors reach as far as eps, a billionth more for rounding, and beyond there is no cluster", () => {
  const rule = {
    kind: "neighbor" as const,
    anchors: [0, 10],
    labels: [0, 1],
    centroids: [0, 10],
    variance: 1,
    eps: 3,
  };
  const { labels } = assignByRule(rule, points([3, 3 * (1 + 1e-10), 3.001, 5, 6.999, 7, -3, -3.01, 13], 1));
  assert.deepEqual([...labels], [0, 0, -1, -1, -1, 1, 0, -1, 1]);
});

Deno.test("mixtures and classes label by their largest posterior", () => {
  const mixture: FittedRule = {
    ...{ kind: "mixture", covariance: "diag", regCovar: 0, weights: [0.7, 0.3], means: [0, 0, 2, 1] },
    covariances: [1, 4, 0.5, 2],
  };
  const rows = [[0, 0], [2, 1], [1, 3], [-4, 2]];
  const density = ([x, y]: number[], [a, b]: number[], [v, w]: number[]) =>
    Math.exp(-((x - a) ** 2 / v + (y - b) ** 2 / w) / 2) / Math.sqrt(v * w);
  const expected = rows.map((row) =>
    shares([0.7 * density(row, [0, 0], [1, 4]), 0.3 * density(row, [2, 1], [0.5, 2])])
  );
  const fitted = assignByRule(mixture, points(rows.flat(), 2));
  near(fitted.posterior, expected.flat());
  assert.deepEqual([...fitted.labels], expected.map(([a, b]) => b > a ? 1 : 0));
  assert.deepEqual([...fitted.labels], [0, 1, 0, 0]);
  // Two classes over digits of three and two levels; tables hold, by digit, both classes beside each other.
  const tables = [0.5, 0.1, 0.3, 0.2, 0.2, 0.7, 0.9, 0.4, 0.1, 0.6];
  const classes: FittedRule = { kind: "classes", levels: [3, 2], weights: [0.4, 0.6], tables };
  // Places of digits (0, 0), (2, 1) and (1, 0): (digit − ⌊L/2⌋)/⌊L/2⌋.
  const found = assignByRule(classes, points([-1, -1, 1, 0, 0, -1], 2));
  const wanted = [[0, 0], [2, 1], [1, 0]].map(([g, h]) =>
    shares([0, 1].map((c) => [0.4, 0.6][c] * tables[2 * g + c] * tables[2 * (3 + h) + c]))
  );
  near(found.posterior, wanted.flat());
  assert.deepEqual([...found.labels], [0, 1, 0]);
});
