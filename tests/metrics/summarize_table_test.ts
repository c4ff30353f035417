import assert from "node:assert/strict";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import { type Cell, judgedSubjects, summarize, testTrainRatio } from "../../lib/metrics/summarize.ts";

const options = { family: [], level: 0.95 };
const metric = (value: number | null, more = {}) => ({
  value,
  n: 100,
  of: "windows",
  origin: "measured" as const,
  ...more,
});
const cellOf = (
  cell: Cell["cell"],
  values: Record<string, number | null>,
  more: Partial<Metrics> = {},
): Cell => ({
  cell,
  metrics: {
    metrics: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, metric(value)])),
    tables: {},
    details: {},
    ...more,
  },
});
const folds = (values: (number | null)[], more: (fold: number) => Partial<Metrics> = () => ({})) =>
  values.map((accuracy, fold) =>
    cellOf({ fold }, { accuracy, majority_accuracy: 0.3 + fold / 10 }, more(fold))
  );

Deno.test("summarize() has a row of every metric: mean, spread, ends, n, level and baseline", () => {
  const { tables, metrics } = summarize(folds([0.8, 0.9, null, 0.85]), {
    family: ["accuracy", "ece"],
    level: 0.9,
  });
  const row = tables.summary.find(({ metric }) => metric === "accuracy")!;
  assert.ok(Math.abs((row.mean as number) - 0.85) < 1e-12);
  assert.ok(Math.abs((row.sd as number) - 0.05) < 1e-12);
  assert.deepEqual([row.min, row.max, row.n, row.level, row.correction], [0.8, 0.9, 3, 0.9, "none"]);
  // t with two degrees of freedom at 0.95 is 2.919986.
  const half = 2.9199855804 * 0.05 / Math.sqrt(3);
  assert.ok(Math.abs((row.t_lower as number) - (0.85 - half)) < 1e-9);
  assert.ok(Math.abs((row.t_upper as number) - (0.85 + half)) < 1e-9);
  assert.deepEqual([row.baseline, row.baseline_mean], ["majority_accuracy", (0.3 + 0.4 + 0.5 + 0.6) / 4]);
  assert.deepEqual([metrics.accuracy.n, metrics.accuracy.of, metrics.accuracy.total], [3, "folds", 300]);
  assert.equal(metrics.accuracy.note, "SD 0.0500; 1 folds give no number");
  assert.equal(summarize(folds([null, null]), options).metrics.accuracy.note, "0 of 2 folds give a number");
  assert.equal(
    summarize([...folds([0.5]), cellOf({ seed: 1 }, { accuracy: 0.6 })], options).metrics.accuracy.of,
    "cells",
  );
  assert.throws(() => summarize([], options), /there are no cells/);
});

Deno.test("summarize() widens by the mean ratio of test to training windows, where every fold tells it", () => {
  const sizes = [[100, 400], [100, 200], [300, 400]];
  const told = (fold: number) => ({
    judgedOn: { windows: { judged: sizes[fold][0], train: sizes[fold][1] } },
  });
  const cells = folds([0.8, 0.9, 0.85], told);
  assert.equal(testTrainRatio(cells), 0.5);
  const width = (from: Cell[]) => {
    const { interval } = summarize(from, options).metrics.accuracy;
    return { width: interval!.upper - interval!.lower, method: interval!.method };
  };
  // Five hundredths of spread, so that nothing is cut to the range.
  const narrow = (more: (fold: number) => Partial<Metrics>) => folds([0.5, 0.51, 0.505], more);
  const plain = width(narrow(() => ({}))), wide = width(narrow(told));
  assert.deepEqual([plain.method, wide.method], ["t", "nadeau-bengio"]);
  assert.ok(Math.abs(wide.width / plain.width - Math.sqrt((1 / 3 + 0.5) / (1 / 3))) < 1e-9);
  for (const windows of [{ judged: 100, train: 0 }, { judged: 0, train: 100 }, { judged: 100 }]) {
    assert.equal(testTrainRatio([...cells, ...folds([0.8], () => ({ judgedOn: { windows } as any }))]), null);
  }
});

