/** Labels as intervals in files of their own: start, end and label, as annotation programs write them. */
import { InputError } from "../../errors.ts";
import type { DataFile } from "./archive.ts";
import type { Columns, Table } from "./table.ts";
import { listed } from "./laws/notes.ts";
import { type ColumnRef, findColumn } from "./table_layout.ts";

/** Where intervals stand. */
export interface IntervalSource {
  /** A pattern on names; what is left of a name without it is that of the recording's file. */
  files: string;
  /** Columns; found by their usual names, or the first three of a file without header. */
  start?: ColumnRef;
  end?: ColumnRef;
  label?: ColumnRef;
  /** Column that names the recording's file, where one file holds the intervals of several. */
  file?: ColumnRef;
  /** Whether times count from the recording's begin or are those of its time column. */
  times: "relative" | "clock";
  /** Seconds per unit of numbers. */
  unit: number;
}

/** One interval in seconds, `[start, end)`. */
interface Interval {
  start: number;
  end: number;
  label: string;
  /** Path of the recording's file, with or without endings. */
  of: string;
  row: number;
  file: string;
}

/** What a recording must have for its labels to be set. */
interface Labeled {
  id: string;
  file: string;
  samples: number;
  /** Seconds of the time column's clock. */
  begin: number;
  labels: Int32Array;
}

const usual = {
  start: /^(start|begin|onset|from)\b|^(start|begin)[_ ]?time|_start$|^start/i,
  end: /^(end|stop|offset|to)\b|^(end|stop)[_ ]?time|_(end|stop)$|^(end|stop)/i,
  duration: /^(duration|length)\b/i,
  label: /^(labels?|behaviou?r|activity|class|annotation|event|code|value|text|tier)\b/i,
};

/** A file's path, and what is left of it without one, two and more endings. */
function shorter(path: string): string[] {
  const all = [path];
  for (let next; (next = all.at(-1)!.replace(/\.[A-Za-z0-9]{1,7}$/, "")) !== all.at(-1);) all.push(next);
  return all;
}

/** A file's path without the ending that tells its format. */
const plain = (path: string) => path.replace(/\.gz$/i, "").replace(/\.[A-Za-z0-9]{1,7}$/, "");
const tableEnding = /\.(csv|tsv|txt|dat|log|json)$/i;
const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
const nameOf = (path: string) => path.slice(folderOf(path).length);

/**
 * The files that a name means: those that are called so without their format's ending; else those with more endings than
 * the name, or else with fewer. Endings of both are never left out: `p1.left` is not `p1.right`.
 *
 * @param part What of a path is compared.
 */
function called(files: readonly string[], name: string, part: (path: string) => string): string[] {
  const written = part(name);
  const bare = written.replace(tableEnding, "");
  const tries: ((own: string) => boolean)[] = [
    (own) => own === written || plain(own) === bare,
    (own) => shorter(own).includes(bare),
    ...shorter(bare).slice(1).map((less) => (own: string) => plain(own) === less),
  ];
  for (const fits of tries) {
    const found = files.filter((f) => fits(part(f)));
    if (found.length > 0) return found;
  }
  return [];
}

function columnOf(
  table: Table,
  ref: ColumnRef | undefined,
  key: keyof typeof usual,
  place: number,
  file: string,
): number {
  if (ref !== undefined) return findColumn(ref, `${key} column of intervals`, table, file);
  if (table.header === null) return place;
  const found = table.header.findIndex((name) => usual[key].test(name));
  if (found >= 0) return found;
  const lasting = table.header.findIndex((name) => usual.duration.test(name));
  if (key === "end" && lasting >= 0) return lasting;
  throw new InputError(`Cannot find the ${key} of intervals among ${table.header.join(", ")}`, {
    file,
    row: table.line,
    hint: `Name its column: label: { from: intervals, ${key}: <column>, … }.`,
  });
}

