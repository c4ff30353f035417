/** Student's t over groups by the delete-one jackknife: intervals of any score that few groups make up. */
import type { Interval } from "../../artifacts/metrics.ts";
import { withoutDust } from "./dust.ts";
import type { GroupScore } from "./group_score.ts";
import { allAlike } from "./all_alike.ts";
import { logitInterval } from "./logit_interval.ts";
import { tQuantile } from "./special.ts";
import { variance } from "./summary.ts";
import { reachUnseen } from "./unseen.ts";

/** Settings of {@linkcode jackknifeT}. */
export interface JackknifeOptions {
  level: number;
  /** What the groups are, e.g. `subjects`. */
  of: string;
  /** Attainable values; where both ends are finite the interval is made on the logit scale between them. */
  range?: readonly [number, number] | undefined;
}

/**
 * The variance is `(G−1)/G Σ (θ₋g − θ̄)²` over the scores without each group (Tukey 1958; the CV3 estimator of clustered
 * inference, MacKinnon, Nielsen and Webb 2023), with t on G − 1 degrees of freedom; for equally large groups and a share
 * this is the t interval of the groups' scores. A share is taken to the logit scale, where its distribution is closer to
 * normal, and its variance is at least that of independent trials.
 *
 * A perfect score has no spread, which is not certainty: its bound is Wilson's for G groups that all succeeded. A nearly
 * perfect one goes on towards it ({@linkcode reachUnseen}).
 *
 * @returns `undefined` where there is nothing to tell a spread by: no spread and no range, or an undefined score.
 *
 * ```ts
 * import { jackknifeT } from "./jackknife_t.ts";
 * import { scoreOfSums } from "./group_score.ts";
 * import assert from "node:assert/strict";
 * const right = [97, 94, 99, 96, 91, 98, 95, 99];
 * const share = scoreOfSums(right.map((r) => [r, 100]), ([r, n]) => r / n);
 * const { lower, upper } = jackknifeT(share, { level: 0.95, of: "subjects", range: [0, 1] })!;
 * assert.deepEqual([lower, upper].map((v) => v.toFixed(3)), ["0.930", "0.979"]);
 * ```
 */
export function jackknifeT(score: GroupScore, { level, of, range }: JackknifeOptions): Interval | undefined {
  const { value, groups, trials } = score;
  if (value === null || groups < 2) return undefined;
  const left: number[] = [];
  for (let g = 0; g < groups; g++) {
    const without = score.without(g);
    if (without === null) return undefined;
    left.push(without);
  }
  const values = withoutDust(left);
  const ownVariance = (groups - 1) ** 2 / groups * variance(values);
  if (range === undefined || !range.every(Number.isFinite)) {
    if (ownVariance === 0) return undefined;
    const half = tQuantile(1 - (1 - level) / 2, groups - 1) * Math.sqrt(ownVariance);
    return { level, lower: value - half, upper: value + half, method: `t over ${groups} ${of}` };
  }
  const [low, high] = range, width = high - low;
  const share = (value - low) / width;
  // The spread of few scores near an end says little of those that were not seen.
  const dust = 1e-12;
  if (share <= dust || share >= 1 - dust) {
    return allAlike(share <= dust ? low : high, groups, { level, of, range: [low, high] });
  }
  const least = trials === undefined ? 0 : share * (1 - share) / trials;
  const error = Math.sqrt(Math.max(ownVariance / width ** 2, least));
  if (error === 0) return undefined;
  const half = tQuantile(1 - (1 - level) / 2, groups - 1) * error * width;
  const pseudo = values.map((without) => groups * value - (groups - 1) * without);
  const ends = reachUnseen(logitInterval(value, half, range), { values: pseudo, range, level });
  return { level, ...ends, method: `logit t over ${groups} ${of}` };
}
