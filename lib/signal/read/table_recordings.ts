/** Recordings from tables: rows become samples, cut where subject or session change or time stands still for long. */
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import { type DataFile, dataFiles } from "./archive.ts";
import { placeOnClock, timesInSeconds } from "./sample_times.ts";
import type { Columns, Table } from "./table.ts";
import {
  channelNames,
  channelUnits,
  type Layout,
  layoutOf,
  type LayoutOptions,
  textOfFile,
} from "./table_layout.ts";
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
  /** What rows do whose time lies before that of the row above. */
  unsorted: "error" | "sort";
  /** Seconds without a sample that make a gap. */
  maxGap: number;
  /** Shorter recordings are an error, or are left out. */
  minSeconds: number;
  short: "error" | "skip";
}

/** A break in time of so many seconds begins a new recording instead of a gap. */
const longBreak = 60;

/** A recording and when it began, in seconds of its time column's clock; 0 without one. */
export type TimedRecording = Recording & { begin: number };

/** What is common to all files while they are read. */
export interface Reading {
  options: TableOptions;
  recordings: TimedRecording[];
  /** Label texts in order of appearance. */
  labels: Map<string, number>;
  layout?: Layout;
  rate: number | undefined;
  /** Rates that the time columns show, where they differ from `rate` by more than 2 %. */
  otherRates: number[];
  skipped: string[];
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
): Promise<{ recordings: Recordings; skipped: string[]; otherRates: number[] }> {
  const pattern = new RegExp(`\\.(${endings.join("|")})$`, "i");
  const files = await dataFiles(paths, (name) => pattern.test(name));
  if (files.length === 0) {
    throw new InputError(`Cannot find tables: none of the given files ends in .${endings.join(", .")}`, {
      file: paths[0],
    });
  }
  const reading: Reading = {
    options,
    recordings: [],
    labels: new Map(),
    rate: options.rate,
    otherRates: [],
    skipped: [],
  };
  for (const [index, file] of files.entries()) {
    await readTable(reading, file, await open(file));
    progress?.((index + 1) / files.length);
  }
  const name = files.length === 1 ? files[0].name : `${files.length} tables`;
  const { skipped, otherRates } = reading;
  return { skipped, otherRates, recordings: finish(reading, options, reading.layout!, name) };
}

/**
 * The data set of all recordings that were read.
 *
 * @param layout Sensors and the column names of their channels.
 * @param name Of the source.
 */
