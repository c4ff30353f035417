/** Folds to one summary: mean, SD and intervals that name their level and correction. */
import type { Json, Origin } from "../artifacts/artifact.ts";
import type { Interval, Metric, Metrics } from "../artifacts/metrics.ts";
import { type Claim, claimOverFolds, type FoldFacts } from "./statistics/authority.ts";
import type { ModelScore } from "./statistics/cross_validated.ts";
import { withoutDust } from "./statistics/dust.ts";
import { tInterval, wilson } from "./statistics/intervals.ts";
import type { JudgedOn } from "../artifacts/judgement.ts";
import type { HeldOut } from "../artifacts/readiness.ts";
import { InputError } from "../errors.ts";
import { kindOf, metricOf } from "./catalogue.ts";
import { cutInterval } from "./range.ts";
import { mean, variance } from "./statistics/summary.ts";

/** One fold (or seed, or other cell of a matrix). */
export interface Cell {
  /** Coordinates, e.g. `{ fold: 2 }`. */
  cell: Record<string, Json>;
  metrics: Metrics;
}

/** Settings of {@linkcode summarize}. */
export interface SummaryOptions {
  /** Metrics that are tested together: the family of the Bonferroni correction. Those that do not occur are ignored. */
  family: string[];
  /** Simultaneous level over the family. */
  level: number;
}

const trust: Origin[] = ["measured", "simulated", "estimated", "projected"];

/** Gathers cells. A single cell passes through with a note, because one number has no spread. */
export function summarize(cells: Cell[], { family, level }: SummaryOptions): Metrics {
  if (cells.length === 0) throw new RangeError("Cannot summarize: there are no cells");
  if (cells.length === 1) return single(cells[0]);
  const axes = [...new Set(cells.flatMap(({ cell }) => Object.keys(cell)))];
  const of = axes.length === 1 ? `${axes[0]}s` : "cells";
  const names = [...new Set(cells.flatMap(({ metrics }) => Object.keys(metrics.metrics)))];
  const tested = family.filter((name) => names.includes(name));
  const ratio = testTrainRatio(cells);
  const subjects = judgedSubjects(cells);
  const means: [string, Metric][] = [];
  const summary: Metrics["tables"][string] = [];
  for (const name of names) {
    const found = cells.flatMap(({ metrics }) => metricOf(metrics.metrics, name) ?? []);
    const { unit, kind } = found[0];
    const values = found.flatMap((m) => m.value ?? []);
    const m = tested.includes(name) ? tested.length : 1;
    const perMetric = 1 - (1 - level) / m;
    const total = found.reduce((sum, m) => sum + (m.value === null ? 0 : m.total ?? m.n), 0);
    const models = modelScores(found);
    const facts = { ratio, subjects, level: perMetric, ...(models && { models, trials: total }) };
    const wide = corrected(name, found[0], values, facts, m, level);
    const interval = wide.interval && withinRange(name, found[0], wide.interval, mean(values));
    const clean = withoutDust(values);
    const spread = values.length < 2 ? null : Math.sqrt(variance(clean));
    const metric: Metric = {
      value: values.length === 0 ? null : mean(values),
      n: values.length,
      of,
      total,
      ...(unit === undefined ? {} : { unit }),
      origin: worst(found.map((f) => f.origin)),
      ...(interval === undefined ? { noInterval: wide.noInterval! } : { interval }),
      note: spread === null
        ? `${values.length} of ${cells.length} ${of} give a number`
        : `SD ${digits(spread)}` +
          (values.length < cells.length ? `; ${cells.length - values.length} ${of} give no number` : ""),
      ...(kind === undefined ? {} : { kind }),
    };
    means.push([name, metric]);
    const t = spread === 0 || interval === undefined ? undefined : tInterval(clean, perMetric);
    const base = meanBaseline(kindOf(name, found[0]).baseline, cells);
    summary.push({
      metric: name,
      mean: metric.value,
      sd: spread,
      min: values.length === 0 ? null : Math.min(...values),
      max: values.length === 0 ? null : Math.max(...values),
      n: values.length,
      level: perMetric,
      t_lower: t?.lower ?? null,
      t_upper: t?.upper ?? null,
      corrected_lower: interval?.lower ?? null,
      corrected_upper: interval?.upper ?? null,
      correction: m > 1 ? `Bonferroni m=${m}` : "none",
      baseline: base?.name ?? null,
      baseline_mean: base?.mean ?? null,
      origin: metric.origin,
    });
  }
  const folds = cells.map(({ cell, metrics }) => {
    const values = Object.entries(metrics.metrics).map(([name, m]) => [name, m.value]);
    return { ...cell, ...Object.fromEntries(values) };
  });
  const out: Metrics = {
    // Made of entries: names come from own steps, and one may be called like a member of every object.
    metrics: Object.fromEntries(means),
    tables: { ...mergedTables(cells), folds, summary },
    details: {},
  };
  poolReliability(out);
  poolConfusion(cells, out);
  if (ratio !== null) out.testTrainRatio = ratio;
  out.cells = cells.map(({ cell }) => cell);
  const judgedOn = common<JudgedOn>(cells.map(({ metrics }) => metrics.judgedOn ?? {}));
  if (Object.keys(judgedOn).length > 0) out.judgedOn = judgedOn;
  const heldOut = heldOutOfAll(cells);
  if (heldOut !== undefined) out.heldOut = heldOut;
  out.details = { family: tested, level, ...common(cells.map(({ metrics }) => metrics.details)) };
  return out;
}

function single({ cell, metrics }: Cell): Metrics {
  return {
    ...metrics,
    cells: [cell],
    details: {
      ...metrics.details,
      note: "a single result: it passes through, there is no spread",
    },
  };
}

