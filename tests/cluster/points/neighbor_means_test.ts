import assert from "node:assert/strict";
import { neighborMeans, withinParts } from "../../../lib/cluster/points/neighbor_means.ts";
import { Random } from "../../../lib/random.ts";

/** The definition, read out: rows of one stretch at most `neighbors` away, added up and divided. */
function plain(values: number[][], stretchOf: number[], neighbors: number): number[][] {
  return values.map((row, i) => {
    const near = values.filter((_, j) => stretchOf[j] === stretchOf[i] && Math.abs(i - j) <= neighbors);
    return row.map((_, t) => near.reduce((sum, other) => sum + other[t], 0) / near.length);
  });
}

Deno.test("neighborMeans() is the mean of the windows around each one, within its stretch", () => {
  const rng = new Random(5);
  const stretches = [{ from: 0, to: 1 }, { from: 1, to: 4 }, { from: 4, to: 17 }, { from: 17, to: 19 }];
  const stretchOf = stretches.flatMap(({ from, to }, s) => Array.from({ length: to - from }, () => s));
  const rows = stretchOf.map(() => [rng.normal(), rng.normal()]);
  const values = Float64Array.from(rows.flat());
  for (const neighbors of [0, 1, 2, 5, 30]) {
    const means = neighborMeans(values, 2, stretches, neighbors);
    plain(rows, stretchOf, neighbors).flat().forEach((mean, i) =>
      assert.ok(Math.abs(means[i] - mean) < 1e-12, `${neighbors} neighbors, value ${i}`)
    );
  }
  assert.deepEqual(neighborMeans(values, 2, stretches, 0), values);
});

Deno.test("neighborMeans() leaves what does not change as it is, to the last bit", () => {
  const values = Float64Array.from({ length: 30 }, (_, i) => [0.1, -1 / 3, 1e9 + 0.7][i % 3]);
  assert.deepEqual(neighborMeans(values, 3, [{ from: 0, to: 10 }], 3), values);
});

Deno.test("neighborMeans() of a recording are the same to the last bit, whatever lies beside it", () => {
  const rng = new Random(6);
  const values = Float64Array.from({ length: 20 }, () => rng.normal());
  const stretches = [{ from: 0, to: 8 }, { from: 8, to: 20 }];
  const all = neighborMeans(values, 1, stretches, 2);
  assert.deepEqual(neighborMeans(values.slice(0, 8), 1, [{ from: 0, to: 8 }], 2), all.slice(0, 8));
  assert.deepEqual(neighborMeans(values.slice(8), 1, [{ from: 0, to: 12 }], 2), all.slice(8));
});

Deno.test("withinParts() cuts stretches where the part changes, and nowhere else", () => {
  const stretches = [{ from: 0, to: 3 }, { from: 3, to: 7 }, { from: 7, to: 8 }];
  const part = Uint8Array.of(1, 1, 1, 1, 3, 3, 1, 2);
  assert.deepEqual(withinParts(stretches, { part }), [
    { from: 0, to: 3 },
    { from: 3, to: 4 },
    { from: 4, to: 6 },
    { from: 6, to: 7 },
    { from: 7, to: 8 },
  ]);
  assert.deepEqual(withinParts([], { part }), []);
});
