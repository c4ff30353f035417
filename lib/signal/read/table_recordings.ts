/** Recordings from tables: rows become samples, cut where subject or session change or time stands still for long. */
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import { type DataFile, dataFiles } from "./archive.ts";
import { refuseSensorFiles } from "./laws/file_kinds.ts";
import { LabelColumns } from "./laws/label_columns.ts";
import { PassedOver } from "./laws/left_out.ts";
import { listed, Notes } from "./laws/notes.ts";
import type { Unsorted } from "./laws/order.ts";
import { Metadata, type MetadataSource, readMetadata } from "./metadata.ts";
import { type IntervalSource, labelByIntervals } from "./intervals.ts";
import { Keys, SameNames } from "./laws/same_names.ts";
import { orderOfFormat } from "./instant.ts";
import { sortLabels } from "./label_names.ts";
import { cutRows } from "./cut_rows.ts";
import { stretchesOf } from "./stretches_of_table.ts";
import { type Columns, EmptyTable, type Table } from "./table.ts";
import {
  channelNames,
  channelUnits,
  type Layout,
  layoutOf,
  type LayoutOptions,
  textOfFile,
} from "./table_layout.ts";
import { checkAgainstClock, unnamedClock } from "./laws/unnamed_clock.ts";
import { convertFiles } from "./laws/convert_files.ts";
import { findTriads } from "../triads.ts";

/** What the tables mean. */
export interface TableOptions extends LayoutOptions {
  /** Samples per second; inferred from the time column when left out. */
  rate?: number;
  /** Names of label texts; several texts may share one. */
  labelNames?: Record<string, string>;
  /** Label texts that mean unlabelled, besides empty and NaN. */
  unlabelled?: readonly string[];
  /** What an empty or NaN sample does. */
  missing: "error" | "gap";
  /** Numbers that stand for missing samples. */
  missingValues?: readonly number[];
  /** What rows do whose time lies before that of the row above. */
  unsorted: Unsorted;
  /** Whether samples that share a time are spread; undefined where all times are shared alike. */
  spread?: boolean;
  /** Seconds without a sample that make a gap. */
  maxGap: number;
  /** Shorter recordings are an error, or are left out. */
  minSeconds: number;
  short: "error" | "skip";
  /** Rows of each recording, where several stand in a file without any mark. */
  every?: number;
  /** What cannot be read: an error, a row that is missing, or a file that is left out. */
  onBad?: "error" | "gap" | "skip";
  /** Encoding of text, where it is not UTF-8 and has no byte order mark. */
  encoding?: string;
  /** Labels as intervals in files of their own, instead of `label`. */
  intervals?: IntervalSource;
  /** A list of the files with facts of each. */
  metadata?: MetadataSource;
  /** Units of files whose names match a pattern, which are converted to `units`. */
  unitsByFile?: readonly { files: string; units: Record<string, string> }[];
  /** A pattern on file names; others are passed over. */
  files?: string;
}

/** A recording and when it began, in seconds of its time column's clock; 0 without one. */
export type TimedRecording = Recording & { begin: number; file: string };

/** What is common to all files while they are read. */
export interface Reading {
  options: TableOptions;
  recordings: TimedRecording[];
  /** Label texts in order of appearance. */
  labels: Map<string, number>;
  layout?: Layout;
  rate: number | undefined;
  /** Rates that the time columns show, by recording. */
  measured: number[];
  /** Rates that differ from `rate` by more than 2 %. */
  otherRates: number[];
  skipped: string[];
  notes: Notes;
  classes: SameNames;
  people: SameNames;
  labelNames: Keys;
  unlabelled: Keys;
  labelColumns?: LabelColumns;
  metadata?: Metadata;
}

/** What reading tables gives. */
export interface TablesRead {
  recordings: Recordings;
  /** Ids of recordings that were left out as too short. */
  skipped: string[];
  /** Rates that the time columns show, by stretch of time; and those that are not the common one. */
  measured: number[];
  otherRates: number[];
  /** What the user should know. */
  notes: string[];
}

