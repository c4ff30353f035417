/** The interval of a calibration error, which is a norm: it is never negative, and chance alone raises it. */
import { type Claim, claimOverGroups } from "../statistics/authority.ts";
import type { Grouping } from "../scores/grouping.ts";
import type { GroupScore } from "../statistics/group_score.ts";
import { normalQuantile, tQuantile } from "../statistics/special.ts";
import { quantileSorted } from "../statistics/summary.ts";
import type { Random } from "../../random.ts";

const draws = 1000;

/**
 * Interval of the ECE over groups of windows.
 *
 * By the triangle inequality the ECE misses the truth by no more than the ECE of the estimation error. The lower end goes
 * down by the upper quantile of that error's ECE, found by changing the signs of the groups' deviations (Rademacher
 * weights), widened as t is wider than the normal; a perfectly calibrated model is thus within it. The upper end is the
 * jackknife's t, which chance can only raise.
 *
 * @param bin Bin of each window.
 * @param gap Whether each window is right (0 or 1), minus its confidence.
 */
export function eceInterval(
  grouping: Grouping,
  bin: Int32Array,
  gap: Float64Array,
  bins: number,
  rng: Random,
  level = 0.95,
): Claim {
  const { group, count } = grouping;
  const gaps = Array.from({ length: count }, () => new Float64Array(bins));
  const sizes = Array.from({ length: count }, () => new Float64Array(bins));
  const total = new Float64Array(bins), size = new Float64Array(bins);
  for (let i = 0; i < bin.length; i++) {
    gaps[group[i]][bin[i]] += gap[i];
    sizes[group[i]][bin[i]]++;
    total[bin[i]] += gap[i];
    size[bin[i]]++;
  }
  const n = bin.length;
  const score = eceScore(gaps, sizes, total, n);
  const claim = claimOverGroups(score, grouping, { level });
  if (claim.interval === undefined) return claim;
  const ece = score.value!;
  // Deviations of each group from the mean gap of its bins.
  const deviations = gaps.map((own, g) =>
    own.map((sum, b) => size[b] === 0 ? 0 : sum - sizes[g][b] * total[b] / size[b])
  );
  const sums = new Float64Array(bins);
  const errors = Float64Array.from({ length: draws }, () => {
    sums.fill(0);
    for (const own of deviations) {
      const sign = rng.uniform() < 0.5 ? -1 : 1;
      for (let b = 0; b < bins; b++) sums[b] += sign * own[b];
    }
    return sums.reduce((s, v) => s + Math.abs(v), 0) / n;
  }).sort();
  const tail = 1 - (1 - level) / 2;
  const few = tQuantile(tail, count - 1) / normalQuantile(tail) * Math.sqrt(count / (count - 1));
  const chance = few * quantileSorted(errors, tail);
  return {
    interval: {
      level,
      lower: Math.max(0, ece - chance),
      upper: Math.min(1, Math.max(ece, claim.interval.upper)),
      method: `sign flips and t over ${count} ${grouping.of}`,
    },
  };
}

function eceScore(gaps: Float64Array[], sizes: Float64Array[], total: Float64Array, n: number): GroupScore {
  const norm = (sums: Float64Array, windows: number) =>
    windows === 0 ? null : sums.reduce((s, v) => s + Math.abs(v), 0) / windows;
  return {
    value: norm(total, n),
    without: (g) => norm(total.map((s, b) => s - gaps[g][b]), n - sizes[g].reduce((s, v) => s + v, 0)),
    groups: gaps.length,
  };
}
