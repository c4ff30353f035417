import assert from "node:assert/strict";
import vectors from "../../reference/metrics.json" with { type: "json" };
import * as special from "../../../lib/metrics/statistics/special.ts";

for (const [name, rows] of Object.entries(vectors.special)) {
  Deno.test(`${name}() equals SciPy within 1e-10`, () => {
    const f = special[name as keyof typeof special] as (...args: number[]) => number;
    for (const row of rows) {
      const expected = row[row.length - 1], actual = f(...row.slice(0, -1));
      assert.ok(
        Math.abs(actual - expected) <= 1e-10 * Math.max(Math.abs(expected), 1e-2),
        `${name}(${row.slice(0, -1)}) is ${actual}, SciPy says ${expected}`,
      );
    }
  });
}

Deno.test("special functions refuse arguments outside their range", () => {
  assert.throws(() => special.lgamma(0), /must be positive, got 0/);
  assert.throws(() => special.digamma(-1), /must be positive/);
  assert.throws(() => special.betainc(1, 1, 2), /x in \[0, 1\]/);
  assert.throws(() => special.gammaQ(1, -1), /x ≥ 0/);
  assert.throws(() => special.tQuantile(0.5, 0), /df must be positive/);
  assert.throws(() => special.normalQuantile(1), /p must lie in \(0, 1\)/);
});

Deno.test("special functions have their ends and symmetries exactly", () => {
  assert.deepEqual([special.gammaQ(2.5, 0), special.gammaQ(2.5, Infinity)], [1, 0]);
  assert.deepEqual([special.betainc(2, 3, 0), special.betainc(2, 3, 1)], [0, 1]);
  assert.deepEqual([special.tCdf(Infinity, 3), special.tCdf(-Infinity, 3), special.tCdf(0, 3)], [1, 0, 0.5]);
  assert.deepEqual([special.normalQuantile(0.5), special.tQuantile(0.5, 7)], [0, 0]);
  // Γ(x) is 1/x less Euler's constant where x is next to nothing.
  for (const x of [1e-300, 1e-12, 1e-7]) {
    assert.ok(Math.abs(special.lgamma(x) + Math.log(x) + 0.5772156649015329 * x) < 1e-12, `${x}`);
  }
  for (const p of [1e-12, 0.01, 0.3, 0.49]) {
    assert.ok(
      special.normalQuantile(p) < 0 && Math.abs(special.normalCdf(special.normalQuantile(p)) / p - 1) < 1e-10,
    );
    assert.ok(Math.abs(special.tCdf(special.tQuantile(p, 2.5), 2.5) / p - 1) < 1e-10);
  }
  for (const x of [0.2, 1, 3.7, 25]) {
    assert.ok(Math.abs(special.erfc(x) + special.erfc(-x) - 2) < 1e-14);
    assert.ok(Math.abs(special.lgamma(x + 1) - special.lgamma(x) - Math.log(x)) < 1e-12);
    assert.ok(Math.abs(special.digamma(x + 1) - special.digamma(x) - 1 / x) < 1e-12);
    // Q(1, x) = e^−x, on both sides of the change of methods; I_x(a, 1) = x^a.
    assert.ok(Math.abs(special.gammaQ(1, x) / Math.exp(-x) - 1) < 1e-12);
    assert.ok(Math.abs(special.betainc(x, 1, 0.3) / 0.3 ** x - 1) < 1e-12);
    assert.ok(Math.abs(special.betainc(1, x, 0.3) - (1 - 0.7 ** x)) < 1e-12);
    // Student's t of one degree is Cauchy's distribution.
    assert.ok(Math.abs(special.tTwoSided(x, 1) - (1 - 2 * Math.atan(x) / Math.PI)) < 1e-12);
    assert.ok(Math.abs(special.tCdf(-x, 1) - (0.5 - Math.atan(x) / Math.PI)) < 1e-12);
  }
});

Deno.test("special functions refuse each argument outside its range", () => {
  for (const [a, b, x] of [[0, 1, 0.5], [1, 0, 0.5], [1, 1, -0.1], [1, 1, 1.1], [NaN, 1, 0.5]]) {
    assert.throws(() => special.betainc(a, b, x), new RegExp(`betainc: .*got ${a}, ${b}, ${x}$`));
  }
  for (const [a, x] of [[0, 1], [-1, 1], [1, -1], [NaN, 1]]) {
    assert.throws(() => special.gammaQ(a, x), new RegExp(`gammaQ: .*got ${a} and ${x}$`));
  }
  for (const p of [0, 1, 1.5, -0.1, NaN]) {
    assert.throws(() => special.normalQuantile(p), new RegExp(`p must lie in \\(0, 1\\), got ${p}$`));
  }
  for (const df of [0, -1, NaN]) {
    assert.throws(() => special.tQuantile(0.3, df), new RegExp(`df must be positive, got ${df}$`));
  }
  for (const x of [0, -1, NaN]) {
    assert.throws(() => special.lgamma(x), new RegExp(`lgamma: x must be positive, got ${x}$`));
    assert.throws(() => special.digamma(x), new RegExp(`digamma: x must be positive, got ${x}$`));
  }
});

Deno.test("quantiles above a half mirror those below, and digamma() is exact where its series begins", () => {
  for (const p of [0.51, 0.55, 0.62, 0.7, 0.74, 0.76, 0.9]) {
    assert.equal(special.normalQuantile(p), -special.normalQuantile(1 - p));
    assert.ok(Math.abs(special.normalCdf(special.normalQuantile(p)) - p) < 1e-12, `${p}`);
    assert.ok(Math.abs(special.tCdf(special.tQuantile(p, 3), 3) - p) < 1e-12, `${p}`);
  }
  // ψ(n) is the sum of 1/k below n, less Euler's constant.
  for (const n of [1, 2, 9, 10, 11, 30]) {
    let sum = -0.5772156649015329;
    for (let k = 1; k < n; k++) sum += 1 / k;
    assert.ok(Math.abs(special.digamma(n) - sum) < 1e-13, `${n}: ${special.digamma(n) - sum}`);
  }
});
