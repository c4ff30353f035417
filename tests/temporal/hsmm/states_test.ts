import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { fitHsmm } from "../../../lib/temporal/hsmm/hsmm.ts";
import { logLikelihood } from "../../../lib/temporal/hsmm/inference.ts";
import { chooseStates } from "../../../lib/temporal/hsmm/states.ts";

const rng = new Random(6);
const symbols = Int32Array.from(
  { length: 260 },
  (_, t) => rng.uniform() < 0.15 ? rng.below(3) : Math.floor(t / 8) % 3,
);
// Person a has two stretches, b one, c one.
const stretches = [{ from: 0, to: 60 }, { from: 60, to: 100 }, { from: 100, to: 190 }, {
  from: 190,
  to: 260,
}];
const groupOf = ({ from }: { from: number }) => from < 100 ? "a" : from < 190 ? "b" : "c";
const people = ["a", "b", "c"].map((name) => stretches.filter((stretch) => groupOf(stretch) === name));
// One start from the guess: nothing is drawn.
const options = {
  symbols: 3,
  family: "poisson",
  maxDuration: 12,
  restarts: 1,
  iterations: 6,
  guess: symbols,
} as const;

/** Log-likelihood a prediction of each person, by a model of the others. */
const heldOut = (states: number) =>
  people.map((own) => {
    const others = people.filter((other) => other !== own).flat();
    const { model } = fitHsmm(symbols, others, { ...options, states }, new Random(1));
    const n = own.reduce((sum, { from, to }) => sum + to - from, 0);
    return own.reduce((sum, { from, to }) => sum + logLikelihood(model, symbols, from, to), 0) / n;
  });
const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;

Deno.test("chooseStates() has the mean log-likelihood of people held out, and the error of its difference to the best", () => {
  const { curve, folds, states, hit_boundary } = chooseStates(
    symbols,
    stretches,
    [2, 4],
    groupOf,
    options,
    new Random(2),
  );
  const scores = [2, 3, 4].map(heldOut), means = scores.map(mean);
  const best = scores[means.indexOf(Math.max(...means))];
  assert.equal(folds, 3);
  curve.forEach((point, i) => {
    assert.equal(point.states, 2 + i);
    assert.ok(Math.abs(point.log_likelihood - means[i]) < 1e-9);
    const differences = scores[i].map((score, f) => best[f] - score), center = mean(differences);
    const variance = differences.reduce((sum, d) => sum + (d - center) ** 2, 0) / 2;
    assert.ok(Math.abs(point.error - Math.sqrt(variance / 3)) < 1e-9);
  });
  // The smallest number within one standard error of the best.
  const enough = curve.find((point) => point.log_likelihood >= Math.max(...means) - point.error)!;
  assert.deepEqual([states, hit_boundary], [enough.states, enough.states === 4]);
  assert.equal(states, 3);
});

Deno.test("chooseStates() says when the largest number did best, not when there was one only", () => {
  const choose = (range: [number, number]) =>
    chooseStates(symbols, stretches, range, groupOf, options, new Random(2));
  assert.deepEqual([choose([2, 3]).states, choose([2, 3]).hit_boundary], [3, true]);
  assert.deepEqual([choose([3, 3]).states, choose([3, 3]).hit_boundary, choose([3, 3]).curve.length], [
    3,
    false,
    1,
  ]);
});

Deno.test("chooseStates() holds out a fifth of the people at a time, and refuses one person", () => {
  const each = ({ from }: { from: number }) => `${from}`;
  const seven = Array.from({ length: 7 }, (_, i) => ({ from: 30 * i, to: 30 * (i + 1) }));
  const { folds } = chooseStates(symbols, seven, [2, 2], each, { ...options, iterations: 1 }, new Random(2));
  assert.equal(folds, 5);
  assert.throws(
    () => chooseStates(symbols, seven, [2, 3], () => "one", options, new Random(2)),
    /all windows are of one subject or recording/,
  );
});
