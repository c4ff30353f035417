/** Which columns of a table are what. */
import { InputError } from "../../errors.ts";
import { suggestion } from "../../text/suggest.ts";
import type { DataFile } from "./archive.ts";
import { type Confidence, confidenceColumns } from "./confidence.ts";
import type { Overlap } from "./flags.ts";
import { chooseSensorColumns } from "./laws/sensor_columns.ts";
import { refuseForeignTimes } from "./laws/own_times.ts";
import type { TimeUnit } from "./laws/time_unit.ts";
import { listed } from "./laws/notes.ts";
import type { Lists } from "./metadata.ts";
import type { Table } from "./table.ts";
import { usualChannels } from "../triads.ts";

/** A column by name, or by position counted from 1. */
export type ColumnRef = string | number;

/** Where a text per row or per file comes from: a column, the first group of a pattern on the file's name, a constant. */
export type Source =
  | ColumnRef
  | { from: "column"; column: ColumnRef }
  | { from: "filename"; pattern: string }
  | { from: "constant"; value: string }
  | { from: "metadata"; column: string };

/** What the columns mean, in the user's words. */
export interface LayoutOptions {
  /** Columns by sensor, the same number for each; all other columns as one sensor when left out. */
  sensors?: Record<string, readonly ColumnRef[]>;
  /** Channel names; `acc_x` … for 3, 6 or 9 columns of several sensors, the column names of a single one. */
  channels?: readonly string[];
  /** Unit per channel, or one for all channels whose names begin with the key. */
  units?: readonly string[] | Record<string, string>;
  label?: Source | { from: "flags"; columns: readonly ColumnRef[]; overlap: Overlap };
  subject?: Source;
  /** Columns that tell where samples are missing. */
  confidence?: Confidence;
  /** Column that tells recordings within a file apart. */
  session?: ColumnRef;
  time?: ColumnRef | TimeSource;
}

/** The time column, with what cannot be seen from it. */
export interface TimeSource {
  column?: ColumnRef;
  /** Date and time of day in columns of their own. */
  columns?: readonly [ColumnRef, ColumnRef];
  unit?: TimeUnit;
  /** Order of day and month, e.g. `dd/MM/yyyy`. */
  format?: string;
}

/** Positions of the columns of one file. */
export interface Layout {
  sensors: string[];
  /** Sensor after sensor. */
  values: number[];
  /** Column names of `values`. */
  names: string[];
  label?: number;
  /** Columns of flags instead, the one that wins first. */
  flags?: number[];
  subject?: number;
  session?: number;
  /** Column of confidences of each value. */
  confidence?: number[];
  time?: number;
  timeOfDay?: number;
  /** Unit per channel as the file tells it, where it does. */
  units?: string[];
  /** Name of the time column, and its unit where the file tells it. */
  timeName?: string;
  timeUnit?: string;
  /** Names of all columns, where they have some. */
  header?: readonly string[] | null;
  /** Names that differ from the first file's in case or blanks only. */
  alike?: string[];
  /** Columns that were not taken, and whether those that were look like sensors, where nobody named them. */
  leftOut?: string[];
  guessed?: boolean;
}

/** @throws {InputError} for a column that the file does not have, with the nearest name. */
export function findColumn(ref: ColumnRef, what: string, table: Table, file: string): number {
  if (typeof ref === "number") {
    if (ref >= 1 && ref <= table.columns) return ref - 1;
    throw new InputError(`Cannot find ${what}: there is no column ${ref}`, {
      file,
      row: table.line,
      hint: `The file has ${table.columns} columns, counted from 1.`,
    });
  }
  if (table.header === null) {
    throw new InputError(`Cannot find ${what} "${ref}": the file has no header`, {
      file,
      row: table.line,
      hint: "Name columns by their position, counted from 1.",
    });
  }
  const at = table.header.indexOf(ref);
  if (at < 0) {
    const { hint } = suggestion(ref, table.header);
    throw new InputError(`Cannot find ${what} "${ref}"`, {
      file,
      row: table.line,
      hint: hint === undefined ? undefined : hint[0].toUpperCase() + hint.slice(1),
    });
  }
  if (table.header.indexOf(ref, at + 1) >= 0) {
    throw new InputError(`Cannot find ${what}: two columns are named "${ref}"`, {
      file,
      row: table.line,
      hint: "Name it by its position, counted from 1.",
    });
  }
  return at;
}

/**
 * Finds the columns that the options name; where they name no sensors, those of the first file by name.
 *
 * @param first Layout of the first file.
 * @throws {InputError} for a column that the file does not have, with the nearest name, and for another set of columns
 * than the first file's.
 */
