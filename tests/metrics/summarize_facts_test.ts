import assert from "node:assert/strict";
import type { Metric, Metrics } from "../../lib/artifacts/metrics.ts";
import { judgedSubjects, summarize, testTrainRatio } from "../../lib/metrics/summarize.ts";
import { tQuantile } from "../../lib/metrics/statistics/special.ts";

const metric = (value: number | null, more: Partial<Metric> = {}): Metric => ({
  ...{ value, n: 100, of: "windows", origin: "measured" },
  ...more,
});
const cell = (fold: number, metrics: Record<string, Metric>, more: Partial<Metrics> = {}) => ({
  cell: { fold },
  metrics: { metrics, tables: {}, details: {}, ...more },
});
const near = (actual: unknown, expected: number, what = "") =>
  assert.ok(Math.abs(actual as number - expected) < 1e-9, `${what} ${actual} is not ${expected}`);

/** Mean, spread, and half a t interval whose variance is `factor` times that of the values. */
function spread(values: number[], level: number, factor = 1 / values.length) {
  const n = values.length, mean = values.reduce((a, b) => a + b, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1));
  return { mean, sd, half: tQuantile(1 - (1 - level) / 2, n - 1) * sd * Math.sqrt(factor) };
}

Deno.test("summarize() has a row and a metric of all folds, at the level of a family of two", () => {
  const kind = { better: "lower" as const, range: [0, null] as [number, null] };
  const values = [0.2, 0.3, 0.4, 0.32];
  const cells = values.map((v, fold) =>
    cell(fold, {
      wobble: metric(
        v,
        { unit: "mm", total: 40 + fold, kind: fold === 0 ? kind : undefined } as Partial<Metric>,
      ),
      accuracy: metric(fold === 2 ? null : 0.8 + fold / 50),
      ...(fold < 2 ? {} : { majority_accuracy: metric(fold === 2 ? 0.5 : 0.52) }),
      ...(fold === 1 ? { once: metric(7) } : {}),
      nothing: metric(null),
    }, { judgedOn: { part: "test", windows: { train: 200, judged: 40 + 20 * fold } } })
  );
  const level = 0.95123456, family = ["wobble", "absent", "accuracy"];
  const { metrics, tables, testTrainRatio: ratio, ...rest } = summarize(cells, { family, level });
  near(ratio, (40 + 60 + 80 + 100) / 4 / 200);
  const per = 1 - (1 - level) / 2, factor = 1 / 4 + ratio!;
  const { mean, sd, half } = spread(values, per, factor), plain = spread(values, per);
  const { value, interval, ...wobble } = metrics.wobble;
  near(value, mean);
  near(interval!.lower, mean - half);
  near(interval!.upper, mean + half);
  assert.equal(interval!.correction, "Bonferroni m=2, simultaneous ≥ 95.1235 %");
  assert.deepEqual(wobble, {
    ...{ n: 4, of: "folds", total: 40 + 41 + 42 + 43, unit: "mm", origin: "measured", kind },
    note: `SD ${sd.toPrecision(3)}`,
  });
  const rows = Object.fromEntries(tables.summary.map(({ metric, ...row }) => [metric, row]));
  assert.deepEqual(Object.keys(rows), ["wobble", "accuracy", "nothing", "once", "majority_accuracy"]);
  const { mean: m, sd: s, t_lower, t_upper, corrected_lower, corrected_upper, level: at, ...others } =
    rows.wobble;
  const expected = [mean, sd, mean - plain.half, mean + plain.half, mean - half, mean + half, per];
  [m, s, t_lower, t_upper, corrected_lower, corrected_upper, at].forEach((x, i) =>
    near(x, expected[i], `${i}`)
  );
  assert.deepEqual(others, {
    ...{ min: 0.2, max: 0.4, n: 4, correction: "Bonferroni m=2", baseline: null, baseline_mean: null },
    origin: "measured",
  });
  // Three of four tell an accuracy, two of them have a baseline.
  assert.deepEqual([metrics.accuracy.n, metrics.accuracy.total, rows.accuracy.baseline], [
    ...[3, 300, "majority_accuracy"],
  ]);
  near(rows.accuracy.baseline_mean, 0.51);
  assert.match(metrics.accuracy.note!, /^SD 0\.0306; 1 folds give no number$/);
  assert.equal(metrics.accuracy.unit, undefined);
  assert.ok(!("unit" in metrics.accuracy) && !("kind" in metrics.accuracy));
  assert.equal(rows.nothing.correction, "none");
  const empty = { t_lower: null, t_upper: null, corrected_lower: null, corrected_upper: null };
  const absent = {
    ...empty,
    level,
    correction: "none",
    baseline: null,
    baseline_mean: null,
    origin: "measured",
  };
  const once = { ...absent, level: rows.once.level };
  near(once.level, level);
  assert.deepEqual(rows.once, { mean: 7, sd: null, min: 7, max: 7, n: 1, ...once });
  assert.deepEqual(rows.nothing, { mean: null, sd: null, min: null, max: null, n: 0, ...once });
  assert.deepEqual([metrics.once.note, metrics.nothing.note], [
    "1 of 4 folds give a number",
    "0 of 4 folds give a number",
  ]);
  assert.deepEqual([metrics.nothing.value, metrics.nothing.total], [null, 0]);
  assert.match(metrics.once.noInterval!, /only 1 value/);
  assert.deepEqual(tables.folds[1], { fold: 1, wobble: 0.3, accuracy: 0.8 + 1 / 50, once: 7, nothing: null });
  assert.deepEqual(rest, {
    cells: [0, 1, 2, 3].map((fold) => ({ fold })),
    judgedOn: { part: "test" },
    details: { family: ["wobble", "accuracy"], level },
  });
});

