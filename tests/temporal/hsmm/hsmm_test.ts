import assert from "node:assert/strict";
import vectors from "../../reference/temporal.json" with { type: "json" };
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { Random } from "../../../lib/random.ts";
import { fitHsmm } from "../../../lib/temporal/hsmm/hsmm.ts";
import {
  type DurationFamily,
  durationOf,
  fitDuration,
  meanDuration,
  openDuration,
} from "../../../lib/temporal/hsmm/duration.ts";
import { factorised } from "../../../lib/temporal/hsmm/emission.ts";
import { accumulate, emptyStatistics, logLikelihood } from "../../../lib/temporal/hsmm/inference.ts";
import type { Hsmm } from "../../../lib/temporal/hsmm/model.ts";
import { fitByHsmm } from "../../../lib/temporal/hsmm/motifs.ts";
import { chooseStates } from "../../../lib/temporal/hsmm/states.ts";
import { viterbi } from "../../../lib/temporal/hsmm/viterbi.ts";

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
    Math.abs(meanDuration(durationOf("negative_binomial", 500, 0.4, 2))! - (1 + 2 * 0.4 / 0.6)) < 1e-9,
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
  fit.model.durations.forEach((d, j) => assert.ok(Math.abs(meanDuration(d)! - (8 + 3 * meaning[j])) < 1.5));
  assert.deepEqual(fit.usage, [...fit.usage].sort((a, b) => b - a));
  assert.deepEqual(fitHsmm(symbols, all, options, new Random(2)), fit);
});

const noTail = { continued: 0, ended: 0 };

Deno.test("fitDuration() finds the maximum of the likelihood of durations grouped from D on", () => {
  for (
    const [family, theta, r] of [
      ["negative_binomial", 0.6, 3.5],
      ["negative_binomial", 0.99, 0.8],
      ["poisson", 9, 1],
      ["geometric", 0.95, 1],
    ] as const
  ) {
    const truth = openDuration(family, 15, theta, r, 0.5);
    close([truth.pmf.reduce((a, b) => a + b)], [1], 1e-12);
    const start = openDuration(family, 15, family === "poisson" ? 2 : 0.5, 1, 0.5);
    const fitted = fitDuration(start, truth.pmf.map((p) => 1000 * p), noTail);
    close([fitted.theta!, fitted.r ?? 1], [theta, r], 2e-3);
  }
});

