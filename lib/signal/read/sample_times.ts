/** The uniform clock that samples are brought to, and the gaps on it. */
import { InputError } from "../../errors.ts";
import type { Place } from "./laws/place.ts";
import { changingRate, measureRate, spreadShared } from "./laws/rate.ts";
import { gapLimit, typicalStep } from "./laws/steps.ts";
import { filterName, lowerRate } from "./lower_rate.ts";
import { resampleLinear, sameTick } from "./resample.ts";

/** A signal on a uniform clock. */
export interface Placed {
  /** float32 `[samples, width]`. */
  values: Float32Array;
  /** Source row of each sample, for labels; undefined where rows and samples are the same. */
  nearest: Int32Array | undefined;
  gaps: [number, number][];
  /** Seconds from the first time to the first tick: samples that were spread may begin later than their stamp. */
  delay?: number;
  rate: number;
  /** Samples per second that the times show. */
  measured: number;
  /** What was done to the times or the signal, in words. */
  notes: string[];
}

/** Rates that devices are set to; a measured rate within 1 % of one is taken for it. */
const commonRates = [
  10,
  12.5,
  20,
  25,
  30,
  31.25,
  32,
  40,
  50,
  52,
  60,
  64,
  75,
  80,
  100,
  104,
  120,
  125,
  128,
  150,
  200,
  208,
  250,
  256,
  400,
  416,
  500,
  512,
  800,
  833,
  1000,
  1024,
];

/** A measured rate that exceeds the wanted one by more than this needs a low-pass first. */
export const lowering = 1.03;

/** A wanted rate that exceeds the measured one by more than this is a mistake. */
export const raising = 1.5;

/** Samples per second below which the user is told, and above which the unit of time must be another. */
const slow = 0.5;
const fast = 20_000;
/** Lowering by such a factor is one of units. */
const thousand = 900;

/**
 * Brings samples to a uniform clock of `rate`, and finds gaps: breaks in time and stretches of missing values (NaN) above
 * `maxGap` seconds, or above 1.75 sample periods where those are longer. All are filled by interpolation; shorter ones
 * count as measured.
 *
 * Rows stay as they are where each lies within half a sample of its tick; otherwise they are interpolated linearly, after
 * a low-pass where the rate gets lower. Channels that come in rows of their own are placed one by one.
 *
 * @param values Missing ones are filled in place, and where rows stay as they are this array is the result.
 * @param times Seconds from the first sample, or undefined for samples at exactly `rate`.
 * @param rate Samples per second; inferred from the times when left out.
 * @param spread Whether samples that share a stamp are spread; undefined spreads them where all stamps are alike.
 * @throws {InputError} when rate, rows and times contradict each other.
 */