Deno.test("summarize() corrects nothing alone, tells no spread of equal values, and names cells of two axes", () => {
  const alone = [0.5, 0.6, 0.9].map((v, fold) => cell(fold, { wobble: metric(v) }));
  const { metrics, tables } = summarize(alone, { family: ["wobble"], level: 0.95 });
  assert.equal(metrics.wobble.interval!.correction, undefined);
  const { mean, half } = spread([0.5, 0.6, 0.9], 0.95);
  near(metrics.wobble.interval!.lower, mean - half);
  assert.equal(tables.summary[0].correction, "none");
  const equal = alone.map(({ cell: { fold }, metrics }) => ({
    cell: { fold, seed: 1 },
    metrics: { ...metrics, metrics: { wobble: metric(0.5) } },
  }));
  const same = summarize(equal, { family: [], level: 0.95 });
  assert.deepEqual([same.metrics.wobble.of, same.tables.summary[0].t_lower, same.tables.summary[0].sd], [
    "cells",
    null,
    0,
  ]);
  assert.throws(() => summarize([], { family: [], level: 0.95 }), /there are no cells/);
  const [first] = alone;
  const single = summarize([{ ...first, metrics: { ...first.metrics, details: { a: 1 } } }], {
    family: [],
    level: 0.9,
  });
  assert.deepEqual([single.metrics, single.cells, single.details], [
    ...[first.metrics.metrics, [{ fold: 0 }]],
    { a: 1, note: "a single result: it passes through, there is no spread" },
  ]);
});

Deno.test("windows of training and of judgement make a ratio only where all folds tell both", () => {
  const ratio = (...windows: ({ train: number; judged: number } | undefined)[]) =>
    testTrainRatio(windows.map((own, fold) => cell(fold, {}, own && { judgedOn: { windows: own } })));
  near(ratio({ train: 80, judged: 20 }, { train: 50, judged: 25 }), (0.25 + 0.5) / 2);
  const whole = { train: 80, judged: 20 };
  for (const other of [{ train: 0, judged: 20 }, { train: 80, judged: 0 }, undefined]) {
    assert.equal(ratio(whole, other), null);
    assert.equal(ratio(other, whole), null);
    const cells = [whole, other, whole].map((windows, fold) =>
      cell(fold, { wobble: metric(fold) }, windows && { judgedOn: { windows } })
    );
    const out = summarize(cells, { family: [], level: 0.95 });
    assert.ok(!("testTrainRatio" in out) && !("heldOut" in out));
    assert.equal(out.metrics.wobble.interval!.method, "t");
  }
});

Deno.test("what one fold admits of its people holds for all, and is told only where all folds tell", () => {
  const told = (leaks: boolean, sharesSubjects: boolean, subjects: string[]) => ({
    heldOut: { leaks, sharesSubjects, judged: 10, trained: 3, subjects },
  });
  const cells = [told(false, true, ["a", "b"]), told(true, false, ["b", "c"]), told(false, false, ["d"])]
    .map((more, fold) => cell(fold, { wobble: metric(fold) }, more));
  const { heldOut, judgedOn } = summarize(cells, { family: [], level: 0.95 });
  assert.deepEqual(heldOut, { ...told(true, true, ["a", "b", "c", "d"]).heldOut, judged: 30, trained: 9 });
  assert.equal(judgedOn, undefined);
  assert.equal(judgedSubjects(cells), 4);
  assert.equal(judgedSubjects([...cells, cell(3, {})]), null);
  assert.equal(summarize([...cells, cell(3, {})], { family: [], level: 0.95 }).heldOut, undefined);
});

Deno.test("subjects make the interval only where each fold tells its score without each of them", () => {
  const fold = (i: number, without: (number | null)[], value: number | null) => {
    const subjects = without.map((_, s) => `${i}.${s}`);
    const heldOut = { leaks: false, sharesSubjects: false, judged: 50, trained: 0, subjects };
    return cell(i, { accuracy: metric(value, { jackknife: { subjects, without } }) }, { heldOut });
  };
  const method = (...folds: ReturnType<typeof fold>[]) =>
    summarize(folds, { family: [], level: 0.95 }).metrics.accuracy.interval?.method;
  const [a, b, c] = [fold(0, [0.7, 0.8], 0.75), fold(1, [0.8, 0.9], 0.85), fold(2, [0.6, 0.9], 0.75)];
  assert.equal(method(a, b, c), "logit t over 6 subjects in 3 folds");
  assert.equal(method(a, b, fold(2, [0.6, null], 0.75)), "t");
  assert.equal(method(a, b, c, fold(3, [0.6, 0.7], null)), "t");
});

Deno.test("tables, and confusions, that only some folds have are kept", () => {
  const confusion = { labels: ["a", "b"], counts: [[1, 2], [3, 4]] };
  const cells = [
    cell(0, { wobble: metric(1) }),
    cell(1, { wobble: metric(2) }, { confusion, tables: { people: [{ who: "a" }, { who: "b" }] } }),
  ];
  const { tables, confusion: pooled } = summarize(cells, { family: [], level: 0.95 });
  assert.deepEqual(tables.people, [{ fold: 1, who: "a" }, { fold: 1, who: "b" }]);
  assert.deepEqual(pooled, confusion);
});
