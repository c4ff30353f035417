import assert from "node:assert/strict";
import fc from "fast-check";
import { pointsOfCodes } from "../../../lib/cluster/points/code_points.ts";
import { distinct } from "./distinct_rows.ts";
import {
  boundedLatents,
  checkFinite,
  checkLoss,
  coarsen,
  pointsOfRows,
} from "../../../lib/cluster/points/latent_points.ts";
import { sizeOf, totalWeight } from "../../../lib/cluster/points/points.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { Random } from "../../../lib/random.ts";

Deno.test("distinctRowsUpTo() numbers distinct rows in order of their values", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer())), (rows) => {
    const { index, first } = distinct(Int32Array.from(rows.flat()), 2, Infinity)!;
    const expected = [...new Set(rows.map((row) => row.join()))].map((row) => row.split(",").map(Number))
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    assert.deepEqual([...first].map((row) => rows[row]), expected);
    assert.deepEqual([...index].map((p) => expected[p]), rows);
  }));
  const many = Int32Array.from({ length: 9000 }, (_, i) => i % 3000);
  assert.equal(distinct(many, 1, 3000)!.first.length, 3000);
  // So many that the table grows on the way; every row is found again.
  const { index, first } = distinct(many.toReversed(), 1, 3000)!;
  assert.deepEqual([...index], [...many].reverse());
  assert.deepEqual([...first], Array.from({ length: 3000 }, (_, i) => 2999 - i));
  assert.equal(distinct(many, 1, 2999), null);
});

Deno.test("pointsOfCodes() collapses windows to the codes that occur", () => {
  const rng = new Random(1);
  const codes = Uint32Array.from({ length: 5000 }, () => rng.below(240));
  const quantizer = new Quantizer([8, 6, 5]);
  const fit = Uint8Array.from(codes, () => rng.below(2));
  const points = pointsOfCodes(codes, [8, 6, 5], fit);
  assert.equal(sizeOf(points), new Set(codes).size);
  assert.equal(totalWeight(points), fit.reduce((a, b) => a + b, 0));
  codes.forEach((code, n) => {
    const p = points.index[n];
    assert.deepEqual([...points.values.subarray(p * 3, p * 3 + 3)], quantizer.valuesOf(code));
  });
});

Deno.test("pointsOfCodes() works without a table for a codebook too large for one", () => {
  const points = pointsOfCodes(Uint32Array.of(3_999_999_999, 7, 3_999_999_999), [1000, 1000, 1000, 4]);
  assert.deepEqual([...points.index], [1, 0, 1]);
  assert.deepEqual([...points.weights], [1, 2]);
});

Deno.test("pointsOfCodes() names a code outside the codebook", () => {
  assert.throws(() => pointsOfCodes(Uint32Array.of(1, 64), [4, 4, 4]), {
    name: "InputError",
    message: /code 64 of window 1: the codebook has 64 codes/,
  });
});

Deno.test("pointsOfRows() keeps distinct rows exactly, −0 as 0", () => {
  const points = pointsOfRows(Float64Array.of(0.1, 0, 0.1, -0, 0.2, 0.3), 2, 10);
  assert.ok(points.exact);
  assert.deepEqual([...points.index].map((p) => points.values[2 * p]), [0.1, 0.1, 0.2]);
  assert.equal(sizeOf(points), 2);
});

Deno.test("pointsOfRows() gathers too many rows in cells and says how coarse", () => {
  const rng = new Random(2);
  const rows = Float64Array.from({ length: 3000 * 2 }, () => rng.normal());
  const points = pointsOfRows(rows, 2, 200);
  assert.ok(!points.exact);
  assert.ok(sizeOf(points) <= 200 && sizeOf(points) > 100);
  assert.equal(totalWeight(points), 3000);
  let squared = 0;
  for (let n = 0; n < 3000; n++) {
    for (let t = 0; t < 2; t++) {
      const away = Math.abs(rows[2 * n + t] - points.values[2 * points.index[n] + t]);
      assert.ok(away <= points.cell);
      squared += away * away;
    }
  }
  assert.ok(Math.abs(Math.sqrt(squared / 3000) - points.rmsError) < 1e-12);
  const mean = (values: Float64Array, weight: (i: number) => number) =>
    values.reduce((sum, v, i) => i % 2 === 0 ? sum + v * weight(i / 2) : sum, 0) / 3000;
  assert.ok(Math.abs(mean(points.values, (p) => points.weights[p]) - mean(rows, () => 1)) < 1e-9);
});

