import assert from "node:assert/strict";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import type { Cell } from "../../lib/metrics/summarize.ts";
import { nadeauBengio } from "../../lib/metrics/statistics/intervals.ts";
import { summarizeBy } from "../../lib/metrics/summarize_by.ts";
import summarize from "../../lib/steps/summarize.ts";
import { runStep } from "../steps/run_step.ts";

const scores: Record<string, number[]> = { none: [0.95, 0.97, 0.96, 0.94], fsq: [0.94, 0.97, 0.95, 0.94] };

function cellsOf(): Cell[] {
  return Object.entries(scores).flatMap(([quantizer, values]) =>
    values.map((value, i) => {
      const of = { n: 100, of: "windows", origin: "simulated" as const };
      const metrics: Metrics = {
        metrics: { accuracy: { value, ...of } },
        tables: {},
        judgedOn: { windows: { train: 200, judged: 100 } },
        details: {},
      };
      if (quantizer === "fsq") metrics.metrics.collapsed = { value: Number(i === 1), ...of };
      return { cell: { quantizer, seed: i % 2, fold: i >> 1 }, metrics };
    })
  );
}

const options = { family: ["accuracy"], level: 0.95 };

Deno.test("T228 T229 T281 T301 summarizeBy() gives each variant its mean, interval, collapse share and n", () => {
  const { tables, metrics } = summarizeBy(cellsOf(), "quantizer", options);
  const [none, fsq] = tables.variants;
  assert.deepEqual([none.quantizer, none.n, none.windows, none.collapse_share], ["none", 4, 400, null]);
  assert.ok(Math.abs((fsq.accuracy as number) - 0.95) < 1e-12);
  assert.equal(fsq.collapse_share, 0.25);
  const { lower, upper } = nadeauBengio(scores.fsq, 0.5)!;
  assert.deepEqual([fsq.accuracy_lower, fsq.accuracy_upper], [lower, upper]);
  assert.deepEqual(metrics["accuracy[fsq]"].interval!.lower, lower);
});

Deno.test("summarizeBy() adds up no confusions of different variants", () => {
  const cells = cellsOf();
  for (const { metrics } of cells) metrics.confusion = { labels: ["a", "b"], counts: [[1, 2], [3, 4]] };
  assert.equal(summarizeBy(cells, "quantizer", options).confusion, undefined);
});

Deno.test("T231 T232 summarizeBy() states epochs to the best and validation perplexity of each variant, with their n", () => {
  const cells = cellsOf();
  cells.forEach(({ cell, metrics }, i) => {
    const of = { n: 50, of: "windows", origin: "simulated" as const };
    metrics.metrics.best_epoch = { value: cell.quantizer === "fsq" ? 10 + i % 2 : 20, ...of };
    if (cell.quantizer === "fsq") metrics.metrics.validation_perplexity = { value: 30 + i % 2, ...of };
  });
  const { tables } = summarizeBy(cells, "quantizer", options);
  const [none, fsq] = tables.variants;
  assert.deepEqual([none.epochs_to_best, fsq.epochs_to_best], [20, 10.5]);
  assert.deepEqual([none.validation_perplexity, fsq.validation_perplexity], [null, 30.5]);
});

Deno.test("summarizeBy() puts the accuracy in 8 bits of each variant beside that in float, over the same people", () => {
  const cells = cellsOf();
  const people = Array.from({ length: 6 }, (_, i) => `p${i}`);
  cells.forEach(({ cell, metrics }, i) => {
    // Each fold judges three people, one of whom is recognised less well.
    const of = cell.fold === 0 ? people.slice(0, 3) : people.slice(3);
    metrics.heldOut = { leaks: false, sharesSubjects: false, judged: 100, trained: 0, subjects: of };
    const value = 0.9 + 0.01 * i, without = [value + 0.02, value - 0.01, value - 0.01];
    const jackknife = { subjects: of, without };
    metrics.metrics.accuracy_int8 = { value, n: 100, of: "windows", origin: "estimated", jackknife };
  });
  const { tables, metrics } = summarizeBy(cells, "quantizer", {
    family: ["accuracy", "accuracy_int8"],
    level: 0.95,
  });
  const [none] = tables.variants;
  const { value, interval, origin } = metrics["accuracy_int8[none]"];
  assert.deepEqual([none.accuracy_int8, none.origin_int8, origin], [value, "estimated", "estimated"]);
  assert.deepEqual([none.accuracy_int8_lower, none.accuracy_int8_upper], [interval!.lower, interval!.upper]);
  assert.match(interval!.method, /over 6 subjects in 2 folds/);
  assert.match(interval!.correction!, /Bonferroni m=2/);
  assert.equal(none.accuracy_int8_change, null);
  assert.ok(metrics["accuracy_int8_difference[fsq-none]"].value! > 0);
});

