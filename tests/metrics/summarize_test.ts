import assert from "node:assert/strict";
import type { Metric, Metrics } from "../../lib/artifacts/metrics.ts";
import { InputError } from "../../lib/errors.ts";
import { compareMetrics } from "../../lib/metrics/compare/compare_metrics.ts";
import { summarize } from "../../lib/metrics/summarize.ts";
import { summarizeBy } from "../../lib/metrics/summarize_by.ts";

const options = { family: [], level: 0.95 };

/** One fold with one metric. */
const cell = (fold: number, name: string, value: number, extra: Partial<Metric> = {}) => ({
  cell: { fold },
  metrics: {
    metrics: Object.fromEntries([[name, {
      value,
      n: 100,
      of: "windows",
      origin: "measured" as const,
      ...extra,
    }]]),
    tables: {},
    details: {},
  },
});

function summaryOf(name: string, values: number[], extra: Partial<Metric> = {}): Metric {
  const { metrics } = summarize(values.map((value, fold) => cell(fold, name, value, extra)), options);
  assert.ok(Object.hasOwn(metrics, name));
  return metrics[name];
}

Deno.test("summarize() cuts no interval of a metric that it does not know: the mean lies in the middle", () => {
  const cases: [string, number[], string?][] = [
    ["accuracy_drop", [-.06, -.05, -.04]],
    ["flip_rate_per_minute", [3, 4, 5]],
    ["precision_mm", [4, 5, 6]],
    ["count_error", [-2, -1, -3]],
    ["change", [-6, -5, -4], "%"],
    ["discount", [-2, 2, 9]],
    ["accuracy", [83, 84, 85], "%"],
    ["constructor", [1, 2, 3]],
    ["toString", [1, 2, 3]],
    ["__proto__", [1, 2, 3]],
  ];
  for (const [name, values, unit] of cases) {
    const { value, interval } = summaryOf(name, values, unit === undefined ? {} : { unit });
    assert.equal(interval!.method, "t", name);
    assert.ok(Math.abs((interval!.lower + interval!.upper) / 2 - value!) < 1e-12, name);
    assert.ok(interval!.lower < value! && value! < interval!.upper, name);
  }
});

Deno.test("summarize() keeps what a metric states of itself and cuts to the stated range", () => {
  const kind = { better: "lower" as const, range: [0, null] as [number, null] };
  const { interval, kind: kept } = summaryOf("wobble", [0.1, 3, 0.2], { kind });
  assert.deepEqual([interval!.lower, interval!.method, kept], [0, "t, cut to range", kind]);
  assert.equal(summaryOf("accuracy", [0.99, 1, 0.9]).interval!.upper, 1);
});

Deno.test("summarize() refuses a mean outside the range instead of an interval without its mean", () => {
  const outside = () => summaryOf("accuracy", [83, 84, 85]);
  assert.throws(
    outside,
    (error) => error instanceof InputError && /accuracy: its mean 84 .*\[0,1\]/.test(error.message),
  );
});

Deno.test("summarize() does not take a member of every object for a metric of a cell without it", () => {
  const cells = [cell(0, "toString", 1), cell(1, "accuracy", 0.5), cell(2, "toString", 3)];
  const { metrics } = summarize(cells, options);
  assert.deepEqual([metrics.toString, metrics.accuracy].map((m) => (m as Metric).n), [2, 1]);
});

Deno.test("summarizeBy() refuses an axis that only every object has, and takes one of that name", () => {
  const cells = [0, 1].map((fold) => cell(fold, "accuracy", 0.5));
  for (const by of ["constructor", "toString", "__proto__"]) {
    assert.throws(() => summarizeBy(cells, by, options), RangeError);
  }
  const named = cells.map(({ metrics }, i) => ({
    cell: Object.fromEntries([["toString", `v${i}`]]),
    metrics,
  }));
  const { metrics } = summarizeBy(named, "toString", { ...options, family: ["accuracy", "constructor"] });
  assert.equal(metrics["accuracy_difference[v1-v0]"].kind!.better, "neither");
});

const compareOptions = {
  by: "auto" as const,
  paired: "auto" as const,
  alpha: 0.05,
  minEffect: 0.2,
  directions: {},
};

function comparison(name: string, extra: Partial<Metric>, directions = {}) {
  const side = (values: number[]) => summarize(values.map((v, i) => cell(i, name, v, extra)), options);
  const a = side([.01, .011, .009, .012, .008, .01]), b = side([.2, .21, .19, .22, .2, .205]);
  return compareMetrics(a, b, { ...compareOptions, metrics: [name], directions });
}

Deno.test("compareMetrics() gives the difference without a winner where no direction is known, and says why", () => {
  for (const name of ["accuracy_drop", "stability_loss", "error_recall", "constructor", "__proto__"]) {
    const { verdict, tables } = comparison(name, {});
    const [row] = tables.comparison;
    assert.equal(verdict!.winner, "inconclusive", name);
    assert.ok(Math.abs((row.difference as number) + 0.194) < 1e-3 && (row.p as number) < 1e-6);
    assert.match(String(row.reason), /A falls below B by 0.194, but nothing says whether more is better/);
    assert.equal(row.direction, null);
  }
});

Deno.test("compareMetrics() takes the direction from the metric itself, from the caller before it", () => {
  assert.equal(comparison("accuracy_drop", { kind: { better: "lower" } }).verdict!.winner, "A");
  assert.equal(comparison("accuracy_drop", { kind: { better: "higher" } }).verdict!.winner, "B");
  assert.equal(comparison("accuracy_drop", { kind: { better: "neither" } }).verdict!.winner, "inconclusive");
  assert.equal(comparison("accuracy_drop", {}, { accuracy_drop: "lower" }).verdict!.winner, "A");
});

