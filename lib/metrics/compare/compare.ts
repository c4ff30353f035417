/**
 * A against B on one metric. Offline both are judged on the same subjects, so they are paired wherever that is
 * possible. A winner needs a significant difference in the right direction that is also large enough to matter.
 */
import type { Interval } from "../../artifacts/metrics.ts";
import type { Random } from "../../random.ts";
import type { Direction } from "../kinds/kind.ts";
import { cohensD, hedgesG, pairedT, type TTest, welch } from "../statistics/effect.ts";
import { bootstrapGroups } from "../statistics/intervals.ts";
import { normalCdf, tQuantile } from "../statistics/special.ts";
import { obrienFleming } from "../statistics/looks.ts";
import { mean } from "../statistics/summary.ts";

/** Values by subject, recording or fold. */
export type Sample = ReadonlyMap<string, number>;

/** Settings of {@linkcode compareSamples}. */
export interface CompareOptions {
  /** Which way is better; where it is not known there is a difference but no winner. */
  direction: Direction | undefined;
  /** Overall two-sided error. */
  alpha: number;
  /** Least |Cohen's d| that matters. */
  minEffect: number;
  /** Planned looks and the number of this one, from 1. */
  looks?: { planned: number; look: number };
  /** Whether equal keys are the same subjects; by default when at least two keys are common. */
  paired?: boolean;
  /** Comparisons that share `alpha` (Bonferroni). */
  comparisons?: number;
  /**
   * Test windows by training windows, where the values are folds: they share training data, so the variance of their
   * mean is larger than that of strangers (Nadeau and Bengio 2003).
   */
  testTrainRatio?: number;
}

/** How one metric compares. Differences are A − B. */
export interface Comparison {
  winner: "A" | "B" | "inconclusive";
  reason: string;
  paired: boolean;
  nA: number;
  nB: number;
  meanA: number;
  meanB: number;
  difference: number;
  test: "paired t" | "corrected paired t" | "Welch" | "none";
  t: number | null;
  df: number | null;
  p: number | null;
  /** p must fall below this at this look. */
  pLimit: number;
  cohensD: number | null;
  hedgesG: number | null;
  /** Interval of the difference by the same test: it leaves out 0 exactly where p is below its limit. */
  interval: Interval | null;
  /** Percentile bootstrap over the same units, which assumes no distribution and is too narrow for few of them. */
  bootstrap: Interval | null;
}

/** Compares two samples; pairs them by key unless `paired` says that equal keys are strangers. */
export function compareSamples(a: Sample, b: Sample, options: CompareOptions, rng: Random): Comparison {
  const common = [...a.keys()].filter((key) => b.has(key));
  const paired = (options.paired ?? true) && common.length >= 2;
  const x = paired ? common.map((key) => a.get(key)!) : [...a.values()];
  const y = paired ? common.map((key) => b.get(key)!) : [...b.values()];
  if (x.length === 0 || y.length === 0) {
    throw new RangeError(`Cannot compare samples: ${x.length} and ${y.length} values`);
  }
  const pLimit = limitOf(options);
  const enough = x.length >= 2 && y.length >= 2;
  const ratio = paired ? options.testTrainRatio ?? 0 : 0;
  const result: TTest = !enough
    ? { t: null, df: null, p: null, error: null }
    : paired
    ? pairedT(x, y, ratio)
    : welch(x, y);
  const difference = mean(x) - mean(y);
  const d = enough ? cohensD(x, y) : null;
  const comparison: Omit<Comparison, "winner" | "reason"> = {
    paired,
    nA: x.length,
    nB: y.length,
    meanA: mean(x),
    meanB: mean(y),
    difference,
    test: !enough ? "none" : !paired ? "Welch" : ratio > 0 ? "corrected paired t" : "paired t",
    t: result.t,
    df: result.df,
    p: result.p,
    pLimit,
    cohensD: d,
    hedgesG: enough ? hedgesG(x, y) : null,
    interval: enough ? testInterval(result, difference, 1 - pLimit) : null,
    bootstrap: enough ? bootstrapDifference(x, y, paired, 1 - pLimit, rng) : null,
  };
  return { ...comparison, ...decide(comparison, options) };
}

function decide(c: Omit<Comparison, "winner" | "reason">, { direction, minEffect }: CompareOptions) {
  const none = (reason: string) => ({ winner: "inconclusive" as const, reason });
  if (c.test === "none") return none(`one value each (${c.nA} and ${c.nB}): there is no spread to judge by`);
  const same = c.difference === 0;
  // No spread at all and yet a difference: every pair differs by the same amount.
  const certain = c.p === null && !same && c.paired;
  if (c.p === null && !certain) return none(same ? "no difference" : "no spread in either sample");
  if (!certain && c.p! >= c.pLimit) return none(`p = ${digits(c.p!)} is not below ${digits(c.pLimit)}`);
  const effect = c.cohensD === null ? Infinity : Math.abs(c.cohensD);
  if (effect < minEffect) return none(`|d| = ${digits(effect)} is below ${minEffect}`);
  if (direction === undefined) {
    return none(
      `A ${c.difference > 0 ? "exceeds" : "falls below"} B by ${
        digits(Math.abs(c.difference))
      }, but nothing says ` +
        "whether more is better: state it in the metric's `kind` or in `directions`",
    );
  }
  const better = (c.difference > 0) === (direction === "higher") ? "A" as const : "B" as const;
  return {
    winner: better,
    reason: `${better} is ${direction} by ${digits(Math.abs(c.difference))}, ` +
      (certain ? "the same in every pair" : `p = ${digits(c.p!)}, d = ${digits(c.cohensD ?? NaN)}`),
  };
}

/** Two-sided p that this look must undercut, after sharing α among comparisons. */
function limitOf({ alpha, looks, comparisons = 1 }: CompareOptions): number {
  const own = alpha / comparisons;
  if (looks === undefined || looks.planned === 1) return own;
  if (!(looks.look >= 1 && looks.look <= looks.planned)) {
    throw new RangeError(`Cannot compare samples: look ${looks.look} of ${looks.planned} planned`);
  }
  return 2 * normalCdf(-obrienFleming(looks.planned, own)[looks.look - 1]);
}

/** The interval that belongs to a t test; a single point where there is no spread. */
function testInterval({ df, error }: TTest, difference: number, level: number): Interval {
  const half = error === null || df === null ? 0 : error * tQuantile(1 - (1 - level) / 2, df);
  return { level, lower: difference - half, upper: difference + half, method: "t" };
}

function bootstrapDifference(
  x: number[],
  y: number[],
  paired: boolean,
  level: number,
  rng: Random,
): Interval | null {
  if (paired) {
    const differences = x.map((value, i) => value - y[i]);
    const statistic = (drawn: Int32Array) => {
      let sum = 0;
      for (const i of drawn) sum += differences[i];
      return sum / drawn.length;
    };
    return bootstrapGroups(x.length, statistic, rng, { level, of: "pairs" }) ?? null;
  }
  const resampled = (values: number[]) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[rng.below(values.length)];
    return sum / values.length;
  };
  return bootstrapGroups(2, () => resampled(x) - resampled(y), rng, { level, of: "either sample" }) ?? null;
}

function digits(value: number): string {
  return String(+value.toPrecision(3));
}
