import assert from "node:assert/strict";
import type { Metrics } from "../../../lib/artifacts/metrics.ts";
import { compareSamples } from "../../../lib/metrics/compare/compare.ts";
import { compareMetrics, type CompareMetricsOptions } from "../../../lib/metrics/compare/compare_metrics.ts";

const options: CompareMetricsOptions = {
  metrics: ["accuracy"],
  by: "auto",
  paired: "auto",
  alpha: 0.05,
  minEffect: 0.2,
  directions: {},
};
const metric = (value: number) => ({ value, n: 100, of: "windows", origin: "measured" as const });

/** People with their accuracy, and windows that tell whether ids mean the same person. */
function judged(accuracies: number[], windows = 50, more: Partial<Metrics> = {}): Metrics {
  return {
    metrics: { accuracy: metric(0.9), macro_f1: metric(0.8) },
    tables: {
      per_subject: accuracies.map((accuracy, i) => ({
        subject: `s${i}`,
        windows,
        accuracy,
        macro_f1: accuracy,
      })),
    },
    details: {},
    ...more,
  };
}
const high = [0.9, 0.92, 0.88, 0.95, 0.91, 0.9, 0.89, 0.93], low = high.map((v, i) => v - 0.03 - i / 500);

Deno.test("compareMetrics() says what shares alpha: several metrics and several looks, and nothing else", () => {
  const correction = (changes: Partial<CompareMetricsOptions>) =>
    compareMetrics(judged(high), judged(low), { ...options, ...changes }).metrics.accuracy_difference
      .interval!;
  assert.equal(correction({}).correction, undefined);
  assert.equal(correction({}).level, 0.95);
  assert.equal(
    correction({ metrics: ["accuracy", "macro_f1"] }).correction,
    "Bonferroni m=2, overall α = 0.05",
  );
  assert.equal(
    correction({ looks: { planned: 3, look: 2 } }).correction,
    "O'Brien-Fleming look 2 of 3, overall α = 0.05",
  );
});

Deno.test("compareMetrics() takes equal ids for the same people where their windows agree, or as told", () => {
  const pairedBy = (windows: number, paired: CompareMetricsOptions["paired"]) => {
    const { tables, metrics } = compareMetrics(judged(high), judged(low, windows), { ...options, paired });
    return [tables.comparison[0].paired, metrics.accuracy_difference.n];
  };
  assert.deepEqual(pairedBy(50, "auto"), [true, 8]);
  assert.deepEqual(pairedBy(51, "auto"), [false, 16]);
  assert.deepEqual(pairedBy(51, "always"), [true, 8]);
  assert.deepEqual(pairedBy(50, "never"), [false, 16]);
});

/** A summary of two folds and two seeds; `own` names the person of each fold. */
function summary(own: string[], shift: number): Metrics {
  const cells = [0, 1].flatMap((fold) => [0, 1].map((seed) => ({ fold, seed })));
  return {
    metrics: { accuracy: metric(0.9) },
    tables: {
      folds: cells.map((cell, i) => ({ ...cell, accuracy: 0.9 + i / 50 + shift * (1 + i / 9) })),
      per_subject: cells.map(({ fold, seed }) => ({ fold, seed, subject: own[fold], accuracy: 0.9 })),
    },
    cells,
    details: {},
  };
}

Deno.test("compareMetrics() pairs folds by all their coordinates, and refuses folds that hold other people", () => {
  const by = { ...options, by: "fold" as const };
  const same = compareMetrics(summary(["ann", "bob"], 0.01), summary(["ann", "bob"], 0), by);
  assert.deepEqual([same.tables.comparison[0].n_a, same.tables.comparison[0].paired], [4, true]);
  assert.equal(same.metrics.accuracy_difference.of, "folds");
  assert.throws(
    () => compareMetrics(summary(["ann", "bob"], 0.01), summary(["bob", "ann"], 0), by),
    /Cannot compare by fold: .*"fold":0.* holds other people on either side/,
  );
});

