/** The law that rows, duration and rate agree. */
import { InputError } from "../../../errors.ts";
import { duration } from "../../../text/numbers.ts";
import type { Place } from "./place.ts";
import { gapLimit, typicalStep } from "./steps.ts";

/** Share by which rows may differ from duration × rate outside gaps. */
const tolerance = 0.05;
/** Fewer steps than this show nothing about a rate. */
const fewest = 20;

/** What the steps of a stretch show. */
interface Seen {
  /** Samples per second by counting rows outside gaps. */
  counted: number;
  /** Samples per second of a typical step. */
  typical: number;
  /** Share of steps that are 0. */
  equal: number;
  /** Share of time in steps well above the typical one, and how many of those are whole multiples of it. */
  long: number;
  multiples: number;
  seconds: number;
  rows: number;
}

function look(times: Float64Array, maxGap: number): Seen {
  const step = typicalStep(times);
  const limit = gapLimit(maxGap, step);
  let [active, rows, equal, long, longs, whole] = [0, 0, 0, 0, 0, 0];
  for (let i = 1; i < times.length; i++) {
    const s = times[i] - times[i - 1];
    if (s > limit) continue;
    active += s;
    rows++;
    if (s === 0) equal++;
    if (s > 1.5 * step) {
      long += s;
      longs++;
      if (Math.abs(s / step - Math.round(s / step)) < 0.25) whole++;
    }
  }
  return {
    counted: rows / active,
    typical: 1 / step,
    equal: equal / rows,
    long: long / active,
    multiples: longs === 0 ? 0 : whole / longs,
    seconds: active,
    rows,
  };
}

/**
 * Samples per second of a stretch of times, which rows, duration and typical step agree on within 5 % outside gaps.
 *
 * Single lost samples, which leave steps of whole multiples, are no contradiction; where steps merely vary, rows and
 * duration decide.
 *
 * @param times Seconds, never decreasing.
 * @param patchy Whether many rows lack some channels and not others.
 * @param rate What the user states, which settles whether long steps are lost samples.
 * @throws {InputError} with both numbers, the likely cause and its cure.
 */
export function measureRate(
  times: Float64Array,
  maxGap: number,
  patchy: boolean,
  place: Place,
  rate?: number,
): number {
  const typical = 1 / typicalStep(times);
  if (times.length <= fewest) return typical;
  const seen = look(times, maxGap);
  if (!(seen.rows > fewest) || Math.abs(seen.counted / typical - 1) <= tolerance) return typical;
  const stated = rate !== undefined && Math.abs(typical / rate - 1) < tolerance;
  if (seen.counted < typical && (seen.long < 0.5 || stated) && seen.multiples > 0.8) return typical;
  if (seen.equal <= 0.1 && Math.abs(Math.log(seen.counted / typical)) < Math.log(1.25)) {
    return seen.counted;
  }
  const whole = times.every((t) => Math.abs(t - Math.round(t)) < 1e-6);
  const [cause, hint] = patchy
    ? [
      "sensors of different clocks seem to be merged into one table, with empty cells between",
      "Set missing: gap, which reads each channel by its own times, or give every sensor a file of its own under sensors.",
    ]
    : seen.equal > 0.1
    ? [
      whole ? "the times are whole seconds" : "several samples share a time",
      "Set spread: true to place the samples that share a time evenly up to the next one.",
    ]
    : seen.long > 0.5
    ? [
      "samples seem to come in batches, stamped when they arrived",
      "Set spread: true to place each batch's samples evenly up to the next batch; where samples are lost instead, state " +
      `rate: ${Number(seen.typical.toPrecision(4))}.`,
    ]
    : ["the steps of time vary", "State rate and unit, or leave time out where samples come evenly."];
  throw new InputError(
    `Cannot use time: ${seen.rows + 1} rows in ${duration(seen.seconds)} are ${
      seen.counted.toPrecision(4)
    } samples a second, the typical step says ${seen.typical.toPrecision(4)}; ${cause}`,
    { ...place, hint },
  );
}

