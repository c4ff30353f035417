/**
 * A against B on one metric. Offline both are judged on the same subjects, so they are paired wherever that is
 * possible. A winner needs a significant difference in the right direction that is also large enough to matter.
 */
import { significant } from "../../text/numbers.ts";
import type { Interval } from "../../artifacts/metrics.ts";
import type { Direction } from "../kinds/kind.ts";
import { claimOfDifference, type DifferenceTest } from "../statistics/difference.ts";
import { cohensD, hedgesG } from "../statistics/effect.ts";
import { normalCdf } from "../statistics/special.ts";
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
  looks?: { planned: number; look: number } | undefined;
  /** Whether equal keys are the same subjects; by default when at least two keys are common. */
  paired?: boolean;
  /** Comparisons that share `alpha` (Bonferroni). */
  comparisons?: number;
  /**
   * Test windows by training windows (0: not known), where the values are folds: they share training data, so the variance of their
   * mean is larger than that of independent samples (Nadeau and Bengio 2003).
   */
  testTrainRatio?: number;
  /** Fitted models that judged each key, where the keys are cross-validated subjects: those of a fold share one. */
  models?: ReadonlyMap<string, readonly string[]>;
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
  test: DifferenceTest["test"];
  t: number | null;
  df: number | null;
  p: number | null;
  /** p must fall below this at this look. */
  pLimit: number;
  cohensD: number | null;
  hedgesG: number | null;
  /** Interval of the difference by the same test: it leaves out 0 exactly where p is below its limit. */
  interval: Interval | null;
}

/** Compares two samples; pairs them by key unless `paired` says that equal keys are different groups. */
export function compareSamples(a: Sample, b: Sample, options: CompareOptions): Comparison {
  const common = [...a.keys()].filter((key) => b.has(key));
  const paired = (options.paired ?? true) && common.length >= 2;
  const x = paired ? common.map((key) => a.get(key)!) : [...a.values()];
  const y = paired ? common.map((key) => b.get(key)!) : [...b.values()];
  if (x.length === 0 || y.length === 0) {
    throw new RangeError(`Cannot compare samples: ${x.length} and ${y.length} values`);
  }
  const pLimit = limitOf(options);
  const enough = x.length >= 2 && y.length >= 2;
  const { noClaim, ...result } = claimOfDifference(x, y, {
    limit: pLimit,
    paired,
    ratio: options.testTrainRatio,
    ...(options.models === undefined ? {} : { models: common.map((key) => options.models!.get(key) ?? []) }),
  });
  const comparison: Omit<Comparison, "winner" | "reason"> = {
    paired,
    nA: x.length,
    nB: y.length,
    meanA: mean(x),
    meanB: mean(y),
    difference: mean(x) - mean(y),
    ...result,
    pLimit,
    cohensD: enough ? cohensD(x, y) : null,
    hedgesG: enough ? hedgesG(x, y) : null,
  };
  return { ...comparison, ...decide(comparison, noClaim, options) };
}

function decide(
  c: Omit<Comparison, "winner" | "reason">,
  noClaim: string | null,
  { direction, minEffect }: CompareOptions,
) {
  const none = (reason: string) => ({ winner: "inconclusive" as const, reason });
  if (c.nA === 1 && c.nB === 1) return none("one value each (1 and 1): there is no spread to judge by");
  if (c.difference === 0) return none("no difference");
  // Without p there is always a reason.
  if (c.p === null) return none(noClaim!);
  if (c.p >= c.pLimit) {
    return none(
      `p = ${significant(c.p)} is not below ${significant(c.pLimit)}${
        noClaim === null ? "" : `: ${noClaim}`
      }`,
    );
  }
  const effect = c.cohensD === null ? Infinity : Math.abs(c.cohensD);
  if (effect < minEffect) return none(`|d| = ${significant(effect)} is below ${minEffect}`);
  if (direction === undefined) {
    return none(
      `A ${c.difference > 0 ? "exceeds" : "falls below"} B by ${
        significant(Math.abs(c.difference))
      }, but nothing says ` +
        "whether more is better: state it in the metric's `kind` or in `directions`",
    );
  }
  const better = (c.difference > 0) === (direction === "higher") ? "A" as const : "B" as const;
  return {
    winner: better,
    reason: `${better} is ${direction} by ${significant(Math.abs(c.difference))}, p = ${significant(c.p)}` +
      (c.cohensD === null ? ", the same in every pair" : `, d = ${significant(c.cohensD)}`),
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
