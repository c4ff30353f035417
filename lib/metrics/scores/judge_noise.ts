/** How codes and decisions bear noise on the input: the share that flips, by the size of the noise. */
import type { Json, Origin } from "../../artifacts/artifact.ts";
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import { claimOverGroups } from "../statistics/authority.ts";
import { scoreOfSums } from "../statistics/group_score.ts";

/** What a model says of the same windows under one noise. */
export interface NoisyOutput {
  /** Standard deviation of the noise, in the units of the scaled input. */
  noise: number;
  /** Code by window; absent without quantiser. */
  codes?: ArrayLike<number>;
  /** Class by window; absent without classifier. */
  classes?: ArrayLike<number>;
}

/** The windows that were encoded. */
export interface ProbedWindows {
  /** True class by window, −1 where unknown. */
  truth: ArrayLike<number>;
  /** Subject by window as a number from 0. */
  subject: ArrayLike<number>;
  subjects: number;
  origin: Origin;
}

/** Compares each noisy output with the clean one; the metrics are those at the noise `reported`. */
export function judgeNoise(
  clean: NoisyOutput,
  noisy: readonly NoisyOutput[],
  windows: ProbedWindows,
  reported: number,
): Pick<Metrics, "metrics" | "tables"> {
  const n = windows.truth.length;
  const metrics: Record<string, Metric> = {};
  const over = (value: number | null, extra: Partial<Metric> = {}): Metric => ({
    value,
    n,
    of: "windows",
    origin: windows.origin,
    note: `under noise of ${reported} of the scaled input`,
    ...extra,
  });
  const rows = [clean, ...noisy].map((output) => {
    const row: { [column: string]: Json } = { noise: output.noise, windows: n };
    for (const [name, key] of [["code", "codes"], ["label", "classes"]] as const) {
      const before = clean[key], after = output[key];
      if (before === undefined || after === undefined) continue;
      const flips = flipsOf(before, after, windows);
      const claim = claimOverGroups(flips, { of: "subjects" }, { range: [0, 1] });
      const { interval } = claim;
      row[`${name}_flip_rate`] = flips.value;
      row[`${name}_flip_lower`] = interval?.lower ?? null;
      row[`${name}_flip_upper`] = interval?.upper ?? null;
      if (output.noise === reported && output !== clean) {
        metrics[`${name}_flip_rate`] = over(flips.value, claim);
      }
    }
    if (output.classes !== undefined) row.accuracy = accuracyOf(output.classes, windows.truth);
    return row;
  });
  return { metrics, tables: { noise: rows } };
}

function flipsOf(before: ArrayLike<number>, after: ArrayLike<number>, { subject, subjects }: ProbedWindows) {
  const counts = Array.from({ length: subjects }, () => [0, 0]);
  for (let i = 0; i < before.length; i++) {
    const own = counts[subject[i]];
    own[1]++;
    if (before[i] !== after[i]) own[0]++;
  }
  const present = counts.filter(([, all]) => all > 0);
  return { ...scoreOfSums(present, ([flipped, all]) => flipped / all), trials: before.length };
}

function accuracyOf(classes: ArrayLike<number>, truth: ArrayLike<number>): number | null {
  let right = 0, n = 0;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] < 0) continue;
    n++;
    if (classes[i] === truth[i]) right++;
  }
  return n === 0 ? null : right / n;
}
