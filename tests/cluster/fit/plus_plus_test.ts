import assert from "node:assert/strict";
import { kmeans, plusPlus } from "../../../lib/cluster/fit/kmeans.ts";
import { lloyd } from "../../../lib/cluster/fit/lloyd.ts";
import { Random } from "../../../lib/random.ts";

function cloud(m: number, d: number, seed: number) {
  const rng = new Random(seed);
  return {
    values: Float64Array.from({ length: m * d }, () => rng.normal()),
    dimensions: d,
    weights: Float64Array.from({ length: m }, () => 1 + rng.below(5)),
  };
}

/** Greedy k-means++ in words: each centre is the best of 2 + ⌊ln k⌋ draws in proportion to weight times distance. */
function reference(
  { values, dimensions: d, weights }: ReturnType<typeof cloud>,
  k: number,
  rng: Random,
): number[] {
  const m = weights.length;
  const square = (i: number, j: number) =>
    Array.from({ length: d }, (_, t) => (values[i * d + t] - values[j * d + t]) ** 2).reduce((a, b) => a + b);
  let nearest = new Array<number>(m).fill(Infinity);
  const chosen: number[] = [];
  for (let c = 0; c < k; c++) {
    const share = [...weights].map((w, i) => c === 0 ? w : w * nearest[i]);
    const total = share.reduce((a, b) => a + b);
    let best: { potential: number; row: number; distances: number[] } | undefined;
    for (let trial = 0; trial < (c === 0 ? 1 : 2 + Math.floor(Math.log(k))); trial++) {
      const value = rng.uniform() * total;
      let sum = 0, row = -1;
      for (let i = 0; i < m && row < 0; i++) if ((sum += share[i]) > value) row = i;
      const distances = nearest.map((old, i) => Math.min(old, square(i, row)));
      const potential = distances.reduce((sum, x, i) => sum + weights[i] * x, 0);
      if (best === undefined || potential < best.potential) best = { potential, row, distances };
    }
    chosen.push(best!.row);
    nearest = best!.distances;
  }
  return chosen.flatMap((row) => [...values.subarray(row * d, row * d + d)]);
}

Deno.test("plusPlus() keeps of each 2 + ⌊ln k⌋ draws the one that leaves the least distance", () => {
  for (const [m, d, k] of [[12, 1, 2], [20, 2, 3], [30, 3, 7], [40, 2, 8], [9, 5, 9], [5, 2, 1]]) {
    for (let seed = 1; seed <= 4; seed++) {
      const points = cloud(m, d, seed);
      const found = plusPlus(points, k, new Random(seed + 50)),
        expected = reference(points, k, new Random(seed + 50));
      assert.equal(found.length, expected.length);
      found.forEach((x, q) => assert.ok(Math.abs(x - expected[q]) < 1e-12, `${m} ${k} ${seed}`));
    }
  }
});

Deno.test("plusPlus() draws points of weight only, the last of them where rounding goes beyond", () => {
  const points = {
    values: Float64Array.of(0, 1, 2, 3, 4),
    dimensions: 1,
    weights: Float64Array.of(0, 0, 3, 0, 0),
  };
  for (let seed = 1; seed <= 20; seed++) assert.deepEqual([...plusPlus(points, 1, new Random(seed))], [2]);
  // A number that rounds up to the whole sum lies behind the last share.
  const most = Object.assign(new Random(1), { uniform: () => 1 });
  assert.deepEqual([...plusPlus(points, 1, most)], [2]);
  const none = Object.assign(new Random(1), { uniform: () => 0 });
  assert.deepEqual([...plusPlus({ ...points, weights: Float64Array.of(4, 0, 0, 0, 0) }, 1, none)], [0]);
  assert.deepEqual([...plusPlus({ ...points, weights: Float64Array.of(4, 0, 0, 0, 0) }, 1, most)], [0]);
});

Deno.test("kmeans() keeps the first of the best of ten starts, or of so many as are asked for", () => {
  for (const nInit of [undefined, 1, 3]) {
    const points = cloud(40, 2, 3);
    const rng = new Random(4);
    const runs = Array.from({ length: nInit ?? 10 }, () => lloyd(points, plusPlus(points, 6, rng), {}));
    const best = runs.reduce((a, b) => b.inertia < a.inertia ? b : a);
    const own = new Random(4), found = kmeans(points, 6, own, nInit === undefined ? {} : { nInit });
    assert.deepEqual([found.inertia, [...found.labels]], [best.inertia, [...best.labels]]);
    // As many draws were taken, and none beyond.
    assert.equal(own.uniform(), rng.uniform());
  }
  const points = cloud(5, 2, 1);
  for (const k of [0, 6, 1.5]) {
    assert.throws(() => kmeans(points, k, new Random(1)), /between 1 and the number of points, 5/);
  }
  assert.ok(kmeans(points, 5, new Random(1)).inertia < 1e-20);
  assert.equal(kmeans(points, 1, new Random(1)).labels.length, 5);
});
