import assert from "node:assert/strict";
import vectors from "../reference/temporal.json" with { type: "json" };
import { Random } from "../../lib/random.ts";
import { fitHsmm } from "../../lib/temporal/hsmm.ts";
import {
  type DurationFamily,
  durationOf,
  fitDuration,
  meanDuration,
} from "../../lib/temporal/hsmm_duration.ts";
import { factorised } from "../../lib/temporal/hsmm_emission.ts";
import { accumulate, emptyStatistics, logLikelihood } from "../../lib/temporal/hsmm_inference.ts";
import type { Hsmm } from "../../lib/temporal/hsmm_model.ts";
import { viterbi } from "../../lib/temporal/hsmm_viterbi.ts";

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-10) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `[${i}] ${actual[i]} is not ${expected[i]}`);
  }
}

function published(D: number): Hsmm {
  const r = [2, 3, 1.5], p = [0.4, 0.3, 0.5];
  return {
    states: 3,
    symbols: 4,
    maxDuration: D,
    initial: Float64Array.of(0.5, 0.3, 0.2),
    transition: Float64Array.of(0, 0.7, 0.3, 0.4, 0, 0.6, 0.5, 0.5, 0),
    durations: r.map((r, j) => durationOf("negative_binomial", D, p[j], r)),
    logEmission: Float64Array.of(0.7, 0.1, 0.1, 0.1, 0.1, 0.6, 0.2, 0.1, 0.1, 0.1, 0.2, 0.6).map(Math.log),
  };
}

const observed = [0, 0, 1, 1, 3, 3, 3, 0];

Deno.test("T049 viterbi() and accumulate() give the published vector for D = 4", () => {
  const model = published(4), statistics = emptyStatistics(model), posterior = new Float64Array(24);
  accumulate(model, observed, statistics, { posterior });
  close([statistics.logLikelihood, logLikelihood(model, observed)], [-8.7051517554, -8.7051517554]);
  close(posterior.subarray(0, 3), [0.95029309, 0.02857801, 0.0211289], 1e-8);
  close(posterior.subarray(12, 15), [0.02840671, 0.14603308, 0.82556021], 1e-8);
  close(posterior.subarray(21), [0.76481677, 0.11379707, 0.12138616], 1e-8);
  close([statistics.transition.reduce((a, b) => a + b)], [3.0484776749]);
  const segments = [0, 1, 2].map((j) =>
    statistics.duration.subarray(4 * j, 4 * j + 4).reduce((a, b) => a + b)
  );
  close(segments, [1.80822947, 1.1657652, 1.074483], 1e-8);
  const { path, logProbability } = viterbi(model, observed);
  assert.deepEqual([...path], [0, 0, 1, 1, 2, 2, 2, 0]);
  close([logProbability], [-9.8048351585]);
});

Deno.test("viterbi() and accumulate() give the published vector for D = 8", () => {
  const model = published(8), statistics = emptyStatistics(model);
  accumulate(model, observed, statistics);
  close([statistics.logLikelihood, viterbi(model, observed).logProbability], [-8.8572066571, -10.0803761532]);
  close([statistics.transition.reduce((a, b) => a + b)], [2.9034157113]);
});

Deno.test("T050 durationOf() gives the published negative binomial pmf and mean 1 + rp/(1 − p)", () => {
  close(
    durationOf("negative_binomial", 4, 0.4, 2).pmf,
    [0.39432177, 0.31545741, 0.18927445, 0.10094637],
    1e-8,
  );
  assert.ok(
    Math.abs(meanDuration(durationOf("negative_binomial", 500, 0.4, 2).pmf) - (1 + 2 * 0.4 / 0.6)) < 1e-9,
  );
});

