/** What a data set's recordings are worth: gaps, clipping, dead channels, implausible units, balance of classes. */
import type { Quality, Recording, Recordings } from "../artifacts/recordings.ts";

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

/** Median length of a triad's vector over every tenth sample. */
function medianNorm(recordings: readonly Recording[], width: number, at: readonly number[]): number {
  const norms: number[] = [];
  for (const { data, samples } of recordings) {
    for (let t = 0; t < samples; t += 10) {
      const i = t * width;
      norms.push(Math.hypot(data[i + at[0]], data[i + at[1]], data[i + at[2]]));
    }
  }
  const sorted = Float64Array.from(norms).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/** What the median length of an accelerometer with gravity says about its unit. */
function unitProblem(unit: string, norm: number): string | undefined {
  const near = (g: number) => norm > 0.8 * g && norm < 1.25 * g;
  const metric = /^m\/s(\^?2|²)$/i.test(unit);
  if (metric && near(1)) return "the values look like g";
  if (unit === "g" && near(9.81)) return "the values look like m/s^2";
  if (near(1000)) return "the values look like mg";
  if ((metric && !near(9.81)) || (unit === "g" && !near(1))) {
    return `its median length is ${norm.toPrecision(3)} ${unit}, gravity would be ${metric ? "9.81" : "1"}`;
  }
  return undefined;
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
  const classes = labelNames.map((name) => ({ name, seconds: 0, subjects: 0 }));
  const seen = labelNames.map(() => new Set<string>());
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
        seen[label].add(r.subject);
      }
    }
  }
  classes.forEach((k, label) => {
    k.seconds = Math.round(k.seconds * 1000) / 1000;
    k.subjects = seen[label].size;
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
  const acc = set.triads.find(([x]) =>
    /acc|^_?a_?x$/i.test(channels[x]) && !/lin|body|user/i.test(channels[x])
  );
  if (acc !== undefined) {
    sensors.forEach((sensor, s) => {
      const norm = medianNorm(recordings, width, acc.map((c) => s * channels.length + c));
      const problem = unitProblem(set.units[acc[0]], norm);
      if (problem !== undefined) {
        warnings.push(
          `The accelerometer of ${sensor} may have another unit than ${set.units[acc[0]]}: ${problem}`,
        );
      }
    });
  }
  const subjects = new Set(recordings.map((r) => r.subject)).size;
  const lonely = classes.filter((k) => k.subjects === 1 && subjects > 1).map((k) => k.name);
  if (lonely.length > 0) {
    warnings.push(
      `Seen in one subject only, so never both learned and tested on strangers: ${lonely.join(", ")}`,
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
    },
  };
}