Deno.test("compareMetrics() knows people of folds by all coordinates, in any order, and only where both sides tell", () => {
  const by = { ...options, by: "fold" as const };
  // Four cells, each with its own people; `rows` says which.
  const side = (shift: number, rows: [fold: number, seed: number, subject: string][]): Metrics => ({
    ...summary([], shift),
    tables: {
      folds: summary([], shift).tables.folds,
      per_subject: rows.map(([fold, seed, subject]) => ({ fold, seed, subject, accuracy: 0.9 })),
    },
  });
  const own: [number, number, string][] = [
    [0, 0, "ann"],
    [0, 0, "bob"],
    [0, 1, "cat"],
    [1, 0, "dan"],
    [1, 1, "eve"],
  ];
  const compare = (rows: typeof own) =>
    compareMetrics(side(0.01, own), side(0, rows), by).tables.comparison[0];
  assert.deepEqual([compare(own.toReversed()).n_a, compare(own.toReversed()).paired], [4, true]);
  // Half of the cells, or none, tell nothing.
  assert.equal(compare(own.slice(2)).paired, true);
  assert.equal(compare([]).paired, true);
  // Seeds of one fold have changed places: the fold as a whole holds the same people, its cells do not.
  const swapped = own.map(([fold, seed, subject]): typeof own[number] => [
    fold,
    seed,
    subject === "ann" ? "dan" : subject === "dan" ? "ann" : subject,
  ]);
  assert.throws(() => compare(swapped), /by fold: \{"fold":0,"seed":0\} holds other people/);
});

Deno.test("compareMetrics() numbers folds without coordinates, and takes the mean of what a subject has", () => {
  const folds = (shift: number): Metrics => {
    const { cells: _, ...whole } = summary(["ann", "bob"], shift);
    return { ...whole, tables: { folds: whole.tables.folds } };
  };
  const [row] = compareMetrics(folds(0.01), folds(0), { ...options, by: "fold" }).tables.comparison;
  assert.deepEqual([row.n_a, row.n_b, row.paired], [4, 4, true]);
  // Both folds and seeds of each of two people: (0.9 + 0.92)/2 and (0.94 + 0.96)/2.
  const people = (shift: number): Metrics => ({
    metrics: {},
    tables: {
      per_subject: [0.9, 0.92, 0.94, 0.96].map((accuracy, i) => ({
        subject: ["ann", "bob"][i >> 1],
        windows: 10 + i,
        accuracy: accuracy + shift,
      })),
    },
    details: {},
  });
  const of = (table: Metrics["tables"][string]): Metrics => ({
    ...people(0),
    tables: { per_subject: table },
  });
  const mixed = compareMetrics(people(0.02), of(people(0).tables.per_subject.toReversed()), options);
  const { mean_a, mean_b, n_a, paired } = mixed.tables.comparison[0];
  assert.deepEqual([n_a, paired], [2, true]);
  assert.ok(Math.abs(mean_a as number - 0.95) < 1e-12 && Math.abs(mean_b as number - 0.93) < 1e-12);
  // One person on either side is a subject still.
  const [alone] =
    compareMetrics(of(people(0).tables.per_subject.slice(0, 1)), people(0), options).tables.comparison;
  assert.deepEqual([alone.unit, alone.n_a, alone.n_b], ["subject", 1, 2]);
  const [other] =
    compareMetrics(people(0), of(people(0).tables.per_subject.slice(0, 1)), options).tables.comparison;
  assert.deepEqual([other.unit, other.n_a, other.n_b], ["subject", 2, 1]);
  // Only single results: those of the two sides, each its own.
  const single = (value: number): Metrics => ({
    metrics: { accuracy: metric(value) },
    tables: {},
    details: {},
  });
  const [result] = compareMetrics(single(0.75), single(0.5), options).tables.comparison;
  assert.deepEqual([result.unit, result.mean_a, result.mean_b], ["result", 0.75, 0.5]);
});

Deno.test("compareMetrics() takes the origin from the side that states one, and measured where none does", () => {
  const side = (origin?: "estimated" | "simulated") => {
    const whole = judged(high);
    const accuracy = origin === undefined ? {} : { accuracy: { ...metric(0.9), origin } };
    return { ...whole, metrics: accuracy } as Metrics;
  };
  const origin = (a: Metrics, b: Metrics) => compareMetrics(a, b, options).metrics.accuracy_difference.origin;
  assert.equal(origin(side("estimated"), side("simulated")), "estimated");
  assert.equal(origin(side(), side("simulated")), "simulated");
  assert.equal(origin(side(), side()), "measured");
});

Deno.test("compareMetrics() takes the larger ratio of test to training windows of both sides, or none", () => {
  const at = (a?: number, b?: number) => {
    const side = (shift: number, ratio?: number) => ({
      ...summary(["ann", "bob"], shift),
      ...(ratio === undefined ? {} : { testTrainRatio: ratio }),
    });
    return compareMetrics(side(0.01, a), side(0, b), { ...options, by: "fold" }).tables.comparison[0];
  };
  assert.equal(at().test, "paired t");
  assert.equal(at(0.25, 0.5).t, at(0.5, 0.5).t);
  assert.equal(at(undefined, 0.5).t, at(0.5, 0.5).t);
  // s²/4 against s² (1/4 + 1/2)
  assert.ok(Math.abs((at(0.5, 0.5).t as number) / (at().t as number) - Math.sqrt(1 / 3)) < 1e-12);
});

