import assert from "node:assert/strict";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import { parseHTML } from "linkedom";
import { metricTable } from "../../lib/report/figures/metric_table.ts";
import summarize from "../../lib/steps/summarize.ts";
import { runStep } from "./run_step.ts";

const folds = [0.95, 0.97, 0.96, 0.98, 0.97];

function cell(fold: number, accuracy: number | null, extra: Partial<Metrics> = {}) {
  const value: Metrics = {
    metrics: {
      accuracy: { value: accuracy, n: 100, of: "windows", origin: "simulated" },
      majority_accuracy: { value: 0.3, n: 100, of: "windows", origin: "simulated" },
    },
    confusion: { labels: ["a", "b"], counts: [[fold, 1], [0, 2]] },
    tables: { per_subject: [{ subject: `s${fold}`, accuracy }] },
    judgedOn: { windows: { train: 400, judged: 100 }, rule: "by subject", data: "fixture" },
    details: {},
    ...extra,
  };
  return { step: "metrics", cell: { fold }, type: "Metrics", dir: "", value };
}

async function summaryOf(cells: ReturnType<typeof cell>[], params = {}) {
  return (await runStep(summarize, { metrics: cells }, params)).outputs.metrics as Metrics;
}

const five = folds.map((value, i) => cell(i, value));

Deno.test("T070 summarize gives mean, SD and the corrected interval over folds", async () => {
  const { metrics, tables } = await summaryOf(five);
  const { value, n, of, interval, note } = metrics.accuracy;
  assert.ok(Math.abs(value! - 0.966) < 1e-12);
  assert.deepEqual([n, of, interval!.method, note], [5, "folds", "nadeau-bengio", "SD 0.0114"]);
  assert.equal(interval!.lower.toFixed(5), "0.94476");
  const row = tables.summary.find((r) => r.metric === "accuracy")!;
  assert.equal((row.t_lower as number).toFixed(5), "0.95184");
  assert.deepEqual([row.baseline, row.baseline_mean], ["majority_accuracy", 0.3]);
});

Deno.test("T069 T071 summarize corrects over the metrics tested and states level and correction", async () => {
  const { metrics } = await summaryOf(five, { family: ["accuracy", "majority_accuracy", "absent"] });
  const { level, correction } = metrics.accuracy.interval!;
  assert.equal(level, 0.975);
  assert.equal(correction, "Bonferroni m=2, simultaneous ≥ 95 %");
});

Deno.test("summarize pools the confusion matrix and keeps each fold's subjects", async () => {
  const { confusion, tables } = await summaryOf(five);
  assert.deepEqual(confusion!.counts, [[10, 5], [0, 10]]);
  assert.deepEqual(tables.per_subject.map((r) => [r.fold, r.subject]), folds.map((_, i) => [i, `s${i}`]));
  assert.deepEqual(tables.folds.map((r) => r.accuracy), folds);
});

Deno.test("summarize passes a single result through and says so", async () => {
  const { outputs, warnings } = await runStep(summarize, { metrics: [five[0]] });
  assert.deepEqual(outputs.metrics.metrics, five[0].value.metrics);
  assert.match(outputs.metrics.details.note, /there is no spread/);
  assert.match(warnings.join(), /no spread/);
});

Deno.test("summarize leaves folds without a number out and counts them", async () => {
  const { metrics } = await summaryOf([...five, cell(5, null)]);
  assert.equal(metrics.accuracy.n, 5);
  assert.match(metrics.accuracy.note!, /1 folds give no number/);
});

Deno.test("summarize falls back to Student's t where the sizes of folds are unknown", async () => {
  const { metrics } = await summaryOf(folds.map((value, i) => cell(i, value, { judgedOn: {} })));
  assert.equal(metrics.accuracy.interval!.method, "t");
});

Deno.test("summarize adds up the bins of reliability diagrams", async () => {
  const bin = (count: number, accuracy: number | null) => ({
    tables: {
      reliability: [{ lower: 0.5, upper: 1, count, confidence: accuracy === null ? null : 0.7, accuracy }],
    },
  });
  const { tables } = await summaryOf([
    cell(0, 1, bin(10, 0.5)),
    cell(1, 1, bin(30, 0.9)),
    cell(2, 1, bin(0, null)),
  ]);
  assert.equal(tables.reliability.length, 1);
  assert.deepEqual([tables.reliability[0].count, tables.reliability[0].accuracy], [40, 0.8]);
});

Deno.test("summarize takes the least trustworthy origin of its cells", async () => {
  const estimated = {
    metrics: { accuracy: { value: 1, n: 1, of: "windows", origin: "estimated" as const } },
  };
  const { metrics } = await summaryOf([five[0], cell(1, 1, estimated)]);
  assert.equal(metrics.accuracy.origin, "estimated");
});

Deno.test("T053 summarize passes the accuracy gate iff the lower 95 % bound over the folds reaches the target", async () => {
  const gates = [{ metric: "accuracy", at_least: 0.96 }];
  const judged = async (values: number[]) => {
    const summary = await summaryOf(values.map((value, i) => cell(i, value)), { gates });
    const { accuracy, gates_failed } = summary.metrics;
    const { lower, level } = accuracy.interval!;
    assert.deepEqual([accuracy.n, accuracy.of, level], [values.length, "folds", 0.95]);
    assert.equal(summary.judgedOn!.data, "fixture");
    assert.deepEqual([gates_failed.value === 0, summary.tables.gates[0].judged], [lower >= 0.96, lower]);
    return { mean: accuracy.value!, passed: gates_failed.value === 0 };
  };
  const spread = await judged([0.94, 0.99, 0.96, 0.98, 0.965]);
  assert.ok(spread.mean > 0.96 && !spread.passed);
  const steady = await judged([0.97, 0.972, 0.971, 0.969, 0.973]);
  assert.ok(steady.passed);
  assert.ok(!(await judged([0.95, 0.952, 0.951, 0.949, 0.953])).passed);
});

Deno.test("T072 a summary shows each metric as mean and SD over its folds, latency in ms", async () => {
  const latency_p95_ms = (value: number) => ({
    value,
    n: 200,
    of: "windows",
    origin: "measured" as const,
    unit: "ms",
  });
  const cells = [0.91, 0.93, 0.95].map((accuracy, i) => {
    const one = cell(i, accuracy);
    one.value.metrics.latency_p95_ms = latency_p95_ms(4 + i / 2);
    return one;
  });
  const { document } = parseHTML(`<body>${metricTable(await summaryOf(cells)).toHtml()}</body>`);
  const heads = [...document.querySelectorAll("th")].map((th) => th.textContent);
  const at = (name: string) => heads.indexOf(name);
  const rows = [...document.querySelectorAll("tbody tr:not(.group)")]
    .map((tr) => [...tr.querySelectorAll("td")].map((td) => td.textContent!));
  const cellsOf = (title: RegExp) => rows.find((row) => title.test(row[0]))!;
  const accuracy = cellsOf(/^accuracy/);
  assert.deepEqual([accuracy[at("value")], accuracy[at("SD")], accuracy[at("range")]], [
    "0.930",
    "0.020",
    "0.910 – 0.950",
  ]);
  const latency = cellsOf(/latency/i);
  assert.match(latency[at("value")], /^4\.5\d*\u202fms$/);
  assert.match(latency[at("SD")], /^0\.50?$/);
});
