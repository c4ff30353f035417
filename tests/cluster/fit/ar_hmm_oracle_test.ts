import assert from "node:assert/strict";
import { arHmm, type ArHmmOptions } from "../../../lib/cluster/fit/ar_hmm.ts";
import { Random } from "../../../lib/random.ts";

const runs = [{ from: 0, to: 6 }, { from: 6, to: 10 }];
const n = 10;

/** Solves a small system by elimination. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  rows.forEach((row, p) => {
    const by = row[p];
    rows[p] = row.map((x) => x / by);
    rows.forEach((other, q) => {
      if (q !== p) rows[q] = other.map((x, i) => x - other[p] * rows[p][i]);
    });
  });
  return rows.map((row) => row.at(-1)!);
}

/** The rounds of the definition, with sums over all sequences of two states in the plane. */
function plain(values: Float64Array, start: Int32Array, options: Required<ArHmmOptions>) {
  const { rounds, regCovar, ridge, stickiness, tolerance } = options;
  const at = (row: number) => [values[2 * row], values[2 * row + 1]];
  const rows = runs.flatMap(({ from, to }) => Array.from({ length: to - from - 1 }, (_, i) => from + 1 + i));
  const fit = (shares: number[][]) =>
    [0, 1].map((c) => {
      const sum = (of: (x: number[], y: number[]) => number) =>
        rows.reduce((total, row) => total + shares[row][c] * of([...at(row - 1), 1], at(row)), 0);
      const xx = [0, 1, 2].map((p) => [0, 1, 2].map((q) => sum((x) => x[p] * x[q]) + (p === q ? ridge : 0)));
      const yx = [0, 1].map((j) => [0, 1, 2].map((q) => sum((x, y) => y[j] * x[q])));
      const weights = yx.map((row) => solve(xx, row));
      const total = Math.max(sum(() => 1), 1);
      const covariance = [0, 1].map((i) =>
        [0, 1].map((j) =>
          (sum((_, y) => y[i] * y[j]) - weights[i].reduce((s, w, q) => s + w * yx[j][q], 0)) / total +
          (i === j ? regCovar : 0)
        )
      );
      return { weights, covariance };
    });
  let states = fit(Array.from(start, (label) => [0, 1].map((c) => Number(c === label))));
  let initial = [0.5, 0.5], transitions = [[0.9, 0.1], [0.1, 0.9]];
  const history: number[] = [];
  while (history.length < rounds) {
    const density = (row: number, s: number) => {
      const { weights, covariance: [[a, b], [, c]] } = states[s];
      const [u, v] = at(row).map((y, j) =>
        y - weights[j][0] * at(row - 1)[0] - weights[j][1] * at(row - 1)[1] - weights[j][2]
      );
      const det = a * c - b * b;
      return Math.exp(-(c * u * u - 2 * b * u * v + a * v * v) / det / 2) / (2 * Math.PI * Math.sqrt(det));
    };
    const shares = Array.from({ length: n }, () => [0, 0]);
    const first = [0.01, 0.01], moved = [[0.01 + stickiness, 0.01], [0.01, 0.01 + stickiness]];
    let likelihood = 0;
    for (const { from, to } of runs) {
      const paths = Array.from({ length: 2 ** (to - from) }, (_, path) => {
        const state = (t: number) => path >> (t - from) & 1;
        let p = initial[state(from)];
        for (let t = from + 1; t < to; t++) p *= transitions[state(t - 1)][state(t)] * density(t, state(t));
        return { state, p };
      });
      const whole = paths.reduce((sum, { p }) => sum + p, 0);
      likelihood += Math.log(whole);
      for (const { state, p } of paths) {
        first[state(from)] += p / whole;
        for (let t = from; t < to; t++) {
          shares[t][state(t)] += p / whole;
          if (t > from) moved[state(t - 1)][state(t)] += p / whole;
        }
      }
    }
    history.push(likelihood + stickiness * (Math.log(transitions[0][0]) + Math.log(transitions[1][1])));
    states = fit(shares);
    initial = first.map((x) => x / (first[0] + first[1]));
    transitions = moved.map((row) => row.map((x) => x / (row[0] + row[1])));
    const [before, now] = history.slice(-2);
    if (history.length > 1 && Math.abs(now - before) < tolerance * Math.abs(before)) break;
  }
  return { states, initial, transitions, history };
}

/** Rows that follow each other by two dynamics, and labels that are not quite theirs. */
function some(seed: number) {
  const rng = new Random(seed);
  const values = new Float64Array(2 * n).map(() => rng.normal());
  for (let i = 1; i < n; i++) {
    const sign = i % 4 < 2 ? 1 : -1;
    for (let j = 0; j < 2; j++) {
      values[2 * i + j] = sign * 0.8 * values[2 * i - 2 + j] + 0.3 * values[2 * i + j];
    }
  }
  return { values, start: Int32Array.from({ length: n }, () => rng.below(2)) };
}

const near = (a: ArrayLike<number>, b: number[], what: string) => {
  assert.equal(a.length, b.length, what);
  b.forEach((x, i) =>
    assert.ok(Math.abs(a[i] - x) < 1e-7 * Math.max(1, Math.abs(x)), `${what}: ${a[i]} ${x}`)
  );
};

Deno.test("arHmm() takes the rounds of its definition, by default up to forty until a ten-thousandth is gained", () => {
  const usual = { rounds: 40, regCovar: 1e-3, ridge: 1, stickiness: n, tolerance: 1e-4 };
  const lengths = new Set<number>();
  for (let seed = 1; seed <= 14; seed++) {
    const { values, start } = some(seed);
    const points = { values, dimensions: 2, weights: new Float64Array(n).fill(1) };
    const given = { rounds: 1 + seed % 4, regCovar: 0.05, ridge: 0.3, stickiness: 0.4, tolerance: 0 };
    for (const [options, all] of [[{}, usual], [given, given]] as const) {
      const expected = plain(values, start, all), fit = arHmm(points, runs, 2, start, options);
      near(fit.history, expected.history, `history ${seed}`);
      near(fit.initial, expected.initial, `initial ${seed}`);
      near(fit.transitions, expected.transitions.flat(), `transitions ${seed}`);
      fit.states.forEach(({ weights, covariance }, c) => {
        near(weights, expected.states[c].weights.flat(), `weights ${seed}`);
        near(covariance, expected.states[c].covariance.flat(), `covariance ${seed}`);
      });
      if (options !== given) lengths.add(fit.history.length);
    }
  }
  assert.ok(lengths.size > 3, `${[...lengths]}`);
  const { values, start } = some(1);
  const points = { values, dimensions: 2, weights: new Float64Array(n).fill(1) };
  assert.equal(arHmm(points, runs, 2, start, { tolerance: -1 }).history.length, 40);
});