for (const [i, c] of vectors.hsmm.entries()) {
  Deno.test(`HSMM inference equals enumeration of every segmentation (${c.family}, case ${i})`, () => {
    const model: Hsmm = {
      states: c.states,
      symbols: c.symbols,
      maxDuration: c.maxDuration,
      initial: Float64Array.from(c.initial),
      transition: Float64Array.from(c.transition),
      durations: c.theta.map((theta, j) =>
        durationOf(c.family as Exclude<DurationFamily, "nonparametric">, c.maxDuration, theta, c.r[j])
      ),
      logEmission: Float64Array.from(c.emission, Math.log),
    };
    close(model.durations.flatMap((d) => [...d.pmf]), c.pmf);
    const statistics = emptyStatistics(model), posterior = new Float64Array(c.gamma.length);
    accumulate(model, c.observed, statistics, { posterior });
    close([statistics.logLikelihood], [c.logLikelihood]);
    close(posterior, c.gamma);
    close(statistics.transition, c.xi);
    close(statistics.duration, c.eta);
    const { path, logProbability } = viterbi(model, c.observed);
    close([logProbability], [c.logProbability]);
    assert.deepEqual([...path], c.path);
  });
}

Deno.test("T048 a geometric HSMM (r = 1) equals the HMM with that self-transition", () => {
  const { hmm } = vectors;
  for (const family of ["geometric", "negative_binomial"] as const) {
    const model: Hsmm = {
      ...hmm,
      initial: Float64Array.from(hmm.initial),
      transition: Float64Array.from(hmm.transition),
      durations: hmm.p.map((p) => durationOf(family, hmm.maxDuration, p, 1)),
      logEmission: Float64Array.from(hmm.emission, Math.log),
    };
    close([logLikelihood(model, hmm.observed)], [hmm.logLikelihood], 1e-9);
  }
});

/** Symbols and states of a simulated sequence whose states last for a uniform number of steps. */
function simulate(rng: Random, steps: number, states: number, noise: number) {
  const path: number[] = [];
  for (let state = 0; path.length < steps; state = (state + 1 + rng.below(states - 1)) % states) {
    for (let left = 4 + rng.below(9) + 3 * state; left > 0; left--) path.push(state);
  }
  const truth = Int32Array.from(path.slice(0, steps));
  return { truth, symbols: truth.map((s) => (rng.uniform() < noise ? rng.below(states) : s)) };
}

for (const family of ["negative_binomial", "poisson", "geometric", "nonparametric"] as const) {
  Deno.test(`T048 fitHsmm() never lowers the likelihood, not even when truncation bites (${family})`, () => {
    const { symbols } = simulate(new Random(3), 800, 3, 0.25);
    const stretches = [{ from: 0, to: 300 }, { from: 300, to: 800 }];
    const { history } = fitHsmm(symbols, stretches, {
      states: 3,
      symbols: 3,
      family,
      maxDuration: 10,
      restarts: 2,
      tolerance: 0,
      iterations: 25,
    }, new Random(1));
    assert.ok(history.length > 10);
    for (let i = 1; i < history.length; i++) assert.ok(history[i] >= history[i - 1] - 1e-8, `pass ${i}`);
  });
}

Deno.test("T046 fitHsmm() recovers states and durations, orders states by usage and repeats itself", () => {
  const { truth, symbols } = simulate(new Random(5), 4000, 3, 0.2);
  const all = [{ from: 0, to: symbols.length }];
  const options = {
    states: 3,
    symbols: 3,
    family: "negative_binomial",
    maxDuration: 40,
    guess: symbols,
  } as const;
  const fit = fitHsmm(symbols, all, options, new Random(2));
  const { path } = viterbi(fit.model, symbols);
  assert.equal(path.length, symbols.length);
  const table = Array.from({ length: 3 }, () => [0, 0, 0]);
  path.forEach((state, i) => table[state][truth[i]]++);
  const meaning = table.map((row) => row.indexOf(Math.max(...row)));
  const wrong = path.filter((state, i) => meaning[state] !== truth[i]).length / path.length;
  const raw = symbols.filter((s, i) => s !== truth[i]).length / path.length;
  assert.ok(wrong < 0.25 * raw, `${wrong} of the path is wrong, ${raw} of the symbols`);
  fit.model.durations.forEach((d, j) =>
    assert.ok(Math.abs(meanDuration(d.pmf) - (8 + 3 * meaning[j])) < 1.5)
  );
  assert.deepEqual(fit.usage, [...fit.usage].sort((a, b) => b - a));
  assert.deepEqual(fitHsmm(symbols, all, options, new Random(2)), fit);
});

