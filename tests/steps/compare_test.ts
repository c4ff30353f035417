import assert from "node:assert/strict";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import compare from "../../lib/steps/compare.ts";
import { runStep } from "./run_step.ts";

function judged(accuracies: number[], ece: number): Metrics {
  const metric = (value: number) => ({ value, n: 100, of: "windows", origin: "simulated" as const });
  return {
    metrics: { accuracy: metric(accuracies[0]), ece: metric(ece), over_segmentation: metric(2) },
    tables: {
      per_subject: accuracies.map((accuracy, i) => ({
        subject: `s${i}`,
        accuracy,
        macro_f1: accuracy - 0.1,
      })),
    },
    details: { data: "fixture", rule: "by subject" },
  };
}

const good = judged([0.9, 0.92, 0.88, 0.95, 0.91], 0.02), bad = judged([0.8, 0.83, 0.77, 0.86, 0.79], 0.08);

async function comparison(a: Metrics, b: Metrics, params = {}) {
  return (await runStep(compare, { a, b }, params)).outputs.metrics as Metrics;
}

Deno.test("T119 T194 compare names the winner by subject, with effect, interval and correction", async () => {
  const { details, metrics, tables } = await comparison(bad, good);
  assert.deepEqual(details.verdicts, { accuracy: "B", macro_f1: "B" });
  assert.equal(details.winner, "B");
  assert.deepEqual([tables.comparison[0].unit, tables.comparison[0].test], ["subject", "paired t"]);
  const { value, n, of, interval } = metrics.accuracy_difference;
  assert.ok(value! < 0 && n === 5 && of === "subjects");
  assert.ok(interval!.upper < 0);
  assert.deepEqual([interval!.level, interval!.correction], [0.975, "Bonferroni m=2, overall α = 0.05"]);
});

Deno.test("compare of single numbers is inconclusive, and repeats itself", async () => {
  const { details } = await comparison(good, bad, { metrics: ["ece"] });
  assert.equal(details.winner, "inconclusive");
  assert.deepEqual(await comparison(good, bad), await comparison(good, bad));
});

Deno.test("compare pairs folds of two summaries by their cell", async () => {
  const summary = (values: number[]): Metrics => ({
    ...good,
    tables: { folds: values.map((ece, fold) => ({ fold, ece })) },
    details: { cells: values.map((_, fold) => ({ fold })) },
  });
  const a = summary([0.02, 0.03, 0.021]), b = summary([0.05, 0.061, 0.052]);
  const { details, tables } = await comparison(a, b, { metrics: ["ece"] });
  assert.deepEqual([tables.comparison[0].unit, details.winner], ["fold", "A"]);
  const shared = (m: Metrics) => ({ ...m, testTrainRatio: 0.5 });
  const corrected = await comparison(shared(a), shared(b), { metrics: ["ece"] });
  assert.equal(corrected.tables.comparison[0].test, "corrected paired t");
  assert.ok((corrected.tables.comparison[0].p as number) > (tables.comparison[0].p as number));
});

Deno.test("compare names no winner of a metric that is best somewhere between, and takes a direction", async () => {
  const { details, tables } = await comparison(good, bad, { metrics: ["over_segmentation"] });
  assert.equal(details.winner, "inconclusive");
  assert.equal(tables.comparison[0].direction, null);
  const params = { metrics: ["over_segmentation"], directions: { over_segmentation: "lower" } };
  assert.equal((await comparison(good, bad, params)).details.winner, "inconclusive");
});

Deno.test("compare refuses a metric that one side lacks, and a look beyond the plan", async () => {
  await assert.rejects(comparison(good, bad, { metrics: ["silhouette"] }), /silhouette: A has no value/);
  await assert.rejects(comparison(good, bad, { metrics: ["ece"], by: "recording" }), /no value by recording/);
  const problems = compare.check!(compare.params.parse({ looks: { planned: 2, look: 3 } }));
  assert.match(problems[0].message, /got 3 of 2/);
});

Deno.test("compare does not pair strangers who share their ids, unless it is told that they are the same", async () => {
  const tables = { per_subject: good.tables.per_subject.map((row) => ({ ...row, windows: 31 })) };
  const strangers = { ...good, tables };
  assert.equal((await comparison(strangers, bad)).tables.comparison[0].test, "Welch");
  assert.equal(
    (await comparison(strangers, bad, { paired: "always" })).tables.comparison[0].test,
    "paired t",
  );
  assert.equal((await comparison(good, bad, { paired: "never" })).tables.comparison[0].test, "Welch");
});
