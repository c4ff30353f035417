import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import type { Hsmm } from "../../../lib/temporal/hsmm/model.ts";
import { viterbi } from "../../../lib/temporal/hsmm/viterbi.ts";

/** Any model of K states, M symbols and explicit durations up to D, some of whose symbols are impossible. */
function anyModel(rng: Random, k: number, m: number, D: number, tails: readonly number[]): Hsmm {
  const shares = (n: number, some = (_: number) => true) => {
    const raw = Array.from({ length: n }, (_, i) => some(i) ? 0.05 + rng.uniform() : 0);
    return raw.map((x) => x / raw.reduce((a, b) => a + b));
  };
  const each = <T>(make: (j: number) => T) => Array.from({ length: k }, (_, j) => make(j));
  return {
    states: k,
    symbols: m,
    maxDuration: D,
    initial: Float64Array.from(shares(k)),
    transition: Float64Array.from(each((j) => k === 1 ? [0] : shares(k, (i) => i !== j)).flat()),
    durations: each((j) => ({ family: "nonparametric", pmf: Float64Array.from(shares(D)), tail: tails[j] })),
    logEmission: Float64Array.from(each((j) => shares(m, (s) => s !== j)).flat(), Math.log),
  };
}

/** The likeliest of all paths, each scored segment by segment. */
function likeliest({ states: k, maxDuration: D, ...model }: Hsmm, symbols: readonly number[]) {
  let best = { path: [] as number[], logProbability: -Infinity };
  const ofLength = (j: number, u: number) =>
    model.durations[j].pmf[Math.min(u, D) - 1] * model.durations[j].tail ** Math.max(0, u - D);
  const lasting = (j: number, u: number) =>
    u >= D ? ofLength(j, u) : model.durations[j].pmf.subarray(u - 1).reduce((a, b) => a + b);
  for (let number = 0; number < k ** symbols.length; number++) {
    const path = symbols.map((_, t) => Math.floor(number / k ** t) % k);
    let log = Math.log(model.initial[path[0]]);
    for (let t = 0, u = 1; t < path.length; t++, u++) {
      const j = path[t];
      if (symbols[t] >= 0) log += model.logEmission[j * model.symbols + symbols[t]];
      if (t + 1 === path.length) log += Math.log(lasting(j, u));
      else if (path[t + 1] !== j) {
        log += Math.log(ofLength(j, u) * (u >= D ? 1 - model.durations[j].tail : 1));
        log += Math.log(model.transition[j * k + path[t + 1]]);
        u = 0;
      }
    }
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
