import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import type { Hsmm } from "../../../lib/temporal/hsmm/model.ts";
import { viterbi } from "../../../lib/temporal/hsmm/viterbi.ts";
import { anyModel, pathsOf } from "./all_paths.ts";

/** The likeliest of all paths. */
function likeliest(model: Hsmm, symbols: readonly number[]) {
  let best = { path: [] as number[], logProbability: -Infinity };
  for (const { path, log } of pathsOf(model, symbols)) {
    if (log > best.logProbability) best = { path, logProbability: log };
  }
  return best;
}

for (const [k, D, longest] of [[1, 2, 6], [2, 1, 8], [2, 3, 9], [3, 2, 7], [3, 4, 7]]) {
  Deno.test(`viterbi() finds the likeliest of all paths through ${k} states that last up to ${D} and longer`, () => {
    const rng = new Random(10 * k + D);
    for (let length = 1; length <= longest; length++) {
      for (const tails of [[0, 0, 0], [0.9, 0.2, 0.6], [0.3, 0.97, 0]]) {
        const model = anyModel(rng, k, 3, D, tails);
        // The first state never shows symbol 0; −1 is what was not observed.
        const symbols = Array.from({ length }, () => rng.below(4) - 1).map((s) => k === 1 && s === 0 ? 1 : s);
        const expected = likeliest(model, symbols);
        const { path, logProbability } = viterbi(model, symbols);
        // One state without a tail cannot last longer than D.
        if (expected.logProbability === -Infinity) {
          assert.equal(logProbability, -Infinity);
          continue;
        }
        assert.deepEqual([...path], expected.path, `${symbols} with tails ${tails}`);
        assert.ok(Math.abs(logProbability - expected.logProbability) < 1e-10);
        const within = viterbi(model, [7, 7, ...symbols, 7], 2, 2 + length);
        assert.deepEqual(within, { path, logProbability });
      }
    }
  });
}

Deno.test("viterbi() has an empty path through nothing", () => {
  const model = anyModel(new Random(1), 2, 3, 2, [0, 0]);
  assert.deepEqual(viterbi(model, []), { path: new Int32Array(0), logProbability: 0 });
  assert.deepEqual(viterbi(model, [1, 2], 2), { path: new Int32Array(0), logProbability: 0 });
});

Deno.test("viterbi() takes the first of equal states and the longest of equal segments", () => {
  const even: Hsmm = {
    states: 3,
    symbols: 1,
    maxDuration: 2,
    initial: new Float64Array(3).fill(1),
    transition: Float64Array.of(0, 1, 1, 1, 0, 1, 1, 1, 0),
    durations: Array.from({ length: 3 }, () => ({
      family: "nonparametric",
      pmf: Float64Array.of(1, 1),
      tail: 0,
    })),
    logEmission: new Float64Array(3),
  };
  // P(duration ≥ 1) is twice P(duration ≥ 2), so that the last segment is one step; before it two are as likely as one.
  const { path, logProbability } = viterbi(even, [0, 0, 0, 0, 0]);
  assert.deepEqual([...path], [0, 0, 1, 1, 0]);
  assert.equal(logProbability, Math.log(2));
});