/** Nothing read yet. `labels`, `classes`, `people` and the keys may be shared by several parts of a recording. */
export function beginReading(options: TableOptions): Reading {
  return {
    options,
    recordings: [],
    labels: new Map(),
    rate: options.rate,
    measured: [],
    otherRates: [],
    skipped: [],
    notes: new Notes(),
    classes: new SameNames("Classes"),
    people: new SameNames("Subjects"),
    labelNames: new Keys("label_names", Object.keys(options.labelNames ?? {})),
    unlabelled: new Keys("unlabelled", options.unlabelled ?? []),
  };
}

/** Whether a file is a list or holds label intervals. */
function askedFor({ intervals, metadata }: TableOptions): (name: string) => boolean {
  const patterns = [intervals, metadata].filter((s) => s !== undefined).map(({ files }) => new RegExp(files));
  return (name) => patterns.some((pattern) => pattern.test(name));
}

/** The files that are wanted, and a note on those that are passed over. */
export async function chooseFiles(
  paths: readonly string[],
  endings: readonly string[],
  options: TableOptions,
  notes: Notes,
): Promise<DataFile[]> {
  const ending = new RegExp(`\\.(${endings.join("|")})$`, "i");
  let pattern: RegExp | undefined;
  try {
    pattern = options.files === undefined ? undefined : new RegExp(options.files);
  } catch (cause) {
    throw new InputError(`Cannot use files: ${(cause as Error).message}`, { cause });
  }
  const asked = askedFor(options);
  const passed = new PassedOver();
  const all = await dataFiles(paths, (name) => ending.test(name) || asked(name), (name) => passed.add(name));
  if (all.length === 0) {
    throw new InputError(`Cannot find tables: none of the given files ends in .${endings.join(", .")}`, {
      file: paths[0],
      hint: passed.hint(),
    });
  }
  const files = passed.among(all, pattern, asked);
  if (files.length === 0) {
    throw new InputError(`Cannot find tables: no file name matches /${options.files}/`, {
      hint: `Files are ${listed(all.map((f) => f.name))}.`,
    });
  }
  for (const sentence of passed.sentences()) notes.add(sentence);
  return files;
}

/** A file name as an id: without folder marks and ending. */
export function idOf(name: string): string {
  const plain = name.replace(/\.[A-Za-z0-9]{1,7}$/, "").replace(/[^A-Za-z0-9_.-]+/g, "_");
  return plain.replace(/^_+|_+$/g, "") || "recording";
}

/**
 * Reads recordings from tables. Every file is at least one recording; a subject or session column cuts it further, and
 * so does a break of a minute in its times.
 *
 * Label names are all that occur, sorted (numbers by value). Stretches with missing samples, and breaks longer than
 * `maxGap`, become gaps.
 *
 * @param paths Absolute paths of files and zip archives.
 * @param endings File name endings without dot.
 * @param open Opens one file.
 * @returns The recordings, the ids of those that were left out as too short, and rates that were not the common one.
 * @throws {InputError} with file and row for whatever does not fit.
 */
export async function readTables(
  paths: readonly string[],
  endings: readonly string[],
  open: (file: DataFile) => Table | Promise<Table>,
  options: TableOptions,
  progress?: (fraction: number) => void,
): Promise<TablesRead> {
  const reading = beginReading(options);
  const { intervals, metadata } = options;
  const chosen = await chooseFiles(paths, endings, options, reading.notes);
  const holds = (f: DataFile) => intervals !== undefined && new RegExp(intervals.files).test(f.name);
  const files = chosen.filter((f) => !askedFor(options)(f.name));
  if (metadata !== undefined) {
    const list = chosen.find((f) => new RegExp(metadata.files).test(f.name));
    if (list === undefined) {
      throw new InputError(`Cannot find metadata: no file name matches /${metadata.files}/`, {
        hint: `Files are ${listed(chosen.map((f) => f.name))}.`,
      });
    }
    const names = files.map((f) => f.name);
    reading.metadata = new Metadata(list.name, await readMetadata(list, open), names, metadata.file);
  }
  if (options.sensors === undefined) refuseSensorFiles(files.map((f) => f.name), options);
  for (const [index, file] of files.entries()) {
    await orLeftOut(reading, file, async () => await readTable(reading, file, await open(file)));
    progress?.((index + 1) / files.length);
  }
  const unused = reading.metadata?.unused() ?? [];
  if (unused.length > 0) reading.notes.add("Rows of metadata whose files are not there", listed(unused));
  if (intervals !== undefined) {
    const labels = chosen.filter(holds);
    if (labels.length === 0) {
      throw new InputError(`Cannot find label intervals: no file name matches /${intervals.files}/`, {
        hint: `Files are ${listed(chosen.map((f) => f.name))}.`,
      });
    }
    const number = (text: string) => numberOf(reading, text);
    const sentences = await labelByIntervals(
      reading.recordings,
      labels,
      open,
      intervals,
      reading.rate ?? 1,
      number,
    );
    sentences.forEach((sentence) => reading.notes.add(sentence));
  }
  const name = files.length === 1 ? files[0].name : `${files.length} tables`;
  return finish(reading, options, reading.layout, name);
}

