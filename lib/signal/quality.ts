/** What a data set's recordings are worth: gaps, clipping, dead channels, implausible units, balance of classes. */
import type { ClassFacts, Quality, Recording, Recordings } from "../artifacts/recordings.ts";
import { judgeUnits } from "./units.ts";

/** Equal extreme values in a row that count as clipping rather than chance. */
const clippingRun = 3;
/** Share of clipped samples of a channel that is worth a warning. */
const muchClipping = 0.01;

/** Per sensor and channel of one recording: clipped samples, and whether the value ever changes. */
function channelFacts(
  r: Recording,
  width: number,
  extremes: Float32Array,
): { clipped: Float64Array; flat: boolean[] } {
  const clipped = new Float64Array(width);
  const flat = new Array<boolean>(width).fill(r.samples > 1);
  const run = new Int32Array(width);
  for (let t = 0, i = 0; t < r.samples; t++) {
    for (let c = 0; c < width; c++, i++) {
      const x = r.data[i];
      if (flat[c] && x !== r.data[c]) flat[c] = false;
      if (x !== extremes[2 * c] && x !== extremes[2 * c + 1]) {
        run[c] = 0;
        continue;
      }
      if (t > 0 && x !== r.data[i - width]) run[c] = 0;
      run[c]++;
      if (run[c] === clippingRun) clipped[c] += clippingRun;
      else if (run[c] > clippingRun) clipped[c]++;
    }
  }
  return { clipped, flat };
}

/** Smallest and largest value of every channel over all recordings, `[2 · width]`. */
function extremesOf(recordings: readonly Recording[], width: number): Float32Array {
  const out = new Float32Array(2 * width);
  for (let c = 0; c < width; c++) [out[2 * c], out[2 * c + 1]] = [Infinity, -Infinity];
  for (const { data } of recordings) {
    for (let i = 0, c = 0; i < data.length; i++, c = c + 1 === width ? 0 : c + 1) {
      if (data[i] < out[2 * c]) out[2 * c] = data[i];
      if (data[i] > out[2 * c + 1]) out[2 * c + 1] = data[i];
    }
  }
  return out;
}

/**
 * Measures a data set.
 *
 * A sample counts as clipped where a channel stays at the data set's smallest or largest value for three samples or more.
 *
 * @returns Numbers for the record, and warnings in plain words for what should be looked at before trusting a model.
 */
export function assessQuality(set: Recordings): { quality: Quality; warnings: string[] } {
  const { recordings, rate, sensors, channels, labelNames } = set;
  const width = sensors.length * channels.length;
  const extremes = extremesOf(recordings, width);
  const channelName = (c: number) =>
    `${sensors.length > 1 ? `${sensors[Math.floor(c / channels.length)]} ` : ""}${
      channels[c % channels.length]
    }`;
  const warnings: string[] = [];
  const clipped = new Float64Array(width);
  const dead: string[] = [];
  let samples = 0;
  let missing = 0;
  let gaps = 0;
  let longestGap = 0;
  const classes: ClassFacts[] = labelNames.map((name) => ({ name, seconds: 0, subjects: 0 }));
  const seen = labelNames.map(() => new Map<string, number>());
  let unlabelled = 0;
  for (const r of recordings) {
    const facts = channelFacts(r, width, extremes);
    facts.clipped.forEach((n, c) => clipped[c] += n);
    facts.flat.forEach((flat, c) => flat && dead.push(`${channelName(c)} of ${r.id}`));
    samples += r.samples;
    for (const [a, b] of r.gaps) {
      gaps++;
      missing += b - a;
      longestGap = Math.max(longestGap, b - a);
    }
    for (const label of r.labels) {
      if (label < 0) unlabelled++;
      else {
        classes[label].seconds += 1 / rate;
        seen[label].set(r.subject, (seen[label].get(r.subject) ?? 0) + 1);
      }
    }
  }
  classes.forEach((k, label) => {
    k.seconds = Math.round(k.seconds * 1000) / 1000;
    k.subjects = seen[label].size;
    k.bySubject = Object.fromEntries(
      [...seen[label]].map(([who, n]) => [who, Math.round(1000 * n / rate) / 1000]),
    );
  });
  if (dead.length > 0) {
    warnings.push(
      `Channels that never change: ${dead.slice(0, 5).join(", ")}${dead.length > 5 ? ", …" : ""}`,
    );
  }
  const shares = Array.from(clipped, (n) => n / samples);
  const loud = shares.flatMap((share, c) =>
    share > muchClipping && !dead.some((d) => d.startsWith(channelName(c)))
      ? [`${channelName(c)} ${(100 * share).toFixed(1)} %`]
      : []
  );
  if (loud.length > 0) warnings.push(`Clipped samples, the sensor's range was too small: ${loud.join(", ")}`);
  const units = judgeUnits(set);
  warnings.push(...units.warnings);
  const subjects = new Set(recordings.map((r) => r.subject)).size;
  const lonely = classes.filter((k) => k.subjects === 1 && subjects > 1).map((k) => k.name);
  if (lonely.length > 0) {
    warnings.push(
      `Seen in one subject only, so never both learned and tested on held-out subjects: ${lonely.join(", ")}`,
    );
  }
  return {
    warnings,
    quality: {
      seconds: samples / rate,
      subjects,
      gaps,
      gapSeconds: missing / rate,
      longestGapSeconds: longestGap / rate,
      unlabelledShare: samples === 0 ? 0 : unlabelled / samples,
      clippedShare: sensors.map((_, s) => shares.slice(s * channels.length, (s + 1) * channels.length)),
      deadChannels: dead,
      classes,
      units: units.facts,
    },
  };
}