export function placeOnClock(
  values: Float32Array,
  width: number,
  times: Float64Array | undefined,
  rate: number | undefined,
  maxGap: number,
  place: Place,
  spread?: boolean,
): Placed {
  const rows = values.length / width;
  if (times === undefined) {
    const gaps = fillMissing(values, width, undefined, maxGap * rate!);
    return { values, nearest: undefined, gaps, rate: rate!, measured: rate!, notes: [] };
  }
  const notes: string[] = [];
  const even = spread === false ? undefined : spreadShared(times, maxGap, spread === true);
  const delay = even?.[0];
  if (even !== undefined) {
    times = even.map((t) => t - delay!);
    notes.push("samples that share a time were spread evenly");
  }
  const step = typicalStep(times);
  if (step === 0) {
    throw new InputError("Cannot use time: all samples have the same time", {
      ...place,
      hint: "Leave time out and set rate, where samples come evenly.",
    });
  }
  const patchy = isPatchy(values, width);
  if (patchy) return placeChannels(values, width, times, rate, maxGap, place);
  const counted = measureRate(times, maxGap, patchy, place, rate);
  const changing = changingRate(times);
  if (changing !== undefined) {
    const [lowest, highest] = changing.map((r) => Number(r.toPrecision(3)));
    if (rate === undefined) {
      throw new InputError(
        `Cannot tell the sampling rate: it changes within the recording, from ${lowest} to ${highest} samples a second`,
        { ...place, hint: `Set rate: ${lowest}, to which faster parts are lowered.` },
      );
    }
    notes.push(`the rate changes between ${lowest} and ${highest} samples a second`);
  }
  const measured = changing?.[1] ?? counted;
  rate = wantedRate(rate, measured, place);
  if (measured < slow) {
    notes.push(
      `times show ${
        Number(measured.toPrecision(3))
      } samples a second, too few for movement; see the unit of time`,
    );
  }
  const limit = gapLimit(maxGap, step);
  const slower = measured > lowering * rate;
  if (!slower && isEven(times, rate)) {
    const gaps = fillMissing(values, width, undefined, limit * rate);
    return { values, nearest: undefined, gaps, delay, rate, measured, notes };
  }
  const missing = fillMissing(values, width, times, limit);
  const count = Math.floor(times[rows - 1] * rate + sameTick) + 1;
  const placed = toClock(values, width, times, { rate, count, measured, limit });
  if (slower) notes.push(`rate lowered through a ${filterName(rate)}`);
  // Missing rows are gaps on the clock wherever one of a tick's neighbours is missing.
  const holes = missing.map(([a, b]): [number, number] => [
    Math.max(0, Math.floor(times[Math.max(0, a - 1)] * rate!)),
    Math.min(count, Math.ceil(times[Math.min(rows - 1, b)] * rate!) + 1),
  ]);
  return { ...placed, gaps: mergeGaps([...placed.gaps, ...holes]), delay, rate, measured, notes };
}

/** The rate asked for, or else the common one near the measured one. */
function wantedRate(rate: number | undefined, measured: number, place: Place): number {
  if (measured > fast || measured > thousand * (rate ?? Infinity)) {
    throw new InputError(
      `Cannot use time: it shows ${
        Number(measured.toPrecision(4))
      } samples a second, as times in another unit do`,
      { ...place, hint: "State the unit: time: { column: …, unit: ms }, or us, or ns." },
    );
  }
  if (rate === undefined) return commonRates.find((r) => Math.abs(measured / r - 1) < 0.01) ?? measured;
  if (measured * raising < rate) {
    throw new InputError(
      `Cannot use rate ${rate}: the time column has about ${measured.toPrecision(3)} samples a second`,
      {
        ...place,
        hint: `Set rate: ${
          Number(measured.toPrecision(3))
        }, to which faster recordings are lowered, or state the unit: time: { column: …, unit: ms }.`,
      },
    );
  }
  return rate;
}

/** Whether every row lies within half a sample of its tick. */
function isEven(times: Float64Array, rate: number): boolean {
  for (let i = 0; i < times.length; i++) if (!(Math.abs(times[i] * rate - i) <= 0.5)) return false;
  return true;
}

/** Whether a channel has no sample at all. */
function isEmpty(values: Float32Array, width: number, channel: number): boolean {
  for (let i = channel; i < values.length; i += width) if (!Number.isNaN(values[i])) return false;
  return true;
}

/** Whether many rows lack some channels and have others. */
function isPatchy(values: Float32Array, width: number): boolean {
  let patchy = 0;
  const empty = Array.from({ length: width }, (_, c) => isEmpty(values, width, c));
  const channels = empty.filter((own) => !own).length;
  for (let i = 0; i < values.length; i += width) {
    let absent = 0;
    for (let c = 0; c < width; c++) if (!empty[c] && Number.isNaN(values[i + c])) absent++;
    if (absent > 0 && absent < channels) patchy++;
  }
  return patchy > 0.3 * values.length / width;
}

/**
 * Values at the ticks of a clock that begins at 0, through a low-pass where it is slower than the signal.
 *
 * @param measured Samples per second of the signal. @param limit Seconds above which a step is a gap.
 */
