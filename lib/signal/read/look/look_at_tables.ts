/** Looks at tables: what they are, what can be guessed, and what has to be said. */
import type { Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { assessQuality } from "../../quality.ts";
import { describeRecordings, rateFacts, rateSourceOf } from "../../describe_recordings.ts";
import { type DataFile, dataFiles } from "../archive.ts";
import { openCsv } from "../csv.ts";
import { typicalStep } from "../laws/steps.ts";
import { PassedOver } from "../laws/left_out.ts";
import { openParquet } from "../parquet.ts";
import type { Reader } from "../reader.ts";
import { openSheet, sheetsOf } from "../records/excel.ts";
import { openJson } from "../records/json_tables.ts";
import csv from "../sources/csv.ts";
import excel from "../sources/excel.ts";
import jsonReader from "../sources/json.ts";
import parquet from "../sources/parquet.ts";
import type { Table } from "../table.ts";
import { lookBeside } from "./beside.ts";
import { BrokenFiles, tellUnread } from "./broken_files.ts";
import { type ColumnsSeen, lookAtColumns } from "./columns.ts";
import { lookAtContents, lookAtUnnamed } from "./contents.ts";
import { lookForBursts, lookForFlags, lookForReadings } from "./rows.ts";
import { partOf, type Sample, sampleOf } from "./sample.ts";
import { assumeRate, type FolderSeen, numbersOf } from "./seen.ts";
import { lookAtSensorFiles, type PartSeen } from "./sensor_files.ts";
import { guessSubjectPattern } from "./subject_pattern.ts";

const texts = /\.(csv|tsv|txt|dat|log)$/i;
const json = /\.(json|jsonl|ndjson)$/i;
/** Sources of tables: their files, and the reader. */
const tables = {
  csv: { files: texts, reader: csv as Reader },
  parquet: { files: /\.(parquet|pq)$/i, reader: parquet as Reader },
  excel: { files: /\.xls[xm]$/i, reader: excel as Reader },
  json: { files: json, reader: jsonReader as Reader },
};

/** Cures that lose nothing silently, by what the reader says. */
const cures: [RegExp, string, unknown, string][] = [
  [/the sample is|is missing/, "missing", "gap", "missing samples become gaps, which no window touches"],
  [/it is too short/, "short", "skip", "recordings below a second are left out and named"],
  [/share a time|in batches|whole seconds/, "spread", true, "samples that share a time are spread evenly"],
  [/the clock started again/, "unsorted", "restart", "a recording begins where the clock starts again"],
  [/has no file of/, "incomplete", "skip", "recordings without one of the sensors are left out and named"],
];

/**
 * Looks at tables, guesses the parameters of `load`, and reads the files with them.
 *
 * @param paths Absolute paths of files and archives, sorted.
 * @returns Undefined where there is no table.
 */
export async function lookAtTables(
  paths: readonly string[],
  source: keyof typeof tables,
): Promise<FolderSeen | undefined> {
  const own = tables[source].files;
  let sheet: string | undefined;
  const opened = (file: DataFile): Table | Promise<Table> =>
    texts.test(file.name)
      ? openCsv(file)
      : json.test(file.name)
      ? openJson(file)
      : source === "excel"
      ? openSheet(file, sheet)
      : openParquet(file);
  const all = await dataFiles(paths, (name) => own.test(name) || /\.(csv|tsv|json)$/i.test(name));
  if (!all.some((f) => own.test(f.name))) return undefined;
  const beside = await lookBeside(all, opened);
  const data = all.filter((f) => own.test(f.name) && !beside.files.has(f.name));
  const files = new PassedOver().among(data, undefined);
  if (files.length === 0) return undefined;
  const seen: FolderSeen = { uses: "load", params: { source }, facts: [], guesses: [], open: [] };
  if (source === "excel") sheet = await guessSheet(files[0], seen);
  const names = files.map((f) => f.name);
  const fileOf = (name: string) => files.find((f) => f.name === name)!;
  const parts = source === "csv"
    ? await lookAtSensorFiles(names, async (name) => (await opened(fileOf(name))).header)
    : undefined;
  const example = parts === undefined
    ? await usualOf(files, opened, source === "csv")
    : fileOf(parts[0].example);
  const sample = await sampleOf(example, opened, source === "csv");
  seen.facts.push(`${files.length} tables such as ${example.name}: ${sample.table.columns} columns`);
  if (parts !== undefined) useParts(seen, parts);
  else if (sample.header === null) usePlaces(seen, sample);
  else useColumns(seen, sample, source);
  useBeside(seen, beside);
  if (seen.params.time === undefined && seen.params.rate === undefined && sample.table.rate === undefined) {
    assumeRate(seen, "there is no time column");
  }
  if (seen.params.label === undefined) {
    seen.open.push({
      what: "there are no labels",
      write: "label: <column>, or label: { from: intervals, files: <pattern> }",
    });
  }
  if (seen.params.subject === undefined) guessSubject(seen, names);
  await read(paths, seen, source, sample);
  return seen;
}

/** The first of the files whose columns more of the first ones have than any others. */
async function usualOf(
  files: readonly DataFile[],
  opened: (file: DataFile) => Table | Promise<Table>,
  text: boolean,
): Promise<DataFile> {
  if (files.length < 3) return files[0];
  const alike = new Map<string, DataFile[]>();
  for (const file of files.slice(0, 5)) {
    try {
      const { header, columns } = await opened(partOf(file, text));
      const key = JSON.stringify(header ?? columns);
      alike.set(key, [...alike.get(key) ?? [], file]);
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
    }
  }
  const [most] = [...alike.values()].toSorted((a, b) => b.length - a.length);
  return most?.[0] ?? files[0];
}

/** The longest sheet, where several have rows. */
async function guessSheet(file: DataFile, { params, guesses }: FolderSeen): Promise<string | undefined> {
  const sheets = await sheetsOf(file);
  if (sheets.length < 2) return undefined;
  const [{ name }] = sheets.toSorted((a, b) => b.rows.length - a.rows.length);
  params.sheet = name;
  guesses.push(`sheet: ${name}, the longest of ${sheets.map((s) => s.name).join(", ")}`);
  return name;
}

function useParts({ params, guesses }: FolderSeen, parts: readonly PartSeen[]): void {
  params.sensors = { phone: parts.map(({ files, columns }) => ({ files, columns })) };
  params.channels = parts.flatMap(({ kind }) => ["x", "y", "z"].map((axis) => `${kind}_${axis}`));
  params.time = parts[0].time;
  params.files = parts.map(({ files }) => files).join("|");
  guesses.push(
    ...parts.map(({ example, columns }) => `sensor phone: ${columns.join(", ")} of files such as ${example}`),
    `time: ${JSON.stringify(parts[0].time)}`,
  );
}

function usePlaces({ params, guesses, open }: FolderSeen, sample: Sample): void {
  const { time, label, subject, sensors, leftOut } = lookAtContents(sample);
  guesses.push(
    `the columns have no names; by what stands in them, sensor imu: columns ${sensors.join(", ")}`,
  );
  params.sensors = { imu: sensors };
  for (const [what, place] of Object.entries({ time, label, subject })) {
    if (place === undefined) continue;
    params[what] = place;
    guesses.push(`${what}: column ${place}`);
  }
  if (leftOut.length > 0) guesses.push(`not used: columns ${leftOut.join(", ")}`);
  if (sensors.length === 0) {
    open.push({ what: "no column looks like a sensor", write: "sensors: { imu: [1, 2, 3] }" });
  }
}

function useColumns(seen: FolderSeen, sample: Sample, source: string): void {
  const { params, facts, guesses, open } = seen;
  const header = sample.header!;
  facts.push(`columns: ${header.slice(0, 40).join(", ")}${header.length > 40 ? ", …" : ""}`);
  const bursts = lookForBursts(sample);
  const readings = source === "csv" && bursts === undefined ? lookForReadings(sample) : undefined;
  const names = bursts === undefined ? header : header.filter((_, c) => !bursts.columns.includes(c));
  const found = bursts === undefined
    ? lookAtNames(sample, names)
    : lookAtColumns([...names, "acc_x", "acc_y", "acc_z"], sample.file.name);
  const { subject, session, sensors, channels, doubtful, leftOut } = found;
  const unnamed = lookAtUnnamed(sample, leftOut);
  const { time = unnamed.time, label = unnamed.label } = found;
  if (bursts !== undefined) {
    params.bursts = bursts.assumed ? { order: "sample" } : {};
    params.min_seconds = 0;
    guesses.push(`bursts: ${bursts.samples} samples a row`);
    if (bursts.assumed) {
      open.push({
        what: "the order of a burst's columns does not show; x1 y1 z1 x2 … is assumed",
        write: "bursts: { order: channel } for x1 x2 … y1 y2 …",
      });
    }
  } else if (readings !== undefined) {
    const { column, values, columns } = readings;
    const part = (value: string) => ({ where: { [column]: value }, columns });
    params.sensors = readings.instruments
      ? { imu: values.map(part) }
      : Object.fromEntries(values.map((value) => [value, part(value)]));
    if (readings.instruments) {
      params.channels = values.flatMap((value) =>
        ["x", "y", "z"].map((axis) => `${/acc/i.test(value) ? "acc" : "gyro"}_${axis}`)
      );
    }
    guesses.push(
      ...values.map((value) =>
        `sensor ${readings.instruments ? "imu" : value}: rows whose ${column} is ${value}: ${
          columns.join(", ")
        }`
      ),
    );
  } else {
    params.sensors = sensors;
    if (channels !== undefined) params.channels = channels;
    guesses.push(
      ...Object.entries(sensors).map(([name, own]) =>
        `sensor ${name}: ${own.join(", ")}${doubtful ? " (none is called after a sensor)" : ""}`
      ),
    );
  }
  if (subject === undefined && unnamed.steady.length > 0) {
    const [first] = unnamed.steady;
    open.push({
      what: `who was recorded may stand in ${
        unnamed.steady.map((name) => JSON.stringify(name)).join(" or ")
      }`,
      write: `subject: ${JSON.stringify(first)}, in place of another subject`,
    });
  }
  const flags = label === undefined && bursts === undefined ? lookForFlags(sample, leftOut) : undefined;
  const unused = leftOut.filter((name) =>
    flags?.columns.includes(name) !== true && ![readings?.column, time, label].includes(name)
  );
  if (unused.length > 0) guesses.push(`not used: ${unused.join(", ")}`);
  for (const [what, column] of Object.entries({ time, label, subject, session })) {
    if (column === undefined) continue;
    params[what] = column;
    const by = column === found[what as "time" | "label" | "subject" | "session"]
      ? ""
      : ", by what stands in it";
    guesses.push(
      `${what}: column ${typeof column === "string" ? column : column.columns.join(" and ")}${by}`,
    );
  }
  if (flags !== undefined) {
    params.label = { from: "flags", columns: flags.columns, ...(flags.overlap ? { overlap: "first" } : {}) };
    guesses.push(
      `label: columns of 0 and 1, ${flags.columns.join(", ")}${
        flags.overlap ? "; where several are set, the first of them" : ""
      }`,
    );
  }
}

/** Columns by name; where no name tells a sensor, none whose contents are no sensor's. */
function lookAtNames(sample: Sample, names: readonly string[]): ColumnsSeen {
  const found = lookAtColumns(names, sample.file.name);
  if (!found.doubtful) return found;
  const { time, steady, label } = lookAtUnnamed(sample, names);
  const others = names.filter((name) =>
    name === time || name === label || steady.includes(name) || !sample.numeric[sample.header!.indexOf(name)]
  );
  const known = [found.time, found.label, found.subject, found.session];
  const unlike = others.filter((name) => !known.includes(name));
  if (names.every((name) => others.includes(name))) return found;
  const better = lookAtColumns(names.filter((name) => !unlike.includes(name)), sample.file.name);
  return { ...better, leftOut: [...better.leftOut, ...unlike] };
}

function useBeside({ params, guesses }: FolderSeen, beside: Awaited<ReturnType<typeof lookBeside>>): void {
  const { label, ...more } = beside.params;
  if (label !== undefined && params.label === undefined) params.label = label;
  for (const [key, value] of Object.entries(more)) params[key] ??= value;
  guesses.push(...beside.guesses);
  if (beside.names !== undefined && params.label !== undefined) {
    params.label_names = beside.names.names;
    guesses.push(`label_names: ${beside.names.file}`);
  }
}

function guessSubject({ params, guesses, open }: FolderSeen, names: readonly string[]): void {
  const pattern = guessSubjectPattern(names);
  if (pattern !== undefined) {
    params.subject = { from: "filename", pattern };
    guesses.push(`subject: first group of ${pattern} in the file's name`);
  } else if (names.length > 1) {
    open.push({
      what: `nothing tells who was recorded in ${names.length} files; they count as one subject`,
      write: 'subject: { from: filename, pattern: "^([^_]+)_" }',
    });
  }
}

/** Steps as large as these are counted in small units: the only one that makes 5 to 1000 samples a second is taken. */
function guessUnit({ params, guesses }: FolderSeen, { header, cells }: Sample): boolean {
  const column = params.time as string | number;
  const at = typeof column === "number" ? column - 1 : header?.indexOf(column) ?? -1;
  if (at < 0) return false;
  const step = typicalStep(Float64Array.from(cells[at], Number));
  const fits = (["ms", "us", "ns"] as const).filter((_, k) => {
    const rate = 1000 ** (k + 1) / step;
    return step >= 300 && rate >= 5 && rate <= 1000;
  });
  if (fits.length !== 1) return false;
  params.time = { column, unit: fits[0] };
  guesses.push(`unit of time: ${fits[0]}, the only one that makes 5 to 1000 samples a second`);
  return true;
}

/** Reads the files as guessed, with cures where the reader asks for them, and adds what it found. */
async function read(
  paths: readonly string[],
  seen: FolderSeen,
  source: keyof typeof tables,
  sample: Sample,
): Promise<void> {
  const { params, facts, guesses } = seen;
  const path = paths[0];
  const files = new BrokenFiles(paths);
  for (let tries = 0;; tries++) {
    const notes: string[] = [];
    let rates: readonly number[] = [];
    let set: Recordings;
    const context = {
      paths: files.paths,
      progress: () => {},
      warn: (note: string) => notes.push(note),
      measured: (all: readonly number[]) => rates = all,
    };
    try {
      const { reader } = tables[source];
      set = await reader.read(reader.params.parse({ ...params, path }), context);
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      if (/Cannot tell the unit of time/.test(cause.message) && guessUnit(seen, sample)) continue;
      const cure = cures.find(([pattern, key]) => params[key] === undefined && pattern.test(cause.message));
      if (cure === undefined && files.leaveOut(cause)) continue;
      if (cure === undefined || tries >= cures.length + paths.length) {
        return tellUnread(seen, "files", cause);
      }
      const [, key, value, why] = cure;
      params[key] = value;
      guesses.push(`${key}: ${value} (${why})`);
      continue;
    }
    const { quality, warnings } = assessQuality(set);
    const measuredRate = rateFacts(rates);
    const rateSource = rateSourceOf(set, params.rate_assumed === true, measuredRate);
    facts.push(...describeRecordings(set, { ...quality, notes, measuredRate, rateSource }), ...warnings);
    seen.data = numbersOf(set, quality.subjects);
    files.tell(seen);
    return;
  }
}