/** Stretches that are looked at for a change of rate, and samples of each. */
const looks = { count: 8, samples: 2000, fewest: 50 };
/** By more than this factor a rate has changed. */
const change = 1.2;

/** Lowest and highest samples per second of stretches all along, where they differ clearly; undefined where they do not. */
export function changingRate(times: Float64Array): [number, number] | undefined {
  const length = Math.min(looks.samples, Math.floor(times.length / looks.count));
  if (length < looks.fewest) return undefined;
  const rates = Array.from({ length: looks.count }, (_, k) => {
    const from = Math.floor(k * (times.length - length) / (looks.count - 1));
    return 1 / typicalStep(times.subarray(from, from + length));
  });
  const [lowest, highest] = [Math.min(...rates), Math.max(...rates)];
  return highest > change * lowest && Number.isFinite(highest) ? [lowest, highest] : undefined;
}

/**
 * Spreads samples that share a stamp evenly up to the next stamp; a stamp's last block lasts as long as the one before.
 *
 * ```ts
 * import { spreadShared } from "./rate.ts";
 * import assert from "node:assert/strict";
 * const times = spreadShared(new Float64Array([0, 0, 2, 2, 4, 4]), 9, true)!;
 * assert.deepEqual([...times], [0, 1, 2, 3, 4, 5]);
 * ```
 *
 * @param times Seconds, never decreasing.
 * @param asked Whether the user asked for it: then blocks may differ in size, and stamps within a fifth of the mean step
 *   count as shared. Otherwise all blocks must be alike.
 * @returns New times; undefined where nothing is shared or blocks differ and nobody asked.
 */
export function spreadShared(
  times: Float64Array,
  maxGap: number,
  asked: boolean,
): Float64Array | undefined {
  const n = times.length;
  if (n < 4) return undefined;
  let [active, count] = [0, 0];
  for (let i = 1; i < n; i++) {
    const s = times[i] - times[i - 1];
    if (s <= Math.max(maxGap, 2)) [active, count] = [active + s, count + 1];
  }
  const near = asked ? 0.2 * active / Math.max(1, count) : 0;
  let shared = 0;
  for (let i = 1; i < n; i++) if (!(times[i] - times[i - 1] > near)) shared++;
  if (shared === 0 || shared === n - 1) return undefined;
  const starts = [0];
  for (let i = 1; i < n; i++) if (times[i] - times[i - 1] > near) starts.push(i);
  const stamps = Float64Array.from(starts, (i) => times[i]);
  const period = typicalStep(stamps);
  const size = (k: number) => (starts[k + 1] ?? n) - starts[k];
  if (!asked) {
    const usual = size(1);
    for (let k = 1; k + 1 < starts.length; k++) {
      if (size(k) !== usual) return undefined;
      const s = stamps[k] - stamps[k - 1];
      if (k > 1 && Math.abs(s / period - Math.round(s / period)) > 0.2) return undefined;
    }
    if (usual < 2 || size(0) > usual) return undefined;
  }
  const sizes = starts.map((_, k) => size(k)).sort((a, b) => a - b);
  const full = sizes[sizes.length >> 1];
  const out = new Float64Array(n);
  for (let k = 0; k < starts.length; k++) {
    const own = size(k);
    const span = k + 1 < starts.length ? Math.min(stamps[k + 1] - stamps[k], 1.5 * period) : period;
    // The first and last block may be cut short: their samples keep the others' distance.
    const edge = k === 0 || k + 1 === starts.length;
    const step = edge && own < full ? period / full : span / own;
    const shift = k === 0 && own < full ? span - own * step : 0;
    for (let j = 0; j < own; j++) out[starts[k] + j] = stamps[k] + shift + j * step;
  }
  return out;
}
