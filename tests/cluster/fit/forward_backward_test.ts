import assert from "node:assert/strict";
import {
  chainOf,
  forwardBackward,
  likeliestStates,
  priorCounts,
  stayingChain,
} from "../../../lib/cluster/fit/forward_backward.ts";
import { Random } from "../../../lib/random.ts";

Deno.test("forwardBackward() sums over all sequences of states, run by run, and adds what it expects to the counts", () => {
  const rng = new Random(6), k = 3;
  // Rows 0 and 8 lie in no run; one run has a single row.
  const rows = 9, runs = [{ from: 1, to: 5 }, { from: 5, to: 6 }, { from: 6, to: 8 }];
  const logs = Float64Array.from({ length: rows * k }, () => 3 * rng.normal() - 400);
  const initial = Float64Array.of(0.5, 0.3, 0.2);
  const transitions = Float64Array.of(0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4);
  const counts = priorCounts(k, 0.5);
  const { shares, likelihood } = forwardBackward(
    rows,
    runs,
    (row, out) => out.set(logs.subarray(row * k, row * k + k)),
    { initial, transitions },
    counts,
  );
  const expected = new Float64Array(rows * k),
    first = new Array(k).fill(0.5),
    moved = new Array(k * k).fill(0.5);
  let total = 0;
  for (const { from, to } of runs) {
    const paths = Array.from({ length: k ** (to - from) }, (_, path) => {
      const state = (t: number) => Math.floor(path / k ** (t - from)) % k;
      let log = Math.log(initial[state(from)]);
      for (let t = from; t < to; t++) {
        log += logs[t * k + state(t)] + 400;
        if (t > from) log += Math.log(transitions[state(t - 1) * k + state(t)]);
      }
      return { state, p: Math.exp(log) };
    });
    const whole = paths.reduce((sum, { p }) => sum + p, 0);
    total += Math.log(whole) - 400 * (to - from);
    for (const { state, p } of paths) {
      first[state(from)] += p / whole;
      for (let t = from; t < to; t++) {
        expected[t * k + state(t)] += p / whole;
        if (t > from) moved[state(t - 1) * k + state(t)] += p / whole;
      }
    }
  }
  assert.ok(Math.abs(likelihood - total) < 1e-8, `${likelihood} ${total}`);
  const near = (actual: ArrayLike<number>, wanted: ArrayLike<number>) =>
    Array.from(wanted).forEach((x, i) =>
      assert.ok(Math.abs(actual[i] - x) < 1e-12, `${i}: ${actual[i]} ${x}`)
    );
  near(shares, expected);
  near(counts.initial, first);
  near(counts.moved, moved);
  // The chain of counts: each row adds up to 1.
  const chain = chainOf(counts);
  near(chain.initial, first.map((x) => x / first.reduce((a, b) => a + b)));
  near(
    chain.transitions,
    moved.map((x, i) => x / moved.slice(i - i % k, i - i % k + k).reduce((a, b) => a + b)),
  );
});

Deno.test("likeliestStates() takes the largest share, the first on ties; a staying chain stays in nine of ten", () => {
  assert.deepEqual([
    ...likeliestStates(Float64Array.of(0.2, 0.3, 0.5, 0.4, 0.4, 0.2, 0.1, 0.8, 0.1, 1, 0, 0), 3),
  ], [2, 0, 1, 0]);
  assert.deepEqual([...likeliestStates(Float64Array.of(1, 1, 1), 1)], [0, 0, 0]);
  const { initial, transitions } = stayingChain(3);
  assert.deepEqual([...initial], [1 / 3, 1 / 3, 1 / 3]);
  assert.deepEqual([...transitions], [0.9, 0.05, 0.05, 0.05, 0.9, 0.05, 0.05, 0.05, 0.9]);
  assert.deepEqual([...stayingChain(1).transitions], [1]);
});
