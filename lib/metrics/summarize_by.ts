/** A matrix of variants: each summarised over its seeds and folds, and held against the first. */
import type { Metric, Metrics } from "../artifacts/metrics.ts";
import { claimOverFolds } from "./statistics/authority.ts";
import { largest, withoutDust } from "./statistics/dust.ts";
import { mean } from "./statistics/summary.ts";
import { type Cell, judgedSubjects, summarize, type SummaryOptions, testTrainRatio } from "./summarize.ts";
import { metricOf, titleOf } from "./catalogue.ts";

/**
 * Summarises `cells` by the axis `by`.
 *
 * Metrics are named `accuracy[fsq]`; `accuracy_difference[fsq-none]` is the mean of the differences between cells of
 * equal seed and fold. Table `variants` has one row a variant, `differences` one a metric of the family and variant.
 *
 * @throws {RangeError} When a cell lacks the axis.
 */
export function summarizeBy(cells: Cell[], by: string, options: SummaryOptions): Metrics {
  const groups = Map.groupBy(cells, ({ cell }) => {
    if (!Object.hasOwn(cell, by)) {
      throw new RangeError(`Cannot summarize by ${by}: a cell has only ${Object.keys(cell)}`);
    }
    return typeof cell[by] === "string" ? cell[by] : JSON.stringify(cell[by]);
  });
  const out = summarize(cells, options);
  // A mean over different variants says nothing.
  out.metrics = {};
  out.confusion = undefined;
  out.tables = { ...out.tables, summary: [], variants: [], differences: [] };
  const [first] = groups.keys();
  for (const [name, members] of groups) {
    const summary = summarize(members, options);
    for (const [key, metric] of Object.entries(summary.metrics)) out.metrics[`${key}[${name}]`] = metric;
    out.tables.summary.push(...(summary.tables.summary ?? []).map((row) => ({ [by]: name, ...row })));
    const value = (key: string) => summary.metrics[key]?.value ?? null;
    const { accuracy, accuracy_int8, accuracy_int8_change } = summary.metrics;
    out.tables.variants.push({
      [by]: name,
      n: members.length,
      windows: windowsOf(members),
      ...columnsOf("accuracy", accuracy),
      level: accuracy?.interval?.level ?? null,
      ...(accuracy_int8 === undefined ? {} : {
        ...columnsOf("accuracy_int8", accuracy_int8),
        ...columnsOf("accuracy_int8_change", accuracy_int8_change),
        origin_int8: accuracy_int8.origin,
      }),
      macro_f1: value("macro_f1"),
      ece: value("ece"),
      perplexity: value("perplexity"),
      validation_perplexity: value("validation_perplexity"),
      used_codes: value("used_codes"),
      collapse_share: value("collapsed"),
      quantizer_parameters: value("quantizer_parameters"),
      epochs_to_best: value("best_epoch"),
      origin: accuracy?.origin ?? null,
    });
    if (name !== first) addDifferences(out, { by, name, first }, members, groups.get(first)!, options);
  }
  out.details = { ...out.details, by, reference: first };
  return out;
}

/** A metric and its interval as columns of a table. */
function columnsOf(name: string, metric: Metric | undefined): { [column: string]: number | null } {
  return {
    [name]: metric?.value ?? null,
    [`${name}_lower`]: metric?.interval?.lower ?? null,
    [`${name}_upper`]: metric?.interval?.upper ?? null,
  };
}

/** Windows judged by a variant's cells together. */
function windowsOf(cells: Cell[]): number {
  return cells.reduce((sum, { metrics }) => sum + (metrics.metrics.accuracy?.n ?? 0), 0);
}

function addDifferences(
  out: Metrics,
  { by, name, first }: { by: string; name: string; first: string },
  members: Cell[],
  references: Cell[],
  { family, level }: SummaryOptions,
): void {
  const rest = ({ cell }: Cell) =>
    Object.entries(cell).filter(([axis]) => axis !== by).map((entry) => JSON.stringify(entry)).sort().join();
  const partner = new Map(references.map((cell) => [rest(cell), cell]));
  const tested = family.filter((key) =>
    members.some(({ metrics }) => metricOf(metrics.metrics, key)?.value != null)
  );
  const perMetric = 1 - (1 - level) / Math.max(1, tested.length);
  const facts = { level: perMetric, ratio: testTrainRatio(members), subjects: judgedSubjects(members) };
  for (const key of tested) {
    const pairs = members.flatMap((cell) => {
      const a = metricOf(cell.metrics.metrics, key)?.value;
      const other = partner.get(rest(cell));
      const b = other && metricOf(other.metrics.metrics, key)?.value;
      return a == null || b == null ? [] : [[a, b]];
    });
    if (pairs.length === 0) continue;
    const differences = withoutDust(pairs.map(([a, b]) => a - b), largest(pairs.flat()));
    const { interval, noInterval } = claimOverFolds(differences, facts);
    const metric: Metric = {
      value: mean(differences),
      n: differences.length,
      of: "pairs of equal seed and fold",
      origin: members.flatMap(({ metrics }) => metricOf(metrics.metrics, key)?.origin ?? [])[0],
      kind: { title: `${titleOf(key)}, ${name} − ${first}`, better: "neither" },
      ...(interval === undefined ? { noInterval } : {
        interval: tested.length > 1
          ? {
            ...interval,
            correction: `Bonferroni m=${tested.length}, simultaneous ≥ ${+(100 * level).toFixed(4)} %`,
          }
          : interval,
      }),
    };
    out.metrics[`${key}_difference[${name}-${first}]`] = metric;
    out.tables.differences.push({
      metric: key,
      [by]: name,
      reference: first,
      difference: metric.value,
      lower: interval?.lower ?? null,
      upper: interval?.upper ?? null,
      level: perMetric,
      n: differences.length,
    });
  }
}
