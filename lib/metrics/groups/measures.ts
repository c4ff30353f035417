/** What a subject does, by behaviour: the numbers that groups are compared on. */
import type { Bout } from "../../artifacts/behaviours.ts";

/** Measures of one behaviour of one subject (in one session). */
export const measures = ["time_share", "bouts_per_hour", "mean_bout_s"] as const;
export type Measure = typeof measures[number];

/** What a measure is called, and its unit. */
export const measureTitles: Record<Measure, { title: string; unit?: string }> = {
  time_share: { title: "share of time" },
  bouts_per_hour: { title: "bouts an hour", unit: "1/h" },
  mean_bout_s: { title: "mean bout", unit: "s" },
};

/** Measures of one subject: `[behaviour]` each; `null` where the subject never shows the behaviour or was not seen. */
export interface SubjectMeasures {
  seconds: number;
  values: Record<Measure, (number | null)[]>;
  /** Bouts of behaviour j that follow one of i without a gap, an hour of assigned time: `[i][j]`. */
  transitionsPerHour: number[][];
}

/**
 * Measures the bouts of one subject. Shares and rates refer to the time with a behaviour; unassigned time is left out. The
 * mean bout divides the time in a behaviour by the ends of bouts that were seen (bouts cut off by an end of a recording
 * add time, not ends): the maximum likelihood estimate for exponential bouts, free of the bias of complete bouts alone.
 *
 * @param bouts Bouts of one subject in the order of time within each recording.
 * @param k Number of behaviours.
 */
export function measureSubject(bouts: readonly Bout[], k: number): SubjectMeasures {
  const seconds = new Float64Array(k), ends = new Float64Array(k), starts = new Float64Array(k);
  const steps = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  let total = 0;
  for (const [i, bout] of bouts.entries()) {
    if (bout.label < 0) continue;
    total += bout.duration;
    seconds[bout.label] += bout.duration;
    starts[bout.label]++;
    if (!bout.censoredRight) ends[bout.label]++;
    const before = bouts[i - 1];
    if (
      before !== undefined && before.label >= 0 && before.recording === bout.recording &&
      before.end === bout.start
    ) {
      steps[before.label][bout.label]++;
    }
  }
  const hours = total / 3600;
  const each = (of: (label: number) => number | null) =>
    Array.from({ length: k }, (_, label) => total === 0 ? null : of(label));
  return {
    seconds: total,
    values: {
      time_share: each((label) => seconds[label] / total),
      bouts_per_hour: each((label) => starts[label] / hours),
      mean_bout_s: each((label) => ends[label] === 0 ? null : seconds[label] / ends[label]),
    },
    transitionsPerHour: steps.map((row) => row.map((n) => total === 0 ? 0 : n / hours)),
  };
}