Deno.test("fitDuration() finds the maximum of the truncated negative binomial likelihood", () => {
  const truth = durationOf("negative_binomial", 15, 0.6, 3.5);
  const fitted = fitDuration(durationOf("negative_binomial", 15, 0.5, 1), truth.pmf.map((p) => 1000 * p));
  close([fitted.theta!, fitted.r!], [0.6, 3.5], 1e-3);
});

Deno.test("fitDuration() keeps the old distribution when no segment is expected", () => {
  const old = durationOf("poisson", 5, 2);
  assert.equal(fitDuration(old, new Float64Array(5)), old);
});

Deno.test("accumulate() keeps its numbers over 100 000 steps and its expectations add up", () => {
  const { symbols } = simulate(new Random(9), 100_000, 3, 0.3);
  const model: Hsmm = {
    ...published(20),
    symbols: 3,
    logEmission: Float64Array.of(0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8).map(Math.log),
  };
  const statistics = emptyStatistics(model), posterior = new Float64Array(3 * symbols.length);
  accumulate(model, symbols, statistics, { posterior });
  assert.ok(Number.isFinite(statistics.logLikelihood));
  for (let t = 0; t < symbols.length; t += 997) {
    close([posterior[3 * t] + posterior[3 * t + 1] + posterior[3 * t + 2]], [1], 1e-6);
  }
  const segments = statistics.duration.reduce((a, b) => a + b);
  close([segments], [1 + statistics.transition.reduce((a, b) => a + b)], 1e-4);
});

Deno.test("factorised() multiplies digit shares and gives unseen codes a probability", () => {
  const codes = [0, 1, 3, 5];
  const log = factorised(codes, [3, 2])(Float64Array.of(2, 1, 1, 0), 1, 0);
  close([...log].map(Math.exp), [0.75 * 0.75, 0.25 * 0.75, 0.75 * 0.25, 0], 1e-12);
  const floored = factorised(codes, [3, 2])(Float64Array.of(2, 1, 1, 0), 1, 0.1);
  assert.ok(floored[3] > -Infinity);
});

Deno.test("fitHsmm() survives a sequence of one repeated symbol", () => {
  const symbols = new Int32Array(50);
  const fit = fitHsmm(symbols, [{ from: 0, to: 50 }], {
    states: 2,
    symbols: 1,
    family: "negative_binomial",
    maxDuration: 10,
  }, new Random(1));
  assert.ok(Number.isFinite(fit.history[fit.history.length - 1]));
});

Deno.test("viterbi() keeps an impossible symbol out of a state's segments", () => {
  const model = {
    ...published(4),
    logEmission: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.5, 0.5).map(Math.log),
  };
  assert.deepEqual([...viterbi(model, [0, 0, 1, 2, 3]).path], [0, 0, 1, 2, 2]);
});

Deno.test("T047 HSMM functions refuse impossible symbols, one state and shapes that do not fit", () => {
  const model = { ...published(4), logEmission: new Float64Array(12).fill(-Infinity) };
  assert.throws(() => viterbi(model, [0]), /symbol 0 at 0 is impossible in every state/);
  assert.throws(() => logLikelihood(published(4), [4]), /symbol 4 at 0 is not in 0…3/);
  const options = { symbols: 2, family: "poisson", maxDuration: 5 } as const;
  assert.throws(
    () => fitHsmm(new Int32Array(3), [], { ...options, states: 1 }, new Random(1)),
    /integer ≥ 2, got 1/,
  );
  assert.throws(
    () => fitHsmm(new Int32Array(0), [], { ...options, states: 2 }, new Random(1)),
    /no predictions/,
  );
  assert.throws(() => viterbi({ ...published(4), maxDuration: 5 }, [0]), /durations need 5/);
});