/** The interval of the mean over folds at the level of this one metric; the correction says what holds together. */
function corrected(
  name: string,
  metric: Metric,
  values: number[],
  facts: FoldFacts,
  m: number,
  level: number,
): Claim {
  const { range, raised } = kindOf(name, metric);
  const claim = claimOverFolds(values, { ...facts, ...(range && { range }), ...(raised && { raised }) });
  if (claim.interval === undefined || m === 1) return claim;
  const correction = `Bonferroni m=${m}, simultaneous ≥ ${+(100 * level).toFixed(4)} %`;
  return { interval: { ...claim.interval, correction } };
}

/** The scores of the cells with what each subject adds; `undefined` where a cell does not tell. */
function modelScores(cells: Metric[]): ModelScore[] | undefined {
  const models = cells.flatMap(({ value, jackknife }) => {
    const without = jackknife?.without.flatMap((v) => v ?? []);
    return value === null || jackknife === undefined || without!.length < jackknife.without.length
      ? []
      : [{ value, subjects: jackknife.subjects, without: without! }];
  });
  return models.length === cells.length ? models : undefined;
}

/** Different subjects that were judged over all cells; `null` where a cell does not say. */
export function judgedSubjects(cells: Cell[]): number | null {
  return heldOutOfAll(cells)?.subjects.length ?? null;
}

/** What all cells together say of held-out windows: what one of them admits holds for the summary. */
function heldOutOfAll(cells: Cell[]): HeldOut | undefined {
  const facts = cells.flatMap(({ metrics }) => metrics.heldOut ?? []);
  if (facts.length < cells.length) return undefined;
  const total = (of: "judged" | "trained") => facts.reduce((sum, own) => sum + own[of], 0);
  return {
    leaks: facts.some(({ leaks }) => leaks),
    sharesSubjects: facts.some(({ sharesSubjects }) => sharesSubjects),
    judged: total("judged"),
    trained: total("trained"),
    subjects: [...new Set(facts.flatMap(({ subjects }) => subjects))],
  };
}

/** Mean of test windows by training windows over the cells; `null` where one of them does not say. */
export function testTrainRatio(cells: Cell[]): number | null {
  const ratios = cells.map(({ metrics }) => {
    const { judged = NaN, train = NaN } = metrics.judgedOn?.windows ?? {};
    return judged / train;
  });
  return ratios.every((r) => Number.isFinite(r) && r > 0) ? mean(ratios) : null;
}

/** The interval within what the metric can be. */
function withinRange(name: string, metric: Metric, interval: Interval, value: number): Interval {
  const { range } = kindOf(name, metric);
  try {
    return cutInterval(interval, range, value);
  } catch (cause) {
    throw new InputError(`Cannot summarize ${name}: its mean ${value} lies outside [${range}]`, {
      hint:
        "A metric of an own step must state the `range` of its `kind` where it has a name of the catalogue.",
      cause,
    });
  }
}

function meanBaseline(base: string | undefined, cells: Cell[]): { name: string; mean: number } | undefined {
  const values = cells.flatMap(({ metrics }) => metricOf(metrics.metrics, base)?.value ?? []);
  return values.length === 0 ? undefined : { name: base!, mean: mean(values) };
}

/** Rows of per-subject and per-class tables of all cells, with the cell's coordinates in front. */
function mergedTables(cells: Cell[]): Metrics["tables"] {
  const names = [...new Set(cells.flatMap(({ metrics }) => Object.keys(metrics.tables)))];
  return Object.fromEntries(names.map((name) => [
    name,
    cells.flatMap(({ cell, metrics }) =>
      (metricOf(metrics.tables, name) ?? []).map((row) => ({ ...cell, ...row }))
    ),
  ]));
}

/** The reliability bins of all cells as one diagram: bins of equal width add up. */
function poolReliability(out: Metrics): void {
  const groups = Map.groupBy(out.tables.reliability ?? [], (row) => row.lower as number);
  if (groups.size === 0) return;
  out.tables.reliability = [...groups].sort(([a], [b]) => a - b).map(([lower, rows]) => {
    const count = rows.reduce((n, row) => n + (row.count as number), 0);
    const weighted = (column: string) =>
      count === 0
        ? null
        : rows.reduce((s, row) => s + (row.count as number) * (row[column] as number), 0) / count;
    const accuracy = weighted("accuracy");
    const w = accuracy === null ? undefined : wilson(accuracy * count, count);
    return {
      lower,
      upper: rows[0].upper,
      count,
      confidence: weighted("confidence"),
      accuracy,
      accuracy_lower: w?.lower ?? null,
      accuracy_upper: w?.upper ?? null,
    };
  });
}

function poolConfusion(cells: Cell[], out: Metrics): void {
  const all = cells.flatMap(({ metrics }) => metrics.confusion ?? []);
  if (all.length === 0 || all.some((c) => JSON.stringify(c.labels) !== JSON.stringify(all[0].labels))) return;
  const { labels } = all[0];
  const counts = labels.map((_, i) => labels.map((_, j) => all.reduce((sum, c) => sum + c.counts[i][j], 0)));
  out.confusion = { labels, counts };
}

/** The fields that are the same in all. */
function common<T extends object>([first, ...others]: T[]): T {
  const same = ([key, value]: [string, unknown]) =>
    others.every((other) => JSON.stringify(metricOf(other, key)) === JSON.stringify(value));
  return Object.fromEntries(Object.entries(first).filter(same)) as T;
}

function worst(origins: Origin[]): Origin {
  return trust[Math.max(...origins.map((o) => trust.indexOf(o)))];
}

function digits(value: number): string {
  return value === 0 ? "0" : value.toPrecision(3);
}
