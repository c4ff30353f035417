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
    judgedOn: { data: "fixture", rule: "by subject" },
    details: {},
  };
}

const good = judged([0.9, 0.92, 0.88, 0.95, 0.91, 0.9, 0.89, 0.93], 0.02);
const bad = judged([0.8, 0.83, 0.77, 0.86, 0.79, 0.81, 0.8, 0.84], 0.08);

async function comparison(a: Metrics, b: Metrics, params = {}) {
  return (await runStep(compare, { a, b }, params)).outputs.metrics as Metrics;
}

Deno.test("T119 T194 compare names the winner by subject, with effect, interval and correction", async () => {
  const { verdict, metrics, tables } = await comparison(bad, good);
  assert.deepEqual(verdict!.verdicts, { accuracy: "B", macro_f1: "B" });
  assert.equal(verdict!.winner, "B");
  assert.deepEqual([tables.comparison[0].unit, tables.comparison[0].test], ["subject", "sign flips"]);
  const { value, n, of, interval } = metrics.accuracy_difference;
  assert.ok(value! < 0 && n === 8 && of === "subjects");
  assert.ok(interval!.upper < 0);
  assert.deepEqual([interval!.level, interval!.correction], [0.975, "Bonferroni m=2, overall α = 0.05"]);
});

Deno.test("compare of single numbers is inconclusive, and repeats itself", async () => {
  const { verdict } = await comparison(good, bad, { metrics: ["ece"] });
  assert.equal(verdict!.winner, "inconclusive");
  assert.deepEqual(await comparison(good, bad), await comparison(good, bad));
});

Deno.test("compare pairs folds of two summaries by their cell", async () => {
  const summary = (values: number[]): Metrics => ({
    ...good,
    tables: { folds: values.map((ece, fold) => ({ fold, ece })) },
    cells: values.map((_, fold) => ({ fold })),
    details: {},
  });
  const a = summary([0.02, 0.03, 0.021]), b = summary([0.05, 0.061, 0.052]);
  const { verdict, tables } = await comparison(a, b, { metrics: ["ece"] });
  assert.deepEqual([tables.comparison[0].unit, verdict!.winner], ["fold", "A"]);
  const shared = (m: Metrics) => ({ ...m, testTrainRatio: 0.5 });
  const corrected = await comparison(shared(a), shared(b), { metrics: ["ece"] });
  assert.equal(corrected.tables.comparison[0].test, "corrected paired t");
  assert.ok((corrected.tables.comparison[0].p as number) > (tables.comparison[0].p as number));
});

Deno.test("compare names no winner of a metric that is best somewhere between, and takes a direction", async () => {
  const { verdict, tables } = await comparison(good, bad, { metrics: ["over_segmentation"] });
  assert.equal(verdict!.winner, "inconclusive");
  assert.equal(tables.comparison[0].direction, null);
  const params = { metrics: ["over_segmentation"], directions: { over_segmentation: "lower" } };
  assert.equal((await comparison(good, bad, params)).verdict!.winner, "inconclusive");
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
    "sign flips",
  );
  assert.equal((await comparison(good, bad, { paired: "never" })).tables.comparison[0].test, "Welch");
});

Deno.test("compare finds no winner between two people, however alike their differences are", async () => {
  const { verdict, tables, metrics } = await comparison(judged([0.9, 0.8], 0.1), judged([0.8, 0.7], 0.1), {
    metrics: ["accuracy"],
  });
  const [row] = tables.comparison;
  assert.deepEqual([verdict!.winner, row.p, row.test], ["inconclusive", 0.5, "sign flips"]);
  assert.equal(metrics.accuracy_difference.interval, undefined);
  assert.match(metrics.accuracy_difference.noInterval!, /2 pairs cannot tell, 6 can/);
});

/** Metrics of three folds of the given people, as `summarize` gathers them. */
function folded(people: string[][], accuracy: (subject: string) => number): Metrics {
  return {
    ...good,
    tables: {
      folds: people.map((own, fold) => ({ fold, accuracy: accuracy(own[0]) })),
      per_subject: people.flatMap((own, fold) =>
        own.map((subject) => ({ fold, subject, accuracy: accuracy(subject), windows: 10 }))
      ),
    },
    cells: people.map((_, fold) => ({ fold })),
    details: {},
  };
}

Deno.test("compare refuses folds of equal number that hold other people, and takes folds as what share a model", async () => {
  const people = [["s1", "s2", "s3"], ["s4", "s5", "s6"], ["s7", "s8", "s9"]];
  const other = [["s1", "s2", "s4"], ["s3", "s5", "s6"], ["s7", "s8", "s9"]];
  const a = folded(people, (s) => 0.8 + Number(s[1]) / 100),
    b = folded(people, (s) => 0.7 + Number(s[1]) / 90);
  await assert.rejects(
    comparison(a, folded(other, () => 0.7), { by: "fold", metrics: ["accuracy"] }),
    /\{"fold":0\} holds other people on either side/,
  );
  const byFold = await comparison(a, b, { by: "fold", metrics: ["accuracy"] });
  assert.equal(byFold.tables.comparison[0].test, "paired t");
  const bySubject = await comparison(a, b, { metrics: ["accuracy"] });
  assert.deepEqual(
    [
      bySubject.tables.comparison[0].unit,
      bySubject.tables.comparison[0].test,
      bySubject.tables.comparison[0].df,
    ],
    ["subject", "t over folds", 2],
  );
});
