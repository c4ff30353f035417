/** Times of samples: their unit, their rate, and the uniform clock that they are brought to. */
import { InputError } from "../../errors.ts";
import { resampleLinear } from "./resample.ts";

/** Unit of a time column; `auto` chooses the one whose rate is plausible. */
export type TimeUnit = "auto" | "s" | "ms" | "us" | "ns";

/** A place in the user's files. */
export interface Place {
  file: string;
  row?: number;
}

const factors = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/**
 * Typical difference of neighbouring times, 0 for fewer than two: the mean of those within half and one and a half times
 * the median, so that neither breaks nor the rounding to milliseconds count.
 */
function typicalStep(times: Float64Array): number {
  const steps = new Float64Array(Math.max(0, times.length - 1));
  for (let i = 1; i < times.length; i++) steps[i - 1] = times[i] - times[i - 1];
  steps.sort();
  const positive = steps.subarray(steps.findLastIndex((s) => s <= 0) + 1);
  if (positive.length === 0) return 0;
  const median = positive[positive.length >> 1];
  const usual = positive.filter((s) => s > 0.5 * median && s < 1.5 * median);
  return usual.reduce((sum, s) => sum + s, 0) / usual.length;
}

/**
 * Times in seconds.
 *
 * With unit `auto`, the unit is the one whose rate is nearest to `rate`; without a rate, it is the largest unit in which
 * the samples come faster than two a second.
 *
 * @param times As written, one per sample.
 * @param placeOf Where sample k stands.
 * @throws {InputError} for a time that is no number or goes backwards.
 */
export function timesInSeconds(
  times: Float64Array,
  unit: TimeUnit,
  rate: number | undefined,
  placeOf: (k: number) => Place,
): Float64Array {
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i])) throw new InputError("Cannot use time: it is not a number", placeOf(i));
    if (i > 0 && times[i] < times[i - 1]) {
      throw new InputError(`Cannot use time: it goes backwards, from ${times[i - 1]} to ${times[i]}`, {
        ...placeOf(i),
        hint:
          "Sort the rows by time; where several recordings share the file, name their column under session.",
      });
    }
  }
  const step = typicalStep(times);
  const units = Object.keys(factors) as (keyof typeof factors)[];
  const chosen = unit !== "auto"
    ? unit
    : rate === undefined
    ? units.find((u) => step * factors[u] < 0.5) ?? "ns"
    : units.reduce((a, b) => {
      const miss = (u: keyof typeof factors) =>
        Math.abs(Math.log(Math.max(step, 1e-300) * factors[u] * rate));
      return miss(b) < miss(a) ? b : a;
    });
  return times.map((t) => t * factors[chosen]);
}

/** A signal on a uniform clock. */
export interface Placed {
  /** float32 `[samples, width]`. */
  values: Float32Array;
  /** Source row of each sample, for labels; undefined where rows and samples are the same. */
  nearest: Int32Array | undefined;
  gaps: [number, number][];
  rate: number;
  /** Samples per second that the times show. */
  measured: number;
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

/**
 * Brings samples to a uniform clock of `rate`, and finds gaps: breaks in time and stretches of missing values (NaN) above
 * `maxGap` seconds. All are filled by interpolation; shorter ones count as measured.
 *
 * Rows stay as they are where each lies within half a sample of its tick; otherwise they are interpolated linearly.
 *
 * @param times Seconds from the first sample, or undefined for samples at exactly `rate`.
 * @param rate Samples per second; inferred from the times when left out.
 * @throws {InputError} when rate and times contradict each other.
 */
export function placeOnClock(
  values: Float32Array,
  width: number,
  times: Float64Array | undefined,
  rate: number | undefined,
  maxGap: number,
  place: Place,
): Placed {
  const rows = values.length / width;
  if (times === undefined) {
    const own = values.slice();
    return {
      values: own,
      nearest: undefined,
      gaps: fillMissing(own, width, maxGap * rate!),
      rate: rate!,
      measured: rate!,
    };
  }
  const step = typicalStep(times);
  if (step === 0) throw new InputError("Cannot use time: all samples have the same time", place);
  const measured = 1 / step;
  if (rate === undefined) rate = commonRates.find((r) => Math.abs(measured / r - 1) < 0.01) ?? measured;
  else if (measured / rate > 20 || measured / rate < 0.05) {
    throw new InputError(
      `Cannot use rate ${rate}: the time column has about ${measured.toPrecision(3)} samples a second`,
      {
        ...place,
        hint: "Correct rate, or state the unit: time: { column: …, unit: ms }.",
      },
    );
  }
  let even = true;
  for (let i = 0; even && i < rows; i++) even = Math.abs(times[i] * rate - i) <= 0.5;
  if (even) {
    const own = values.slice();
    return { values: own, nearest: undefined, gaps: fillMissing(own, width, maxGap * rate), rate, measured };
  }
  const own = values.slice();
  const missing = fillMissing(own, width, maxGap / typicalStep(times));
  const count = Math.floor(times[rows - 1] * rate + 1e-6) + 1;
  const placed = resampleLinear(times, own, width, { start: 0, rate, count }, maxGap);
  // Missing rows are gaps on the clock wherever one of a tick's neighbours is missing.
  const holes = missing.map(([a, b]): [number, number] => [
    Math.max(0, Math.floor(times[Math.max(0, a - 1)] * rate!)),
    Math.min(count, Math.ceil(times[Math.min(rows - 1, b)] * rate!) + 1),
  ]);
  return { ...placed, gaps: mergeGaps([...placed.gaps, ...holes]), rate, measured };
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
 * Fills NaN in place, each channel between its neighbours, and returns the stretches of more than `most` rows. At the ends
 * there is only one neighbour, so they always count.
 */
function fillMissing(values: Float32Array, width: number, most: number): [number, number][] {
  const rows = values.length / width;
  const gaps: [number, number][] = [];
  for (let c = 0; c < width; c++) {
    let last = -1;
    for (let t = 0; t <= rows; t++) {
      if (t < rows && Number.isNaN(values[t * width + c])) continue;
      if (t - last > 1) {
        const before = last >= 0 ? values[last * width + c] : t < rows ? values[t * width + c] : 0;
        const after = t < rows ? values[t * width + c] : before;
        for (let k = last + 1; k < t; k++) {
          values[k * width + c] = before + ((after - before) * (k - last)) / (t - last);
        }
        if (t - last - 1 > most || last < 0 || t === rows) gaps.push([last + 1, t]);
      }
      last = t;
    }
  }
  return mergeGaps(gaps);
}