/** A column has no row where its cell is empty: starts must not meet the ends of other rows. */
function checkEnds(starts: Columns, ends: Columns, file: string): void {
  for (let i = 0; i < Math.max(starts.rows, ends.rows); i++) {
    const [a, b] = [starts, ends].map((own) => i < own.rows ? own.lineOf(i) : Infinity);
    if (a === b) continue;
    throw new InputError(`Cannot use interval: its ${a < b ? "end" : "start"} is missing`, {
      file,
      row: Math.min(a, b),
      hint: "Complete the row, or remove it.",
    });
  }
}

/** Seconds that no recording lasts, and no date has. */
const [longest, latest] = [1e9, 8e12];

/** Seconds as a date and time where they count from 1970. */
const textOf = (seconds: number) =>
  seconds > longest && seconds < latest
    ? new Date(Math.round(1000 * seconds)).toISOString().replace("T", " ").slice(0, 19)
    : `${seconds} s`;

/** A time of day with a zone at the end of a date and time. */
const zoned = /\d:\d\d.*?(Z|UTC|GMT|[+-]\d\d(:?\d\d)?)(\s*\[.*\])?$/i;

/** Whether starts of intervals are dates with a zone. */
async function haveZones(table: Table, source: IntervalSource, file: string): Promise<boolean> {
  const start = columnOf(table, source.start, "start", 0, file);
  const { texts: [{ names }] } = await table.read({ values: [], texts: [start], missing: "error" });
  return names.some((text) => zoned.test(text));
}

async function readIntervals(file: DataFile, table: Table, source: IntervalSource, pattern: RegExp) {
  const start = columnOf(table, source.start, "start", 0, file.name);
  const end = columnOf(table, source.end, "end", 1, file.name);
  const label = columnOf(table, source.label, "label", 2, file.name);
  const owner = source.file === undefined
    ? undefined
    : findColumn(source.file, "file column of intervals", table, file.name);
  const lasts = source.end === undefined && usual.duration.test(table.header?.[end] ?? "");
  const texts = owner === undefined ? [label] : [label, owner];
  const read = async (time: number) => await table.read({ values: [], time, texts, missing: "error" });
  const [starts, ends] = [await read(start), await read(end)];
  checkEnds(starts, ends, file.name);
  if (!lasts && starts.instants !== ends.instants) {
    const [dates, numbers] = starts.instants ? ["starts", "ends"] : ["ends", "starts"];
    throw new InputError(`Cannot use intervals: their ${dates} are dates and their ${numbers} numbers`, {
      file: file.name,
      row: starts.lineOf(0),
      hint: "Write both in the same way, or name the columns under start and end.",
    });
  }
  const unitOf = (own: Columns) => own.instants ? 1e-3 : source.unit;
  const [names, owners] = starts.texts;
  const written = (seconds: number) => starts.instants ? textOf(seconds) : seconds / source.unit;
  return Array.from(starts.time, (time, i): Interval => {
    const row = starts.lineOf(i);
    const start = time * unitOf(starts);
    const end = ends.time[i] * unitOf(ends) + (lasts ? start : 0);
    if (!(end >= start)) {
      throw new InputError(
        `Cannot use interval: it ends at ${written(end)}, before its start at ${written(start)}`,
        {
          file: file.name,
          row,
          hint: "Correct the row, or name the columns under start and end." +
            (starts.instants
              ? " Where clocks were set back between them, write the times with their zones."
              : ""),
        },
      );
    }
    return {
      start,
      end,
      label: names.names[names.codes[i]],
      of: owners === undefined ? file.name.replace(pattern, "") : owners.names[owners.codes[i]],
      row,
      file: file.name,
    };
  });
}

/**
 * Finds the recordings of an interval: those of its path, else of its name, in its own folder where several folders have
 * the name; else the only file of the interval's folder, or of all, where there is only one list of intervals.
 *
 * @param lists Names of the lists that name no files.
 * @param left Names of recordings' files that were left out; an interval of one has no recordings.
 */