export function layoutOf(table: Table, options: LayoutOptions, file: string, first?: Layout): Layout {
  const at = (ref: ColumnRef | undefined, what: string) =>
    ref === undefined ? undefined : findColumn(ref, what, table, file);
  const time = typeof options.time === "object" ? options.time : { column: options.time };
  const column = (source: LayoutOptions["label"]) =>
    typeof source !== "object" ? source : source.from === "column" ? source.column : undefined;
  const flags = typeof options.label === "object" && options.label.from === "flags"
    ? options.label.columns.map((ref) => at(ref, "label column")!)
    : undefined;
  const layout = {
    header: table.header,
    flags,
    label: at(column(options.label), "label column"),
    subject: at(column(options.subject), "subject column"),
    session: at(options.session, "session column"),
    time: at(time.columns?.[0] ?? time.column, "time column") ?? table.clock,
    timeOfDay: at(time.columns?.[1], "time column"),
  };
  const name = (c: number) => table.header?.[c] ?? `column_${c + 1}`;
  const unitOf = (c: number) =>
    table.units?.[c].replace(/^[([{]\s*|\s*[)\]}]$/g, "").replace("(s^2", "s^2") ??
      /[([{]([^)\]}]+)[)\]}]\s*$/.exec(name(c))?.[1];
  const unitsOf = (columns: readonly number[]) => {
    const units = columns.map(unitOf);
    return units.every((unit) => unit !== undefined && unit !== "") ? units as string[] : undefined;
  };
  const place = { file, row: table.line };
  if (first !== undefined) {
    const { label, subject, session, sensors } = options;
    const positions = [
      ...[label, subject].map(column),
      ...(flags === undefined ? [] : (label as { columns: readonly ColumnRef[] }).columns),
      ...[session, time.column, ...time.columns ?? [], ...Object.values(sensors ?? {}).flat()],
    ].filter((ref) => typeof ref === "number");
    samePositions(table, first.header, positions, place);
  }
  const confidenceOf = (values: readonly number[]) =>
    options.confidence && confidenceColumns(table.header, values, options.confidence.columns, place);
  const timeName = layout.time === undefined ? undefined : name(layout.time);
  const timeUnit = layout.time === undefined ? undefined : table.units?.[layout.time];
  if (options.sensors !== undefined) {
    const { sensors } = options;
    const values = Object.keys(sensors).flatMap((s) =>
      sensors[s].map((ref) => findColumn(ref, `column of ${s}`, table, file))
    );
    refuseForeignTimes(table.header, layout.time, values, place, table.sample);
    const units = unitsOf(values.slice(0, values.length / Object.keys(sensors).length));
    const confidence = confidenceOf(values);
    return {
      ...layout,
      timeName,
      timeUnit,
      sensors: Object.keys(sensors),
      values,
      names: values.map(name),
      units,
      confidence,
    };
  }
  const unsure = options.confidence === undefined ? undefined : new RegExp(options.confidence.columns);
  const taken = new Set(Object.values(layout).flat());
  // A separator at the beginning or end of rows makes a column of nothing.
  const { header, sample = [] } = table;
  const bare = (c: number) =>
    header === null && sample.length > 0 && sample.every((row) => (row[c] ?? "") === "");
  const free = Array.from({ length: table.columns }, (_, c) => c)
    .filter((c) => !taken.has(c) && unsure?.test(name(c)) !== true && !bare(c));
  const { columns, ...chosen } = table.sensors !== undefined
    ? { columns: [...table.sensors] }
    : chooseSensorColumns(free, table.header, place);
  refuseForeignTimes(table.header, layout.time, columns, place, table.sample);
  const own = {
    ...layout,
    timeName,
    timeUnit,
    units: unitsOf(columns),
    sensors: ["sensor"],
    values: columns,
    names: columns.map(name),
    ...chosen,
  };
  const ordered = first === undefined ? own : likeFirst(own, first, table, place);
  return { ...ordered, confidence: confidenceOf(ordered.values) };
}

/** The columns in the first file's order. */
function likeFirst(own: Layout, first: Layout, table: Table, place: { file: string; row: number }): Layout {
  const hint = "Name the columns under sensors, or load files of different columns apart.";
  if (table.header === null || own.values.length !== first.values.length) {
    if (own.values.length === first.values.length) return own;
    throw new InputError(
      `Cannot join recordings: ${own.values.length} sensor columns, the first file has ${first.values.length} (${
        difference(own.names, first.names)
      })`,
      { ...place, hint },
    );
  }
  const plain = (name: string) => name.toLowerCase().replace(/[\s_.-]+/g, "");
  const names = own.names.map(plain);
  const exact = first.names.every((name) => own.names.includes(name));
  const at = first.names.map((name) => exact ? own.names.indexOf(name) : names.indexOf(plain(name)));
  if (at.includes(-1) || new Set(at).size < at.length) {
    throw new InputError(
      `Cannot join recordings: other sensor columns than in the first file (${
        difference(own.names, first.names)
      })`,
      { ...place, hint },
    );
  }
  const alike = exact ? undefined : own.names;
  return { ...own, values: at.map((k) => own.values[k]), names: first.names, alike };
}

