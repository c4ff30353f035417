/** The law that time goes forward: what a step back is, and what mends it. */
import { InputError } from "../../../errors.ts";
import type { Place } from "./place.ts";
import { typicalStep } from "./steps.ts";

/** What is done about time that steps back. */
export type Unsorted = "error" | "sort" | "clock-change" | "wrap" | "restart";

/** What a step back is. */
export type Back = "midnight" | "clock-change" | "wrap" | "swapped" | "restart";

interface Clock {
  /** Seconds, as they stand in the file. */
  times: Float64Array;
  /** Seconds per unit of the column. */
  unit: number;
  /** Times of day without a date. */
  daily: boolean;
}

/** By which a clock of twelve hours jumps at one o'clock. */
const halfDay = 43_200;
const powers = [8, 12, 15, 16, 20, 24, 31, 32];

/** Share of rows that may step back before there is no order at all. */
const inOrder = 0.25;

/** How far the clock jumped, beyond the step that was due. */
const jump = (times: Float64Array, i: number, step: number) => times[i - 1] + step - times[i];

function wrapOf(back: number, { unit }: Clock, step: number): number | undefined {
  return powers.map((k) => 2 ** k * unit).find((size) => Math.abs(back - size) < Math.max(1.5 * step, unit));
}

function classify(clock: Clock, i: number, step: number): Back {
  const back = jump(clock.times, i, step);
  const few = Math.max(3 * step, 2);
  if (clock.daily && Math.abs(back - 86400) < 3600) return "midnight";
  if (wrapOf(back, clock, step) !== undefined && back > 20 * step) return "wrap";
  if ([1800, 3600, 7200, halfDay].some((s) => Math.abs(back - s) < few)) return "clock-change";
  return back <= 12 * step ? "swapped" : "restart";
}

const tale: Record<Back, [what: string, hint: string]> = {
  midnight: ["midnight", ""],
  "clock-change": [
    "the local clock was set back by a clock change (summer time)",
    "Set unsorted: clock-change to count on, or write times in UTC.",
  ],
  wrap: ["the counter of the clock wrapped around", "Set unsorted: wrap to count on."],
  swapped: ["a few rows are swapped", "Set unsorted: sort."],
  restart: [
    "the clock started again, as another recording does",
    "Set unsorted: restart to begin a recording at each such row, name the recordings' column under session, or set " +
    "unsorted: sort if rows are merely in another order.",
  ],
};

/** What a step back of a kind is, in words. */
const whatIs = (kind: Back, back: number) =>
  kind === "clock-change" && back > halfDay / 2
    ? "the hours seem to run from 1 to 12 without AM and PM"
    : tale[kind][0];

/**
 * What one step back is, where times come one by one.
 *
 * @returns Also by how many seconds the clock goes on where the user lets it count on, and what mends it.
 */
export function stepBack(
  before: number,
  after: number,
  { unit, daily, step }: { unit: number; daily: boolean; step: number },
): { kind: Back; what: string; shift: number } {
  const clock = { times: Float64Array.of(before, after), unit, daily };
  const kind = classify(clock, 1, step);
  const shift = kind === "midnight"
    ? 86400
    : kind === "wrap"
    ? wrapOf(jump(clock.times, 1, step), clock, step)!
    : Math.round(jump(clock.times, 1, step) / 1800) * 1800;
  return { kind, what: whatIs(kind, jump(clock.times, 1, step)), shift };
}

/** Time put in order. */
export interface Ordered {
  /** Seconds, never decreasing within a part. */
  times: Float64Array;
  /** Where a part begins that is a recording of its own; 0 first. */
  parts: number[];
  /** Row of each sample, where rows had to be sorted. */
  rows?: Int32Array;
  /** What was mended, for the user. */
  mended?: string;
}

/**
 * Puts times in order as the user says, or stops at the first step back and names what it is. Nothing is interleaved: rows
 * are sorted only if the typical step stays what it was.
 *
 * @param written A time as it stands in the file, for messages.
 * @throws {InputError} naming the row, what the step back is, and the cure.
 */
