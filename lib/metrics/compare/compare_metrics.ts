/** Two judged configurations, metric by metric, as {@linkcode Metrics} with a verdict. */
import type { Json } from "../../artifacts/artifact.ts";
import type { CellOf, Winner } from "../../artifacts/judgement.ts";
import type { Metrics } from "../../artifacts/metrics.ts";
import { InputError } from "../../errors.ts";
import { compareSamples, type Comparison, type Sample } from "./compare.ts";
import { kindOf, metricOf, titleOf } from "../catalogue.ts";
import type { Direction } from "../kinds/kind.ts";

/** What the values of a sample belong to. */
export type PairingUnit = "subject" | "recording" | "fold";

/** Settings of {@linkcode compareMetrics}. */
export interface CompareMetricsOptions {
  /** Metrics to compare; the first decides the overall winner. */
  metrics: string[];
  by: PairingUnit | "auto";
  /**
   * Whether equal ids on both sides are the same subjects. `auto`: yes, when both sides have the same ids with the same
   * numbers of windows, because ids like `s1` also name other people of another data set.
   */
  paired: "auto" | "always" | "never";
  alpha: number;
  minEffect: number;
  looks?: { planned: number; look: number } | undefined;
  /** Directions of metrics that neither state theirs nor stand in the catalogue; these go before both. */
  directions: Record<string, Direction>;
}

/** Compares A with B. */
export function compareMetrics(a: Metrics, b: Metrics, options: CompareMetricsOptions): Metrics {
  const out: Metrics = { metrics: {}, tables: { comparison: [] }, details: {} };
  const verdicts: [metric: string, winner: Winner][] = [];
  for (const metric of options.metrics) {
    const direction = directionOf(a, b, metric, options.directions);
    const { unit, x, y } = samples(a, b, metric, options.by);
    const comparison = compareSamples(x, y, {
      direction,
      alpha: options.alpha,
      minEffect: options.minEffect,
      comparisons: options.metrics.length,
      paired: options.paired === "auto" ? sameSubjects(a, b, unit) : options.paired === "always",
      looks: options.looks,
      ...(unit === "fold" ? { testTrainRatio: ratioOf(a, b) } : { models: modelsOf(a, unit) }),
    });
    verdicts.push([metric, comparison.winner]);
    const [own, other] = [metricOf(a.metrics, metric), metricOf(b.metrics, metric)];
    const origin = own?.origin ?? other?.origin ?? "measured";
    out.metrics[`${metric}_difference`] = {
      value: comparison.difference,
      n: comparison.paired ? comparison.nA : comparison.nA + comparison.nB,
      of: `${unit}s`,
      origin,
      ...(comparison.interval === null
        ? { noInterval: comparison.reason }
        : { interval: intervalOf(comparison, options) }),
      note: `A − B; ${
        direction === undefined ? "no direction is known" : `${direction} is better`
      }; ${comparison.winner}: ${comparison.reason}`,
      kind: { title: `${titleOf(metric, own)}, A − B`, better: "neither" },
    };
    out.tables.comparison.push({ metric, direction: direction ?? null, unit, ...row(comparison) });
  }
  out.verdict = {
    winner: verdicts[0][1],
    primary: options.metrics[0],
    verdicts: Object.fromEntries(verdicts),
    alpha: options.alpha,
    a: a.judgedOn ?? {},
    b: b.judgedOn ?? {},
  };
  out.details = {
    min_effect: options.minEffect,
    looks: options.looks === undefined ? null : { ...options.looks },
  };
  return out;
}

/** Which way is better: by the caller, by what the metric states, by the catalogue. Two sides that differ say nothing. */
function directionOf(
  a: Metrics,
  b: Metrics,
  metric: string,
  given: Record<string, Direction>,
): Direction | undefined {
  const [own, other] = [a, b].map(({ metrics }) => kindOf(metric, metricOf(metrics, metric)).better);
  const better = metricOf(given, metric) ?? (own === other ? own : undefined);
  return better === "neither" ? undefined : better;
}

function intervalOf(comparison: Comparison, { metrics, looks, alpha }: CompareMetricsOptions) {
  const parts = [
    ...(metrics.length > 1 ? [`Bonferroni m=${metrics.length}`] : []),
    ...(looks === undefined ? [] : [`O'Brien-Fleming look ${looks.look} of ${looks.planned}`]),
  ];
  const interval = comparison.interval!;
  if (parts.length === 0) return interval;
  return { ...interval, correction: `${parts.join(", ")}, overall α = ${alpha}` };
}

/** Test windows by training windows of the folds; 0 where the summaries do not say. */
function ratioOf(...sides: Metrics[]): number {
  const known = sides.flatMap(({ testTrainRatio }) => testTrainRatio ?? []);
  return known.length === 0 ? 0 : Math.max(...known);
}

