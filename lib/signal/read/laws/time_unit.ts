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

const words: [RegExp, Metric][] = [
  [/(^|[^a-z])(ns|nanos|nanoseconds?)([^a-z]|$)|nanos/i, "ns"],
  [/(^|[^a-z])(us|µs|μs|micros|microseconds?)([^a-z]|$)|micros/i, "us"],
  [/(^|[^a-z])(ms|msec|millis|milliseconds?)([^a-z]|$)|millis/i, "ms"],
  [/[([_ -]s[)\]]?$|(^|[^a-z])(sec|secs|seconds?)([^a-z]|$)/i, "s"],
];

/** The unit that a column's name tells, e.g. `timestamp [ns]`, `seconds_elapsed`, `Time_ms`. */
function unitOfName(name: string): Metric | undefined {
  return words.find(([pattern]) => pattern.test(name))?.[1];
}

/** Whole steps that are as plausible in seconds or counts as in milliseconds. */
function ambiguous(step: number): boolean {
  return step >= 0.5 && step < 1.5 || Number.isInteger(step) && (step < 10 || [15, 30, 60].includes(step)) ||
    step >= 300;
}

/**
 * Seconds per unit of a time column.
 *
 * @param step Typical difference of neighbouring times, in the column's own unit.
 * @param first A time of the column.
 * @param name The column's name.
 * @param rate Samples per second that the user stated.
 * @throws {InputError} where several units are plausible, or none fits the stated rate.
 */
export function secondsPerUnit(
  unit: TimeUnit,
  { step, first, name, rate, place }: {
    step: number;
    first: number;
    name: string;
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
  const told = bySize(first) ?? unitOfName(name);
  if (told !== undefined || step === 0) return factors[told ?? "s"];
  const likely: Metric = step < 0.5 ? "s" : step <= 1000 ? "ms" : step <= 1e6 ? "us" : "ns";
  const close = (u: Metric) => Math.abs(Math.log(step * factors[u] * rate!)) < Math.log(1.5);
  if (rate !== undefined) {
    const fitting = (Object.keys(factors) as Metric[]).find(close);
    if (fitting !== undefined) return factors[fitting];
    if (step < 0.5 || step * factors[likely] * rate < 1 && !ambiguous(step)) return factors[likely];
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
  if (ambiguous(step)) {
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