function finder<T extends Labeled>(
  recordings: readonly T[],
  lists: readonly string[],
  left: readonly string[],
): (i: Interval) => readonly T[] {
  const byFile = Map.groupBy(recordings, (r) => r.file);
  const files = [...byFile.keys(), ...left];
  const known = new Map<string, readonly T[]>();
  const look = ({ of, file, row }: Interval) => {
    const alike = called(files, of, (path) => path);
    const named = alike.length > 0 ? alike : called(files, of, nameOf);
    const title = nameOf(of).replace(tableEnding, "");
    const near = (all: readonly string[]) => all.filter((f) => folderOf(f) === folderOf(file));
    // A list that stands alone belongs to what stands alone beside it.
    const places = [
      ...(near(lists).length === 1 && named.length === 0 ? [near(files)] : []),
      ...(lists.length === 1 && named.length === 0 ? [files] : []),
    ];
    const found = [named, near(named), ...places].find((f) => f.length === 1);
    if (found !== undefined) return byFile.get(found[0]) ?? [];
    throw new InputError(
      named.length > 1
        ? `Cannot use interval: ${named.length} recordings are called "${title}"`
        : title === ""
        ? `Cannot use interval: the list's name tells none of ${files.length} recordings`
        : `Cannot use interval: there is no recording "${title}"`,
      {
        file,
        row,
        hint:
          `Recordings are ${
            listed(named.length > 1 ? named : files)
          }; the list's name without what files: matches ` +
          "must be one of them, or a column under file name it.",
      },
    );
  };
  return (interval) => {
    const key = `${interval.file}\0${interval.of}`;
    const own = known.get(key) ?? look(interval);
    known.set(key, own);
    return own;
  };
}

/** How far intervals may reach beyond a recording before their unit is in doubt, and how near to a factor of units. */
const reach = { most: 4, near: 2.5 };

/**
 * Refuses intervals that reach beyond their recordings by about the factor between seconds and another unit: one of them would
 * cover a whole recording.
 */
function checkReach(
  intervals: readonly Interval[],
  find: (i: Interval) => readonly Labeled[],
  unit: number,
  rate: number,
): void {
  for (const own of Map.groupBy(intervals, find).values()) {
    const recordings = find(own[0]);
    if (recordings.length === 0) continue;
    const start = Math.min(...recordings.map((r) => r.begin));
    const length = Math.max(...recordings.map((r) => r.begin + r.samples / rate)) - start;
    const end = own.reduce((most, { end }) => Math.max(most, end), 0);
    const factor = end / length;
    const off = (u: number) => Math.abs(Math.log(factor * u));
    const units = [1 / 60, 1 / rate, 1e-3, 1e-6].filter((u) => off(u) < Math.log(reach.near))
      .sort((a, b) => off(a) - off(b));
    // One that begins within and goes on and on would hide what is meant.
    const covers = own.some((i) => i.start < length && i.end > 2 * length);
    if (!covers || !(factor > reach.most) || units.length === 0 || unit !== 1) continue;
    throw new InputError(
      `Cannot use label intervals: they reach to ${Number(end.toPrecision(4))} s, the recording lasts ${
        Number(length.toPrecision(4))
      } s`,
      {
        file: own[0].file,
        row: own.at(-1)!.row,
        hint: `State their unit in seconds: unit: ${
          units.map((u) => `${Number(u.toPrecision(4))}${u === 1 / rate ? " for samples" : ""}`).join(", or ")
        }; where they belong to a longer recording, cut them.`,
      },
    );
  }
}

/** What is known of the recordings beside themselves. */
export interface LabelingOptions {
  /** Whether there are more recordings, whose intervals may lie within them. */
  part?: boolean;
  /** Names of recordings' files that were left out. */
  left?: readonly string[];
  /** Whether their clock tells no time zone. */
  zoneless?: boolean;
}

/**
 * Sets the labels of recordings from the intervals of files beside them.
 *
 * @param number Number of a label text; −1 for one that means unlabelled.
 * @returns Sentences on intervals that lie outside of their recordings, and recordings without any.
 * @throws {InputError} for intervals of no recording, and for two that overlap with different labels.
 */