Deno.test("T284 T315 summarizeBy() pairs cells of equal seed and fold, whatever their order", () => {
  const { metrics, tables } = summarizeBy(cellsOf().reverse(), "quantizer", options);
  const difference = metrics["accuracy_difference[none-fsq]"];
  assert.ok(Math.abs(difference.value! - 0.005) < 1e-12);
  const { lower } = nadeauBengio([0.01, 0, 0.01, 0], 0.5)!;
  assert.ok(Math.abs(difference.interval!.lower - lower) < 1e-12);
  assert.equal(tables.differences.length, 1);
});

Deno.test("summarize refuses an axis that its metrics are not expanded over", async () => {
  const metrics = cellsOf().map(({ cell, metrics: value }) => ({
    step: "m",
    cell,
    type: "Metrics",
    dir: "",
    value,
  }));
  await assert.rejects(runStep(summarize, { metrics }, { by: "levels" }), /not expanded over it/);
});

Deno.test("summarizeBy() pairs cells by their axes, in whatever order these stand", () => {
  const turned = cellsOf().map(({ cell, metrics }) => {
    const { quantizer, seed, fold } = cell;
    return { metrics, cell: quantizer === "fsq" ? { fold, quantizer, seed } : cell };
  });
  const differences = (cells: Cell[]) => summarizeBy(cells, "quantizer", options).tables.differences;
  assert.equal(differences(cellsOf()).length, 1);
  assert.deepEqual(differences(turned), differences(cellsOf()));
});

Deno.test("summarizeBy() has a row of each variant's metrics, names its axis, and corrects differences of a family", () => {
  const { tables, details, metrics } = summarizeBy(cellsOf(), "quantizer", options);
  assert.deepEqual(tables.summary.map(({ quantizer, metric }) => [quantizer, metric]), [
    ["none", "accuracy"],
    ["fsq", "accuracy"],
    ["fsq", "collapsed"],
  ]);
  assert.deepEqual([details.by, details.reference, details.level], ["quantizer", "none", 0.95]);
  const corrected = (own: typeof metrics) => own["accuracy_difference[fsq-none]"].interval!.correction;
  assert.equal(corrected(metrics), undefined);
  const cells = cellsOf();
  cells.forEach(({ metrics }, i) =>
    metrics.metrics.ece = { ...metrics.metrics.accuracy, value: i ** 2 / 100 }
  );
  const family = { family: ["accuracy", "ece"], level: 0.9512345678 };
  assert.equal(
    corrected(summarizeBy(cells, "quantizer", family).metrics),
    "Bonferroni m=2, simultaneous ≥ 95.1235 %",
  );
});

Deno.test("summarizeBy() has null for what two cells or none of a variant cannot tell", () => {
  const cells = cellsOf().filter(({ cell }) => cell.fold === 0);
  for (const { cell, metrics } of cells) {
    if (cell.quantizer === "none" && cell.seed === 0) metrics.metrics = {};
  }
  const { tables } = summarizeBy(cells, "quantizer", options);
  const [none, fsq] = tables.variants;
  // One of the two cells has no accuracy and judged no windows.
  assert.deepEqual([none.windows, fsq.windows], [100, 200]);
  for (const row of [none, fsq]) {
    assert.deepEqual([row.accuracy_lower, row.accuracy_upper, row.level], [null, null, null]);
  }
  const [difference] = tables.differences;
  assert.deepEqual([difference.lower, difference.upper, difference.n], [null, null, 1]);
});
