import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { fitHsmm, type HsmmOptions } from "../../../lib/temporal/hsmm/hsmm.ts";
import { durationWithMean, fitDuration } from "../../../lib/temporal/hsmm/duration.ts";
import { accumulate, emptyStatistics, logLikelihood } from "../../../lib/temporal/hsmm/inference.ts";
import type { Hsmm } from "../../../lib/temporal/hsmm/model.ts";

const rng = new Random(12);
const symbols = Int32Array.from(
  { length: 160 },
  (_, t) => rng.uniform() < 0.2 ? rng.below(3) : Math.floor(t / 9) % 3,
);
const stretches = [{ from: 0, to: 90 }, { from: 90, to: 160 }];
const plain: HsmmOptions = { states: 2, symbols: 3, family: "poisson", maxDuration: 12 };

/** Runs a fit; tells what every pass said, by start. */
function passes(options: Partial<HsmmOptions>, seed = 4) {
  const said: { start: number; iteration: number; logLikelihood: number }[] = [];
  const fit = fitHsmm(
    symbols,
    stretches,
    { ...plain, ...options, onPass: (pass) => said.push(pass) },
    new Random(seed),
  );
  const of = (start: number) => said.filter((pass) => pass.start === start);
  return { fit, said, of };
}

Deno.test("fitHsmm() takes five starts of five passes and carries the likeliest on to fifty", () => {
  const { fit, said, of } = passes({ tolerance: -1 });
  assert.equal(fit.starts.length, 5);
  const winner = fit.starts.indexOf(Math.max(...fit.starts));
  for (const start of [0, 1, 2, 3, 4]) {
    // The likelihood before the first pass is told too.
    assert.deepEqual(of(start).map(({ iteration }) => iteration), [
      ...Array(start === winner ? 51 : 6).keys(),
    ]);
    assert.equal(of(start)[5].logLikelihood, fit.starts[start]);
  }
  assert.deepEqual(fit.history, of(winner).map((pass) => pass.logLikelihood));
  assert.deepEqual([fit.converged, said.length], [false, 51 + 4 * 6]);
  assert.equal(passes({ tolerance: -1, restarts: 0, iterations: 7, startIterations: 3 }).said.length, 8);
  assert.equal(passes({ tolerance: -1, restarts: 1, iterations: 3, startIterations: 9 }).said.length, 4);
});

Deno.test("fitHsmm() ends where a pass gains less than a millionth a prediction, or what it was told", () => {
  for (
    const [tolerance, options] of [[1e-6, { iterations: 900 }], [1e-3, {
      iterations: 900,
      tolerance: 1e-3,
    }]] as const
  ) {
    const { history, converged } = passes({ ...options, restarts: 1 }).fit;
    const gains = history.slice(1).map((value, i) => (value - history[i]) / symbols.length);
    assert.equal(converged, true);
    assert.ok(gains.at(-1)! < tolerance && gains.slice(0, -1).every((gain) => gain >= tolerance));
  }
});