Deno.test("summarize() adds up reliability bins by their counts and confusions of equal labels", () => {
  const bins = [[[0, 10, 0.2, 0.1], [0.5, 0, null, null]], [[0, 30, 0.4, 0.5], [0.5, 20, 0.9, 0.8]]];
  const more = (fold: number): Partial<Metrics> => ({
    tables: {
      reliability: bins[fold].map(([lower, count, confidence, accuracy]) =>
        ({ lower, upper: lower! + 0.5, count, confidence, accuracy }) as any
      ).reverse(),
    },
    confusion: { labels: ["a", "b"], counts: [[fold, 1], [2, 3]] },
  });
  const { tables, confusion } = summarize(folds([0.8, 0.9], more), options);
  const [low, high] = tables.reliability;
  assert.deepEqual([low.lower, low.upper, low.count, high.count], [0, 0.5, 40, 20]);
  assert.ok(Math.abs((low.confidence as number) - (10 * 0.2 + 30 * 0.4) / 40) < 1e-12);
  assert.ok(Math.abs((low.accuracy as number) - (10 * 0.1 + 30 * 0.5) / 40) < 1e-12);
  assert.deepEqual([high.confidence, high.accuracy], [0.9, 0.8]);
  // Wilson of 16 of 40, by SciPy.
  assert.ok(Math.abs((low.accuracy_lower as number) - 0.26348325684) < 1e-9);
  assert.ok(Math.abs((low.accuracy_upper as number) - 0.55404106340) < 1e-9);
  assert.deepEqual(confusion!.counts, [[1, 2], [4, 6]]);
  const other = (fold: number) => ({
    confusion: { labels: fold === 0 ? ["a", "b"] : ["b", "a"], counts: [[1, 0], [0, 1]] },
  });
  assert.equal(summarize(folds([0.8, 0.9], other), options).confusion, undefined);
  const empty = (fold: number) => ({
    tables: { reliability: [{ ...more(fold).tables!.reliability[0], count: 0 }] },
  });
  const [none] = summarize(folds([0.8, 0.9], empty), options).tables.reliability;
  assert.deepEqual([none.accuracy, none.accuracy_lower, none.accuracy_upper], [null, null, null]);
  const single = (fold: number) => ({
    tables: {
      reliability: [{
        lower: 0.9,
        upper: 1,
        count: fold,
        confidence: fold ? 0.95 : null,
        accuracy: fold ? 1 : null,
      }],
    },
  });
  const [one] = summarize(folds([0.8, 0.9], single), options).tables.reliability;
  assert.deepEqual([one.count, one.confidence, one.accuracy], [1, 0.95, 1]);
});

Deno.test("summarize() keeps what all cells share, and what one of them admits of held-out windows", () => {
  const details = (fold: number) => ({
    judgedOn: { data: "mice", part: `${fold}` },
    heldOut: {
      leaks: fold === 1,
      sharesSubjects: false,
      judged: 10,
      trained: fold,
      subjects: ["x", `s${fold}`],
    },
    details: { window: { hop: 50 }, model: { seed: fold } },
  });
  const cells = folds([0.8, 0.9, 0.85], details);
  const summary = summarize(cells, options);
  assert.deepEqual(summary.details, { family: [], level: 0.95, window: { hop: 50 } });
  assert.deepEqual(summary.judgedOn, { data: "mice" });
  assert.deepEqual(summary.heldOut, {
    leaks: true,
    sharesSubjects: false,
    judged: 30,
    trained: 3,
    subjects: ["x", "s0", "s1", "s2"],
  });
  assert.equal(judgedSubjects(cells), 4);
  assert.equal(judgedSubjects([...cells, ...folds([0.7])]), null);
  assert.deepEqual(summary.cells, [{ fold: 0 }, { fold: 1 }, { fold: 2 }]);
});

Deno.test("summarize() takes the least trustworthy origin, and puts the cell before every row of its tables", () => {
  const cells = folds(
    [0.8, 0.9],
    (fold) => ({ tables: { per_subject: [{ subject: `s${fold}`, accuracy: 1 }] } }),
  );
  cells[1].metrics.metrics.accuracy.origin = "estimated";
  const { metrics, tables } = summarize(cells, options);
  assert.deepEqual([metrics.accuracy.origin, metrics.majority_accuracy.origin], ["estimated", "measured"]);
  assert.deepEqual(tables.per_subject, [
    { fold: 0, subject: "s0", accuracy: 1 },
    { fold: 1, subject: "s1", accuracy: 1 },
  ]);
  assert.deepEqual(tables.folds, [
    { fold: 0, accuracy: 0.8, majority_accuracy: 0.3 },
    { fold: 1, accuracy: 0.9, majority_accuracy: 0.4 },
  ]);
});

Deno.test("summarize() leaves out what the cells do not tell, and has null for what has no value", () => {
  const bare = summarize(folds([null, null]), options);
  const { mean, sd, min, max, t_lower, t_upper, corrected_lower, corrected_upper } = bare.tables.summary[0];
  assert.deepEqual(
    [mean, sd, min, max, t_lower, t_upper, corrected_lower, corrected_upper],
    new Array(8).fill(null),
  );
  for (const name of ["testTrainRatio", "heldOut", "judgedOn", "confusion"]) {
    assert.ok(!Object.hasOwn(bare, name), name);
  }
  const windows = { judged: 100, train: 200 };
  const heldOut = { leaks: false, sharesSubjects: true, judged: 3, trained: 1, subjects: ["a"] };
  const told = summarize(folds([0.8, 0.9, 0.7], () => ({ judgedOn: { windows }, heldOut })), options);
  assert.equal(told.testTrainRatio, 0.5);
  assert.deepEqual(told.judgedOn, { windows });
  assert.deepEqual(told.heldOut, { ...heldOut, judged: 9, trained: 3 });
});

Deno.test("summarize() names the level of a family with four decimals", () => {
  const cells = [0.8, 0.9, 0.7].map((v, fold) => cellOf({ fold }, { accuracy: v, ece: v / 10 }));
  const { metrics } = summarize(cells, { family: ["accuracy", "ece"], level: 0.951234567 });
  assert.equal(metrics.accuracy.interval!.correction, "Bonferroni m=2, simultaneous ≥ 95.1235 %");
});
