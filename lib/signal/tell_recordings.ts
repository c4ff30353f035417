/** What was read, in words. */
import type { Quality, Recordings } from "../artifacts/recordings.ts";
import { count, duration, percent } from "../text/numbers.ts";

/** Lowest, median and highest of measured rates; undefined where nothing was measured. */
export function rateFacts(rates: readonly number[]): Quality["measuredRate"] {
  if (rates.length === 0) return undefined;
  const sorted = Float64Array.from(rates).sort();
  return { lowest: sorted[0], median: sorted[sorted.length >> 1], highest: sorted.at(-1)!, n: sorted.length };
}

/**
 * Lines on a set of recordings: how many, of whom, how long, at which rate; then units, classes by people, and what was
 * left out.
 */
export function tellRecordings(set: Recordings, quality: Quality): string[] {
  const { recordings, sensors, channels, labelNames, rate } = set;
  const { measuredRate } = quality;
  const hz = (value: number) => Number(value.toPrecision(5));
  const measured = measuredRate === undefined
    ? ""
    : measuredRate.lowest === measuredRate.highest
    ? ` (measured ${hz(measuredRate.median)})`
    : ` (measured ${hz(measuredRate.lowest)} to ${hz(measuredRate.highest)})`;
  const lines = [
    `${count(recordings.length, "recording")} of ${count(quality.subjects, "subject")}, ${
      (quality.seconds / 3600).toFixed(2)
    } h at ${hz(rate)} Hz${measured}, ${sensors.length} sensors × ${channels.length} channels, ${
      count(labelNames.length, "class", "classes")
    }, ${percent(quality.unlabelledShare)} unlabelled, ${count(quality.gaps, "gap")} of ${
      duration(quality.gapSeconds)
    } in all`,
  ];
  for (const { sensor, quantity, declared, looksLike } of quality.units ?? []) {
    lines.push(
      `${quantity} of ${sensor}: declared ${declared}, looks like ${looksLike ?? "nothing certain"}`,
    );
  }
  for (const { name, seconds, subjects } of quality.classes) {
    lines.push(`class ${name}: ${duration(seconds)} of ${count(subjects, "subject")}`);
  }
  return [...lines, ...quality.notes ?? []];
}