/**
 * Refuses columns by position that stand at another position than in the first file.
 *
 * @param positions Counted from 1.
 */
function samePositions(
  { header }: Table,
  first: readonly string[] | null | undefined,
  positions: readonly number[],
  place: { file: string; row: number },
): void {
  if (header === null || first === null || first === undefined) return;
  const moved = positions.find((p) => header[p - 1] !== first[p - 1] && header.includes(first[p - 1]));
  if (moved === undefined) return;
  throw new InputError(
    `Cannot join recordings: column ${moved} is ${header[moved - 1]} here and ${
      first[moved - 1]
    } in the first file`,
    { ...place, hint: "Name columns by their names." },
  );
}

function difference(own: readonly string[], first: readonly string[]): string {
  const only = (a: readonly string[], b: readonly string[]) => listed(a.filter((name) => !b.includes(name)));
  const [more, fewer] = [only(own, first), only(first, own)];
  return [more === "" ? "" : `only here: ${more}`, fewer === "" ? "" : `only there: ${fewer}`]
    .filter((text) => text !== "").join("; ") || "the same names, but one stands twice";
}

/** Channel names of every sensor. */
export function channelNames(options: LayoutOptions, { sensors, names }: Layout): string[] {
  const count = names.length / sensors.length;
  for (const [name, columns] of Object.entries(options.sensors ?? {})) {
    if (columns.length === count) continue;
    const other = Object.values(options.sensors!).find((c) => c.length !== columns.length)!;
    throw new InputError(
      `Cannot use sensors: ${name} has ${columns.length} columns, others have ${other.length}`,
      {
        hint: "Every sensor needs the same channels in the same order.",
      },
    );
  }
  if (options.channels === undefined) {
    const named = !names.every((name) => /^column_\d+$/.test(name));
    if (sensors.length === 1 && named && new Set(names).size === count) return [...names];
    return usualChannels(count);
  }
  if (options.channels.length !== count) {
    throw new InputError(
      `Cannot use channels: ${options.channels.length} names for ${count} columns of a sensor`,
    );
  }
  return [...options.channels];
}

/** Unit of every channel, `unknown` where none is given. */
export function channelUnits(units: LayoutOptions["units"], channels: readonly string[]): string[] {
  if (units === undefined) return channels.map(() => "unknown");
  if (Array.isArray(units)) {
    if (units.length !== channels.length) {
      throw new InputError(`Cannot use units: ${units.length} units for ${channels.length} channels`);
    }
    return [...units];
  }
  const table = Object.entries(units as Record<string, string>);
  for (const [prefix] of table) {
    if (!channels.some((name) => name.startsWith(prefix))) {
      throw new InputError(`Cannot use units: no channel begins with "${prefix}"`, {
        hint: `Channels are ${channels.join(", ")}.`,
      });
    }
  }
  return channels.map((name) => table.find(([prefix]) => name.startsWith(prefix))?.[1] ?? "unknown");
}

/**
 * The text that a file's name, or else its path with the folder that holds all files, or a constant gives; undefined
 * where a column gives it.
 *
 * @param recording Name of the recording, where it consists of several files.
 */
export function textOfFile(
  source: LayoutOptions["label"],
  what: string,
  { name, place }: DataFile,
  recording: string,
  lists?: Lists,
): string | undefined {
  if (typeof source !== "object" || source.from === "column" || source.from === "flags") return undefined;
  if (source.from === "constant") return source.value;
  if (source.from === "metadata") {
    const text = lists?.of([name, recording], source.column);
    if (text !== undefined) return text;
    throw new InputError(`Cannot use ${what} from metadata: there is none`, {
      hint: 'Name the list: metadata: { files: "labels.csv" }.',
    });
  }
  let pattern;
  try {
    pattern = new RegExp(source.pattern);
  } catch (cause) {
    throw new InputError(`Cannot use ${what}.pattern: ${(cause as Error).message}`, { cause });
  }
  const match = pattern.exec(name) ?? pattern.exec(place);
  if (match === null) {
    throw new InputError(`Cannot find the ${what}: the file's name does not match /${source.pattern}/`, {
      file: place,
      hint: `Adapt ${what}.pattern; its first group is the ${what}.`,
    });
  }
  return match[1] ?? match[0];
}