Deno.test("summarize() makes no interval of equal folds, and Wilson's of perfect ones with enough people", () => {
  const fold = (i: number, value: number, subjects: string[]) => {
    const made = cell(i, "accuracy", value);
    const heldOut = { leaks: false, sharesSubjects: false, judged: 100, trained: 0, subjects };
    return { ...made, metrics: { ...made.metrics, heldOut } };
  };
  const over = (values: number[], people: number) =>
    summarize(
      values.map((v, i) => fold(i, v, Array.from({ length: people }, (_, s) => `${i}.${s}`))),
      options,
    )
      .metrics.accuracy;
  assert.match(over([0.9, 0.9, 0.9], 3).noInterval!, /3 equal values: no spread is not certainty/);
  assert.match(over([0.7 + 0.1, 0.8, 0.8], 3).noInterval!, /no spread/);
  assert.match(over([1, 1, 1], 4).noInterval!, /no spread/, "the folds do not tell what each subject adds");
  const told = [0, 1, 2].map((i) => {
    const subjects = Array.from({ length: 4 }, (_, s) => `${i}.${s}`);
    const made = fold(i, 1, subjects);
    made.metrics.metrics.accuracy.jackknife = { subjects, without: subjects.map(() => 1) };
    return made;
  });
  const perfect = summarize(told, options).metrics.accuracy.interval!;
  assert.deepEqual([perfect.lower.toFixed(4), perfect.upper, perfect.method], [
    "0.7575",
    1,
    "Wilson over 12 subjects, all alike",
  ]);
  assert.match(over([0.9, 0.8, 0.85], 1).noInterval!, /only 3 subjects, an interval needs 5/);
  assert.match(over([0.9, 0.8], 4).noInterval!, /only 2 values, an interval over folds needs 3/);
  assert.equal(over([0.9, 0.8, 0.85], 4).total, 300);
});

/** Folds with the same score and other tables. */
const foldsWith = (...tables: Partial<Metrics>[]) =>
  summarize(
    tables.map((own, fold) => {
      const made = cell(fold, "accuracy", 0.8 + fold / 100);
      return { ...made, metrics: { ...made.metrics, ...own } };
    }),
    options,
  );

Deno.test("summarize() adds up confusions of the same labels, whichever cells have one", () => {
  const of = (counts: number[][], labels = ["a", "b"]) => ({ confusion: { labels, counts } });
  assert.deepEqual(foldsWith(of([[1, 2], [3, 4]]), {}, of([[10, 0], [0, 30]])).confusion, {
    labels: ["a", "b"],
    counts: [[11, 2], [3, 34]],
  });
  assert.equal(
    foldsWith(of([[1, 2], [3, 4]]), of([[1, 2], [3, 4]]), of([[1, 2], [3, 4]], ["a", "c"])).confusion,
    undefined,
  );
  assert.equal(foldsWith({}, {}).confusion, undefined);
});

Deno.test("summarize() adds up bins of reliability by their windows, in order, with Wilson's bounds", () => {
  const bin = (lower: number, count: number, confidence: number | null, accuracy: number | null) => ({
    lower,
    upper: lower + 0.5,
    count,
    confidence,
    accuracy,
  });
  const { tables } = foldsWith(
    { tables: { reliability: [bin(0.5, 1, 0.9, 1)] } },
    { tables: { reliability: [bin(0.5, 3, 0.7, 2 / 3), bin(0, 0, null, null)] } },
  );
  const [empty, full] = tables.reliability as Record<string, number>[];
  assert.deepEqual(empty, {
    ...bin(0, 0, null, null),
    accuracy_lower: null,
    accuracy_upper: null,
  });
  // 3 of 4 are right: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
  const z = 1.959963984540054, p = 3 / 4, n = 4;
  const [middle, half] = [p + z * z / (2 * n), z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))];
  const expected: Record<string, number> = {
    lower: 0.5,
    upper: 1,
    count: 4,
    confidence: (0.9 + 3 * 0.7) / 4,
    accuracy: p,
    accuracy_lower: (middle - half) / (1 + z * z / n),
    accuracy_upper: (middle + half) / (1 + z * z / n),
  };
  assert.deepEqual(Object.keys(full), Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) assert.ok(Math.abs(full[name] - value) < 1e-9, name);
  assert.equal(foldsWith({}, {}).tables.reliability, undefined);
});

Deno.test("summarize() keeps details that all cells share, and the spread with three digits", () => {
  const { details } = foldsWith(
    { details: { a: [1, 2], b: 1, c: 3 } },
    { details: { a: [1, 2], b: 2, c: 3 } },
    { details: { a: [1, 2], b: 1 } },
  );
  assert.deepEqual(details, { family: [], level: 0.95, a: [1, 2] });
  assert.equal(summaryOf("accuracy", [0.5, 0.5]).note, "SD 0");
  // √2/3 · 0.1.
  assert.equal(summaryOf("accuracy", [0.5, 0.5 + 0.2 / 3]).note, "SD 0.0471");
});

Deno.test("summarize() takes the origin that is trusted least", () => {
  const order = ["measured", "simulated", "estimated", "projected"] as const;
  order.forEach((worse, i) =>
    order.slice(0, i + 1).forEach((better) => {
      const cells = [better, worse, better].map((origin, fold) => cell(fold, "accuracy", 0.5, { origin }));
      assert.equal(summarize(cells, options).metrics.accuracy.origin, worse);
    })
  );
});