Deno.test("compareMetrics() falls back to recordings, folds and single results, and names what a side lacks", () => {
  const recordings = (shift: number): Metrics => ({
    metrics: {},
    tables: {
      per_recording: high.map((v, i) => ({ recording: `r${i}`, windows: 9, accuracy: v + shift * (i + 1) })),
    },
    details: {},
  });
  assert.equal(
    compareMetrics(recordings(0), recordings(0.01), options).tables.comparison[0].unit,
    "recording",
  );
  const single: Metrics = { metrics: { accuracy: metric(0.9) }, tables: {}, details: {} };
  const one = compareMetrics(single, single, options);
  assert.deepEqual([one.tables.comparison[0].unit, one.verdict!.winner], ["result", "inconclusive"]);
  const none: Metrics = { metrics: { ece: metric(0.1) }, tables: {}, details: {} };
  assert.throws(() => compareMetrics(none, single, options), /Cannot compare accuracy: A has no value/);
  assert.throws(() => compareMetrics(single, none, options), /Cannot compare accuracy: B has no value/);
  assert.throws(() => compareMetrics(single, single, { ...options, by: "subject" }), /no value by subject/);
});

Deno.test("compareMetrics() writes every number of a comparison into its row, and shares α in words", () => {
  const side = (values: number[]): Metrics => ({
    metrics: {
      accuracy: { value: 0.5, n: 10, of: "windows", origin: "estimated" },
      ece: { value: 0.1, n: 10, of: "windows", origin: "estimated" },
    },
    tables: {
      per_subject: values.map((accuracy, i) => ({
        subject: `s${i}`,
        windows: 5,
        accuracy,
        ece: accuracy / 9,
      })),
    },
    details: {},
  });
  const x = side([0.9, 0.8, 0.95, 0.7, 0.85, 0.9, 0.82, 0.91]),
    y = side([0.8, 0.72, 0.9, 0.65, 0.7, 0.83, 0.8, 0.79]);

  const compared = compareMetrics(x, y, { ...options, metrics: ["accuracy", "ece"] });
  const [row, second] = compared.tables.comparison;
  const plain = compareSamples(
    new Map(x.tables.per_subject.map((r) => [String(r.subject), Number(r.accuracy)])),
    new Map(y.tables.per_subject.map((r) => [String(r.subject), Number(r.accuracy)])),
    { direction: "higher", alpha: 0.05, minEffect: 0.2, comparisons: 2, paired: true },
  );
  assert.deepEqual(row, {
    metric: "accuracy",
    direction: "higher",
    unit: "subject",
    winner: plain.winner,
    mean_a: plain.meanA,
    mean_b: plain.meanB,
    difference: plain.difference,
    lower: plain.interval!.lower,
    upper: plain.interval!.upper,
    level: 0.975,
    test: "sign flips",
    paired: true,
    n_a: 8,
    n_b: 8,
    t: null,
    df: null,
    p: 1 / 128,
    p_limit: 0.025,
    cohens_d: plain.cohensD,
    hedges_g: plain.hedgesG,
    reason: plain.reason,
  });
  assert.deepEqual([row.winner, second.winner, second.direction], ["A", "B", "lower"]);
  const { value, n, of, origin, interval, note, kind } = compared.metrics.accuracy_difference;
  assert.deepEqual([value, n, of, origin], [plain.difference, 8, "subjects", "estimated"]);
  assert.deepEqual(interval, { ...plain.interval!, correction: "Bonferroni m=2, overall α = 0.05" });
  assert.equal(note, `A − B; higher is better; A: ${plain.reason}`);
  assert.equal(kind!.better, "neither");
  assert.deepEqual(compared.verdict, {
    winner: "A",
    primary: "accuracy",
    verdicts: { accuracy: "A", ece: "B" },
    alpha: 0.05,
    a: {},
    b: {},
  });
  assert.deepEqual(compared.details, { min_effect: 0.2, looks: null });
  const looked = compareMetrics(x, y, { ...options, metrics: ["accuracy"], looks: { planned: 2, look: 1 } });
  assert.deepEqual(looked.details, { min_effect: 0.2, looks: { planned: 2, look: 1 } });
  // 8 pairs cannot undercut 0.005 at the first look, so that there is no interval.
  assert.equal(looked.metrics.accuracy_difference.interval, undefined);
  const one = compareMetrics(x, y, { ...options, metrics: ["accuracy"] });
  assert.equal(one.metrics.accuracy_difference.interval!.correction, undefined);
  // Other numbers of windows are other recordings of the people: not the same subjects.
  const fewer = {
    ...y,
    tables: { per_subject: y.tables.per_subject.map((r, i) => ({ ...r, windows: i === 3 ? 4 : 5 })) },
  };
  const apart = compareMetrics(x, fewer, { ...options, metrics: ["accuracy"] });
  assert.deepEqual([apart.tables.comparison[0].test, apart.metrics.accuracy_difference.n], ["Welch", 16]);
  assert.equal(
    compareMetrics(x, fewer, { ...options, paired: "always", metrics: ["accuracy"] }).tables.comparison[0]
      .paired,
    true,
  );
  assert.equal(
    compareMetrics(x, y, { ...options, paired: "never", metrics: ["accuracy"] }).tables.comparison[0].paired,
    false,
  );
  // Without tables the single values are left, and a side without the metric is named.
  const bare = { ...x, tables: {} };
  const { unit, n_a, reason } =
    compareMetrics(bare, y, { ...options, metrics: ["accuracy"] }).tables.comparison[0];
  assert.deepEqual([unit, n_a, String(reason).slice(0, 14)], ["result", 1, "one value each"]);
  const missing = { ...y, metrics: { ece: y.metrics.ece }, tables: {} };
  assert.throws(
    () => compareMetrics(x, missing, { ...options, metrics: ["accuracy"] }),
    /Cannot compare accuracy: B has no value$/m,
  );
  assert.throws(
    () => compareMetrics(missing, x, { ...options, metrics: ["accuracy"] }),
    /Cannot compare accuracy: A has no value$/m,
  );
  assert.throws(
    () => compareMetrics(x, y, { ...options, by: "fold", metrics: ["accuracy"] }),
    /either side has no value by fold$/m,
  );
});

