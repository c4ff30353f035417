/** The laws that numbers which stand for missing samples are no data, and that no sensor counts. */
import { InputError } from "../../../errors.ts";
import type { Place } from "./place.ts";

/** Numbers by which programs mean "missing", in any case. */
const nines = [99, 999, 9999, 99_999, 999_999, 99.99, 999.9, 999.99, 9999.9, 9999.99];
const always = new Set([...nines, 1e10, 1e20, 1e30, 1e35].flatMap((v) => [Math.fround(v), Math.fround(-v)]));
/** Ends of whole numbers, at which sensors may saturate as well. */
const ends = new Set([-32_768, 32_767, 65_535, -2_147_483_648, 2_147_483_647].map(Math.fround));
/** No sensor of movement shows numbers so large beside small ones. */
const absurd = { size: 1e9, ratio: 1e6 };

/** Lowest and highest value of a channel, without those that are left out; NaN for none. */
function range(values: Float32Array, width: number, channel: number, without?: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = channel; i < values.length; i += width) {
    const v = values[i];
    if (v === without) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

/** Whether `value` lies far outside of all others of its channel and means "missing". */
function isSentinel(values: Float32Array, width: number, channel: number, value: number): boolean {
  const huge = Math.abs(value) > absurd.size;
  if (!always.has(value) && !ends.has(value) && !huge) return false;
  const [low, high] = range(values, width, channel, value);
  if (low > high) return false;
  const away = value > high ? value - high : low - value;
  if (huge) return Math.abs(value) > absurd.ratio * Math.max(Math.abs(low), Math.abs(high), 1e-3);
  if (away <= 0.5 * (high - low)) return false;
  if (always.has(value)) return true;
  // A shock saturates one axis at a time; what is missing is missing in all.
  const first = values.findIndex((v, i) => i % width === channel && v === value) - channel;
  return values.subarray(first, first + Math.min(3, width)).every((v) => v === value);
}

/**
 * Refuses numbers such as −9999 and −32768 that lie far from all others of a channel: they stand for missing samples.
 *
 * @param values float32 `[rows, width]`. @param names Of the first channels, which are looked at.
 * @throws {InputError} naming channel, row, how many there are, and the cure.
 */
export function refuseSentinels(
  values: Float32Array,
  width: number,
  names: readonly string[],
  placeOf: (row: number) => Place,
): void {
  for (const [c, name] of names.entries()) {
    const found = range(values, width, c).find((v) => isSentinel(values, width, c, v));
    if (found === undefined) continue;
    let [count, first] = [0, -1];
    for (let i = c; i < values.length; i += width) {
      if (values[i] !== found) continue;
      if (count++ === 0) first = (i - c) / width;
    }
    const text = String(Number(found.toPrecision(7)));
    throw new InputError(
      `Cannot use ${name}: ${count} of its samples are ${text}, far from all others, as where that means missing`,
      {
        ...placeOf(first),
        hint: `Set missing_values: [${text}]; or missing_values: [] where they are samples.`,
      },
    );
  }
}

/** Rows above which a column that only rises or only falls is no sensor. */
const fewest = 50;

/** Whether a channel goes on by the same step throughout, as row numbers do. */
export function isRowNumber(values: Float32Array, width: number, channel: number): boolean {
  const rows = values.length / width;
  const step = (values[(rows - 1) * width + channel] - values[channel]) / (rows - 1);
  return values.every((v, i) =>
    i % width !== channel ||
    Math.abs(v - values[channel] - step * Math.floor(i / width)) < 0.5 * Math.abs(step)
  );
}

/** Those of the first channels that rise in every row, or fall in every row, as counters and clocks do. */
export function countingColumns(values: Float32Array, width: number, channels: number): number[] {
  const rows = values.length / width;
  if (rows < fewest) return [];
  return Array.from({ length: channels }, (_, c) => c).filter((c) => {
    const up = Math.sign(values[width + c] - values[c]);
    if (up === 0) return false;
    for (let i = width + c; i < values.length; i += width) {
      if (Math.sign(values[i] - values[i - width]) !== up) return false;
    }
    return true;
  });
}
