/** Recordings from text tables: a folder, a glob or an archive of CSV files. */
import type { Recording, Recordings } from "../artifacts/recordings.ts";
import { InputError } from "../errors.ts";
import { suggestion } from "../suggest.ts";
import { dataFiles } from "./archive.ts";
import { detectDialect, type Dialect } from "./csv_dialect.ts";
import { type Columns, readColumns } from "./csv_table.ts";
import { findTriads, usualChannels } from "./triads.ts";
import { placeOnClock, timesInSeconds, type TimeUnit } from "./sample_times.ts";

/** A column by name, or by position counted from 1. */
export type ColumnRef = string | number;

/** What the tables mean. */
export interface CsvOptions {
  /** Samples per second; inferred from the time column when left out. */
  rate?: number;
  /** Columns by sensor, the same number for each; all other columns as one sensor when left out. */
  sensors?: Record<string, readonly ColumnRef[]>;
  /** Channel names; `acc_x` … for 3, 6 or 9 columns of several sensors, the column names of a single one. */
  channels?: readonly string[];
  /** Unit per channel, or one for all channels whose names begin with the key. */
  units?: readonly string[] | Record<string, string>;
  label?: ColumnRef;
  /** Label texts that mean unlabelled, besides empty and NaN. */
  unlabelled?: readonly string[];
  subject?:
    | ColumnRef
    | { from: "column"; column: ColumnRef }
    | { from: "filename"; pattern: string }
    | { from: "constant"; value: string };
  /** Column that tells recordings within a file apart. */
  session?: ColumnRef;
  time?: ColumnRef | { column: ColumnRef; unit: TimeUnit };
  missing: "error" | "gap";
  /** Seconds without a sample that make a gap. */
  maxGap: number;
  /** Shorter recordings are an error. */
  minSeconds: number;
}

/** A column's position. */
function find(ref: ColumnRef, what: string, dialect: Dialect, file: string): number {
  if (typeof ref === "number") {
    if (ref >= 1 && ref <= dialect.columns) return ref - 1;
    throw new InputError(`Cannot find ${what}: there is no column ${ref}`, {
      file,
      row: 1,
      hint: `The file has ${dialect.columns} columns, counted from 1.`,
    });
  }
  if (dialect.header === null) {
    throw new InputError(`Cannot find ${what} "${ref}": the file has no header`, {
      file,
      row: dialect.line,
      hint: "Name columns by their position, counted from 1.",
    });
  }
  const at = dialect.header.indexOf(ref);
  if (at < 0) {
    const { hint } = suggestion(ref, dialect.header);
    throw new InputError(`Cannot find ${what} "${ref}"`, {
      file,
      row: dialect.line - 1,
      hint: hint === undefined ? undefined : hint[0].toUpperCase() + hint.slice(1),
    });
  }
  return at;
}

/** One file's columns and what they are. */
interface Layout {
  sensors: string[];
  values: number[];
  names: string[];
  label?: number;
  subject?: number;
  session?: number;
  time?: number;
}

function layoutOf(dialect: Dialect, options: CsvOptions, file: string): Layout {
  const at = (ref: ColumnRef | undefined, what: string) =>
    ref === undefined ? undefined : find(ref, what, dialect, file);
  const { subject, time } = options;
  const subjectColumn = typeof subject === "object"
    ? subject.from === "column" ? subject.column : undefined
    : subject;
  const layout = {
    label: at(options.label, "label column"),
    subject: at(subjectColumn, "subject column"),
    session: at(options.session, "session column"),
    time: at(typeof time === "object" ? time.column : time, "time column"),
  };
  const name = (c: number) => dialect.header?.[c] ?? `column_${c + 1}`;
  if (options.sensors !== undefined) {
    const sensors = Object.keys(options.sensors);
    const values = sensors.flatMap((s) =>
      options.sensors![s].map((ref) => find(ref, `column of ${s}`, dialect, file))
    );
    return { ...layout, sensors, values, names: values.map(name) };
  }
  const taken = new Set(Object.values(layout));
  const values = Array.from({ length: dialect.columns }, (_, c) => c).filter((c) => !taken.has(c));
  if (values.length === 0) throw new InputError("Cannot find sensor columns", { file, row: 1 });
  return { ...layout, sensors: ["sensor"], values, names: values.map(name) };
}

