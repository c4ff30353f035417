import assert from "node:assert/strict";
import type { Metrics } from "../../../lib/artifacts/metrics.ts";
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