Deno.test("coarsen() keeps weight and centre of mass", () => {
  const rng = new Random(3);
  const points = {
    values: Float64Array.from({ length: 900 }, () => rng.normal()),
    dimensions: 3,
    weights: Float64Array.from({ length: 300 }, () => 1 + rng.below(4)),
  };
  const coarse = coarsen(points, 50);
  assert.ok(sizeOf(coarse.points) <= 50);
  assert.equal(totalWeight(coarse.points), totalWeight(points));
  assert.equal(coarsen(points, 300).points, points);
  // Each coarse point is the mean of its own, by weight, and the error is theirs from it.
  let squared = 0;
  for (let c = 0; c < sizeOf(coarse.points); c++) {
    const own = [...coarse.index.keys()].filter((i) => coarse.index[i] === c);
    const weight = own.reduce((sum, i) => sum + points.weights[i], 0);
    assert.equal(coarse.points.weights[c], weight);
    for (let t = 0; t < 3; t++) {
      const mean = own.reduce((sum, i) => sum + points.weights[i] * points.values[3 * i + t], 0) / weight;
      assert.ok(Math.abs(coarse.points.values[3 * c + t] - mean) < 1e-12);
      for (const i of own) squared += points.weights[i] * (points.values[3 * i + t] - mean) ** 2;
    }
  }
  assert.ok(Math.abs(coarse.rmsError - Math.sqrt(squared / totalWeight(points))) < 1e-12);
  assert.deepEqual([coarse.exact, coarse.cell > 0], [false, true]);
});

Deno.test("boundedLatents() lies on the scale of the quantised values", () => {
  const quantizer = new Quantizer([8, 6, 5]);
  const z = Float32Array.of(0.3, -0.7, 1.2);
  const bounded = boundedLatents(z, 3, [8, 6, 5]);
  const values = quantizer.valuesOf(205);
  bounded.forEach((b, t) => assert.ok(Math.abs(b - values[t]) <= 0.5 / quantizer.constants[t].halfWidth));
  assert.throws(() => boundedLatents(z, 3, [8, 6]), /they have 3 dimensions, the codes have 2/);
});

Deno.test("checkFinite() names the window and dimension of NaN", () => {
  assert.throws(() => checkFinite([1, 2, 3, NaN], 2), {
    name: "InputError",
    message: /window 1 has NaN in dimension 1/,
  });
});

Deno.test("pointsOfRows() refuses to lose more than a tenth of the variance", () => {
  const rng = new Random(4);
  const rows = Float64Array.from({ length: 500 * 12 }, () => rng.normal());
  assert.throws(() => pointsOfRows(rows, 12, 100), {
    name: "InputError",
    message: /Cannot gather 500 points of 12 dimensions: \d+ cells would lose/,
  });
  assert.ok(pointsOfRows(rows, 12, 500).exact);
});

Deno.test("checkLoss() compares the squared error with a tenth of the variance over all dimensions", () => {
  // Variances 2/3 and 6: a tenth of their sum is 2/3.
  const values = Float64Array.of(9, -3, 10, 0, 11, 3);
  const limit = Math.sqrt((2 / 3 + 6) / 10);
  checkLoss(values, 2, 2, limit - 1e-6);
  assert.throws(() => checkLoss(values, 2, 2, limit + 1e-6), /Cannot gather 3 points of 2 dimensions/);
});

Deno.test("checkFinite() looks at the very first number, and at infinities", () => {
  assert.throws(() => checkFinite([NaN, 2, 3, 4], 2), /window 0 has NaN in dimension 0/);
  assert.throws(() => checkFinite([1, 2, -Infinity, 4], 2), /window 1 has -Infinity in dimension 0/);
  checkFinite([], 2);
});

Deno.test("pointsOfRows() cuts the range into the most equal cells that are few enough, the largest value in the last", () => {
  // Ten even steps on a line: five cells of two, each at the mean of its own.
  const values = Float64Array.from({ length: 10 }, (_, i) => i);
  const { values: means, weights, index, exact, cell, rmsError } = pointsOfRows(values, 1, 5);
  assert.deepEqual([[...means], [...weights], exact], [[0.5, 2.5, 4.5, 6.5, 8.5], [2, 2, 2, 2, 2], false]);
  assert.deepEqual([...index], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  assert.ok(Math.abs(cell - 9 / 5) < 1e-12 && Math.abs(rmsError - 0.5) < 1e-12, `${cell} ${rmsError}`);
  // Rows that count make the mean; a cell where none does keeps the mean of all.
  const fit = Uint8Array.of(1, 0, 0, 0, 0, 1, 1, 1, 0, 1);
  const part = pointsOfRows(values, 1, 5, fit);
  assert.deepEqual([[...part.values], [...part.weights]], [[0, 2.5, 5, 6.5, 9], [1, 0, 1, 2, 1]]);
});

Deno.test("pointsOfRows() keeps the value of equal rows to the last bit, however many there are", () => {
  const points = pointsOfRows(new Float64Array(10).fill(0.1), 1, 5);
  assert.deepEqual([[...points.values], [...points.weights], points.rmsError, points.cell], [
    [0.1],
    [10],
    0,
    0,
  ]);
  // Ten tenths of a tenth do not add up to it.
  assert.notEqual(Array.from({ length: 10 }, () => 0.1 / 10).reduce((a, b) => a + b), 0.1);
});
