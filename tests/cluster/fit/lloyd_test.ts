import assert from "node:assert/strict";
import fc from "fast-check";
import { lloyd } from "../../../lib/cluster/fit/lloyd.ts";
import type { Points } from "../../../lib/cluster/points/points.ts";
import { Random } from "../../../lib/random.ts";
import { pointsOf } from "../vectors.ts";

/** The algorithm as its comment says it, without bounds: assign, fill empty clusters, move, until nothing changes. */
function plain(
  { values, dimensions: d, weights }: Points,
  initial: Float64Array,
  rounds: number,
  limit: number,
) {
  const m = weights.length, k = initial.length / d, centers = [...initial];
  const apart = (i: number, c: number) =>
    Array.from({ length: d }, (_, t) => (values[i * d + t] - centers[c * d + t]) ** 2).reduce((a, b) =>
      a + b
    );
  const nearest = () =>
    Array.from({ length: m }, (_, i) => {
      const distances = Array.from({ length: k }, (_, c) => apart(i, c));
      return distances.indexOf(Math.min(...distances));
    });
  let before: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const labels = nearest(), members = labels.slice(), taken = new Set<number>();
    for (let c = 0; c < k; c++) {
      if (members.includes(c)) continue;
      const free = [...labels.keys()].filter((i) =>
        !taken.has(i) && members.filter((label) => label === labels[i]).length > 1
      );
      const far = free.reduce((a, b) => apart(b, labels[b]) > apart(a, labels[a]) ? b : a);
      taken.add(far);
      members[far] = c;
    }
    let shift = 0;
    for (let c = 0; c < k; c++) {
      const own = [...members.keys()].filter((i) => members[i] === c);
      const total = own.reduce((sum, i) => sum + weights[i], 0);
      for (let t = 0; t < d; t++) {
        const mean = own.reduce((sum, i) => sum + weights[i] * values[i * d + t], 0) / total;
        shift += (mean - centers[c * d + t]) ** 2;
        centers[c * d + t] = mean;
      }
    }
    const changed = labels.join() !== before.join();
    if (!changed || shift <= limit) return { labels: nearest(), centers, iterations: round, converged: true };
    before = labels;
  }
  return { labels: nearest(), centers, iterations: rounds, converged: false };
}

/** Weighted variance, mean over dimensions. */
function meanVariance({ values, dimensions: d, weights }: Points): number {
  const total = weights.reduce((a, b) => a + b);
  const mean = (of: (x: number) => number, t: number) =>
    weights.reduce((sum, w, i) => sum + w * of(values[i * d + t]), 0) / total;
  return Array.from({ length: d }, (_, t) => mean((x) => (x - mean((y) => y, t)) ** 2, t)).reduce((a, b) =>
    a + b
  ) / d;
}

/** Distinct points off a lattice, and centres of which many are far from all points. */
const cases = fc.tuple(
  fc.integer(),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 7 }),
  fc.boolean(),
);
const made = ([seed, d, k, weighted]: [number, number, number, boolean]) => {
  const rng = new Random(seed);
  const points = pointsOf(
    Array.from({ length: 14 }, () => Array.from({ length: d }, () => rng.normal())),
    Array.from({ length: 14 }, () => weighted ? 1 + rng.below(4) : 1),
  );
  const start = Float64Array.from({ length: k * d }, () => (rng.uniform() < 0.4 ? 30 : 1) * rng.normal());
  return { points, start };
};

Deno.test("lloyd() moves empty clusters to the farthest points and is the plain algorithm, round by round", () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 8 }), (sketch, rounds) => {
      const { points, start } = made(sketch);
      const fit = lloyd(points, start, { maxIterations: rounds, tolerance: 1e-12 });
      const expected = plain(points, start, rounds, 1e-12 * meanVariance(points));
      assert.deepEqual([...fit.labels], expected.labels);
      fit.centroids.forEach((value, q) => assert.ok(Math.abs(value - expected.centers[q]) < 1e-9));
      assert.deepEqual([fit.iterations, fit.converged], [expected.iterations, expected.converged]);
    }),
    { numRuns: 300 },
  );
});

Deno.test("lloyd() stops where all centres together move by a share of the mean variance of a dimension", () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(undefined, 0.003, 0.05), (sketch, tolerance) => {
      const { points, start } = made(sketch);
      const fit = lloyd(points, start, tolerance === undefined ? {} : { tolerance });
      const expected = plain(points, start, 300, (tolerance ?? 1e-4) * meanVariance(points));
      assert.deepEqual([...fit.labels], expected.labels);
      assert.equal(fit.iterations, expected.iterations);
    }),
    { numRuns: 200 },
  );
});

Deno.test("lloyd() leaves its start alone, and refuses more clusters than points", () => {
  const points = pointsOf([[0], [1]], [1, 1]), start = Float64Array.of(0, 5, 9);
  assert.throws(
    () => lloyd(points, start),
    /Cannot fill cluster 2: there are fewer distinct points than clusters/,
  );
  assert.deepEqual([...start], [0, 5, 9]);
});