/** Does `work`; what cannot be read is left out where the options say so. */
async function orLeftOut(
  { options, notes, skipped }: Reading,
  file: DataFile,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    if (cause instanceof EmptyTable && options.short === "skip") skipped.push(file.name);
    else if (options.onBad === "skip") {
      notes.add(`Left out because it cannot be read: ${cause.message.split("\n")[0]}`);
    } else throw cause;
  }
}

/**
 * The data set of all recordings that were read, with what the user should know of it.
 *
 * @param layout Sensors and the column names of their channels.
 * @param name Of the source.
 */
export function finish(
  reading: Reading,
  options: TableOptions,
  layout: Layout | undefined,
  name: string,
): TablesRead {
  const { recordings, labels, rate, notes } = reading;
  if (recordings.length === 0 || layout === undefined) {
    throw new InputError(
      `Cannot use recordings: all are shorter than ${options.minSeconds} s, or cannot be read`,
      { file: name, hint: notes.sentences()[0] },
    );
  }
  checkIds(recordings);
  if (options.label !== undefined || options.intervals !== undefined) {
    reading.labelNames.check();
    reading.unlabelled.check();
  }
  reading.classes.report(notes);
  reading.people.report(notes);
  reading.labelColumns?.check(layout.names);
  if (layout.guessed === true) {
    notes.add(
      "Nobody named the sensor columns, and none is called after a sensor; taken as channels were",
      listed(layout.names),
    );
  }
  if (layout.leftOut !== undefined && layout.leftOut.length > 0) {
    notes.add(
      "Columns that are no sensors by their names were left out (name them under sensors to use them)",
      listed(layout.leftOut),
    );
  }
  const channels = channelNames(options, layout);
  const units = channelUnits(options.units ?? layout.units, channels);
  convertFiles(recordings, options.unitsByFile ?? [], channels, units);
  return {
    skipped: reading.skipped,
    measured: layout.time === undefined ? [] : reading.measured,
    otherRates: reading.otherRates,
    notes: notes.sentences(),
    recordings: {
      rate: rate!,
      sensors: layout.sensors,
      channels,
      units,
      triads: findTriads(channels),
      ...sortLabels(recordings.map(({ begin: _begin, file: _file, ...r }) => r), [...labels.keys()]),
      origin: "measured",
      source: { name },
    },
  };
}

/**
 * Reads one file into `reading`.
 *
 * @param name What its recordings are called.
 */
