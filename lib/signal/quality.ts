/** What a data set's recordings are worth: gaps, clipping, dead channels, implausible units, balance of classes. */
import type { Recording, Recordings } from "../artifacts/recordings.ts";
import type { ClassFacts, Quality } from "../artifacts/recording/quality.ts";
import { percent } from "../text/numbers.ts";
import { type Direction, directionsOf, judgeOrientation, tellOrientation } from "./worn/orientation.ts";
import { gapless } from "./window/stretches.ts";
import { judgeUnits, unitsOf, type UnitsShown } from "./units.ts";

/** Equal extreme values in a row that count as clipping rather than chance. */
const clippingRun = 3;
/** Share of clipped samples of a channel that is worth a warning. */
const muchClipping = 0.01;
/** A recording whose range is smaller than this share of the others' has a range of its own. */
const ownRange = 0.9;
/** Samples and seconds that must repeat exactly before a device is taken to repeat its last sample; and the share to tell. */
const held = { samples: 20, seconds: 1, share: 0.01 };

/** What one recording shows of what a set is worth; sums of whole numbers, so that sets of them are exact in any order. */
export interface RecordingFindings {
  /** Smallest and largest value per sensor and channel; null where there is none. */
  low: (number | null)[];
  high: (number | null)[];
  /** Samples that stay at them. */
  atLow: number[];
  atHigh: number[];
  /** Whether the channel never changes. */
  flat: boolean[];
  /** Samples that repeat the one before for a second and more, and those of them that are zero. */
  held: number;
  zeros: number;
  /** Samples by class, and without one. */
  classes: Record<string, number>;
  unlabelled: number;
  units: UnitsShown;
  /** Which way each sensor was worn. */
  directions: Direction[];
}

/** Looks at one recording of a set. */
export function findingsOf(
  r: Recording,
  set: Pick<Recordings, "sensors" | "channels" | "triads" | "rate" | "labelNames">,
): RecordingFindings {
  const width = set.sensors.length * set.channels.length;
  const extremes = extremesOf([r], width);
  const counts = new Float64Array(set.labelNames.length);
  let unlabelled = 0;
  for (const label of r.labels) {
    if (label < 0) unlabelled++;
    else counts[label]++;
  }
  const own = (first: number) =>
    Array.from(
      { length: width },
      (_, c) => Number.isFinite(extremes[2 * c + first]) ? extremes[2 * c + first] : null,
    );
  return {
    low: own(0),
    high: own(1),
    ...channelFacts(r, width, extremes, set.rate),
    classes: Object.fromEntries(set.labelNames.map((name, label) => [name, counts[label]])),
    unlabelled,
    units: unitsOf(r, set),
    directions: directionsOf(r, set),
  };
}

/** Per sensor and channel of one recording: samples at its extremes, and whether the value ever changes. */
function channelFacts(
  r: Recording,
  width: number,
  extremes: Float32Array,
  rate: number,
): Pick<RecordingFindings, "atLow" | "atHigh" | "flat" | "held" | "zeros"> {
  const least = Math.max(held.samples, held.seconds * rate);
  let [still, heldSamples, zeros] = [1, 0, 0];
  const [atLow, atHigh] = [0, 1].map(() => new Array<number>(width).fill(0));
  // What a gap was filled with is nothing that a device has measured.
  const stretches = gapless(r.samples, r.gaps);
  const first = (stretches[0]?.[0] ?? 0) * width;
  const flat = new Array<boolean>(width).fill(stretches.reduce((n, [from, to]) => n + to - from, 0) > 1);
  const run = new Int32Array(width);
  for (const [from, to] of stretches) {
    run.fill(0);
    for (let t = from, i = from * width; t < to; t++) {
      if (t > from && isSame(r.data, i, width)) {
        still++;
        if (still >= least) {
          heldSamples += still - least < 1 ? still : 1;
          if (isZero(r.data, i, width)) zeros++;
        }
        if (still >= clippingRun) {
          i += width;
          continue;
        }
      } else still = 1;
      for (let c = 0; c < width; c++, i++) {
        const x = r.data[i];
        if (flat[c] && x !== r.data[first + c]) flat[c] = false;
        if (x !== extremes[2 * c] && x !== extremes[2 * c + 1]) {
          run[c] = 0;
          continue;
        }
        if (t > from && x !== r.data[i - width]) run[c] = 0;
        run[c]++;
        const clipped = x === extremes[2 * c] ? atLow : atHigh;
        if (run[c] === clippingRun) clipped[c] += clippingRun;
        else if (run[c] > clippingRun) clipped[c]++;
      }
    }
  }
  return { atLow, atHigh, flat, held: heldSamples, zeros };
}