export function toClock(
  values: Float32Array,
  width: number,
  times: Float64Array,
  { rate, count, measured, limit }: { rate: number; count: number; measured: number; limit: number },
) {
  if (measured <= lowering * rate) {
    return resampleLinear(times, values, width, { start: 0, rate, count }, limit);
  }
  const fast = Math.floor(times[times.length - 1] * measured + sameTick) + 1;
  const even = resampleLinear(times, values, width, { start: 0, rate: measured, count: fast }, limit);
  const ticks = resampleLinear(times, new Float32Array(0), 0, { start: 0, rate, count }, limit);
  return { ...ticks, values: lowerRate(even.values, width, measured, rate, count) };
}

/** Channels whose samples stand in rows of their own: each is read by its own times. */
function placeChannels(
  values: Float32Array,
  width: number,
  times: Float64Array,
  rate: number | undefined,
  maxGap: number,
  place: Place,
): Placed {
  const rows = times.length;
  /** Times of a channel's own samples, and the samples; made anew when needed, for all channels together are large. */
  const channel = (c: number) => {
    const [own, column] = [new Float64Array(rows), new Float32Array(rows)];
    let n = 0;
    for (let t = 0; t < rows; t++) {
      const v = values[t * width + c];
      if (Number.isNaN(v)) continue;
      own[n] = times[t];
      column[n++] = v;
    }
    return { own: own.subarray(0, n), column: column.subarray(0, n) };
  };
  const steps: number[] = [];
  let measured = 0;
  for (let c = 0; c < width; c++) {
    const { own } = channel(c);
    steps.push(typicalStep(own));
    if (steps[c] === 0) continue;
    measured = Math.max(measured, measureRate(own, maxGap, true, place));
  }
  rate = wantedRate(rate, measured, place);
  const count = Math.floor(times[rows - 1] * rate + sameTick) + 1;
  const out = new Float32Array(count * width);
  const gaps: [number, number][] = [];
  for (const [c, step] of steps.entries()) {
    if (step === 0) {
      gaps.push([0, count]);
      continue;
    }
    const { own, column } = channel(c);
    const limit = gapLimit(maxGap, step);
    const placed = toClock(column, 1, own, { rate, count, measured: 1 / step, limit });
    for (let t = 0; t < count; t++) out[t * width + c] = placed.values[t];
    gaps.push(...placed.gaps);
  }
  const { nearest } = resampleLinear(times, new Float32Array(0), 0, { start: 0, rate, count }, Infinity);
  const notes = ["channels that stand in rows of their own were each placed by their own times"];
  return { values: out, nearest, gaps: mergeGaps(gaps), rate, measured, notes };
}

/** Overlapping and touching gaps joined, in order. */
export function mergeGaps(gaps: readonly [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  for (const [a, b] of [...gaps].sort((x, y) => x[0] - y[0])) {
    const last = out.at(-1);
    if (last !== undefined && a <= last[1]) last[1] = Math.max(last[1], b);
    else out.push([a, b]);
  }
  return out;
}

/**
 * Fills NaN in place, each channel between its neighbours in time, and returns the stretches that last longer than `most`.
 * At the ends there is only one neighbour, so they always count.
 *
 * @param times Seconds, or undefined to count in rows.
 */
function fillMissing(
  values: Float32Array,
  width: number,
  times: Float64Array | undefined,
  most: number,
): [number, number][] {
  const rows = values.length / width;
  const gaps: [number, number][] = [];
  for (let c = 0; c < width; c++) {
    let last = -1;
    for (let t = 0; t <= rows; t++) {
      if (t < rows && Number.isNaN(values[t * width + c])) continue;
      if (t - last > 1) {
        const before = last >= 0 ? values[last * width + c] : t < rows ? values[t * width + c] : 0;
        const after = t < rows ? values[t * width + c] : before;
        const between = last >= 0 && t < rows;
        for (let k = last + 1; k < t; k++) {
          const share = !between || times === undefined
            ? (k - last) / (t - last)
            : (times[k] - times[last]) / (times[t] - times[last]);
          values[k * width + c] = before + (after - before) * (Number.isFinite(share) ? share : 0);
        }
        const long = !between || (times === undefined ? t - last - 1 : times[t] - times[last]) > most;
        if (long) gaps.push([last + 1, t]);
      }
      last = t;
    }
  }
  return mergeGaps(gaps);
}
