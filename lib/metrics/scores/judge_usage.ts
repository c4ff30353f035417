/** Usage of behaviours in the judged windows: bouts, durations, and shares with intervals over subjects. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import type { Metric } from "../../artifacts/metrics.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { boutDurations } from "../../temporal/bout_durations.ts";
import { restrict, stretchesOf } from "../../temporal/stretches.ts";
import { boutsOf } from "../../temporal/timeline.ts";
import { usageOf } from "../../temporal/usage.ts";
import { claimOverGroups } from "../statistics/authority.ts";
import { scoreOfSums } from "../statistics/group_score.ts";

/** Bouts of the judged windows, and the seconds that these cover. */
export interface JudgedBouts {
  bouts: Bout[];
  seconds: number;
}

/**
 * Bouts within the judged windows alone: one that goes on into windows of another part is cut off there.
 *
 * @param part Judged windows.
 */
export function judgedBouts(windows: Windows, { labels }: Behaviours, part: ArrayLike<number>): JudgedBouts {
  const wanted = new Uint8Array(windows.start.length);
  for (let i = 0; i < part.length; i++) wanted[part[i]] = 1;
  const stretches = restrict(stretchesOf(windows), (window) => wanted[window] === 1);
  const { start, length, recordings } = windows;
  const samples = stretches.reduce((sum, { from, to }) => sum + start[to - 1] + length - start[from], 0);
  return { bouts: boutsOf(windows, labels, stretches), seconds: samples / recordings.rate };
}

/** Median duration of the bouts, and the share of the judged time that belongs to a behaviour. */
export function boutMetrics({ bouts, seconds }: JudgedBouts, { origin }: Behaviours): Record<string, Metric> {
  const own = bouts.filter((b) => b.label >= 0);
  const assigned = own.reduce((s, b) => s + b.duration, 0);
  const over = { n: own.length, of: "bouts", origin };
  const durations = boutDurations(own);
  return {
    bout_duration_median: {
      value: durations?.median ?? null,
      unit: "s",
      ...over,
      note: `Kaplan–Meier, ${durations?.complete ?? 0} of the bouts complete`,
    },
    assigned_time_share: { value: seconds === 0 ? null : assigned / seconds, ...over },
  };
}

/** One row per behaviour: shares with 95 % intervals over subjects, bouts and durations in seconds. */
export function usageTable({ bouts }: JudgedBouts, { names }: Behaviours): { [column: string]: Json }[] {
  const assigned = bouts.filter((b) => b.label >= 0);
  const subjects = [...new Set(assigned.map((b) => b.subject))];
  const seconds = tally(assigned, subjects, names.length, (b) => b.duration);
  const counts = tally(assigned, subjects, names.length, () => 1);
  return usageOf(bouts, names.length).map((usage) => {
    const claim = (table: Float64Array[]) =>
      claimOverGroups(
        scoreOfSums(table, (sum) => sum[usage.id] / sum.reduce((a, b) => a + b, 0)),
        { of: "subjects" },
        { range: [0, 1] },
      );
    const time = claim(seconds), bout = claim(counts);
    return {
      behaviour: names[usage.id],
      subjects: subjects.length,
      time_share: usage.timeShare,
      time_lower: time.interval?.lower ?? null,
      time_upper: time.interval?.upper ?? null,
      bout_share: usage.boutShare,
      bout_lower: bout.interval?.lower ?? null,
      bout_upper: bout.interval?.upper ?? null,
      no_interval: time.noInterval ?? bout.noInterval ?? null,
      bouts: usage.bouts,
      censored: usage.censored,
      seconds: usage.seconds,
      complete: usage.duration?.complete ?? 0,
      median_s: usage.duration?.median ?? null,
      complete_median_s: usage.duration?.completeMedian ?? null,
      p10_s: usage.duration?.p10 ?? null,
      p90_s: usage.duration?.p90 ?? null,
    };
  });
}

/** Sums by subject, each a vector over behaviours. */
function tally(bouts: Bout[], subjects: string[], k: number, of: (bout: Bout) => number): Float64Array[] {
  const index = new Map(subjects.map((s, i) => [s, i]));
  const out = subjects.map(() => new Float64Array(k));
  for (const b of bouts) out[index.get(b.subject)!][b.label] += of(b);
  return out;
}