export async function labelByIntervals(
  recordings: readonly Labeled[],
  files: readonly DataFile[],
  open: (file: DataFile) => Table | Promise<Table>,
  source: IntervalSource,
  rate: number,
  number: (text: string) => number,
  { part = false, left = [], zoneless = false }: LabelingOptions = {},
): Promise<string[]> {
  const pattern = new RegExp(source.files, "g");
  const intervals: Interval[] = [];
  for (const file of files) intervals.push(...await readIntervals(file, await open(file), source, pattern));
  let zones = false;
  for (const file of zoneless && source.times === "clock" ? files : []) {
    zones ||= await haveZones(await open(file), source, file.name);
  }
  const find = finder(recordings, source.file === undefined ? files.map((f) => f.name) : [], left);
  if (source.times === "relative") checkReach(intervals, find, source.unit, rate);
  const outside: Interval[] = [];
  let [points, unread] = [0, 0];
  for (const interval of intervals) {
    const own = find(interval);
    if (own.length === 0) {
      unread++;
      continue;
    }
    const code = number(interval.label);
    if (interval.end === interval.start) {
      points++;
      continue;
    }
    const origin = source.times === "clock" ? 0 : own[0].begin;
    let hit = false;
    for (const { labels, samples, begin } of own) {
      // A sample belongs to the interval that holds its time; half a thousandth of a sample allows for rounding.
      const tick = (t: number) => Math.ceil((t + origin - begin) * rate - 5e-4);
      const [from, to] = [Math.max(0, tick(interval.start)), Math.min(samples, tick(interval.end))];
      // Neighbours whose ends were rounded may share a sample, which stays the first one's.
      const other = (t: number) => labels[t] >= 0 && code >= 0 && labels[t] !== code;
      const shared = to - from > 2 ? [from, to - 1] : [];
      for (let t = from; t < to; t++) {
        if (other(t) && shared.includes(t) && !other(t === from ? t + 1 : t - 1)) continue;
        if (other(t)) {
          throw new InputError(`Cannot use interval "${interval.label}": another label lies over its time`, {
            file: interval.file,
            row: interval.row,
            hint: "Cut overlapping intervals, or export one track of labels.",
          });
        }
        labels[t] = code;
      }
      hit ||= to > from;
    }
    if (!hit) outside.push(interval);
  }
  if (outside.length > 0 && outside.length === intervals.length - points - unread && !part) {
    const [first] = outside;
    throw new InputError(
      `Cannot use label intervals: all ${outside.length} lie outside of their recordings, the first from ${
        textOf(first.start)
      } to ${textOf(first.end)}`,
      {
        file: first.file,
        row: first.row,
        hint: source.times === "clock"
          ? "State their unit; or times: relative, where they count from the recording's begin; mind time zones."
          : "Set times: clock, where they are those of the time column; or state their unit, e.g. unit: 0.001.",
      },
    );
  }
  const bare = recordings.filter((r) => r.labels.every((l) => l < 0));
  return [
    ...(zones
      ? [
        "Times of the intervals tell their zone, the loggers' clocks do not and were taken for UTC; where they showed " +
        "local time, write local time without zone",
      ]
      : []),
    ...(unread > 0
      ? [`${unread} of ${intervals.length} label intervals are of files that were left out`]
      : []),
    ...(points > 0
      ? [`${points} of ${intervals.length} label intervals last no time and label nothing`]
      : []),
    ...(outside.length > 0
      ? [
        `${outside.length} of ${intervals.length} label intervals lie outside of their recordings: ${
          listed(outside.map(({ file, row }) => `${file}:${row}`))
        }`,
      ]
      : []),
    ...(bare.length > 0
      ? [
        `${bare.length} of ${recordings.length} recordings have no label interval: ${
          listed(bare.map(({ id }) => id))
        }`,
      ]
      : []),
  ];
}
