import assert from "node:assert/strict";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import type { Digits } from "../../../lib/cluster/fit/latent_classes.ts";
import { classParameters, latentClasses } from "../../../lib/cluster/fit/latent_classes.ts";
import { Random } from "../../../lib/random.ts";

/** Draws from known classes, as weighted distinct digit vectors and as one row a draw. */
function draws(n: number, levels: number[], classes: number[][][], seed: number) {
  const rng = new Random(seed);
  const counts = new Map<string, number>();
  const rows: number[][] = [];
  const truth = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    truth[i] = rng.below(classes.length);
    const row = levels.map((_, t) => rng.weighted(classes[truth[i]][t]));
    rows.push(row);
    counts.set(row.join(), (counts.get(row.join()) ?? 0) + 1);
  }
  const keys = [...counts.keys()].sort();
  const weighted: Digits = {
    digits: Uint16Array.from(keys.flatMap((key) => key.split(",").map(Number))),
    levels,
    weights: Float64Array.from(keys, (key) => counts.get(key)!),
  };
  const index = rows.map((row) => keys.indexOf(row.join()));
  const single: Digits = {
    digits: Uint16Array.from(rows.flat()),
    levels,
    weights: new Float64Array(n).fill(1),
  };
  return { weighted, single, index, truth };
}

const levels = [4, 4, 5, 3];
/** Two classes, each with its own favourite digit in every dimension. */
const classes = [0, 1].map((c) =>
  levels.map((level) => Array.from({ length: level }, (_, g) => g === 2 * c ? 0.8 : 0.2 / (level - 1)))
);
const { weighted, single, index, truth } = draws(800, levels, classes, 3);

/** Labels by random. */
const randomStarts = (m: number, k: number, count: number, seed = 1) => {
  const rng = new Random(seed);
  return Array.from({ length: count }, () => Int32Array.from({ length: m }, () => rng.below(k)));
};

Deno.test("latentClasses() recovers the classes that made the codes", () => {
  const fit = latentClasses(weighted, 2, randomStarts(weighted.weights.length, 2, 5));
  const labels = Int32Array.from(index, (p) => fit.responsibilities[2 * p] > 0.5 ? 0 : 1);
  assert.ok(agreement(truth, labels).ari > 0.85);
  assert.ok(fit.converged);
  const favorite = fit.tables.filter((p) => p > 0.7);
  assert.equal(favorite.length, 8);
});

Deno.test("latentClasses() gives the same for weights and for single rows", () => {
  const start = randomStarts(weighted.weights.length, 2, 1)[0];
  const a = latentClasses(weighted, 2, [start], { maxIterations: 60 });
  const b = latentClasses(single, 2, [Int32Array.from(index, (p) => start[p])], { maxIterations: 60 });
  a.tables.forEach((p, q) => assert.ok(Math.abs(p - b.tables[q]) < 1e-9));
  assert.ok(Math.abs(a.bic - b.bic) < 1e-6);
});

Deno.test("latentClasses() never lowers its objective and sums probabilities to 1", () => {
  const fit = latentClasses(weighted, 3, randomStarts(weighted.weights.length, 3, 2), { tolerance: 1e-12 });
  for (let i = 1; i < fit.history.length; i++) assert.ok(fit.history[i] >= fit.history[i - 1] - 1e-12);
  let row = 0;
  for (const level of levels) {
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let g = 0; g < level; g++) sum += fit.tables[(row + g) * 3 + c];
      assert.ok(Math.abs(sum - 1) < 1e-12);
    }
    row += level;
  }
  for (let i = 0; i < weighted.weights.length; i++) {
    const sum = fit.responsibilities.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
  }
});

Deno.test("T029 latentClasses() has its smallest BIC at the number of classes that made the codes", () => {
  const bic = [1, 2, 3, 4].map((k) =>
    latentClasses(weighted, k, randomStarts(weighted.weights.length, k, 6)).bic
  );
  assert.equal(bic.indexOf(Math.min(...bic)), 1);
});

Deno.test("latentClasses() of one class has the likelihood of independent digits", () => {
  const fit = latentClasses(weighted, 1, randomStarts(weighted.weights.length, 1, 1), { pseudoCount: 1e-12 });
  let expected = 0;
  levels.forEach((level, t) => {
    for (let g = 0; g < level; g++) {
      const n = single.digits.filter((digit, q) => q % 4 === t && digit === g).length;
      if (n > 0) expected += n * Math.log(n / 800);
    }
  });
  assert.ok(Math.abs(fit.logLikelihood - expected) < 1e-6);
  assert.ok(Math.abs(fit.bic - (-2 * expected + 12 * Math.log(800))) < 1e-5);
});

Deno.test("classParameters() counts weights and digit probabilities", () => {
  assert.equal(classParameters(3, [4, 4, 4]), 2 + 27);
});