Deno.test("compareMetrics() names no winner where nothing, or each side something else, says which way is better", () => {
  const side = (offset: number, better?: "higher" | "lower" | "neither"): Metrics => ({
    metrics: {
      own: {
        value: 1,
        n: 8,
        of: "windows",
        origin: "measured",
        ...(better === undefined ? {} : { kind: { better } }),
      },
    },
    tables: {
      per_subject: Array.from(
        { length: 8 },
        (_, i) => ({ subject: `s${i}`, own: i + offset + i * offset / 100 }),
      ),
    },
    details: {},
  });
  const own = { ...options, metrics: ["own"] };
  const winner = (a: Metrics, b: Metrics, directions = {}) =>
    compareMetrics(a, b, { ...own, directions }).verdict!.winner;
  assert.equal(winner(side(1, "higher"), side(0, "higher")), "A");
  assert.equal(winner(side(1, "lower"), side(0, "lower")), "B");
  assert.equal(winner(side(1, "higher"), side(0, "lower")), "inconclusive");
  assert.equal(winner(side(1, "neither"), side(0, "neither")), "inconclusive");
  assert.equal(winner(side(1), side(0)), "inconclusive");
  assert.equal(winner(side(1), side(0), { own: "lower" }), "B");
  assert.equal(winner(side(1, "higher"), side(0, "higher"), { own: "lower" }), "B");
});

Deno.test("compareMetrics() says in its note which way is better, and leaves out what there is not", () => {
  const single: Metrics = {
    metrics: { accuracy: metric(0.9), own: metric(3), ece: metric(0.1) },
    tables: {},
    details: {},
  };
  const noteOf = (name: string) =>
    compareMetrics(single, single, { ...options, metrics: [name] }).metrics[`${name}_difference`].note;
  const nothing = "inconclusive: one value each (1 and 1): there is no spread to judge by";
  assert.equal(noteOf("accuracy"), `A − B; higher is better; ${nothing}`);
  assert.equal(noteOf("ece"), `A − B; lower is better; ${nothing}`);
  assert.equal(noteOf("own"), `A − B; no direction is known; ${nothing}`);
  const [row] = compareMetrics(single, single, options).tables.comparison;
  assert.deepEqual([row.lower, row.upper, row.level, row.p, row.direction], [
    null,
    null,
    null,
    null,
    "higher",
  ]);
  const other: Metrics = { ...single, metrics: { ece: metric(0.1), more: metric(1) } };
  assert.throws(
    () => compareMetrics(single, other, options),
    (error) => (error as { hint?: string }).hint === "Both sides have: ece.",
  );
});
