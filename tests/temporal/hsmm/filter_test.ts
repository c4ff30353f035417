/** The causal decoding of a hidden semi-Markov model, against enumeration of all paths. */
import assert from "node:assert/strict";
import { type FilterModel, HsmmFilter } from "../../../lib/temporal/hsmm/filter.ts";

const model: FilterModel = {
  ...{ states: 3, max_duration: 3, initial: [0.5, 0.3, 0.2] },
  transition: [0, 0.6, 0.4, 0.3, 0, 0.5, 0.7, 0.2, 0], // the second row has less than 1: changes cost more there
  durations: [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]],
  tails: [0.4, 0, 0.7],
};
const emission = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]];
const seen = [0, 0, 1, -1, 2, 2, 0, 1];

/** P(duration = d), or of d and longer. */
function duration(j: number, d: number, open: boolean): number {
  const { durations, tails, max_duration: D } = model;
  const rest = durations[j][D - 1];
  const exact = (n: number) =>
    n < D ? durations[j][n - 1] : rest * (1 - tails[j]) * (n === D ? 1 : tails[j] ** (n - D));
  if (!open) return exact(d);
  return d <= D ? durations[j].slice(d - 1).reduce((a, b) => a + b, 0) : rest * tails[j] ** (d - D);
}

/** Joint probability of the observations up to `end` and the state there, over all ways to cut time into segments. */
function joint(end: number): number[] {
  const out = [0, 0, 0];
  const extend = (at: number, from: number | undefined, p: number) => {
    for (let j = 0; j < 3; j++) {
      const start = from === undefined ? model.initial[j] : model.transition[from * 3 + j];
      let q = p * start;
      for (let d = 1; at + d <= end; d++) {
        const symbol = seen[at + d - 1];
        q *= symbol < 0 ? 1 : emission[j][symbol];
        if (at + d === end) out[j] += q * duration(j, d, true);
        else extend(at + d, j, q * duration(j, d, false));
      }
    }
  };
  extend(0, undefined, 1);
  return out;
}

Deno.test("HsmmFilter gives the probability of each state given the past, as the sum over all segmentations", () => {
  const filter = new HsmmFilter(model);
  for (let round = 0; round < 2; round++) {
    seen.forEach((symbol, t) => {
      const log = emission.map((row) => symbol < 0 ? 0 : Math.log(row[symbol]));
      const state = filter.push(log);
      const right = joint(t + 1);
      const sum = right.reduce((a, b) => a + b, 0);
      right.forEach((p, j) => assert.ok(Math.abs(p / sum - filter.probabilities[j]) < 1e-12, `${t} ${j}`));
      assert.equal(state, right.indexOf(Math.max(...right)));
    });
    filter.reset();
  }
});

Deno.test("what no state explains begins a new stretch", () => {
  const filter = new HsmmFilter({ ...model, initial: [1, 0, 0], transition: [0, 1, 0, 0, 0, 1, 1, 0, 0] });
  assert.equal(filter.push([0, -Infinity, -Infinity]), 0);
  assert.equal(filter.push([-Infinity, -Infinity, 0]), 0);
  assert.equal(filter.push([-Infinity, 0, -Infinity]), 1);
});