/** Whether the sample at `i` equals the one before it in all channels. */
function isSame(data: Float32Array, i: number, width: number): boolean {
  for (let c = 0; c < width; c++) if (data[i + c] !== data[i - width + c]) return false;
  return true;
}

function isZero(data: Float32Array, i: number, width: number): boolean {
  for (let c = 0; c < width; c++) if (data[i + c] !== 0) return false;
  return true;
}

/** Channels that saturate within a recording at both ends of a range smaller than the others'. */
function clippedAlone(own: RecordingFindings, samples: number, extremes: Float64Array): number[] {
  return own.low.flatMap((lowest, c) => {
    const [low, high] = [lowest ?? Infinity, own.high[c] ?? -Infinity];
    const narrow = low < 0 && Math.abs(low + high) < 0.03 * (high - low) &&
      high < ownRange * extremes[2 * c + 1] && low > ownRange * extremes[2 * c];
    return narrow && own.atLow[c] + own.atHigh[c] > muchClipping * samples ? [c] : [];
  });
}

/** Samples of a recording's channel that stay at the extremes of the set. */
function clippedIn(
  { low, high, atLow, atHigh }: RecordingFindings,
  c: number,
  extremes: Float64Array,
): number {
  const [lowest, highest] = [extremes[2 * c], extremes[2 * c + 1]];
  const ends = low[c] === lowest || (low[c] === high[c] && high[c] === highest);
  return (ends ? atLow[c] : 0) + (high[c] === highest ? atHigh[c] : 0);
}

/** Smallest and largest value of every channel over all recordings, `[2 · width]`. */
function extremesOfAll(findings: readonly RecordingFindings[], width: number): Float64Array {
  return Float64Array.from({ length: 2 * width }, (_, i) => {
    const [c, last] = [i >> 1, i % 2 === 1];
    return findings.reduce(
      (end, { low, high }) => last ? Math.max(end, high[c] ?? -Infinity) : Math.min(end, low[c] ?? Infinity),
      last ? -Infinity : Infinity,
    );
  });
}

/** Smallest and largest value of every channel, `[2 · width]`. */
function extremesOf(recordings: readonly Recording[], width: number): Float32Array {
  const out = new Float32Array(2 * width);
  for (let c = 0; c < width; c++) [out[2 * c], out[2 * c + 1]] = [Infinity, -Infinity];
  for (const { data, samples, gaps } of recordings) {
    for (const [from, to] of gapless(samples, gaps)) {
      for (let i = from * width, c = 0; i < to * width; i++, c = c + 1 === width ? 0 : c + 1) {
        if (data[i] < out[2 * c]) out[2 * c] = data[i];
        if (data[i] > out[2 * c + 1]) out[2 * c + 1] = data[i];
      }
    }
  }
  return out;
}

/** The name of the channel at place `c` of a sample, with its sensor where there are several. */
export function nameOfChannel(
  { sensors, channels }: Pick<Recordings, "sensors" | "channels">,
  c: number,
): string {
  const channel = channels[c % channels.length];
  return sensors.length > 1 ? `${sensors[Math.floor(c / channels.length)]} ${channel}` : channel;
}

