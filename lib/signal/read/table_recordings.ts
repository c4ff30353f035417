/** Recordings from tables: rows become samples, cut where subject or session change or time stands still for long. */
import { InputError } from "../../errors.ts";
import type { DataFile } from "./archive.ts";
import { openBursts } from "./bursts/open_bursts.ts";
import { dropUnsure } from "./confidence.ts";
import { cutRows } from "./cut_rows.ts";
import { chooseFiles, openLists, setIntervals, tablesAmong } from "./data_set_files.ts";
import { labelOfFlags } from "./flags.ts";
import { orderOfFormat } from "./instant.ts";
import { sortLabels } from "./label_names.ts";
import { convertFiles } from "./laws/convert_files.ts";
import { refuseSensorFiles } from "./laws/file_kinds.ts";
import { LabelColumns, refuseLabelLike } from "./laws/label_columns.ts";
import { listed } from "./laws/notes.ts";
import { kindColumns, refuseAlternating, refuseMixedRows } from "./laws/mixed_rows.ts";
import type { Place } from "./laws/place.ts";
import { countingColumns, isRowNumber, refuseSentinels } from "./laws/odd_values.ts";
import { channelFactors, scaleRecordings } from "./laws/scale.ts";
import { warnOfUnused } from "./laws/unused_columns.ts";
import { checkAgainstClock, unnamedClock } from "./laws/unnamed_clock.ts";
import {
  beginReading,
  longEnough,
  numberLabels,
  type Reading,
  type TableOptions,
  type TablesRead,
  type TimedRecording,
} from "./reading.ts";
import { stretchesOf } from "./stretches_of_table.ts";
import { type Columns, EmptyTable, type Table } from "./table.ts";
import { channelNames, channelUnits, type Layout, layoutOf, textOfFile } from "./table_layout.ts";
import { findTriads } from "../triads.ts";

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
  const chosen = await chooseFiles(paths, endings, options, reading.notes);
  const files = tablesAmong(chosen, options);
  reading.lists = await openLists(chosen, options, files.map((f) => f.name), open);
  if (options.sensors === undefined) refuseSensorFiles(files.map((f) => f.name), options);
  for (const [index, file] of files.entries()) {
    await orLeftOut(reading, file, async () => await readTable(reading, file, await open(file)));
    progress?.((index + 1) / files.length);
  }
  await setIntervals(reading, chosen, open, { read: files });
  const name = files.length === 1 ? files[0].name : `${files.length} tables`;
  return finish(reading, options, reading.layout, name);
}

