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

/**
 * The same model as a plain hidden Markov model whose states are pairs of a state and how long it has lasted, D standing
 * for D and longer: log-likelihood and posterior of the states by forward and backward sums.
 */
function expanded({ states: k, symbols: m, maxDuration: D, ...model }: Hsmm, symbols: readonly number[]) {
  const longer = (j: number, u: number) => model.durations[j].pmf.subarray(u).reduce((a, b) => a + b, 0);
  const stays = Array.from(
    { length: k * D },
    (_, q) =>
      q % D === D - 1
        ? model.durations[Math.floor(q / D)].tail
        : longer(Math.floor(q / D), q % D + 1) / longer(Math.floor(q / D), q % D),
  );
  const next = (row: number[]) => {
    const out = new Array<number>(k * D).fill(0);
    row.forEach((p, q) => {
      const j = Math.floor(q / D);
      out[j * D + Math.min(q % D + 1, D - 1)] += p * stays[q];
      for (let i = 0; i < k; i++) out[i * D] += p * (1 - stays[q]) * model.transition[j * k + i];
    });
    return out;
  };
  const before = (row: number[]) =>
    row.map((_, q) => {
      const j = Math.floor(q / D);
      let sum = stays[q] * row[j * D + Math.min(q % D + 1, D - 1)];
      for (let i = 0; i < k; i++) sum += (1 - stays[q]) * model.transition[j * k + i] * row[i * D];
      return sum;
    });
  const shown = (t: number, q: number) =>
    symbols[t] < 0 ? 1 : Math.exp(model.logEmission[Math.floor(q / D) * m + symbols[t]]);
  const scaled = (row: number[]) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return { row: row.map((p) => p / sum), sum };
  };
  const past: number[][] = [];
  let log = 0, row = Array.from({ length: k * D }, (_, q) => q % D === 0 ? model.initial[q / D] : 0);
  for (let t = 0; t < symbols.length; t++) {
    const step = scaled((t === 0 ? row : next(row)).map((p, q) => p * shown(t, q)));
    log += Math.log(step.sum);
    past.push(row = step.row);
  }
  const posterior = new Float64Array(symbols.length * k);
  let future = new Array<number>(k * D).fill(1);
  for (let t = symbols.length - 1; t >= 0; t--) {
    const both = scaled(past[t].map((p, q) => p * future[q])).row;
    both.forEach((p, q) => posterior[t * k + Math.floor(q / D)] += p);
    future = scaled(before(future.map((p, q) => p * shown(t, q)))).row;
  }
  return { log, posterior };
}

Deno.test("long sequences have the likelihood and posterior of a Markov model that counts how long states last", () => {
  for (const [k, D] of [[2, 1], [3, 2], [3, 5]]) {
    const rng = new Random(k + D);
    const model = anyModel(rng, k, 4, D, [0.5, 0.9, 0]);
    const symbols = Array.from({ length: 333 }, () => rng.below(5) - 1);
    const expected = expanded(model, symbols), into = emptyStatistics(model);
    const posterior = new Float64Array(symbols.length * k);
    accumulate(model, symbols, into, { posterior });
    assert.ok(Math.abs(into.logLikelihood - expected.log) < 1e-8, `${k} ${D}`);
    posterior.forEach((p, i) => assert.ok(Math.abs(p - expected.posterior[i]) < 1e-9, `${k} ${D} ${i}`));
    // As many segments begin as there are, and each prediction has one state.
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum(into.occupancy) - symbols.length) < 1e-8);
    assert.ok(Math.abs(sum(into.duration) - sum(into.initial) - sum(into.transition)) < 1e-8);
    // Without a place for the posterior the counts are the same.
    const again = emptyStatistics(model);
    accumulate(model, symbols, again);
    assert.deepEqual(again, into);
  }
});

Deno.test("a state that the past rules out changes nothing, however much better it explains what follows", () => {
  const rng = new Random(8);
  const two = anyModel(rng, 2, 3, 3, [0.6, 0.3]);
  const rows = [[0.005, 0.395, 0.6], [0.01, 0.49, 0.5], [0.98, 0.01, 0.01]];
  two.logEmission = Float64Array.from(rows.slice(0, 2).flat(), Math.log);
  const three: Hsmm = {
    ...two,
    states: 3,
    initial: Float64Array.of(...two.initial, 0),
    transition: Float64Array.of(0, 1, 0, 1, 0, 0, 0.5, 0.5, 0),
    durations: [...two.durations, two.durations[0]],
    logEmission: Float64Array.from(rows.flat(), Math.log),
  };
  const symbols = [...Array.from({ length: 400 }, () => rng.below(4) - 1), ...new Array(30).fill(0), 1, 2];
  const few = emptyStatistics(two), many = emptyStatistics(three);
  const own = new Float64Array(2 * symbols.length), posterior = new Float64Array(3 * symbols.length);
  accumulate(two, symbols, few, { posterior: own });
  accumulate(three, symbols, many, { posterior });
  assert.ok(Math.abs(few.logLikelihood - many.logLikelihood) < 1e-8);
  own.forEach((p, i) => {
    assert.ok(Math.abs(p - posterior[3 * Math.floor(i / 2) + i % 2]) < 1e-9);
    assert.equal(posterior[3 * Math.floor(i / 2) + 2], 0);
  });
  for (const name of ["initial", "duration", "continued", "ended", "emission", "occupancy"] as const) {
    few[name].forEach((x, i) => assert.ok(Math.abs(many[name][i] - x) < 1e-7, `${name} ${i}`));
    assert.ok(many[name].subarray(few[name].length).every((x) => x === 0));
  }
  // So much better that its numbers leave the range of a double.
  assert.throws(
    () => accumulate(three, [1, ...new Array(400).fill(0)], emptyStatistics(three)),
    /numbers break down at observation \d+/,
  );
});

Deno.test("empty statistics have the sizes of their model, and a broken model is refused", () => {
  const model = anyModel(new Random(2), 2, 5, 3, [0, 0]);
  const { logLikelihood: log, ...tables } = emptyStatistics(model);
  assert.equal(log, 0);
  assert.deepEqual(Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.length])), {
    ...{ initial: 2, transition: 4, duration: 6, continued: 2, ended: 2, emission: 10, occupancy: 2 },
  });
  const broken = { ...model, initial: new Float64Array(3) };
  assert.throws(() => logLikelihood(broken, [1, 2]), /initial, transition or durations do not fit/);
  assert.throws(() => accumulate(broken, [1, 2], emptyStatistics(model)), /do not fit/);
  // A symbol that no state shows matters only where it is shown.
  for (let j = 0; j < 2; j++) model.logEmission[j * 5 + 4] = -Infinity;
  assert.ok(logLikelihood(model, [1, 2, 3]) < 0);
});
