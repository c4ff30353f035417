/** What was read, in words. */
import type { Recordings } from "../artifacts/recordings.ts";
import type { Quality, RateSource } from "../artifacts/recording/quality.ts";
import { count, duration, percent } from "../text/numbers.ts";

/** Lowest, median and highest of measured rates; undefined where nothing was measured. */
export function rateFacts(rates: readonly number[]): Quality["measuredRate"] {
  if (rates.length === 0) return undefined;
  const sorted = Float64Array.from(rates).sort();
  return { lowest: sorted[0], median: sorted[sorted.length >> 1], highest: sorted.at(-1)!, n: sorted.length };
}

/** Where the rate of a set is from. */
export function rateSourceOf(
  { origin }: Pick<Recordings, "origin">,
  assumed: boolean,
  measured: Quality["measuredRate"],
): RateSource {
  if (measured !== undefined) return "measured";
  return origin === "simulated" ? "simulated" : assumed ? "assumed" : "stated";
}

/** What must never pass silently. */
export const assumedRate = (rate: number) =>
  `The rate of ${rate} Hz is assumed, nothing measured it: with another one all seconds and hertz are wrong; set rate to the ` +
  "device's and remove rate_assumed, or name a time column";

/** What the summary says of a rate that no times show. */
const unmeasured: Record<RateSource, string> = {
  measured: "",
  simulated: "",
  stated: " (stated, not measured)",
  assumed: " (ASSUMED, not measured)",
};

/**
 * Lines on a set of recordings: how many, of whom, how long, at which rate; then units, classes by people, and what was
 * left out.
 */
export function describeRecordings(set: Recordings, quality: Quality): string[] {
  const { recordings, sensors, channels, labelNames, rate } = set;
  const { measuredRate } = quality;
  const hz = (value: number) => Number(value.toPrecision(5));
  const measured = measuredRate === undefined
    ? unmeasured[quality.rateSource ?? "simulated"]
    : hz(measuredRate.lowest) === hz(measuredRate.highest)
    ? ` (measured ${hz(measuredRate.median)})`
    : ` (measured ${hz(measuredRate.lowest)} to ${hz(measuredRate.highest)})`;
  const lines = [
    `${count(recordings.length, "recording")} of ${count(quality.subjects, "subject")}, ${
      (quality.seconds / 3600).toFixed(2)
    } h at ${hz(rate)} Hz${measured}, ${count(sensors.length, "sensor")} × ${
      count(channels.length, "channel")
    }, ${count(labelNames.length, "class", "classes")}, ${percent(quality.unlabelledShare)} unlabelled, ${
      quality.gaps === 0
        ? "no gaps"
        : `${count(quality.gaps, "gap")} of ${duration(quality.gapSeconds)} in all`
    }`,
  ];
  lines.push(...(quality.units ?? []).map(tellUnit));
  for (const { name, seconds, subjects } of quality.classes) {
    lines.push(`class ${name}: ${duration(seconds)} of ${count(subjects, "subject")}`);
  }
  for (const { device, sensor, before, after, moments, applied } of quality.calibration ?? []) {
    if (!applied) continue;
    const mg = (error: number) => (1000 * error).toFixed(1);
    lines.push(
      `calibrated ${sensor} of ${device}: error ${mg(before)} → ${
        mg(after)
      } mg over ${moments} still moments`,
    );
  }
  return [...lines, ...quality.notes ?? []];
}

/** What was declared and what the numbers look like, in one sentence. */
export function tellUnit(
  { sensor, quantity, declared, looksLike }: NonNullable<Quality["units"]>[number],
): string {
  const said = declared === "unknown" ? "no unit declared" : `declared ${declared}`;
  return `${quantity} of ${sensor}: ${said}, ${
    looksLike === null ? "and the numbers do not tell it" : `looks like ${looksLike}`
  }`;
}