function row(c: Comparison): { [column: string]: Json } {
  return {
    winner: c.winner,
    mean_a: c.meanA,
    mean_b: c.meanB,
    difference: c.difference,
    lower: c.interval?.lower ?? null,
    upper: c.interval?.upper ?? null,
    level: c.interval?.level ?? null,
    test: c.test,
    paired: c.paired,
    n_a: c.nA,
    n_b: c.nB,
    t: c.t,
    df: c.df,
    p: c.p,
    p_limit: c.pLimit,
    cohens_d: c.cohensD,
    hedges_g: c.hedgesG,
    reason: c.reason,
  };
}

/** Values of a metric on both sides, by the finest unit that both tables know. */
function samples(a: Metrics, b: Metrics, metric: string, by: PairingUnit | "auto") {
  for (const unit of by === "auto" ? ["subject", "recording", "fold"] as const : [by]) {
    const x = sampleOf(a, metric, unit), y = sampleOf(b, metric, unit);
    if (x.size > 0 && y.size > 0) return { unit, x, y };
  }
  const values = [a, b].map((m) => metricOf(m.metrics, metric)?.value ?? null);
  if (by !== "auto" || values.includes(null)) {
    const side = values[0] === null ? "A" : values[1] === null ? "B" : "either side";
    const known = Object.keys(a.metrics).filter((name) => Object.hasOwn(b.metrics, name));
    throw new InputError(
      `Cannot compare ${metric}: ${side} has no value ${by === "auto" ? "" : `by ${by}`}`.trim(),
      {
        hint: `Both sides have: ${known.slice(0, 12).join(", ")}.`,
      },
    );
  }
  const single = (value: number | null): Sample => new Map([["", value!]]);
  return { unit: "result" as const, x: single(values[0]), y: single(values[1]) };
}

/** Same ids and the same number of windows of each; folds are the same when their coordinates are and their people. */
function sameSubjects(a: Metrics, b: Metrics, unit: PairingUnit | "result"): boolean {
  if (unit === "fold") checkFolds(a, b);
  // Folds and single results have no table of windows, and are the same.
  const sizes = ({ tables }: Metrics) =>
    JSON.stringify(
      (tables[`per_${unit}`] ?? []).map((row) => [String(row[unit]), row.windows]).sort(),
    );
  return sizes(a) === sizes(b);
}

/** Names of the people that each fold judged, by its coordinates; empty where the tables do not tell. */
function peopleOfFolds({ tables, cells = [] }: Metrics): Map<string, string> {
  const rows = tables.per_subject ?? [];
  return new Map(cells.flatMap((cell) => {
    const own = rows.filter((row) =>
      Object.entries(cell).every(([axis, at]) => JSON.stringify(metricOf(row, axis)) === JSON.stringify(at))
    );
    return own.length === 0
      ? []
      : [[JSON.stringify(cell), JSON.stringify(own.map((row) => String(row.subject)).sort())] as const];
  }));
}

/** Folds are paired by their numbers, which mean nothing where they hold other people. */
function checkFolds(a: Metrics, b: Metrics): void {
  const [own, other] = [peopleOfFolds(a), peopleOfFolds(b)];
  const differing = [...own.keys()].find((cell) => other.has(cell) && own.get(cell) !== other.get(cell));
  if (differing === undefined) return;
  throw new InputError(`Cannot compare by fold: ${differing} holds other people on either side`, {
    hint: "Give both sides the same split, compare by subject, or set paired: never.",
  });
}

/** Fitted models by subject: the cells in whose tables a subject occurs. */
function modelsOf({ tables, cells = [] }: Metrics, unit: PairingUnit | "result"): Map<string, string[]> {
  const axes = [...new Set(cells.flatMap((cell: CellOf) => Object.keys(cell)))];
  const models = new Map<string, string[]>();
  for (const row of tables[`per_${unit}`] ?? []) {
    const key = String(row[unit]);
    const model = JSON.stringify(axes.map((axis) => metricOf(row, axis)));
    models.set(key, [...models.get(key) ?? [], model]);
  }
  return models;
}

/** Mean value of the metric by subject, recording or fold; empty where the tables do not hold it. */
function sampleOf(metrics: Metrics, metric: string, unit: PairingUnit): Sample {
  const rows = metrics.tables[unit === "fold" ? "folds" : `per_${unit}`] ?? [];
  const groups = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const value = metricOf(row, metric);
    if (typeof value !== "number") return;
    const key = unit === "fold" ? JSON.stringify(metrics.cells?.[i] ?? i) : String(row[unit]);
    groups.set(key, [...groups.get(key) ?? [], value]);
  });
  return new Map(
    [...groups].map(([key, values]) => [key, values.reduce((s, v) => s + v, 0) / values.length]),
  );
}
