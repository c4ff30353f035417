/** What may be claimed of a difference: which test holds for so many pairs, and what it cannot decide. */
import type { Interval } from "../../artifacts/metrics.ts";
import { LEAST_FOLDS, LEAST_SUBJECTS } from "./authority.ts";
import { largest, withoutDust } from "./dust.ts";
import { pairedT, type TTest, welch } from "./effect.ts";
import { foldT } from "./fold_t.ts";
import { signFlip } from "./sign_flip.ts";
import { tQuantile } from "./special.ts";
import { mean } from "./summary.ts";

/** From this many pairs on a t test holds for differences that are not normal; fewer are tested exactly. */
const T_FROM = 12;

/** How a difference was tested. */
export interface DifferenceTest {
  test: "sign flips" | "paired t" | "corrected paired t" | "t over folds" | "Welch" | "none";
  t: number | null;
  df: number | null;
  p: number | null;
  /** Leaves out 0 exactly where p is below the limit. */
  interval: Interval | null;
}

/** What is known of the two samples. */
export interface DifferenceFacts {
  /** p must fall below this. */
  limit: number;
  /** Whether `x[i]` and `y[i]` belong together. */
  paired: boolean;
  /** Test by training windows where the values are folds, 0 where that is not known; absent for subjects. */
  ratio?: number | undefined;
  /** Models that judged each pair, where the pairs are cross-validated subjects. */
  models?: readonly (readonly string[])[];
}

/**
 * Tests `mean(x) − mean(y)`.
 *
 * - Pairs of subjects: all changes of signs below 12 pairs and wherever all differences are equal, else the paired t test.
 * - Pairs of cross-validated subjects: t over folds, whose subjects share one model.
 * - Pairs of folds: the corrected t test of Nadeau and Bengio, from 3 folds on.
 * - Independent groups: Welch's test, from 5 on either side.
 *
 * @returns The test and, in `noClaim`, what it cannot decide whatever the values are.
 */
export function claimOfDifference(
  x: readonly number[],
  y: readonly number[],
  { limit, paired, ratio, models }: DifferenceFacts,
): DifferenceTest & { noClaim: string | null } {
  const difference = mean(x) - mean(y);
  const none = (noClaim: string) =>
    ({ test: "none", t: null, df: null, p: null, interval: null, noClaim }) as const;
  const byT = (test: DifferenceTest["test"], { t, df, p, error }: TTest) =>
    error === null ? none("no spread is not certainty") : {
      test,
      t,
      df,
      p,
      interval: tInterval(difference, error, df!, 1 - limit),
      noClaim: null,
    };
  if (!paired) {
    const least = Math.min(x.length, y.length);
    if (least < LEAST_SUBJECTS) return none(`only ${least} on one side, ${LEAST_SUBJECTS} are needed`);
    return byT("Welch", welch(withoutDust(x), withoutDust(y)));
  }
  const n = x.length, scale = Math.max(largest(x), largest(y));
  const d = withoutDust(x.map((value, i) => value - y[i]), scale);
  const zeros = new Float64Array(n);
  if (ratio !== undefined) {
    if (n < LEAST_FOLDS) return none(`only ${n} folds, ${LEAST_FOLDS} are needed`);
    return byT(ratio > 0 ? "corrected paired t" : "paired t", pairedT(d, zeros, ratio));
  }
  if (n < 2) return none("one pair has no spread to judge by");
  const shared = models === undefined ? null : foldT(d, models);
  if (shared !== null) return byT("t over folds", shared);
  const constant = d.every((value) => value === d[0]);
  if (n >= T_FROM && !constant) return byT("paired t", pairedT(d, zeros));
  // Equal differences: only all signs as they are, or all changed, are as extreme.
  const exact = n < T_FROM ? signFlip(d, limit, scale) : { p: 2 ** (1 - n), interval: null };
  const needed = Math.floor(1 - Math.log2(limit)) + 1;
  return {
    test: "sign flips",
    t: null,
    df: null,
    p: exact.p,
    interval: exact.interval === null ? null : {
      level: 1 - limit,
      lower: exact.interval[0],
      upper: exact.interval[1],
      method: `sign flips of ${n} pairs`,
    },
    noClaim: n < needed ? `${n} pairs cannot tell, ${needed} can` : null,
  };
}

function tInterval(difference: number, error: number, df: number, level: number): Interval {
  const half = error * tQuantile(1 - (1 - level) / 2, df);
  return { level, lower: difference - half, upper: difference + half, method: "t" };
}
