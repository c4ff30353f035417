/** The recordings of a stretch of rows: in order of time, cut at long breaks, on a uniform clock. */
import type { Recording } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import type { Notes } from "./laws/notes.ts";
import { putInOrder } from "./laws/order.ts";
import { typicalStep } from "./laws/steps.ts";
import { secondsPerUnit } from "./laws/time_unit.ts";
import { placeOnClock } from "./sample_times.ts";
import type { Columns } from "./table.ts";
import type { Layout, LayoutOptions } from "./table_layout.ts";
import type { Unsorted } from "./laws/order.ts";

/** A break in time of so many seconds, or of so many sample periods, begins a new recording instead of a gap. */
const longBreak = { seconds: 60, periods: 20 };

/** Whether so many seconds between two samples, whose usual step is `step`, part two recordings. */
export function isLongBreak(seconds: number, step: number): boolean {
  return seconds > Math.max(longBreak.seconds, longBreak.periods * step);
}

/** A stretch of rows on the clock, and when it began, in seconds of its time column's clock; 0 without one. */
export type Stretch = Omit<Recording, "id" | "subject"> & { begin: number };

/** What is known of the whole reading. */
interface Known {
  options: Pick<LayoutOptions, "time"> & {
    rate?: number;
    unsorted: Unsorted;
    spread?: boolean;
    maxGap: number;
  };
  rate: number | undefined;
  measured: number[];
  otherRates: number[];
  notes: Notes;
}

/**
 * The recordings of rows `[from, to)`: one, or several where time starts again or has long breaks.
 *
 * @param labels Of all rows.
 */
export function* stretchesOf(
  known: Known,
  file: string,
  columns: Columns,
  layout: Layout,
  labels: Int32Array | undefined,
  from: number,
  to: number,
): Generator<Stretch> {
  const width = layout.values.length;
  let values = columns.values.subarray(from * width, to * width);
  let own = labels?.subarray(from, to);
  let times: Float64Array | undefined;
  const edges = new Set([0]);
  if (layout.time !== undefined && to - from > 1) {
    const clock = clockOf(known, file, columns, layout, from, to);
    times = clock.times;
    const { rows } = clock;
    if (rows !== undefined) {
      const [old, oldLabels] = [values, own];
      values = new Float32Array(old.length);
      rows.forEach((row, i) => values.set(old.subarray(row * width, (row + 1) * width), i * width));
      if (oldLabels !== undefined) own = Int32Array.from(rows, (row) => oldLabels[row]);
    }
    clock.parts.forEach((at) => edges.add(at));
    const step = typicalStep(times);
    for (let i = 1; i < times.length; i++) if (isLongBreak(times[i] - times[i - 1], step)) edges.add(i);
  } else if (known.rate === undefined && layout.time === undefined) {
    throw new InputError("Cannot tell the sampling rate: there is neither rate nor a time column", {
      file,
      hint: "Set rate: 50 (samples per second), or time: <column>.",
    });
  }
  const cuts = [...edges].sort((a, b) => a - b);
  for (const [k, a] of cuts.entries()) {
    const b = cuts[k + 1] ?? to - from;
    const place = { file, row: columns.lineOf(from + a) };
    const begin = times?.[a] ?? 0;
    const sub = values.subarray(a * width, b * width);
    if (layout.time !== undefined && b - a < 2) {
      // A single sample has a time, but no rate.
      yield { samples: 1, data: sub.slice(), labels: new Int32Array(1).fill(-1), gaps: [], begin };
      continue;
    }
    const relative = times?.subarray(a, b).map((t) => t - begin);
    const { options } = known;
    const placed = placeOnClock(sub, width, relative, known.rate, options.maxGap, place, options.spread);
    known.rate ??= placed.rate;
    known.measured.push(placed.measured);
    if (Math.abs(placed.measured / placed.rate - 1) > 0.02) known.otherRates.push(placed.measured);
    for (const note of placed.notes) known.notes.add(note[0].toUpperCase() + note.slice(1), file);
    const samples = placed.values.length / width;
    const sampleLabels = new Int32Array(samples).fill(-1);
    if (own !== undefined) {
      for (let t = 0; t < samples; t++) sampleLabels[t] = own[a + (placed.nearest?.[t] ?? t)];
    }
    const first = begin + (placed.delay ?? 0);
    yield { samples, data: placed.values, labels: sampleLabels, gaps: placed.gaps, begin: first };
  }
}

/** Times of rows `[from, to)` in seconds and in order. */
function clockOf(
  { options, rate, notes }: Known,
  file: string,
  columns: Columns,
  layout: Layout,
  from: number,
  to: number,
) {
  const raw = columns.time.subarray(from, to);
  const placeOf = (k: number) => ({ file, row: columns.lineOf(from + k) });
  const bad = raw.findIndex((t) => !Number.isFinite(t));
  if (bad >= 0) {
    throw new InputError("Cannot use time: it is neither a number nor a date and time", placeOf(bad));
  }
  const unit = columns.instants ? 1e-3 : secondsPerUnit(
    typeof options.time === "object" ? options.time.unit ?? "auto" : "auto",
    {
      step: typicalStep(options.unsorted === "sort" ? raw.toSorted() : raw),
      first: raw[0],
      name: layout.timeName ?? "time",
      written: layout.timeUnit,
      rate: options.rate ?? rate,
      place: placeOf(0),
    },
  );
  const written = (k: number) =>
    columns.instants ? new Date(raw[k]).toISOString().replace("T", " ") : String(raw[k]);
  const clock = { times: raw.map((t) => t * unit), unit, daily: columns.daily === true };
  const ordered = putInOrder(clock, options.unsorted, placeOf, written);
  if (ordered.mended !== undefined) {
    notes.add("Time stepped back and was mended", `${file} (${ordered.mended})`);
  }
  return ordered;
}