Deno.test("latentClasses() goes on with the start that is the most likely at its end, not the first or the last", () => {
  const rng = new Random(9);
  const random = () => Int32Array.from(weighted.weights, () => rng.below(3));
  const starts = [random(), random(), random(), random()];
  const alone = starts.map((start) =>
    latentClasses(weighted, 3, [start], { maxIterations: 20 }, 20).history.at(-1)!
  );
  const best = latentClasses(weighted, 3, starts, { maxIterations: 20 }, 20).history.at(-1)!;
  assert.ok(Math.max(...alone) - Math.min(...alone) > 1e-6, `${alone}`);
  assert.equal(best, Math.max(...alone));
});

/** The same by plain loops over objects: parameters from responsibilities, and responsibilities from parameters. */
function plainRounds(data: Digits, k: number, start: Int32Array, rounds: number, pseudo: number) {
  const codes = Array.from(data.weights, (weight, i) => ({
    weight,
    digits: levels.map((_, t) => data.digits[i * levels.length + t]),
  }));
  const total = codes.reduce((sum, { weight }) => sum + weight, 0);
  let responsibility = codes.map((_, i) =>
    Array.from({ length: k }, (_, c) => 0.1 / k + (c === start[i] ? 0.9 : 0))
  );
  const parameters = () => {
    const mass = Array.from(
      { length: k },
      (_, c) => codes.reduce((sum, { weight }, i) => sum + weight * responsibility[i][c], 0),
    );
    const tables = levels.map((level, t) =>
      Array.from(
        { length: level },
        (_, g) =>
          mass.map((own, c) =>
            (pseudo + codes.reduce((sum, { weight, digits }, i) =>
              sum + (digits[t] === g ? weight * responsibility[i][c] : 0), 0)) / (own + pseudo * level)
          ),
      )
    );
    return { prior: mass.map((own) => (own + pseudo) / (total + k * pseudo)), tables };
  };
  const expect = ({ prior, tables }: ReturnType<typeof parameters>) => {
    const joint = codes.map(({ digits }) =>
      prior.map((p, c) => digits.reduce((product, g, t) => product * tables[t][g][c], p))
    );
    responsibility = joint.map((row) => row.map((p) => p / row.reduce((a, b) => a + b)));
    return codes.reduce((sum, { weight }, i) => sum + weight * Math.log(joint[i].reduce((a, b) => a + b)), 0);
  };
  const history: number[] = [];
  let model = parameters();
  for (let round = 0; round < rounds; round++) {
    const likelihood = expect(model);
    const logs = [...model.prior, ...model.tables.flat(2)].reduce((sum, p) => sum + Math.log(p), 0);
    history.push((likelihood + pseudo * logs) / total);
    model = parameters();
  }
  return { history, model, likelihood: expect(model), responsibility };
}

Deno.test("latentClasses() takes the rounds of its definition, codes of no window among them", () => {
  const empty = weighted.weights.slice();
  empty[4] = 0;
  for (
    const [data, pseudoCount] of [[weighted, undefined], [{ ...weighted, weights: empty }, 0.5]] as const
  ) {
    const start = randomStarts(data.weights.length, 3, 1, 7)[0];
    // Two rounds to begin with, three to go on.
    const fit = latentClasses(data, 3, [start], { maxIterations: 5, tolerance: 0, pseudoCount }, 2);
    const plain = plainRounds(data, 3, start, 5, pseudoCount ?? 0.01);
    const near = (a: ArrayLike<number>, b: number[]) => {
      assert.equal(a.length, b.length);
      b.forEach((value, i) => assert.ok(Math.abs(a[i] - value) < 1e-9, `${a[i]} ${value}`));
    };
    near(fit.history, plain.history);
    near(fit.weights, plain.model.prior);
    near(fit.tables, plain.model.tables.flat(2));
    near(fit.responsibilities, plain.responsibility.flat());
    near([fit.logLikelihood], [plain.likelihood]);
    const n = data.weights.reduce((a, b) => a + b);
    near([fit.bic], [-2 * plain.likelihood + (2 + 3 * 12) * Math.log(n)]);
    assert.equal(fit.converged, false);
  }
});

Deno.test("latentClasses() ends where a round gains less than a millionth, compares from the second on, and keeps to its most", () => {
  const start = randomStarts(weighted.weights.length, 2, 1);
  const fit = latentClasses(weighted, 2, start);
  const gains = fit.history.slice(1).map((value, i) => value - fit.history[i]);
  assert.ok(fit.converged && gains.at(-1)! < 1e-6);
  // The first round of going on has none before it to compare with.
  assert.ok(gains.slice(0, -1).every((gain, i) => i === 19 || gain >= 1e-6));
  const told = (options: object, shortRun?: number) => {
    const { history, converged } = latentClasses(weighted, 2, start, options, shortRun);
    return [history.length, converged];
  };
  assert.deepEqual(told({ tolerance: 1e9 }), [2, true]);
  assert.deepEqual(told({ tolerance: -1, maxIterations: 7 }), [7, false]);
  assert.deepEqual(told({ tolerance: -1, maxIterations: 3 }, 9), [3, false]);
  assert.deepEqual(told({ tolerance: -1 }, 4), [1000, false]);
});
