import assert from "node:assert/strict";
import { distancesOf, pad, scanOf } from "../../../lib/cluster/fit/scan.ts";
import { Random } from "../../../lib/random.ts";

/** Rows of whole numbers, so that sums are exact and ties are frequent. */
function rows(n: number, d: number, rng: Random): number[][] {
  return Array.from({ length: n }, () => Array.from({ length: d }, () => rng.below(7) - 3));
}
const squared = (a: number[], b: number[]) => a.reduce((sum, v, t) => sum + (v - b[t]) ** 2, 0);
const padded = (values: number[][], d: number) => pad(Float64Array.from(values.flat()), d);

for (const d of [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]) {
  Deno.test(`scanOf() finds the nearest and the second nearest of ${d} dimensions as a plain search does`, () => {
    const rng = new Random(d);
    for (const k of [1, 2, 3, 7]) {
      const points = rows(20, d, rng), centers = rows(k, d, rng);
      // The first of equal centres, and a point on them.
      centers.push(centers[0], points[0], points[0]);
      const { values, width } = padded(points, d), out = new Float64Array(2);
      const scan = scanOf(width), own = padded(centers, d).values;
      points.forEach((point, i) => {
        const distances = centers.map((center) => squared(point, center));
        const ascending = distances.toSorted((a, b) => a - b);
        assert.equal(scan(values, i, own, centers.length, out), distances.indexOf(ascending[0]));
        assert.deepEqual([...out], [ascending[0], ascending[1] ?? Infinity]);
      });
    }
  });

  Deno.test(`distancesOf() are those of ${d} dimensions to one row`, () => {
    const points = rows(15, d, new Random(d));
    const { values, width } = padded(points, d), out = new Float64Array(15);
    points.forEach((from, i) => {
      distancesOf(width)(values, i, out);
      assert.deepEqual([...out], points.map((point) => squared(point, from)));
    });
  });
}

Deno.test("pad() adds zeros up to the next width with a written-out sum, and copies nothing that has one", () => {
  assert.deepEqual([1, 3, 4, 5, 6, 8, 9].map((d) => pad(new Float64Array(2 * d), d).width), [
    4,
    4,
    4,
    5,
    8,
    8,
    9,
  ]);
  assert.deepEqual([...pad(Float64Array.of(1, 2, 3, 4), 2).values], [1, 2, 0, 0, 3, 4, 0, 0]);
  const five = Float64Array.of(1, 2, 3, 4, 5);
  assert.equal(pad(five, 5).values, five);
});