export function putInOrder(
  clock: Clock,
  unsorted: Unsorted,
  placeOf: (row: number) => Place,
  written: (row: number) => string,
): Ordered {
  const { times } = clock;
  const backs: number[] = [];
  for (let i = 1; i < times.length; i++) if (times[i] < times[i - 1]) backs.push(i);
  if (backs.length === 0) return { times, parts: [0] };
  const step = typicalStep(times);
  const disorder = backs.length > inOrder * times.length;
  const refuse = (kind: Back, i: number) => {
    const [what, hint] = disorder
      ? [
        "rows are in no order of time",
        "Set unsorted: sort where all are of one sensor; where those of several people or sensors are mixed, name the column " +
        "that tells them under subject or session.",
      ]
      : [whatIs(kind, jump(times, i, step)), tale[kind][1]];
    return new InputError(
      `Cannot use time: it goes backwards, from ${written(i - 1)} to ${written(i)}; ${what}`,
      { ...placeOf(i), hint },
    );
  };
  if (unsorted === "sort") {
    if (disorder) return sorted(times, undefined, placeOf(backs[0]));
    for (const i of backs.length > 3 ? [] : backs) {
      const kind = classify(clock, i, step);
      if (kind === "clock-change" || kind === "wrap") throw refuse(kind, i);
    }
    return sorted(times, step, placeOf(backs[0]));
  }
  const out = Float64Array.from(times);
  const parts = [0];
  const kinds = new Map<Back, number>();
  let shift = 0;
  let next = 0;
  for (let i = 0; i < times.length; i++) {
    if (i === backs[next]) {
      next++;
      const kind = classify(clock, i, step);
      if (kind === "midnight") shift += 86400;
      else if (kind === "restart" && unsorted === "restart") {
        parts.push(i);
        shift = 0;
      } else if (kind === unsorted && kind === "wrap") {
        shift += wrapOf(jump(times, i, step), clock, step)!;
      } else if (kind === "restart" && unsorted === "wrap" && times[i] < 3 * step) {
        // A counter to another end than a power of two.
        shift += jump(times, i, step);
      } else if (kind === unsorted && kind === "clock-change") {
        shift += Math.round(jump(times, i, step) / 1800) * 1800;
      } else {
        throw refuse(kind, i);
      }
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    out[i] += shift;
  }
  const mended = [...kinds].filter(([kind]) => kind !== "midnight").map(([kind, n]) => `${n} × ${kind}`);
  return { times: out, parts, ...(mended.length === 0 ? {} : { mended: mended.join(", ") }) };
}

/** Whether the steps forward are all alike, as where two series in order alternate. */
function alternates(times: Float64Array): boolean {
  const forward = times.slice(1).map((t, i) => t - times[i]).filter((s) => s > 0).sort();
  const median = forward[forward.length >> 1];
  return forward.filter((s) => Math.abs(s / median - 1) < 0.1).length > 0.5 * forward.length;
}

/** @param step Of the rows as they are; undefined where they are in no order at all. */
function sorted(times: Float64Array, step: number | undefined, place: Place): Ordered {
  const rows = Int32Array.from(times, (_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
  const out = Float64Array.from(rows, (row) => times[row]);
  let equal = 0;
  for (let i = 1; i < out.length; i++) if (out[i] === out[i - 1]) equal++;
  let before = 0;
  for (let i = 1; i < times.length; i++) if (times[i] === times[i - 1]) before++;
  const after = typicalStep(out);
  const mixed = step === undefined ? alternates(times) : Math.abs(after / step - 1) > 0.1;
  if (out.length > 20 && (equal - before > 0.02 * out.length || mixed)) {
    throw new InputError(
      "Cannot sort rows by time: two stretches of time would be mixed sample by sample",
      {
        ...place,
        hint:
          "Set unsorted: clock-change, wrap or restart, whichever it is: without sort the message names it.",
      },
    );
  }
  return { times: out, parts: [0], rows, mended: "rows sorted by time" };
}
