import assert from "node:assert/strict";
import { fitTemperature } from "../../../lib/metrics/calibration/temperature.ts";
import { Random } from "../../../lib/random.ts";

/** Mean negative log-likelihood of labelled rows at a temperature, term by term. */
function loss(rows: number[][], labels: number[], temperature: number): number {
  const own = rows.flatMap((row, i) => {
    if (labels[i] < 0) return [];
    const weights = row.map((z) => Math.exp((z - Math.max(...row)) / temperature));
    return [-Math.log(weights[labels[i]] / weights.reduce((a, b) => a + b))];
  });
  return own.reduce((a, b) => a + b, 0) / own.length;
}

/** The least value of a function with one minimum, by ternary search. */
function least(f: (x: number) => number, low: number, high: number): number {
  for (let i = 0; i < 120; i++) {
    const a = low + (high - low) / 3, b = high - (high - low) / 3;
    if (f(a) < f(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}

Deno.test("fitTemperature() finds the least likelihood loss of a search, rows without a label left out", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const rng = new Random(seed), classes = 2 + seed % 3, scale = [0.3, 1, 6][seed % 3];
    const rows = Array.from(
      { length: 40 },
      () => Array.from({ length: classes }, () => scale * rng.normal() + 50),
    );
    const labels = rows.map((row) =>
      rng.uniform() < 0.2 ? -1 : rng.uniform() < 0.6 ? row.indexOf(Math.max(...row)) : rng.below(classes)
    );
    const fit = fitTemperature(rows.flat(), labels, classes);
    const best = Math.exp(least((log) => loss(rows, labels, Math.exp(log)), Math.log(0.05), Math.log(20)));
    assert.ok(Math.abs(fit.temperature / best - 1) < 1e-6, `${fit.temperature} ${best}`);
    assert.ok(Math.abs(fit.nllBefore - loss(rows, labels, 1)) < 1e-12);
    assert.ok(Math.abs(fit.nllAfter - loss(rows, labels, fit.temperature)) < 1e-12);
    assert.deepEqual([fit.n, fit.atBound], [labels.filter((label) => label >= 0).length, false]);
    // Nothing nearby is better, by much less than the search can tell.
    for (const factor of [1 - 1e-5, 1 + 1e-5]) {
      assert.ok(loss(rows, labels, fit.temperature * factor) >= fit.nllAfter - 1e-15);
    }
  }
});

Deno.test("fitTemperature() takes the bounds 0.05 and 20 where the optimum lies beyond them, and says so", () => {
  const right = fitTemperature([3, 0, 0, 3], [0, 1], 2), wrong = fitTemperature([3, 0, 0, 3], [1, 0], 2);
  assert.deepEqual([right.atBound, wrong.atBound], [true, true]);
  assert.ok(Math.abs(right.temperature - 0.05) < 1e-14 && Math.abs(wrong.temperature - 20) < 1e-12);
  // Beyond 20 as well: as often wrong as right by nearly the same.
  const nearly = fitTemperature([3, 0, 0, 2.9], [0, 0], 2);
  assert.deepEqual([nearly.atBound, nearly.temperature.toFixed(9)], [true, "20.000000000"]);
});

Deno.test("fitTemperature() is at no bound where one row is wrong by a little, nor flat where all are certain", () => {
  const rows = [[0.5, 0], [3, 0], [3, 0], [3, 0], [3, 0]], labels = [1, 0, 0, 0, 0];
  const { temperature, atBound } = fitTemperature(rows.flat(), labels, 2);
  const best = Math.exp(least((log) => loss(rows, labels, Math.exp(log)), Math.log(0.05), Math.log(20)));
  assert.ok(!atBound && Math.abs(temperature / best - 1) < 1e-6, `${temperature} ${best}`);
  const certain = fitTemperature([1000, 0, 0, 1000], [0, 1], 2);
  assert.ok(certain.atBound && Math.abs(certain.temperature - 0.05) < 1e-14);
});
