import assert from "node:assert/strict";
import { arHmm, decodeArHmm } from "../../../lib/cluster/fit/ar_hmm.ts";
import { Random } from "../../../lib/random.ts";

/** Two dynamics about the same mean with the same spread: single rows say nothing, only how they follow each other. */
function planted(n: number) {
  const rng = new Random(4);
  const turn = [[0.9, 0.4, -0.4, 0.9], [0.9, -0.4, 0.4, 0.9]];
  const truth = new Int32Array(n);
  const values = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    truth[i] = i > 0 && rng.uniform() < 0.97 ? truth[i - 1] : rng.below(2);
    const a = turn[truth[i]];
    const [x, y] = i === 0 ? [1, 0] : [values[2 * i - 2], values[2 * i - 1]];
    values[2 * i] = a[0] * x + a[1] * y + 0.2 * rng.normal();
    values[2 * i + 1] = a[2] * x + a[3] * y + 0.2 * rng.normal();
  }
  const points = { values, dimensions: 2, weights: new Float64Array(n).fill(1) };
  return { truth, turn, points, runs: [{ from: 0, to: n / 2 }, { from: n / 2, to: n }] };
}

Deno.test("arHmm() finds dynamics that no single row shows, and where each of them rules", () => {
  const { truth, turn, points, runs } = planted(1200);
  // A start that is right in six rows of ten.
  const rng = new Random(1);
  const start = truth.map((label) => rng.uniform() < 0.6 ? label : 1 - label);
  const fit = arHmm(points, runs, 2, start, { tolerance: 1e-7 });
  fit.history.forEach((value, i) =>
    assert.ok(i === 0 || value >= fit.history[i - 1] - 0.5, `${fit.history}`)
  );
  const labels = decodeArHmm(points, runs, fit);
  const right = labels.filter((label, i) => label === truth[i]).length / truth.length;
  assert.ok(right > 0.95, `${right}`);
  fit.states.forEach(({ weights, covariance }, c) => {
    [0, 1, 3, 4].forEach((at, i) => assert.ok(Math.abs(weights[at] - turn[c][i]) < 0.05, `${weights}`));
    assert.ok(Math.abs(weights[2]) < 0.05 && Math.abs(weights[5]) < 0.05, `${weights}`);
    for (const i of [0, 3]) assert.ok(Math.abs(covariance[i] - 0.04) < 0.01, `${covariance}`);
  });
});

Deno.test("a state's dynamics are ridge regression of each row on the one before", () => {
  const { points } = planted(40);
  const runs = [{ from: 0, to: 25 }, { from: 25, to: 40 }];
  const { states: [{ weights, covariance }] } = arHmm(points, runs, 1, new Int32Array(40), {
    rounds: 1,
    ridge: 2,
    regCovar: 0.5,
  });
  // The gradient of Σ (y − W x)² + ridge W² is 0 at its minimum.
  const at = (row: number, j: number) => points.values[2 * row + j];
  const rows = runs.flatMap(({ from, to }) => Array.from({ length: to - from - 1 }, (_, i) => from + 1 + i));
  const left = (row: number, j: number) =>
    at(row, j) - weights[3 * j] * at(row - 1, 0) - weights[3 * j + 1] * at(row - 1, 1) - weights[3 * j + 2];
  for (let j = 0; j < 2; j++) {
    for (let q = 0; q < 3; q++) {
      const slope = rows.reduce((sum, row) => sum + left(row, j) * (q === 2 ? 1 : at(row - 1, q)), 0);
      assert.ok(Math.abs(slope - 2 * weights[3 * j + q]) < 1e-9, `${slope} ${weights}`);
    }
  }
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      const squares = rows.reduce((sum, row) => sum + left(row, i) * left(row, j), 0);
      const pulled = [0, 1, 2].reduce((sum, q) => sum + 2 * weights[3 * i + q] * weights[3 * j + q], 0);
      const expected = (squares + pulled) / rows.length + (i === j ? 0.5 : 0);
      assert.ok(Math.abs(covariance[2 * i + j] - expected) < 1e-9, `${covariance}`);
    }
  }
});

Deno.test("likelihood and states are those of summing over all sequences, first rows of runs aside", () => {
  const { points } = planted(6);
  const runs = [{ from: 0, to: 4 }, { from: 4, to: 6 }];
  const start = Int32Array.of(0, 1, 0, 1, 0, 1);
  const options = { regCovar: 0.3, stickiness: 0.7, tolerance: 0 };
  const model = arHmm(points, runs, 2, start, { ...options, rounds: 1 });
  const { states, initial, transitions } = model;
  const density = (row: number, s: number) => {
    const { weights: w, covariance: c } = states[s];
    const [x, y] = [points.values[2 * row - 2], points.values[2 * row - 1]];
    const [u, v] = [0, 1].map((j) =>
      points.values[2 * row + j] - w[3 * j] * x - w[3 * j + 1] * y - w[3 * j + 2]
    );
    const det = c[0] * c[3] - c[1] * c[2];
    return Math.exp(-(c[3] * u * u - 2 * c[1] * u * v + c[0] * v * v) / det / 2) /
      (2 * Math.PI * Math.sqrt(det));
  };
  let total = 0;
  const expected = new Int32Array(6);
  for (const { from, to } of runs) {
    const votes = new Float64Array((to - from) * 2);
    let sum = 0;
    for (let path = 0; path < 2 ** (to - from); path++) {
      let p = 1;
      for (let t = from; t < to; t++) {
        const s = (path >> (t - from)) & 1;
        p *= t === from ? initial[s] : transitions[2 * ((path >> (t - from - 1)) & 1) + s] * density(t, s);
      }
      sum += p;
      for (let t = 0; t < to - from; t++) votes[2 * t + ((path >> t) & 1)] += p;
    }
    total += Math.log(sum);
    for (let t = from; t < to; t++) expected[t] = Number(votes[2 * (t - from) + 1] > votes[2 * (t - from)]);
  }
  assert.deepEqual(decodeArHmm(points, runs, model), expected);
  // A further round judges the model that the first one left.
  const { history } = arHmm(points, runs, 2, start, { ...options, rounds: 2 });
  const prior = 0.7 * (Math.log(transitions[0]) + Math.log(transitions[3]));
  assert.ok(Math.abs(history[1] - total - prior) < 1e-9, `${history} ${total + prior}`);
});

Deno.test("arHmm() credits each state with as many stays as it is told, by default one a row", () => {
  const { points, runs, truth } = planted(200);
  const stay = (stickiness?: number) => {
    const { transitions } = arHmm(points, runs, 2, truth, {
      rounds: 1,
      ...(stickiness === undefined ? {} : { stickiness }),
    });
    return transitions[0];
  };
  assert.ok(stay(0) < stay(50) && stay(50) < stay());
  assert.equal(stay(), stay(200));
});
