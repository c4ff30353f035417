/** The unit of a time column: stated, told by its name or its size, or guessed where only one guess is plausible. */
import { InputError } from "../../../errors.ts";
import type { Place } from "./place.ts";

/** As a user states it: a unit, seconds per tick, `samples` for a counter, or `auto`. */
export type TimeUnit = "auto" | "s" | "ms" | "us" | "ns" | "samples" | number;

const factors = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
type Metric = keyof typeof factors;

/** Since about 2001 to 2128 in each unit: numbers of this size are points in time. */
const epochs: [Metric, number][] = [["s", 1], ["ms", 1e3], ["us", 1e6], ["ns", 1e9]];

function bySize(first: number): Metric | undefined {
  return epochs.find(([, k]) => first >= 1e9 * k && first < 5e9 * k)?.[0];
}

/** Slower samples than this record no movement: such a unit is most likely another one. */
const slowest = 1.5;
/** No device of the field samples faster, in samples a second. */
const fastest = 20_000;
const secondsOfDay = 86_400;

/** Whether numbers are days, as spreadsheets (since 1900) and MATLAB (since year 0) count them. */
function isDays(first: number, step: number): boolean {
  const size = first >= 30_000 && first < 60_000 || first >= 700_000 && first < 770_000;
  return size && step * fastest < 1 && step * secondsOfDay * fastest > 1;
}

const words: [RegExp, Metric][] = [
  [/(^|[^a-z])(ns|nanos|nanoseconds?)([^a-z]|$)|nanos/i, "ns"],
  [/(^|[^a-z])(us|µs|μs|micros|microseconds?)([^a-z]|$)|micros/i, "us"],
  [/(^|[^a-z])(ms|msec|millis|milliseconds?)([^a-z]|$)|millis/i, "ms"],
  [/[([_ -]s[)\]]?$|(^|[^a-z])(sec|secs|seconds?)([^a-z]|$)/i, "s"],
];

const minutes = /^min(utes?)?$|[([]\s*min(utes?)?\s*[)\]]$/i;

/** The unit that a column's name tells, e.g. `timestamp [ns]`, `seconds_elapsed`, `Time_ms`. */
function unitOfName(name: string): Metric | undefined {
  return words.find(([pattern]) => pattern.test(name))?.[1];
}

/** Clocks and counters by their names, whose units are their makers'. */
const ticking = /tick|fine|count|sample|frame|packet/i;

/** Whole steps that are as plausible in seconds or counts as in milliseconds; so large ones are nanoseconds alone. */
function ambiguous(step: number, name: string): boolean {
  return step >= 0.5 && step < 1.5 || Number.isInteger(step) && (step < 10 || [15, 30, 60].includes(step)) ||
    step >= 300 && step < 5e6 || step >= 1.5 && ticking.test(name);
}

/**
 * The unit that the column's name or the size of its numbers tells. A count since a device was switched on may be as large
 * as one since 1970, which its steps then contradict.
 */
function unitFromContext(
  first: number,
  step: number,
  name: string,
  written: string,
  place: Place,
): Metric | undefined {
  const [size, word] = [bySize(first), unitOfName(`${name} [${written}]`)];
  const plausible = (u: Metric) => step * factors[u] < slowest && step * factors[u] * fastest > 1;
  if (size === undefined || size === word) return word;
  if (plausible(size) && (word === undefined || !plausible(word))) return size;
  if (word !== undefined && plausible(word) && !plausible(size)) return word;
  const likely = (Object.keys(factors) as Metric[]).filter(plausible);
  if (word === undefined && (likely.length === 0 || step * factors[size] >= 300)) {
    // An hour and more between samples since 1970 is a count of something smaller, whose unit its steps tell.
    return likely.length === 0 ? size : undefined;
  }
  const others = [...new Set([...likely, ...(word === undefined ? [] : [word])])].filter((u) => u !== size);
  throw new InputError(
    `Cannot tell the unit of time: ${first} in ${name} with steps of ${
      Number(step.toPrecision(6))
    } may be ${size} since 1970 or ${others.join(" or ")} since another time`,
    {
      ...place,
      hint: `State it: time: { column: "${name}", unit: ${size} }, or unit: ${others[0] ?? "ms"}.`,
    },
  );
}

/**
 * Seconds per unit of a time column.
 *
 * @param step Typical difference of neighbouring times, in the column's own unit.
 * @param first A time of the column.
 * @param name The column's name. @param written The unit that a row below the names tells.
 * @param rate Samples per second that the user stated.
 * @throws {InputError} where several units are plausible, or none fits the stated rate.
 */
export function secondsPerUnit(
  unit: TimeUnit,
  { step, first, name, written = "", rate, place }: {
    step: number;
    first: number;
    name: string;
    written?: string;
    rate: number | undefined;
    place: Place;
  },
): number {
  if (typeof unit === "number") return unit;
  if (unit === "samples") {
    if (rate !== undefined) return 1 / rate;
    throw new InputError(`Cannot use time: ${name} counts samples, and there is no rate`, {
      ...place,
      hint: "Set rate: <samples per second>.",
    });
  }
  if (unit !== "auto") return factors[unit];
  if (minutes.test(name) || minutes.test(written)) return 60;
  if (step === 0) return factors[bySize(first) ?? unitOfName(name) ?? "s"];
  if (isDays(first, step)) return secondsOfDay;
  const found = unitFromContext(first, step, name, written, place);
  if (found !== undefined) return factors[found];
  const likely: Metric = step < 0.5 ? "s" : step <= 1000 ? "ms" : step <= 1e6 ? "us" : "ns";
  const close = (u: Metric) => Math.abs(Math.log(step * factors[u] * rate!)) < Math.log(1.5);
  if (rate !== undefined) {
    const fitting = (Object.keys(factors) as Metric[]).find(close);
    if (fitting !== undefined) return factors[fitting];
    if (step < 0.5 || step * factors[likely] * rate < 1 && !ambiguous(step, name)) return factors[likely];
    const of = (u: Metric) => `${Number((1 / (step * factors[u])).toPrecision(3))} in ${u}`;
    throw new InputError(
      `Cannot use rate ${rate}: the time column ${name} has steps of ${
        Number(step.toPrecision(6))
      }, which is about ${of("s")}, ${of("ms")} or ${of("us")} samples a second`,
      {
        ...place,
        hint:
          `State what it counts: time: { column: "${name}", unit: samples } for a counter of samples, unit: ${
            Number((1 / (step * rate)).toPrecision(4))
          } for seconds per tick, or correct rate.`,
      },
    );
  }
  if (ambiguous(step, name)) {
    throw new InputError(
      `Cannot tell the unit of time: steps of ${
        Number(step.toPrecision(6))
      } in ${name} may be seconds, milliseconds or a counter of samples`,
      {
        ...place,
        hint:
          `State it: time: { column: "${name}", unit: s } (or ms, us, ns, or samples together with rate).`,
      },
    );
  }
  return factors[likely];
}
