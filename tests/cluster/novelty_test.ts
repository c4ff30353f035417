import assert from "node:assert/strict";
import { coverage, fitCoverage } from "../../lib/cluster/novelty.ts";
import { Random } from "../../lib/random.ts";

/** Quantile of the distances to the nearest labelled point of another group, over windows. */
function radiusOf(places: number[][], rows: number[], groups: number[], share: number): number {
  const distance = (a: number[], b: number[]) => Math.hypot(...a.map((x, t) => x - b[t]));
  const nearest = rows.map((row, i) =>
    Math.min(
      ...rows.flatMap((other, j) => groups[j] === groups[i] ? [] : [distance(places[row], places[other])]),
    )
  ).sort((a, b) => a - b);
  // The least distance that all windows but the share keep.
  return nearest[Math.max(0, Math.ceil((1 - share) * nearest.length - 1e-9) - 1)];
}

Deno.test("fitCoverage() takes the distance to other groups that all but a share of the windows keep", () => {
  const rng = new Random(4);
  for (const [d, m, n, people] of [[1, 6, 12, 2], [2, 30, 50, 3], [3, 40, 200, 7]]) {
    const places = Array.from({ length: m }, () => Array.from({ length: d }, () => rng.normal()));
    const rows = Array.from({ length: n }, () => rng.below(m)), groups = rows.map((_, i) => 3 * (i % people));
    const points = {
      values: Float64Array.from(places.flat()),
      dimensions: d,
      weights: new Float64Array(m).fill(1),
    };
    for (const share of [0, 0.05, 0.25, 0.5, 0.9]) {
      const { radius, anchors } = fitCoverage(points, rows, groups, share)!;
      assert.ok(Math.abs(radius - radiusOf(places, rows, groups, share)) < 1e-12, `${d} ${share}`);
      assert.deepEqual(anchors, [...new Set(rows)].flatMap((row) => places[row]));
    }
  }
  const line = { values: Float64Array.of(0, 1), dimensions: 1, weights: Float64Array.of(1, 1) };
  assert.equal(fitCoverage(line, [0, 1], [4, 4], 0), undefined);
  assert.equal(fitCoverage(line, [0, 1], [4, 5], 0)!.radius, 1);
});

Deno.test("fitCoverage() keeps every so manieth of many labelled points", () => {
  const n = 5000;
  const points = {
    values: Float64Array.from({ length: n }, (_, i) => i),
    dimensions: 1,
    weights: new Float64Array(n),
  };
  const rows = Array.from({ length: n }, (_, i) => i);
  // Every second one is kept; the first of all lies furthest from the other group.
  const { anchors, radius } = fitCoverage(points, rows, rows.map((i) => Math.floor(i / 2500)), 0)!;
  assert.deepEqual(anchors.slice(0, 3), [0, 2, 4]);
  assert.deepEqual([anchors.length, radius], [2500, 2500]);
});

Deno.test("coverage() holds up to the radius around every labelled point", () => {
  const covers = coverage({ anchors: [0, 0, 10, 0, 3, 4], radius: 1 }, 2);
  const at = (...place: number[]) => covers(Float64Array.of(9, 9, ...place), 1);
  assert.deepEqual([at(1, 0), at(0, -1.001), at(0.8, 0.6), at(10, 1), at(3, 5), at(5, 2), at(11.1, 0)], [
    true,
    false,
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("fitCoverage() counts windows to the share exactly, and keeps up to 4096 labelled points whole", () => {
  // Nearest points of the other group: 1 for the first, and 1, 2, 3 and 4.
  const line = {
    values: Float64Array.of(0, 1, 2, 3, 4),
    dimensions: 1,
    weights: new Float64Array(5).fill(1),
  };
  const radius = (share: number) => fitCoverage(line, [0, 1, 2, 3, 4], [0, 1, 1, 1, 1], share)!.radius;
  assert.deepEqual([0, 0.2, 0.4, 0.5999, 0.6, 0.8, 0.9].map(radius), [4, 3, 2, 2, 1, 1, 1]);
  for (const [n, kept] of [[4096, 4096], [4097, 2049]]) {
    const values = new Float64Array(n), rows = [...values.keys()];
    const many = { values, dimensions: 1, weights: values };
    assert.equal(fitCoverage(many, rows, rows.map((i) => i >> 11), 0)!.anchors.length, kept);
  }
});

Deno.test("coverage() is a distance, and forgives no more than its last digits", () => {
  const covers = coverage({ anchors: [0, 0], radius: 2 }, 2);
  const at = (x: number) => covers(Float64Array.of(x, 0), 0);
  assert.deepEqual([1.5, 2, 2 * (1 + 1e-7), 2.5].map(at), [true, true, false, false]);
});