Deno.test("fitDuration() keeps the old distribution when no segment is expected", () => {
  const old = durationOf("poisson", 5, 2);
  assert.deepEqual(fitDuration(old, new Float64Array(5), noTail), old);
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

Deno.test("a fit leaves no symbol impossible: a ten-thousandth of its emissions is uniform", () => {
  // Symbol 3 never occurs, and symbols 0 and 1 each in one state only.
  const symbols = Int32Array.from({ length: 400 }, (_, t) => Math.floor(t / 20) % 2);
  const all = [{ from: 0, to: symbols.length }];
  const options = { family: "poisson", maxDuration: 40, iterations: 30, restarts: 1 } as const;
  const unseen = (rows: Float64Array, states: number) =>
    Array.from({ length: states }, (_, j) => Math.exp(rows[(j + 1) * rows.length / states - 1]));
  const { model } = fitHsmm(
    symbols,
    all,
    { ...options, states: 2, symbols: 4, guess: symbols },
    new Random(1),
  );
  close(unseen(model.logEmission, 2), [1e-4 / 4, 1e-4 / 4], 1e-15);
  const { record } = fitByHsmm({ motifs: { labels: symbols, k: 4 } }, all, {
    ...options,
    states: 2,
    stickiness: 0,
    groupOf: () => "one",
  }, new Random(1));
  close(unseen(Float64Array.from(record.log_shares), 2), [1e-4 / 4, 1e-4 / 4], 1e-15);
});

Deno.test("fitHsmm() compares its first two passes already", () => {
  // One symbol only: every pass has the same likelihood, so that EM ends with the second.
  const { history, converged } = fitHsmm(new Int32Array(50), [{ from: 0, to: 50 }], {
    states: 2,
    symbols: 1,
    family: "nonparametric",
    maxDuration: 10,
    restarts: 1,
    tolerance: 1e9,
  }, new Random(1));
  assert.deepEqual([history.length, converged], [2, true]);
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

Deno.test("viterbi() of nothing is an empty path, and of one bout shorter than D that bout, scored as lasting on", () => {
  const model = published(8);
  assert.deepEqual(viterbi(model, []), { path: new Int32Array(0), logProbability: 0 });
  assert.deepEqual(viterbi(model, [9, 9], 1, 1).path.length, 0);
  for (const T of [1, 2, 3]) {
    const { path, logProbability } = viterbi(model, new Array(T).fill(0));
    assert.deepEqual([...path], new Array(T).fill(0));
    const lasting = model.durations[0].pmf.slice(T - 1).reduce((a, b) => a + b, 0);
    close([logProbability], [Math.log(0.5) + Math.log(lasting) + T * Math.log(0.7)]);
  }
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

Deno.test("a sequence that no path explains has probability 0, which is refused", () => {
  // Symbol 3 is of state 2 alone, which nothing leads to.
  const model: Hsmm = {
    ...published(4),
    initial: Float64Array.of(0.6, 0.4, 0),
    transition: Float64Array.of(0, 1, 0, 1, 0, 0, 0.5, 0.5, 0),
    logEmission: Float64Array.of(0.8, 0.1, 0.1, 0, 0.1, 0.7, 0.2, 0, 0.1, 0.1, 0.2, 0.6).map(Math.log),
  };
  assert.throws(() => logLikelihood(model, [0, 1, 3, 0]), /observation 2 has probability 0/);
  assert.throws(() => logLikelihood(model, [9, 9, 0, 3], 2, 4), /observation 3 has probability 0/);
  assert.ok(Number.isFinite(logLikelihood(model, [0, 1, 2, 0])));
});

/** The same model with every duration up to `D` explicit: what its tails stand for. */
function spelledOut(model: Hsmm, D: number): Hsmm {
  return {
    ...model,
    maxDuration: D,
    durations: model.durations.map(({ pmf, tail }) => {
      const last = pmf.length - 1;
      const long = Float64Array.from(
        { length: D },
        (_, i) => i < last ? pmf[i] : pmf[last] * (1 - tail) * tail ** (i - last),
      );
      return { family: "nonparametric" as const, pmf: long, tail: 0 };
    }),
  };
}

for (const D of [1, 2, 5]) {
  Deno.test(`a geometric tail beyond D = ${D} is the same as spelling its durations out`, () => {
    const rng = new Random(D);
    const base = published(Math.max(D, 2));
    const model: Hsmm = {
      ...base,
      maxDuration: D,
      durations: [0.3, 0.8, 0.95].map((tail, j) => {
        const pmf = D === 1 ? Float64Array.of(1) : base.durations[j].pmf;
        return { family: "nonparametric" as const, pmf, tail };
      }),
      // State 2 never shows symbol 0: its long segments have to end there.
      logEmission: Float64Array.of(0.7, 0.1, 0.1, 0.1, 0.1, 0.6, 0.2, 0.1, 0, 0.1, 0.3, 0.6).map(Math.log),
    };
    const symbols = Array.from(
      // More than the buffers of open segments hold, so that they are moved.
      { length: 200 },
      (_, t) => t % 11 === 7 ? -1 : (t % 20 < 12 ? 3 : rng.below(4)),
    );
    const long = spelledOut(model, 1500);
    const [own, other] = [model, long].map((m) => {
      const statistics = emptyStatistics(m), posterior = new Float64Array(3 * symbols.length);
      accumulate(m, symbols, statistics, { posterior });
      return { statistics, posterior };
    });
    close([own.statistics.logLikelihood], [other.statistics.logLikelihood], 1e-9);
    close(own.posterior, other.posterior, 1e-9);
    close(own.statistics.transition, other.statistics.transition, 1e-9);
    for (let j = 0; j < 3; j++) {
      const row = [...other.statistics.duration.subarray(1500 * j, 1500 * (j + 1))];
      const grouped = [...row.slice(0, D - 1), row.slice(D - 1).reduce((a, b) => a + b, 0)];
      close(own.statistics.duration.subarray(D * j, D * (j + 1)), grouped, 1e-9);
    }
    const [a, b] = [viterbi(model, symbols), viterbi(long, symbols)];
    close([a.logProbability], [b.logProbability], 1e-9);
    assert.deepEqual(a.path, b.path);
  });
}

Deno.test("fitHsmm() learns tails without lowering the likelihood, and finds bouts far beyond D", () => {
  const rng = new Random(4);
  const path: number[] = [];
  while (path.length < 24_000) {
    for (const [state, mean] of [[0, 300], [1, 20], [2, 8]]) {
      for (let left = 1 + Math.floor(-mean * Math.log(1 - rng.uniform())); left > 0; left--) path.push(state);
    }
  }
  const truth = Int32Array.from(path);
  const symbols = truth.map((s) => (rng.uniform() < 0.1 ? rng.below(3) : s));
  const { model, history } = fitHsmm(symbols, [{ from: 0, to: symbols.length }], {
    states: 3,
    symbols: 3,
    family: "negative_binomial",
    maxDuration: 60,
    guess: symbols,
    restarts: 1,
    iterations: 40,
    tolerance: 1e-9,
  }, new Random(1));
  for (let i = 1; i < history.length; i++) assert.ok(history[i] >= history[i - 1] - 1e-6, `pass ${i}`);
  const means = model.durations.map((d) => meanDuration(d)!);
  const runs = [0, 1, 2].map((state) => {
    const starts = truth.filter((s, t) => s === state && truth[t - 1] !== state).length;
    return truth.filter((s) => s === state).length / starts;
  });
  means.forEach((mean, j) => assert.ok(Math.abs(mean / runs[j] - 1) < 0.15, `${means} ${runs}`));
});

Deno.test("behaviours that last up to three times D get their means and labels in noise", () => {
  const rng = new Random(5), means = [61, 121, 301];
  const path: number[] = [];
  // A sum of two exponential durations, in an order of chance; three of ten predictions are of chance too.
  for (let state = 0; path.length < 12_000; state = (state + 1 + rng.below(2)) % 3) {
    const exponential = () => -Math.log(1 - rng.uniform()) * (means[state] - 1) / 2;
    for (let left = 1 + Math.round(exponential() + exponential()); left > 0; left--) path.push(state);
  }
  const truth = Int32Array.from(path);
  const symbols = truth.map((s) => (rng.uniform() < 0.3 ? rng.below(3) : s));
  const runs = [0, 1, 2].map((state) => {
    const starts = truth.filter((s, t) => s === state && truth[t - 1] !== state).length;
    return truth.filter((s) => s === state).length / starts;
  }).sort((a, b) => a - b);
  const { model } = fitHsmm(symbols, [{ from: 0, to: symbols.length }], {
    states: 3,
    symbols: 3,
    family: "negative_binomial",
    maxDuration: 100,
    guess: symbols,
    restarts: 1,
    iterations: 40,
  }, new Random(1));
  const found = model.durations.map((d) => meanDuration(d)!).sort((a, b) => a - b);
  found.forEach((mean, j) => assert.ok(Math.abs(mean / runs[j] - 1) < 0.15, `${found} ${runs}`));
  const { ari } = agreement(truth, viterbi(model, symbols).path);
  assert.ok(ari > 0.97, `${ari}`);
});

Deno.test("a behaviour longer than D is one bout, and a constant recording too", () => {
  const symbols = Int32Array.from([
    ...new Array(700).fill(0),
    ...Array.from({ length: 100 }, (_, t) => t % 20 < 8 ? 1 : 2),
  ]);
  const stretches = [0, 1, 2, 3].map((i) => ({ from: 800 * i, to: 800 * (i + 1) }));
  const all = Int32Array.from({ length: 3200 }, (_, t) => symbols[t % 800]);
  const options = {
    states: 3,
    symbols: 3,
    family: "negative_binomial",
    maxDuration: 100,
    guess: all,
  } as const;
  const { model } = fitHsmm(all, stretches, options, new Random(1));
  const { path } = viterbi(model, all, 0, 800);
  assert.equal(path.filter((state, t) => t > 0 && state !== path[t - 1]).length, 10);
  const constant = new Int32Array(1000);
  const fit = fitHsmm(constant, [{ from: 0, to: 1000 }], {
    ...options,
    states: 2,
    symbols: 1,
    guess: constant,
  }, new Random(1));
  assert.equal(new Set(viterbi(fit.model, constant).path).size, 1);
});

Deno.test("chooseStates() finds the number of states by the likelihood of people held out", () => {
  const rng = new Random(8);
  const { symbols } = simulate(rng, 6000, 3, 0.15);
  const stretches = Array.from({ length: 10 }, (_, i) => ({ from: 600 * i, to: 600 * (i + 1) }));
  const options = {
    symbols: 3,
    family: "negative_binomial",
    maxDuration: 30,
    restarts: 2,
    iterations: 15,
  } as const;
  const groupOf = ({ from }: { from: number }) => `person ${Math.floor(from / 1200)}`;
  const { states, curve, folds } = chooseStates(symbols, stretches, [2, 4], groupOf, options, new Random(2));
  assert.equal(states, 3);
  assert.equal(folds, 5);
  assert.deepEqual(curve.map((c) => c.states), [2, 3, 4]);
  assert.throws(
    () => chooseStates(symbols, stretches, [2, 4], () => "one", options, new Random(2)),
    /all windows are of one subject/,
  );
});
