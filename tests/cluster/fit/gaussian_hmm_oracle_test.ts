import assert from "node:assert/strict";
import { logDensity } from "../../../lib/cluster/fit/gaussian.ts";
import { decodeGaussianHmm, type GaussianHmm, gaussianHmm } from "../../../lib/cluster/fit/gaussian_hmm.ts";
import { mStep } from "../../../lib/cluster/fit/gmm.ts";
import { Random } from "../../../lib/random.ts";

const rng = new Random(31);
const n = 7, d = 2;
const points = {
  values: Float64Array.from({ length: n * d }, (_, q) => rng.normal() + 2 * (Math.floor(q / d) % 3)),
  dimensions: d,
  weights: new Float64Array(n).fill(1),
};
const runs = [{ from: 0, to: 4 }, { from: 4, to: 7 }];
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string) =>
  Array.from(expected).forEach((x, i) =>
    assert.ok(Math.abs(actual[i] - x) < 1e-9, `${what} ${i}: ${actual[i]} ${x}`)
  );

/** Expected counts by adding up all sequences of states. */
function counted({ states, initial, transitions }: Omit<GaussianHmm, "history">, k: number) {
  const density = logDensity("full", new Float64Array(k).fill(1), states.means, states.covariances);
  const emitted = Array.from({ length: n }, (_, i) => {
    const out = new Float64Array(k);
    density.at(points.values, i, out, 0);
    return out.map(Math.exp);
  });
  const shares = new Float64Array(n * k), begun = new Float64Array(k), moved = new Float64Array(k * k);
  let likelihood = 0;
  for (const { from, to } of runs) {
    const paths = Array.from({ length: k ** (to - from) }, (_, path) => {
      const states = Array.from({ length: to - from }, (_, t) => Math.floor(path / k ** t) % k);
      const p = states.reduce(
        (p, s, t) => p * emitted[from + t][s] * (t === 0 ? initial[s] : transitions[states[t - 1] * k + s]),
        1,
      );
      return { states, p };
    });
    const total = paths.reduce((sum, { p }) => sum + p, 0);
    likelihood += Math.log(total);
    for (const { states, p } of paths) {
      begun[states[0]] += p / total;
      states.forEach((s, t) => {
        shares[(from + t) * k + s] += p / total;
        if (t > 0) moved[states[t - 1] * k + s] += p / total;
      });
    }
  }
  return { shares, begun, moved, likelihood };
}

Deno.test("gaussianHmm() re-estimates from the counts of all sequences, from its start to every further round", () => {
  for (const k of [1, 2, 3]) {
    const start = Int32Array.from({ length: n }, (_, i) => (i * 2) % k);
    const first = Float64Array.from({ length: n * k }, (_, q) => Number(q % k === start[Math.floor(q / k)]));
    for (const regCovar of [1e-3, 0.4]) {
      const options = regCovar === 1e-3 ? {} : { regCovar };
      let model: Omit<GaussianHmm, "history"> = {
        states: mStep(points, first, k, "full", regCovar),
        initial: new Float64Array(k).fill(1 / k),
        // To stay with probability 0.9, else anywhere.
        transitions: Float64Array.from(
          { length: k * k },
          (_, q) => k === 1 ? 1 : q % (k + 1) === 0 ? 0.9 : 0.1 / (k - 1),
        ),
      };
      const likelihoods: number[] = [];
      for (let round = 1; round <= 3; round++) {
        const { shares, begun, moved, likelihood } = counted(model, k);
        const normalized = (x: Float64Array) =>
          x.map((v, q) =>
            (v + 0.01) / (x.subarray(q - q % k, q - q % k + k).reduce((a, b) => a + b, 0) + 0.01 * k)
          );
        likelihoods.push(likelihood);
        model = {
          states: mStep(points, shares, k, "full", regCovar),
          initial: normalized(begun),
          transitions: normalized(moved),
        };
        const fit = gaussianHmm(points, runs, k, start, { ...options, rounds: round, tolerance: 0 });
        near(fit.history, likelihoods, "history");
        assert.equal(fit.history.length, round);
        near(fit.initial, model.initial, `initial of ${k}`);
        near(fit.transitions, model.transitions, `transitions of ${k}`);
        near(fit.states.means, model.states.means, "means");
        near(fit.states.covariances, model.states.covariances, "covariances");
        const after = counted(model, k).shares;
        const best = Array.from({ length: n }, (_, i) => {
          const row = after.subarray(i * k, (i + 1) * k);
          return row.indexOf(Math.max(...row));
        });
        assert.deepEqual([...decodeGaussianHmm(points, runs, fit)], best);
      }
    }
  }
});

Deno.test("gaussianHmm() stops where a round gains less than a share of the likelihood, or after forty", () => {
  const start = Int32Array.from({ length: n }, (_, i) => i % 2);
  const { history } = gaussianHmm(points, runs, 2, start, { tolerance: 0, rounds: 30, regCovar: 0.3 });
  const gain = (i: number) => Math.abs((history[i] - history[i - 1]) / history[i - 1]);
  for (const at of [1, 2, 3]) {
    for (const tolerance of [gain(at) * (1 - 1e-6), gain(at) * (1 + 1e-6)]) {
      const stop = history.findIndex((_, i) => i > 0 && gain(i) < tolerance);
      const fit = gaussianHmm(points, runs, 2, start, { tolerance, rounds: 30, regCovar: 0.3 });
      assert.equal(fit.history.length, stop + 1);
    }
  }
  assert.equal(gaussianHmm(points, runs, 2, start, { tolerance: 0 }).history.length, 40);
});

Deno.test("decodeGaussianHmm() gives the first of equal states", () => {
  const states = mStep(points, new Float64Array(n * 2).fill(0.5), 2, "full", 1);
  const half = Float64Array.of(0.5, 0.5);
  const model = { states, initial: half, transitions: Float64Array.of(0.5, 0.5, 0.5, 0.5) };
  assert.deepEqual([...decodeGaussianHmm(points, runs, model)], new Array(n).fill(0));
});