/** Does `work`; what cannot be read is left out where the options say so. Returns whether it was. */
export async function orLeftOut(
  { options, notes, skipped }: Reading,
  file: DataFile,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    if (cause instanceof EmptyTable && options.short === "skip") skipped.push(file.name);
    else if (options.onBad === "skip") {
      notes.add(`Left out because it cannot be read: ${cause.message.split("\n")[0]}`);
    } else throw cause;
    return true;
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
  reading.lists?.report(notes);
  reading.classes.report(notes);
  reading.people.report(notes);
  if (options.part !== true) reading.labelColumns?.check(layout.names, notes);
  if (layout.guessed === true) {
    notes.add(
      "Nobody named the sensor columns, and none is called after a sensor; taken as channels were",
      listed(layout.names),
    );
  }
  const channels = channelNames(options, layout);
  if (options.scale !== undefined) scaleRecordings(recordings, channelFactors(options.scale, channels));
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
  opened: Table,
  name = source.name,
): Promise<void> {
  const { options } = reading;
  const file = source.name;
  const { bursts } = options;
  const table = bursts === undefined ? opened : openBursts(opened, bursts, options, file);
  const layout = layoutOf(table, options, file, reading.layout);
  if (reading.layout === undefined && layout.leftOut !== undefined && layout.leftOut.length > 0) {
    await warnOfUnused(layout.leftOut, table, source.size, options, reading.notes);
  }
  reading.layout ??= layout;
  if (layout.alike !== undefined) {
    reading.notes.add(
      "Columns whose names differ from the first file's in case or blanks only were taken for the same",
      file,
    );
  }
  if (table.rate !== undefined) {
    if (options.rate !== undefined && Math.abs(options.rate / table.rate - 1) > 0.02) {
      throw new InputError(`Cannot use rate ${options.rate}: the file says ${table.rate} Hz`, {
        file,
      });
    }
    reading.rate ??= table.rate;
    if (Math.abs(reading.rate / table.rate - 1) > 0.02) {
      throw new InputError(
        `Cannot join recordings: the file says ${table.rate} Hz, the first one ${reading.rate} Hz`,
        { file, hint: "Load recordings of different rates apart, by files: <pattern>." },
      );
    }
    reading.notes.add(`The files themselves say their rate (${table.rate} Hz)`, file);
  }
  const texts = [layout.label, layout.subject, layout.session, ...layout.flags ?? []]
    .filter((c) => c !== undefined);
  const kinds = kindColumns(table.header, [...layout.values, ...texts, ...table.chosenBy ?? []]);
  const used = [...layout.values, ...texts, layout.time, layout.timeOfDay, ...table.chosenBy ?? []];
  refuseAlternating(table, used.filter((c) => c !== undefined), layout.time, file);
  const clock = layout.time === undefined && options.rate !== undefined
    ? unnamedClock(table, [...layout.values, ...texts])
    : undefined;
  const sure = [...new Set(layout.confidence)];
  const { format } = typeof options.time === "object" ? options.time : {};
  const columns = await table.read({
    values: [...layout.values, ...sure],
    time: layout.time ?? clock,
    timeOptional: layout.time === undefined,
    timeOfDay: layout.timeOfDay,
    dateOrder: format === undefined ? undefined : orderOfFormat(format),
    texts: [...texts, ...kinds],
    missing: options.missing,
    missingValues: options.missingValues,
    onBad: options.onBad === "gap" ? "gap" : "error",
  });
  const lineOf = (row: number) => ({ file, row: columns.lineOf(row) });
  checkValues(reading, layout, columns, lineOf, file);
  if (clock !== undefined) {
    checkAgainstClock(columns, table.header![clock], options.rate!, options.maxGap, file);
    columns.time = new Float64Array(0);
  }
  kinds.forEach((c, k) =>
    refuseMixedRows(
      columns.texts[texts.length + k],
      table.header![c],
      layout.names,
      lineOf,
    )
  );
  if (columns.bad !== undefined && columns.bad > 0) {
    reading.notes.add("Rows that cannot be read were taken as missing", `${columns.bad} of ${file}`);
  }
  if (layout.confidence !== undefined) {
    const own = layout.confidence.map((c) => sure.indexOf(c));
    const { values, dropped } = dropUnsure(columns.values, own, sure.length, options.confidence!.below);
    columns.values = values;
    if (dropped > 0) {
      reading.notes.add("Samples of low confidence were taken as missing", `${dropped} of ${file}`);
    }
  }
  const text = (c: number | undefined) => c === undefined ? undefined : columns.texts[texts.indexOf(c)];
  const [subject, session] = [text(layout.subject), text(layout.session)];
  const label = labelColumn(
    options.label,
    layout,
    table,
    text,
    lineOf,
  );
  const ofFile = textOfFile(options.label, "label", source, name, reading.lists);
  const labels = ofFile === undefined
    ? numberLabels(reading, label)
    : numberLabels(reading, { codes: new Int32Array(columns.rows), names: [ofFile] });
  const who = textOfFile(options.subject, "subject", source, name, reading.lists) ?? "subject";
  const parts = cutRows(columns, labels, layout.values.length, subject?.codes, session?.codes, options.every);
  if (options.every === undefined && parts.length > 1 && (columns.breaks?.length ?? 0) > 0) {
    reading.notes.add("Empty lines were taken for the ends of recordings", file);
  }
  if (labels !== undefined && label !== undefined) {
    reading.labelColumns ??= new LabelColumns(layout.values.length);
    reading.labelColumns.add(columns.values, labels);
  }
  const usedIds = new Map<string, number>();
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
      const nth = (usedIds.get(id) ?? 0) + 1;
      usedIds.set(id, nth);
      const full = nth === 1 ? id : `${id}.part${nth}`;
      if (!longEnough(reading, recording.samples, full, lineOf(from))) continue;
      const facts = reading.lists?.facts([source.name, name], person);
      reading.recordings.push({
        id: full,
        subject: person,
        file,
        ...recording,
        ...(facts === undefined ? {} : { facts }),
      });
    }
  }
}

/** The laws on what stands in sensor columns. */
function checkValues(
  { options, notes }: Reading,
  { names, confidence, guessed, header }: Layout,
  { values, bad = 0 }: Columns,
  placeOf: (row: number) => Place,
  file: string,
): void {
  const width = names.length + new Set(confidence).size;
  if (options.missingValues === undefined && bad === 0) refuseSentinels(values, width, names, placeOf);
  for (const c of countingColumns(values, width, names.length)) {
    if (guessed === true && header === null && names.length > 1 && isRowNumber(values, width, c)) {
      throw new InputError(
        `Cannot use ${
          names[c]
        } as a sensor: it goes on by the same step in every row, as row numbers and clocks do`,
        { ...placeOf(0), hint: "Name the sensor columns under sensors, and a clock under time." },
      );
    }
    notes.add(`${names[c]} rises or falls in every row, as counters and clocks do`, file);
  }
  if (guessed === true) refuseLabelLike(values, width, names, placeOf);
  for (const [c, name] of names.entries()) {
    let at = c;
    while (at < values.length && Number.isNaN(values[at])) at += width;
    if (at >= values.length) notes.add(`No row holds a sample of ${name}, so all is a gap`, file);
  }
}

/** Label texts of the rows, from one column or from flags. */
function labelColumn(
  source: TableOptions["label"],
  { label, flags }: Layout,
  { header }: Table,
  text: (c: number | undefined) => Columns["texts"][number] | undefined,
  placeOf: (row: number) => Place,
): Columns["texts"][number] | undefined {
  if (flags === undefined || typeof source !== "object" || source.from !== "flags") return text(label);
  const names = flags.map((c) => header?.[c] ?? `column_${c + 1}`);
  return labelOfFlags(flags.map((c) => text(c)!), names, source.overlap, placeOf);
}

/** Two files of the same name in different archives, or `a/b.csv` beside `a_b.csv`. */
function checkIds(recordings: readonly TimedRecording[]): void {
  const seen = new Map<string, string>();
  for (const { id, file } of recordings) {
    const other = seen.get(id);
    if (other !== undefined) {
      throw new InputError(`Cannot use recordings: the id ${id} occurs twice, in ${other} and ${file}`, {
        hint: "Rename one of the files.",
      });
    }
    seen.set(id, file);
  }
}
