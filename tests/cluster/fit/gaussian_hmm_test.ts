import assert from "node:assert/strict";
import { decodeGaussianHmm, gaussianHmm } from "../../../lib/cluster/fit/gaussian_hmm.ts";
import { Random } from "../../../lib/random.ts";

/** Two runs of a chain that stays, seen through two correlated normal numbers. */
function chain(n: number) {
  const rng = new Random(12);
  const truth = new Int32Array(n);
  const values = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    truth[i] = i > 0 && rng.uniform() < 0.95 ? truth[i - 1] : rng.below(2);
    const [a, b] = [rng.normal(), rng.normal()];
    values[2 * i] = (truth[i] === 0 ? -0.8 : 0.8) + a;
    values[2 * i + 1] = 0.7 * a + 0.7 * b;
  }
  const points = { values, dimensions: 2, weights: new Float64Array(n).fill(1) };
  return { truth, points, runs: [{ from: 0, to: n / 2 }, { from: n / 2, to: n }] };
}

const density = (x: number[], mean: ArrayLike<number>, c: ArrayLike<number>) => {
  const det = c[0] * c[3] - c[1] * c[2];
  const [u, v] = [x[0] - mean[0], x[1] - mean[1]];
  return Math.exp(-(c[3] * u * u - 2 * c[1] * u * v + c[0] * v * v) / det / 2) /
    (2 * Math.PI * Math.sqrt(det));
};

Deno.test("gaussianHmm() gets likelier every round, and reads time where single rows mislead", () => {
  const { truth, points, runs } = chain(600);
  const start = Int32Array.from(truth, (_, i) => Number(points.values[2 * i] > 0));
  const fit = gaussianHmm(points, runs, 2, start);
  fit.history.forEach((value, i) =>
    assert.ok(i === 0 || value >= fit.history[i - 1] - 1e-3, `${fit.history}`)
  );
  const right = (labels: Int32Array) => labels.filter((label, i) => label === truth[i]).length / truth.length;
  assert.ok(right(decodeGaussianHmm(points, runs, fit)) > right(start) + 0.1);
  assert.ok(fit.transitions[0] > 0.85 && fit.transitions[3] > 0.85, `${fit.transitions}`);
});

Deno.test("the likelihood and the shares of states are those of summing over all sequences", () => {
  const { points } = chain(600);
  const few = { values: points.values.slice(0, 12), dimensions: 2, weights: new Float64Array(6).fill(1) };
  const runs = [{ from: 0, to: 4 }, { from: 4, to: 6 }];
  const model = gaussianHmm(few, runs, 2, Int32Array.of(0, 1, 0, 1, 0, 1), { rounds: 1, regCovar: 0.5 });
  const { states, initial, transitions } = model;
  let total = 0;
  const expected = new Int32Array(6);
  for (const { from, to } of runs) {
    const votes = new Float64Array((to - from) * 2);
    let sum = 0;
    for (let path = 0; path < 2 ** (to - from); path++) {
      let p = 1;
      for (let t = from; t < to; t++) {
        const s = (path >> (t - from)) & 1;
        p *= t === from ? initial[s] : transitions[2 * ((path >> (t - from - 1)) & 1) + s];
        const row = [few.values[2 * t], few.values[2 * t + 1]];
        p *= density(
          row,
          states.means.subarray(2 * s, 2 * s + 2),
          states.covariances.subarray(4 * s, 4 * s + 4),
        );
      }
      sum += p;
      for (let t = 0; t < to - from; t++) votes[2 * t + ((path >> t) & 1)] += p;
    }
    total += Math.log(sum);
    for (let t = from; t < to; t++) expected[t] = Number(votes[2 * (t - from) + 1] > votes[2 * (t - from)]);
  }
  assert.deepEqual(decodeGaussianHmm(few, runs, model), expected);
  // A further round judges the model that the first one left.
  const { history } = gaussianHmm(few, runs, 2, Int32Array.of(0, 1, 0, 1, 0, 1), {
    rounds: 2,
    regCovar: 0.5,
  });
  assert.ok(Math.abs(history[1] - total) < 1e-9, `${history} ${total}`);
});
