/**
 * What may be claimed from so many groups: the one place that decides whether there is an interval, by which method, and
 * why not. What has no interval has the reason in its place.
 */
import type { Interval } from "../../artifacts/metrics.ts";
import { allAlike } from "./all_alike.ts";
import { crossValidated, type ModelScore } from "./cross_validated.ts";
import { withoutDust } from "./dust.ts";
import type { GroupScore } from "./group_score.ts";
import { nadeauBengio, tInterval } from "./intervals.ts";
import { jackknifeT } from "./jackknife_t.ts";
import { variance } from "./summary.ts";

/**
 * Least number of subjects (or recordings of one subject) for an interval of a score. Below it the tails of a t
 * distribution promise more than scores that pile up near 1 keep; the bench `coverage` measures from here on.
 */
export const LEAST_SUBJECTS = 5;

/** Least number of folds or other repeated fits for an interval over them. */
export const LEAST_FOLDS = 3;

/** An interval, or why there is none. */
export type Claim =
  | { interval: Interval; noInterval?: undefined }
  | { interval?: undefined; noInterval: string };

/** What belongs together when intervals are made. */
export interface Unit {
  /** What a group is: `subjects`, or `recordings` of one subject. */
  of: string;
  /** Why groups of this kind say nothing of other groups at all, e.g. one recording. */
  refused?: string;
}

/** Interval of a score over subjects. */
export function claimOverGroups(
  score: GroupScore,
  { of, refused }: Unit,
  { level = 0.95, range }: { level?: number; range?: readonly [number, number] } = {},
): Claim {
  if (refused !== undefined) return { noInterval: refused };
  const few = tooFew(score.groups, of);
  if (few !== undefined) return { noInterval: few };
  const interval = jackknifeT(score, { level, of, range });
  if (interval !== undefined) return { interval };
  return {
    noInterval: score.value === null
      ? "the score is undefined"
      : `${score.groups} ${of} without a spread to judge by, or one of them alone holds a class`,
  };
}

/** Why so few groups give no interval; `undefined` where they are enough. */
export function tooFew(groups: number, of: string): string | undefined {
  if (groups >= LEAST_SUBJECTS) return undefined;
  const one = groups === 1 ? of.replace(/s$/, "") : of;
  return `only ${groups} ${one}, an interval needs ${LEAST_SUBJECTS}`;
}

/** What is known of repeated fits beside their scores. */
export interface FoldFacts {
  level: number;
  /** Test windows by training windows; `null` where the folds do not say. */
  ratio: number | null;
  /** Different subjects that were judged over all folds; `null` where that is not known. */
  subjects: number | null;
  range?: readonly [number, number];
  /** The same values with the subjects that make them up, where the metric tells: they are the sample then. */
  models?: readonly ModelScore[];
  /** Of a share: the windows that it is a share of. */
  trials?: number;
  /** Whether chance alone raises the values, as it does the ECE: their mean is no bound from below then. */
  raised?: boolean;
}

/**
 * Interval of a mean over folds. Over the subjects that the folds judged, where the metric tells what each adds
 * ({@linkcode crossValidated}); else Nadeau and Bengio's where the sizes of the folds are known, because folds share training
 * data, else Student's t. Equal values have no spread: a perfect share of the subjects then has Wilson's bound, anything
 * else no interval.
 */
export function claimOverFolds(
  values: ArrayLike<number>,
  { level, ratio, subjects, range, models, trials, raised }: FoldFacts,
): Claim {
  const n = values.length;
  if (subjects !== null) {
    const few = tooFew(subjects, "subjects");
    if (few !== undefined) return { noInterval: few };
  }
  const clean = withoutDust(values);
  if (models !== undefined && subjects !== null) {
    const alike = range !== undefined && clean.every((v) => v === clean[0]) && range.includes(clean[0]);
    const interval = alike
      ? allAlike(clean[0], subjects, { level, of: "subjects", range })
      : crossValidated(models, { level, range, trials });
    if (interval === undefined) {
      return { noInterval: `${subjects} equal subjects: no spread is not certainty` };
    }
    return { interval: raised && range !== undefined ? { ...interval, lower: range[0] } : interval };
  }
  if (n < LEAST_FOLDS) {
    return {
      noInterval: `only ${n} value${n === 1 ? "" : "s"}, an interval over folds needs ${LEAST_FOLDS}`,
    };
  }
  if (raised) {
    return { noInterval: "chance alone raises it, and the folds do not tell what each subject adds" };
  }
  if (variance(clean) > 0) {
    return { interval: ratio === null ? tInterval(clean, level)! : nadeauBengio(clean, ratio, level)! };
  }
  return { noInterval: `${n} equal values: no spread is not certainty` };
}
