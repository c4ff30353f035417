import assert from "node:assert/strict";
import { obrienFleming } from "../../../lib/metrics/statistics/looks.ts";

const near = (actual: number[], expected: number[], tolerance: number) => {
  assert.equal(actual.length, expected.length);
  actual.forEach((z, k) => assert.ok(Math.abs(z - expected[k]) <= tolerance, `${actual} is not ${expected}`));
};

Deno.test("obrienFleming() gives the published constants, √(K/k) apart", () => {
  // Jennison and Turnbull 2000, table 2.3: C of two-sided tests.
  for (
    const [alpha, looks, c] of [
      [0.05, 2, 1.977],
      [0.05, 3, 2.004],
      [0.05, 4, 2.024],
      [0.05, 5, 2.04],
      [0.05, 10, 2.087],
      [0.01, 2, 2.58],
      [0.01, 5, 2.621],
      [0.1, 3, 1.71],
    ]
  ) {
    near(
      obrienFleming(looks, alpha),
      Array.from({ length: looks }, (_, k) => c * Math.sqrt(looks / (k + 1))),
      4e-3,
    );
  }
});

Deno.test("obrienFleming() of one look is the plain test", () => {
  near(obrienFleming(1), [1.959963984540054], 1e-12);
  near(obrienFleming(1, 0.01), [2.5758293035489004], 1e-12);
});

Deno.test("obrienFleming() crosses with the probability asked for, by the exact integral of two looks", () => {
  // P(|X₁| < b and |X₁ + X₂| < b) by Simpson's rule over X₁, with the normal distribution function of a series.
  const density = (x: number) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  const cdf = (x: number) => {
    let term = x, sum = x;
    for (let i = 1; i < 200; i++) sum += term *= x * x / (2 * i + 1);
    return 0.5 + density(x) * sum;
  };
  for (const alpha of [0.01, 0.05, 0.2]) {
    const [, z] = obrienFleming(2, alpha), b = z * Math.SQRT2, n = 2000;
    let inside = 0;
    for (let i = 0; i <= n; i++) {
      const x = -b + 2 * b * i / n, weight = i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2;
      inside += weight * density(x) * (cdf(b - x) - cdf(-b - x)) * 2 * b / n / 3;
    }
    assert.ok(Math.abs(1 - inside - alpha) < 2e-5, `${1 - inside} is not ${alpha}`);
  }
});

Deno.test("obrienFleming() refuses numbers of looks and levels that it cannot plan", () => {
  for (const looks of [0, 51, 2.5]) assert.throws(() => obrienFleming(looks), /an integer in \[1, 50\], got/);
  for (const alpha of [0, 1, NaN]) assert.throws(() => obrienFleming(2, alpha), /alpha must lie in \(0, 1\)/);
});

Deno.test("obrienFleming() plans fifty looks at most", () => {
  assert.equal(obrienFleming(50).length, 50);
});
