/** Usage of behaviours with intervals: shares by time and by bout, drawn over subjects. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import type { Random } from "../../random.ts";
import { usageOf } from "../../temporal/usage.ts";
import { bootstrapGroups } from "../statistics/intervals.ts";

/** One row per behaviour: shares with 95 % bootstrap intervals over subjects, bouts and durations in seconds. */
export function usageTable({ bouts, names }: Behaviours, rng: Random): { [column: string]: Json }[] {
  const assigned = bouts.filter((b) => b.label >= 0);
  const subjects = [...new Set(assigned.map((b) => b.subject))];
  const seconds = tally(assigned, subjects, names.length, (b) => b.duration);
  const counts = tally(assigned, subjects, names.length, () => 1);
  return usageOf(bouts, names.length).map((usage) => {
    const interval = (table: Float64Array[]) =>
      bootstrapGroups(subjects.length, (drawn) => share(table, drawn, usage.id), rng, { draws: 500 });
    const time = interval(seconds), bout = interval(counts);
    return {
      behaviour: names[usage.id],
      subjects: subjects.length,
      time_share: usage.timeShare,
      time_lower: time?.lower ?? null,
      time_upper: time?.upper ?? null,
      bout_share: usage.boutShare,
      bout_lower: bout?.lower ?? null,
      bout_upper: bout?.upper ?? null,
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

function share(table: Float64Array[], drawn: Int32Array, id: number): number {
  let own = 0, all = 0;
  for (const subject of drawn) {
    own += table[subject][id];
    for (const value of table[subject]) all += value;
  }
  return all === 0 ? NaN : own / all;
}