/** A file name as an id: without folder marks and ending. */
export function idOf(name: string): string {
  return name.replace(/\.[A-Za-z0-9]{1,5}$/, "").replace(/[^A-Za-z0-9_.-]+/g, "_").replace(/^_+|_+$/g, "") ||
    "recording";
}

function subjectOfFile(options: CsvOptions, name: string): string {
  const { subject } = options;
  if (typeof subject !== "object" || subject.from === "column") return "subject";
  if (subject.from === "constant") return subject.value;
  const match = new RegExp(subject.pattern).exec(name);
  if (match === null) {
    throw new InputError(`Cannot find the subject: the file's name does not match /${subject.pattern}/`, {
      file: name,
      hint: "Adapt subject.pattern; its first group is the subject.",
    });
  }
  return match[1] ?? match[0];
}

/** Rows `[from, to)` of one recording. */
interface Part {
  subject: string;
  session: string | undefined;
  from: number;
  to: number;
}

/** Cuts a table where its subject or session changes. */
function partsOf(
  table: Columns,
  subject: Int32Array | undefined,
  session: Int32Array | undefined,
): [number, number][] {
  const cuts = [0];
  for (let i = 1; i < table.rows; i++) {
    if (subject?.[i] !== subject?.[i - 1] || session?.[i] !== session?.[i - 1]) cuts.push(i);
  }
  return cuts.map((from, k) => [from, cuts[k + 1] ?? table.rows]);
}

const noLabel = /^(nan|na|null|none)?$/i;

/**
 * Reads recordings from CSV files. Every file is at least one recording; a subject or session column cuts it further.
 *
 * Label names are all that occur, sorted (numbers by value). Stretches with missing samples and breaks of the time
 * column longer than `maxGap` become gaps.
 *
 * @param paths Absolute paths of files and zip archives.
 * @throws {InputError} with file and row for whatever does not fit.
 */
export async function readCsv(
  paths: readonly string[],
  options: CsvOptions,
  progress?: (fraction: number) => void,
): Promise<Recordings> {
  const files = await dataFiles(paths, (name) => /\.(csv|tsv|txt|dat)$/i.test(name));
  if (files.length === 0) {
    throw new InputError("Cannot find tables: no .csv, .tsv, .txt or .dat file among the given files", {
      file: paths[0],
    });
  }
  const labelIds = new Map<string, number>();
  const silent = new Set(options.unlabelled ?? []);
  const recordings: Recording[] = [];
  let shape: Layout | undefined;
  let rate = options.rate;
  files.forEach((file, index) => {
    const bytes = file.read();
    const dialect = detectDialect(bytes, file.name);
    const layout = layoutOf(dialect, options, file.name);
    shape ??= layout;
    if (layout.values.length !== shape.values.length) {
      throw new InputError(
        `Cannot join recordings: ${layout.values.length} sensor columns, the first file has ${shape.values.length}`,
        { file: file.name, row: 1, hint: "Name the columns under sensors." },
      );
    }
    const texts = [layout.label, layout.subject, layout.session].filter((c) => c !== undefined);
    const table = readColumns(
      bytes,
      dialect,
      { values: layout.values, time: layout.time, texts, missing: options.missing },
      file.name,
    );
    const text = (c: number | undefined) => c === undefined ? undefined : table.texts[texts.indexOf(c)];
    const subjects = text(layout.subject);
    const sessions = text(layout.session);
    const label = text(layout.label);
    const labelOf = label?.names.map((name) => {
      if (noLabel.test(name) || silent.has(name)) return -1;
      if (!labelIds.has(name)) labelIds.set(name, labelIds.size);
      return labelIds.get(name)!;
    });
    const width = layout.values.length;
    const parts = partsOf(table, subjects?.codes, sessions?.codes).map(([from, to]): Part => ({
      subject: subjects === undefined
        ? subjectOfFile(options, file.name)
        : subjects.names[subjects.codes[from]],
      session: sessions?.names[sessions.codes[from]],
      from,
      to,
    }));
    const times = new Map<string, number>();
    for (const part of parts) {
      const rows = part.to - part.from;
      const row = table.lineOf(part.from);
      const seconds = layout.time === undefined ? undefined : timesInSeconds(
        table.time.subarray(part.from, part.to),
        typeof options.time === "object" ? options.time.unit : "auto",
        options.rate,
        (k) => ({ file: file.name, row: table.lineOf(part.from + k) }),
      );
      if (seconds === undefined && rate === undefined) {
        throw new InputError("Cannot tell the sampling rate: there is neither rate nor a time column", {
          file: file.name,
          hint: "Set rate: 50 (samples per second), or time: <column>.",
        });
      }
      const placed = placeOnClock(
        table.values.subarray(part.from * width, part.to * width),
        width,
        seconds,
        rate,
        options.maxGap,
        { file: file.name, row },
      );
      rate ??= placed.rate;
      const samples = placed.nearest?.length ?? rows;
      if (samples < options.minSeconds * rate) {
        throw new InputError(
          `Cannot use recording: it is too short, ${samples} samples (${(samples / rate).toFixed(2)} s)`,
          { file: file.name, row, hint: `Remove it, or set min_seconds below ${options.minSeconds}.` },
        );
      }
      const labels = new Int32Array(samples).fill(-1);
      if (label !== undefined) {
        for (let t = 0; t < samples; t++) {
          labels[t] = labelOf![label.codes[part.from + (placed.nearest?.[t] ?? t)]];
        }
      }
      const name = [idOf(file.name)];
      if (layout.subject !== undefined && parts.length > 1) name.push(idOf(part.subject));
      if (part.session !== undefined) name.push(idOf(part.session));
      const id = name.join(".");
      const nth = (times.get(id) ?? 0) + 1;
      times.set(id, nth);
      recordings.push({
        id: nth === 1 ? id : `${id}.part${nth}`,
        subject: part.subject,
        samples,
        data: placed.values,
        labels,
        gaps: placed.gaps,
      });
    }
    progress?.((index + 1) / files.length);
  });
  const { sensors, names } = shape!;
  const channels = channelNames(options, sensors.length, names);
  checkIds(recordings);
  return {
    rate: rate!,
    sensors,
    channels,
    units: unitsOf(options.units, channels),
    triads: findTriads(channels),
    ...sortLabels(recordings, [...labelIds.keys()]),
    origin: "measured",
    source: { name: files.length === 1 ? files[0].name : `${files.length} tables` },
  };
}