/**
 * Measures a data set.
 *
 * A sample counts as clipped where a channel stays at the data set's smallest or largest value for three samples or more.
 *
 * @param findings What each recording showed; without it all samples are read.
 * @param still Channels that never change by what was done to them, which is no news.
 * @returns Numbers for the record, and warnings in plain words for what should be looked at before trusting a model.
 */
export function assessQuality(
  set: Recordings,
  findings: readonly RecordingFindings[] = set.recordings.map((r) => findingsOf(r, set)),
  still: readonly string[] = [],
): { quality: Quality; warnings: string[] } {
  const { recordings, rate, sensors, channels, labelNames } = set;
  const width = sensors.length * channels.length;
  const extremes = extremesOfAll(findings, width);
  const channelName = (c: number) => nameOfChannel(set, c);
  const warnings: string[] = [];
  const clipped = new Float64Array(width);
  const dead: string[] = [];
  const narrow: string[] = [];
  /** Recordings by what samples do in them for a second and more. */
  const repeated = new Map<string, string[]>();
  let samples = 0;
  let missing = 0;
  let gaps = 0;
  let longestGap = 0;
  const classes: ClassFacts[] = labelNames.map((name) => ({ name, seconds: 0, subjects: 0 }));
  const seen = labelNames.map(() => new Map<string, number>());
  let unlabelled = 0;
  for (const [i, r] of recordings.entries()) {
    const facts = findings[i];
    if (facts.held > held.share * r.samples && facts.flat.includes(false)) {
      const what = facts.zeros > 0.5 * facts.held ? "are 0 in all channels" : "repeat the one before";
      repeated.set(what, [...repeated.get(what) ?? [], `${r.id} (${percent(facts.held / r.samples)})`]);
    }
    const alone = recordings.length < 2 ? [] : clippedAlone(facts, r.samples, extremes);
    if (alone.length > 0) narrow.push(`${alone.map(channelName).join(", ")} of ${r.id}`);
    for (let c = 0; c < width; c++) clipped[c] += clippedIn(facts, c, extremes);
    facts.flat.forEach((flat, c) => {
      if (flat && !still.includes(channelName(c))) dead.push(`${channelName(c)} of ${r.id}`);
    });
    samples += r.samples;
    for (const [a, b] of r.gaps) {
      gaps++;
      missing += b - a;
      longestGap = Math.max(longestGap, b - a);
    }
    unlabelled += facts.unlabelled;
    for (const [label, name] of labelNames.entries()) {
      const n = facts.classes[name] ?? 0;
      if (n > 0) seen[label].set(r.subject, (seen[label].get(r.subject) ?? 0) + n);
    }
  }
  classes.forEach((k, label) => {
    k.seconds = Math.round(1000 * seen[label].values().reduce((sum, n) => sum + n, 0) / rate) / 1000;
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
    share > muchClipping && !still.includes(channelName(c)) && !dead.some((d) => d.startsWith(channelName(c)))
      ? [`${channelName(c)} ${(100 * share).toFixed(1)} %`]
      : []
  );
  if (loud.length > 0) warnings.push(`Clipped samples, the sensor's range was too small: ${loud.join(", ")}`);
  const some = (names: readonly string[]) =>
    `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;
  if (narrow.length > 0) {
    warnings.push(`Clipped at a range smaller than that of other recordings: ${some(narrow)}`);
  }
  for (const [what, names] of repeated) {
    warnings.push(`Samples that ${what} for a second and more, as where a device has none: ${some(names)}`);
  }
  const units = judgeUnits(set, findings.map(({ units }) => units));
  const orientation = judgeOrientation(set, findings.map(({ directions }) => directions));
  warnings.push(...units.warnings, ...tellOrientation(orientation));
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
      ...(orientation.length === 0 ? {} : { orientation }),
    },
  };
}