export async function readTable(
  reading: Reading,
  source: DataFile,
  table: Table,
  name = source.name,
): Promise<void> {
  const { options } = reading;
  const file = source.name;
  const layout = layoutOf(table, options, file, reading.layout);
  reading.layout ??= layout;
  if (table.rate !== undefined) {
    if (options.rate !== undefined && Math.abs(options.rate / table.rate - 1) > 0.02) {
      throw new InputError(`Cannot use rate ${options.rate}: the file says ${table.rate} Hz above its rows`, {
        file,
      });
    }
    reading.rate ??= table.rate;
    reading.notes.add(`Start and rate (${table.rate} Hz) stand above the rows`, file);
  }
  const texts = [layout.label, layout.subject, layout.session].filter((c) => c !== undefined);
  const clock = layout.time === undefined && options.rate !== undefined
    ? unnamedClock(table, [...layout.values, layout.label, layout.subject, layout.session])
    : undefined;
  const { format } = typeof options.time === "object" ? options.time : {};
  const columns = await table.read({
    values: layout.values,
    time: layout.time ?? clock,
    timeOptional: layout.time === undefined,
    timeOfDay: layout.timeOfDay,
    dateOrder: format === undefined ? undefined : orderOfFormat(format),
    texts,
    missing: options.missing,
    missingValues: options.missingValues,
    onBad: options.onBad === "gap" ? "gap" : "error",
  });
  if (clock !== undefined) {
    checkAgainstClock(columns, table.header![clock], options.rate!, options.maxGap, file);
    columns.time = new Float64Array(0);
  }
  if (columns.bad !== undefined && columns.bad > 0) {
    reading.notes.add("Rows that cannot be read were taken as missing", `${columns.bad} of ${file}`);
  }
  const text = (c: number | undefined) => c === undefined ? undefined : columns.texts[texts.indexOf(c)];
  const [label, subject, session] = [text(layout.label), text(layout.subject), text(layout.session)];
  const ofFile = textOfFile(options.label, "label", source, reading.metadata);
  const labels = ofFile === undefined
    ? numberLabels(reading, label)
    : numberLabels(reading, { codes: new Int32Array(columns.rows), names: [ofFile] });
  const who = textOfFile(options.subject, "subject", source, reading.metadata) ?? "subject";
  const parts = cutRows(columns, labels, layout.values.length, subject?.codes, session?.codes, options.every);
  if (options.every === undefined && parts.length > 1 && (columns.breaks?.length ?? 0) > 0) {
    reading.notes.add("Empty lines were taken for the ends of recordings", file);
  }
  if (labels !== undefined && layout.label !== undefined) {
    reading.labelColumns ??= new LabelColumns(layout.values.length);
    reading.labelColumns.add(columns.values, labels);
  }
  const used = new Map<string, number>();
  for (const [from, to] of parts) {
    const written = subject === undefined ? who : subject.names[subject.codes[from]];
    const person = reading.people.name(written);
    if (person === "") {
      throw new InputError("Cannot use subject: the cell is empty", { file, row: columns.lineOf(from) });
    }
    const words = [idOf(name)];
    if (subject !== undefined && parts.length > 1) words.push(idOf(person));
    if (session !== undefined) words.push(idOf(session.names[session.codes[from]]));
    for (const recording of stretchesOf(reading, file, columns, layout, labels, from, to)) {
      const id = words.join(".");
      const nth = (used.get(id) ?? 0) + 1;
      used.set(id, nth);
      const full = nth === 1 ? id : `${id}.part${nth}`;
      const { rate } = reading;
      if (rate !== undefined && recording.samples >= options.minSeconds * rate && recording.samples > 0) {
        reading.recordings.push({ id: full, subject: person, file, ...recording });
      } else if (options.short === "skip") reading.skipped.push(full);
      else {
        const seconds = rate === undefined ? "?" : (recording.samples / rate).toFixed(2);
        throw new InputError(
          `Cannot use recording: it is too short, ${recording.samples} samples (${seconds} s)`,
          {
            file,
            row: columns.lineOf(from),
            hint: `Remove it, set short: skip, or set min_seconds below ${options.minSeconds}.`,
          },
        );
      }
    }
  }
}

/** Number of a label text over all files; −1 for one that means unlabelled. */
function numberOf(reading: Reading, text: string): number {
  const silent = reading.unlabelled.match(text) !== undefined;
  if (silent || /^(nan|na|null|none)?$/i.test(text)) return -1;
  const key = reading.labelNames.match(text);
  const name = key === undefined ? reading.classes.name(text) : reading.options.labelNames![key];
  if (!reading.labels.has(name)) reading.labels.set(name, reading.labels.size);
  return reading.labels.get(name)!;
}

/** Label of every row, numbered over all files. */
function numberLabels(reading: Reading, label: Columns["texts"][number] | undefined): Int32Array | undefined {
  if (label === undefined) return undefined;
  const numbers = label.names.map((text) => numberOf(reading, text));
  return label.codes.map((code) => numbers[code]);
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