function channelNames(options: CsvOptions, sensors: number, names: readonly string[]): string[] {
  const count = names.length / sensors;
  if (options.sensors !== undefined) {
    for (const [name, columns] of Object.entries(options.sensors)) {
      if (columns.length !== count) {
        throw new InputError(
          `Cannot use sensors: ${name} has ${columns.length} columns, others have ${
            Object.values(options.sensors).find((c) => c.length !== columns.length)!.length
          }`,
          { hint: "Every sensor needs the same channels in the same order." },
        );
      }
    }
  }
  if (options.channels !== undefined) {
    if (options.channels.length !== count) {
      throw new InputError(
        `Cannot use channels: ${options.channels.length} names for ${count} columns of a sensor`,
      );
    }
    return [...options.channels];
  }
  return sensors === 1 ? [...names] : usualChannels(count);
}

function unitsOf(units: CsvOptions["units"], channels: readonly string[]): string[] {
  if (units === undefined) return channels.map(() => "unknown");
  if (!Array.isArray(units)) {
    const table = Object.entries(units as Record<string, string>);
    return channels.map((name) => table.find(([prefix]) => name.startsWith(prefix))?.[1] ?? "unknown");
  }
  if (units.length !== channels.length) {
    throw new InputError(`Cannot use units: ${units.length} units for ${channels.length} channels`);
  }
  return [...units];
}

/** Two files of the same name in different archives, or `a/b.csv` beside `a_b.csv`. */
function checkIds(recordings: readonly Recording[]): void {
  const seen = new Set<string>();
  for (const { id } of recordings) {
    if (seen.has(id)) {
      throw new InputError(`Cannot use recordings: the id ${id} occurs twice`, {
        hint: "Rename one of the files.",
      });
    }
    seen.add(id);
  }
}

/** Names sorted, labels renumbered. */
function sortLabels(recordings: Recording[], names: string[]): Pick<Recordings, "labelNames" | "recordings"> {
  const allNumbers = names.every((name) => Number.isFinite(Number(name)));
  const labelNames = [...names].sort((a, b) =>
    allNumbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0
  );
  const map = names.map((name) => labelNames.indexOf(name));
  for (const r of recordings) {
    for (let t = 0; t < r.samples; t++) if (r.labels[t] >= 0) r.labels[t] = map[r.labels[t]];
  }
  return { labelNames, recordings };
}
