import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { accumulate, emptyStatistics, logLikelihood } from "../../../lib/temporal/hsmm/inference.ts";
import type { Hsmm } from "../../../lib/temporal/hsmm/model.ts";
import { anyModel, pathsOf } from "./all_paths.ts";

type Statistics = ReturnType<typeof emptyStatistics>;

/** Adds what one path through a sequence counts, `weight` times. */
function count(
  { states: k, symbols: m, maxDuration: D, durations }: Hsmm,
  symbols: readonly number[],
  { path, segments }: { path: number[]; segments: { state: number; length: number; last: boolean }[] },
  weight: number,
  into: Statistics,
  posterior: Float64Array,
): void {
  into.initial[path[0]] += weight;
  path.forEach((state, t) => {
    into.occupancy[state] += weight;
    posterior[t * k + state] += weight;
    if (symbols[t] >= 0) into.emission[state * m + symbols[t]] += weight;
  });
  segments.forEach(({ state, length, last }, i) => {
    if (!last) into.transition[state * k + segments[i + 1].state] += weight;
    if (length >= D) {
      into.duration[state * D + D - 1] += weight;
      into.continued[state] += weight * (length - D);
      if (!last) into.ended[state] += weight;
    } else if (!last) into.duration[state * D + length - 1] += weight;
    else {
      // It lasts so long or longer: shared out by how probable each duration is.
      const { pmf } = durations[state];
      const longer = pmf.subarray(length - 1).reduce((a, b) => a + b);
      for (let d = length - 1; d < D; d++) into.duration[state * D + d] += weight * pmf[d] / longer;
    }
  });
}

function close(actual: Statistics, expected: Statistics, what: string): void {
  for (const [name, value] of Object.entries(expected)) {
    const own = actual[name as keyof Statistics];
    const [a, b] = [own, value].map((x) => typeof x === "number" ? [x] : [...x as Float64Array]);
    assert.equal(a.length, b.length, name);
    b.forEach((x, i) =>
      assert.ok(Math.abs(a[i] - x) < 1e-9 * Math.max(1, Math.abs(x)), `${what}: ${name}[${i}] ${a[i]} ${x}`)
    );
  }
}

for (const [k, D, longest] of [[1, 2, 5], [2, 1, 7], [2, 3, 8], [3, 2, 6], [3, 4, 6]]) {
  Deno.test(`expected counts are those of all paths through ${k} states that last up to ${D} and longer`, () => {
    const rng = new Random(100 * k + D);
    for (let length = 1; length <= longest; length++) {
      for (const tails of [[0, 0, 0], [0.9, 0.2, 0.6]]) {
        const model = anyModel(rng, k, 3, D, tails);
        const symbols = Array.from({ length }, () => rng.below(4) - 1).map((s) => k === 1 && s === 0 ? 1 : s);
        const paths = [...pathsOf(model, symbols)].filter(({ log }) => log > -Infinity);
        const whole = paths.reduce((sum, { log }) => sum + Math.exp(log), 0);
        if (whole === 0) {
          assert.throws(() => logLikelihood(model, symbols), /has probability 0/);
          continue;
        }
        const expected = emptyStatistics(model), posterior = new Float64Array(length * k);
        expected.logLikelihood = Math.log(whole);
        for (const path of paths) {
          count(model, symbols, path, Math.exp(path.log) / whole, expected, posterior);
        }
        const actual = emptyStatistics(model), own = new Float64Array(length * k);
        accumulate(model, symbols, actual, { posterior: own });
        close(actual, expected, `${symbols} with tails ${tails}`);
        posterior.forEach((p, i) => assert.ok(Math.abs(own[i] - p) < 1e-9));
        assert.ok(Math.abs(logLikelihood(model, [9, ...symbols, 9], 1, 1 + length) - Math.log(whole)) < 1e-9);
      }
    }
  });
}

Deno.test("long sequences whose symbols show their states are counted as they are, stretch by stretch", () => {
  const rng = new Random(5);
  for (const D of [1, 3, 7]) {
    const model: Hsmm = {
      ...anyModel(rng, 2, 2, D, [0.7, 0.4]),
      logEmission: Float64Array.of(0, -Infinity, -Infinity, 0),
    };
    const symbols: number[] = [];
    while (symbols.length < 400) {
      const state = 1 - (symbols.at(-1) ?? 0);
      for (let left = 1 + rng.below(2 * D); left > 0; left--) symbols.push(state);
    }
    // The second begins in the middle of a segment, the third is empty.
    const stretches = [{ from: 0, to: 251 }, { from: 251, to: symbols.length }, { from: 7, to: 7 }];
    const expected = emptyStatistics(model), posterior = new Float64Array(2 * symbols.length);
    for (const { from, to } of stretches.slice(0, 2)) {
      const own = symbols.slice(from, to);
      const segments: { state: number; length: number; last: boolean }[] = [];
      own.forEach((state, t) => {
        if (own[t - 1] === state) segments.at(-1)!.length++;
        else segments.push({ state, length: 1, last: false });
      });
      segments.at(-1)!.last = true;
      count(model, own, { path: own, segments }, 1, expected, posterior.subarray(2 * from));
      let log = Math.log(model.initial[own[0]]);
      for (const { state, length, last } of segments) {
        const { pmf, tail } = model.durations[state];
        if (length >= D) log += Math.log(pmf[D - 1] * tail ** (length - D) * (last ? 1 : 1 - tail));
        else log += Math.log(last ? pmf.subarray(length - 1).reduce((a, b) => a + b) : pmf[length - 1]);
      }
      assert.ok(Math.abs(logLikelihood(model, symbols, from, to) - log) < 1e-8);
      expected.logLikelihood += log;
    }
    const actual = emptyStatistics(model), own = new Float64Array(2 * symbols.length);
    accumulate(model, symbols, actual, { stretches, posterior: own });
    close(actual, expected, `D ${D}`);
    own.forEach((p, i) => assert.ok(Math.abs(p - posterior[i]) < 1e-9));
  }
});

Deno.test("nothing has the logarithm of certainty, and what no state shows is refused by its place", () => {
  const model = anyModel(new Random(1), 2, 3, 2, [0, 0]);
  assert.equal(logLikelihood(model, []), 0);
  assert.equal(logLikelihood(model, [0, 1], 1, 1), 0);
  const none = emptyStatistics(model);
  accumulate(model, [], none);
  assert.deepEqual(none, emptyStatistics(model));
  assert.throws(() => logLikelihood(model, [1, 3]), /symbol 3 at 1/);
  assert.throws(() => accumulate(model, [2, 2, 5], none), /symbol 5 at 2/);
});
