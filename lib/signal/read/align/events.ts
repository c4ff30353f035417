/** Events that several loggers recorded, such as taps on all of them, listed with the time that each logger's clock told. */
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import { type Columns, EmptyTable, type Table } from "../table.ts";
import { type ColumnRef, findColumn } from "../table_layout.ts";
import { idOf } from "../table_recordings.ts";
import { type ClockFit, lineThrough } from "./drift.ts";

/** Where events stand. */
export interface EventSource {
  /** A pattern on names; what is left of a name without it is that of the recording's files without their sensors. */
  files: string;
  /** Column that names the recording, where one file holds the events of several. */
  file?: ColumnRef;
  /** Whether times are those of the clocks, or count from the begin of each logger's file. */
  times: "clock" | "relative";
  /** Seconds per unit of numbers. */
  unit: number;
}

/** One event. */
interface SharedEvent {
  /** Recording, as the loggers' files are called without their sensors. */
  of: string;
  /** Seconds by sensor, NaN for one that did not record it. */
  times: number[];
  file: string;
  row: number;
}

/** All events of a set. */
export interface Events {
  relative: boolean;
  all: SharedEvent[];
  /** Files that hold them, by which a single list of a single recording needs no name. */
  lists: number;
}

/** A recording in time. */
export interface Span {
  id: string;
  /** Seconds since 1970 on its logger's clock. */
  begin: number;
  seconds: number;
}

/** Seconds by which an event may lie outside of a recording, as its time is rounded. */
const slack = 1;

/**
 * Reads tables of events: a column named after each sensor, a row for each event.
 *
 * @throws {InputError} naming the file and row of what is no time.
 */
export async function readEvents(
  files: readonly DataFile[],
  sensors: readonly string[],
  source: EventSource,
  open: (file: DataFile) => Table | Promise<Table>,
): Promise<Events> {
  const pattern = new RegExp(source.files, "g");
  const all: SharedEvent[] = [];
  for (const file of files) {
    const table = await open(file);
    const owner = source.file === undefined ? undefined : findColumn(source.file, "file", table, file.name);
    const columns = sensors.map((sensor) => findColumn(sensor, "times of events", table, file.name));
    /** Events by line: a column has no row where its cell is empty. */
    const events = new Map<number, SharedEvent>();
    for (const [place, column] of columns.entries()) {
      for (const { row, time, of } of await timesOf(table, column, owner, file.name, source)) {
        const event = events.get(row) ?? {
          of: idOf(of ?? file.name.replace(pattern, "")),
          times: sensors.map(() => NaN),
          file: file.name,
          row,
        };
        event.times[place] = time;
        events.set(row, event);
      }
    }
    all.push(...events.values());
  }
  return { relative: source.times === "relative", all, lists: files.length };
}

/** Times of one sensor in seconds, NaN for none, with the row of each and the recording that it names. */
async function timesOf(
  table: Table,
  column: number,
  owner: number | undefined,
  file: string,
  { unit, times: kind }: EventSource,
): Promise<{ row: number; time: number; of: string | undefined }[]> {
  const plan = { values: [], time: column, timeOptional: true, missing: "error" } as const;
  let read: Columns;
  try {
    read = await table.read({ ...plan, texts: owner === undefined ? [column] : [column, owner] });
  } catch (error) {
    // All its cells are empty.
    if (error instanceof EmptyTable) return [];
    throw error;
  }
  const [own, owners] = read.texts;
  return Array.from(read.time.subarray(0, read.rows), (time, i) => {
    const text = own.names[own.codes[i]].trim();
    const row = read.lineOf(i);
    const refuse = (why: string, hint: string) =>
      new InputError(`Cannot use event: "${text}" ${why}`, { file, row, hint });
    if (Number.isNaN(time) && !/^(nan|na|n\/a|-)?$/i.test(text)) {
      throw refuse(
        "is no time",
        "Write dates such as 2026-03-04 12:00:03.2, or numbers of seconds; leave empty what was not recorded.",
      );
    }
    if (read.daily === true) throw refuse("has no date", "Write the date before the time of day.");
    if (read.instants && kind === "relative") {
      throw refuse("is a date, not seconds from a file's begin", "Remove times: relative from align.");
    }
    return { row, time: time * (read.instants ? 1e-3 : unit), of: owners?.names[owners.codes[i]] };
  });
}

/**
 * Compares two loggers by the events that both recorded.
 *
 * @param sensors Places of both among the columns of events.
 * @param bodies How many bodies there are.
 * @throws {InputError} where there are no events of the recording, or none lies within both of its files.
 */
export function fitEvents(
  { all, relative, lists }: Events,
  key: string,
  first: Span,
  other: Span,
  [a, b]: readonly [number, number],
  bodies: number,
): ClockFit {
  const listed = all.filter(({ of }) =>
    of === key || (bodies === 1 && lists === 1 && all.every((e) => e.of === of))
  );
  const both = listed.filter(({ times }) => !Number.isNaN(times[a]) && !Number.isNaN(times[b]));
  if (both.length === 0) {
    throw new InputError(
      `Cannot align clocks: no event of ${key} has the times of ${first.id} and ${other.id}`,
      {
        ...(listed.length > 0
          ? { file: listed[0].file, row: listed[0].row }
          : all.length > 0
          ? { file: all[0].file, row: all[0].row }
          : {}),
        hint: `Events are of ${
          [...new Set(all.map(({ of }) => of))].slice(0, 5).join(", ") || "none"
        }; name the list after ` +
          "the loggers' files, or the column with their names under align: { file: … }.",
      },
    );
  }
  const seconds = (event: SharedEvent, place: number, { begin }: Span) =>
    event.times[place] + (relative ? begin : 0);
  const within = (time: number, { begin, seconds }: Span) =>
    time >= begin - slack && time <= begin + seconds + slack;
  const own = both.filter((e) => within(seconds(e, a, first), first) && within(seconds(e, b, other), other));
  if (own.length === 0) {
    const [event] = both;
    const [place, span] = within(seconds(event, a, first), first) ? [b, other] : [a, first];
    throw new InputError(
      `Cannot align clocks: the event at ${
        dateOf(seconds(event, place, span))
      } lies outside of ${span.id}, which is from ${dateOf(span.begin)} to ${
        dateOf(span.begin + span.seconds)
      }`,
      {
        file: event.file,
        row: event.row,
        hint: relative
          ? "Times count from the begin of each logger's file; state their unit in seconds, or remove times: relative."
          : "Write what the loggers' own clocks tell; or set times: relative, where numbers count from each file's begin.",
      },
    );
  }
  const points = own.map((e): [number, number] => {
    const time = seconds(e, a, first);
    return [time - first.begin, seconds(e, b, other) - time];
  }).sort(([t], [u]) => t - u);
  return { ...lineThrough(points), windows: points.length, looked: points.length };
}

const dateOf = (seconds: number) =>
  Number.isFinite(seconds) && Math.abs(seconds) < 8e12
    ? new Date(1000 * seconds).toISOString().slice(0, 19).replace("T", " ")
    : `${seconds} s`;