export function finish(
  { recordings, labels, rate }: Pick<Reading, "recordings" | "labels" | "rate">,
  options: TableOptions,
  layout: Layout,
  name: string,
): Recordings {
  if (recordings.length === 0) {
    throw new InputError(`Cannot use recordings: all are shorter than ${options.minSeconds} s`, {
      file: name,
    });
  }
  checkIds(recordings);
  const channels = channelNames(options, layout);
  return {
    rate: rate!,
    sensors: layout.sensors,
    channels,
    units: channelUnits(options.units, channels),
    triads: findTriads(channels),
    ...sortLabels(recordings.map(({ begin: _begin, ...r }) => r), [...labels.keys()]),
    origin: "measured",
    source: { name },
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
  const layout = layoutOf(table, options, file);
  reading.layout ??= layout;
  const { length } = reading.layout.values;
  if (layout.values.length !== length) {
    throw new InputError(
      `Cannot join recordings: ${layout.values.length} sensor columns, the first file has ${length}`,
      { file, row: table.line, hint: "Name the columns under sensors." },
    );
  }
  const texts = [layout.label, layout.subject, layout.session].filter((c) => c !== undefined);
  const columns = await table.read({
    values: layout.values,
    time: layout.time,
    texts,
    missing: options.missing,
  });
  const text = (c: number | undefined) => c === undefined ? undefined : columns.texts[texts.indexOf(c)];
  const [label, subject, session] = [text(layout.label), text(layout.subject), text(layout.session)];
  const ofFile = textOfFile(options.label, "label", source);
  const labels = ofFile === undefined
    ? numberLabels(reading, label)
    : numberLabels(reading, { codes: new Int32Array(columns.rows), names: [ofFile] });
  const who = textOfFile(options.subject, "subject", source) ?? "subject";
  const parts = cut(columns, subject?.codes, session?.codes);
  const used = new Map<string, number>();
  for (const [from, to] of parts) {
    const person = subject === undefined ? who : subject.names[subject.codes[from]];
    if (person === "") {
      throw new InputError("Cannot use subject: the cell is empty", { file, row: columns.lineOf(from) });
    }
    const words = [idOf(name)];
    if (subject !== undefined && parts.length > 1) words.push(idOf(person));
    if (session !== undefined) words.push(idOf(session.names[session.codes[from]]));
    for (const recording of recordingsOf(reading, file, layout, columns, labels, from, to)) {
      const id = words.join(".");
      const nth = (used.get(id) ?? 0) + 1;
      used.set(id, nth);
      const full = nth === 1 ? id : `${id}.part${nth}`;
      if (recording.samples >= options.minSeconds * reading.rate!) {
        reading.recordings.push({ id: full, subject: person, ...recording });
      } else if (options.short === "skip") reading.skipped.push(full);
      else {
        const seconds = (recording.samples / reading.rate!).toFixed(2);
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

/** Label of every row, numbered over all files. */
function numberLabels(reading: Reading, label: Columns["texts"][number] | undefined): Int32Array | undefined {
  if (label === undefined) return undefined;
  const silent = new Set(reading.options.unlabelled ?? []);
  const names = reading.options.labelNames ?? {};
  const numbers = label.names.map((text) => {
    if (/^(nan|na|null|none)?$/i.test(text) || silent.has(text)) return -1;
    const name = Object.hasOwn(names, text) ? names[text] : text;
    if (!reading.labels.has(name)) reading.labels.set(name, reading.labels.size);
    return reading.labels.get(name)!;
  });
  return label.codes.map((code) => numbers[code]);
}

/** Cuts rows where the subject or session changes. */
function cut(columns: Columns, subject?: Int32Array, session?: Int32Array): [number, number][] {
  const cuts = [0];
  for (let i = 1; i < columns.rows; i++) {
    if (subject?.[i] !== subject?.[i - 1] || session?.[i] !== session?.[i - 1]) cuts.push(i);
  }
  return cuts.map((from, k) => [from, cuts[k + 1] ?? columns.rows]);
}

/** The recordings of rows `[from, to)`: one, or several where time has long breaks. */
function* recordingsOf(
  reading: Reading,
  file: string,
  layout: Layout,
  columns: Columns,
  labels: Int32Array | undefined,
  from: number,
  to: number,
): Generator<Omit<TimedRecording, "id" | "subject">> {
  const { options } = reading;
  const { time } = options;
  const width = layout.values.length;
  let times: Float64Array | undefined;
  let begin = 0;
  if (layout.time !== undefined) {
    if (options.unsorted === "sort") sortRows(columns, labels, width, from, to);
    const unit = columns.instants ? "ms" : typeof time === "object" ? time.unit : "auto";
    const absolute = timesInSeconds(columns.time.subarray(from, to), unit, options.rate, (k) => ({
      file,
      row: columns.lineOf(from + k),
    }));
    begin = absolute[0];
    times = absolute.map((t) => t - begin);
  } else if (reading.rate === undefined) {
    throw new InputError("Cannot tell the sampling rate: there is neither rate nor a time column", {
      file,
      hint: "Set rate: 50 (samples per second), or time: <column>.",
    });
  }
  const edges = [0];
  if (times !== undefined) {
    for (let i = 1; i < times.length; i++) if (times[i] - times[i - 1] > longBreak) edges.push(i);
  }
  for (const [k, a] of edges.entries()) {
    const b = edges[k + 1] ?? to - from;
    const place = { file, row: columns.lineOf(from + a) };
    const own = times?.subarray(a, b).map((t) => t - times[a]);
    const values = columns.values.subarray((from + a) * width, (from + b) * width);
    const placed = placeOnClock(values, width, own, reading.rate, options.maxGap, place);
    reading.rate ??= placed.rate;
    if (Math.abs(placed.measured / placed.rate - 1) > 0.02) reading.otherRates.push(placed.measured);
    const samples = placed.values.length / width;
    const sampleLabels = new Int32Array(samples).fill(-1);
    if (labels !== undefined) {
      for (let t = 0; t < samples; t++) sampleLabels[t] = labels[from + a + (placed.nearest?.[t] ?? t)];
    }
    yield {
      samples,
      data: placed.values,
      labels: sampleLabels,
      gaps: placed.gaps,
      begin: begin + (times?.[a] ?? 0),
    };
  }
}

/** Sorts rows `[from, to)` by time in place, equal times in their order. */
function sortRows(
  columns: Columns,
  labels: Int32Array | undefined,
  width: number,
  from: number,
  to: number,
): void {
  const times = columns.time.slice(from, to);
  if (times.every((t, i) => i === 0 || t >= times[i - 1])) return;
  const values = columns.values.slice(from * width, to * width);
  const old = labels?.slice(from, to);
  Int32Array.from(times, (_, i) => i).sort((a, b) => times[a] - times[b]).forEach((row, i) => {
    columns.time[from + i] = times[row];
    columns.values.set(values.subarray(row * width, (row + 1) * width), (from + i) * width);
    if (old !== undefined) labels![from + i] = old[row];
  });
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

/** Names sorted, labels renumbered in place. */
function sortLabels(recordings: Recording[], names: string[]): Pick<Recordings, "labelNames" | "recordings"> {
  const numbers = names.every((name) => Number.isFinite(Number(name)));
  const labelNames = [...names].sort((a, b) => numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0);
  const map = names.map((name) => labelNames.indexOf(name));
  for (const { labels } of recordings) {
    for (let t = 0; t < labels.length; t++) if (labels[t] >= 0) labels[t] = map[labels[t]];
  }
  return { labelNames, recordings };
}