Deno.test("fitHsmm() starts from disturbed frequencies or the guess, and its passes are exact M-steps", () => {
  const overall = [0, 1, 2].map((s) => symbols.filter((symbol) => symbol === s).length);
  const guess = symbols.map((s, t) => t % 10 === 3 ? -1 : s);
  const rows = (counts: number[]) =>
    Float64Array.from(counts, (c, i) => {
      const row = counts.slice(3 * Math.floor(i / 3), 3 * Math.floor(i / 3) + 3);
      return Math.log(c / row.reduce((a, b) => a + b));
    });
  for (const guessed of [true, false]) {
    const own = new Random(4);
    const counts = Array.from({ length: 6 }, (_, i) => {
      const state = Math.floor(i / 3), s = i % 3;
      if (!guessed) return (overall[s] + 1e-3) * (-Math.log(1 - own.uniform())) ** 3;
      return symbols.filter((symbol, t) => symbol === s && guess[t] === state).length +
        0.05 * (overall[s] + 1e-3) / 2;
    });
    // A quarter of the longest explicit duration.
    const durations = [0, 1].map(() =>
      durationWithMean("poisson", 12, guessed ? 3 : 3 * own.between(0.5, 1.5))
    );
    let model: Hsmm = {
      states: 2,
      symbols: 3,
      maxDuration: 12,
      initial: Float64Array.of(0.5, 0.5),
      transition: Float64Array.of(0, 1, 1, 0),
      durations,
      logEmission: rows(counts),
    };
    const { of } = passes({ tolerance: -1, restarts: 1, iterations: 3, guess: guessed ? guess : undefined });
    for (const { iteration, logLikelihood: told } of of(0)) {
      const value = stretches.reduce((sum, { from, to }) => sum + logLikelihood(model, symbols, from, to), 0);
      assert.ok(Math.abs(value - told) < 1e-8, `pass ${iteration}: ${told} is not ${value}`);
      const expected = emptyStatistics(model);
      accumulate(model, symbols, expected, { stretches });
      const begun = expected.initial[0] + expected.initial[1];
      model = {
        ...model,
        initial: expected.initial.map((c) => c / begun),
        durations: model.durations.map((d, j) =>
          fitDuration(d, expected.duration.subarray(12 * j, 12 * j + 12), {
            continued: expected.continued[j],
            ended: expected.ended[j],
          })
        ),
        logEmission: rows([...expected.emission]),
      };
    }
  }
});

Deno.test("fitHsmm() orders states by use, and gives shares, counts and a floor in that order", () => {
  const { fit } = passes({ iterations: 10 });
  const counts = [0, 1].map((j) => fit.emissionCounts.slice(3 * j, 3 * j + 3).reduce((a, b) => a + b));
  assert.ok(counts[0] >= counts[1]);
  counts.forEach((count, j) => assert.ok(Math.abs(fit.usage[j] - count / 160) < 1e-9));
  fit.model.logEmission.forEach((log, i) => {
    const share = (1 - 1e-4) * fit.emissionCounts[i] / counts[Math.floor(i / 3)] + 1e-4 / 3;
    assert.ok(Math.abs(Math.exp(log) - share) < 1e-9);
  });
  assert.deepEqual([...fit.model.transition], [0, 1, 1, 0]);
});

Deno.test("fitHsmm() guesses durations of twenty where D is long, or what it is told", () => {
  const counts = [0, 1].flatMap((state) =>
    [0, 1, 2].map((s) => {
      const all = symbols.filter((symbol) => symbol === s).length;
      return (s === state ? all : 0) + 0.05 * (all + 1e-3) / 2;
    })
  );
  const model = (mean: number): Hsmm => ({
    states: 2,
    symbols: 3,
    maxDuration: 100,
    initial: Float64Array.of(0.5, 0.5),
    transition: Float64Array.of(0, 1, 1, 0),
    durations: [0, 1].map(() => durationWithMean("poisson", 100, mean)),
    logEmission: Float64Array.from(counts, (c, i) => {
      const row = counts.slice(3 * Math.floor(i / 3), 3 * Math.floor(i / 3) + 3);
      return Math.log(c / row.reduce((a, b) => a + b));
    }),
  });
  for (const meanDuration of [undefined, 31]) {
    const { of } = passes({ maxDuration: 100, guess: symbols, restarts: 1, iterations: 0, meanDuration });
    const value = stretches.reduce(
      (sum, { from, to }) => sum + logLikelihood(model(meanDuration ?? 20), symbols, from, to),
      0,
    );
    assert.ok(Math.abs(of(0)[0].logLikelihood - value) < 1e-8, `${meanDuration}`);
    assert.equal(of(0).length, 1);
  }
});

Deno.test("fitHsmm() takes transitions in proportion to what is expected, of every state", () => {
  const { fit } = passes({ states: 3, restarts: 1, iterations: 2, tolerance: -1, guess: symbols });
  for (let i = 0; i < 3; i++) {
    const row = fit.model.transition.slice(3 * i, 3 * i + 3);
    assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-12);
    assert.equal(row[i], 0);
    // No longer the even first guess: states mostly follow each other in a circle.
    assert.ok(row.filter((_, j) => j !== i).every((p) => Math.abs(p - 0.5) > 0.02), `${row}`);
  }
});
