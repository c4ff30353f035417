/** Recordings whose sensors lie in files or rows of their own, brought to one clock. */
import { InputError } from "../../errors.ts";
import type { DataFile } from "./archive.ts";
import { chooseFiles, openLists, setIntervals, tablesAmong } from "./data_set_files.ts";
import { listed } from "./laws/notes.ts";
import {
  beginReading,
  type Reading,
  type TableOptions,
  type TablesRead,
  type TimedRecording,
} from "./reading.ts";
import { resampleLinear } from "./resample.ts";
import { mergeGaps } from "./sample_times.ts";
import { EmptyTable, type Table } from "./table.ts";
import type { ColumnRef } from "./table_layout.ts";
import { finish, orLeftOut, readTable } from "./table_recordings.ts";
import { RowParts, type Where } from "./row_parts.ts";

/** Columns of a sensor in files or rows of their own. */
export interface FilePart {
  /**
   * A pattern on file names; what is left of a name without it is the same in all files of a recording. All files when left
   * out.
   */
  files?: string;
  /** Rows of this sensor, by what stands in other columns; all rows when left out. */
  where?: Where;
  /** Its own time column, instead of that of all. */
  time?: ColumnRef;
  columns: readonly ColumnRef[];
}

/** One part, with its sensor and what has been read of it. */
interface Part extends FilePart {
  sensor: string;
  pattern: RegExp;
  reading: Reading;
}

function makeParts(sensors: Record<string, readonly FilePart[]>, options: TableOptions): Part[] {
  const shared = beginReading(options);
  return Object.entries(sensors).flatMap(([sensor, parts]) =>
    parts.map((part): Part => {
      let pattern;
      try {
        pattern = part.files === undefined ? /^(?=.)/g : new RegExp(part.files, "g");
      } catch (cause) {
        throw new InputError(`Cannot use files of ${sensor}: ${(cause as Error).message}`, { cause });
      }
      const time = part.time === undefined ? options.time : {
        ...(typeof options.time === "object" ? options.time : {}),
        columns: undefined,
        column: part.time,
      };
      const own = {
        ...options,
        time,
        channels: undefined,
        units: undefined,
        sensors: { [sensor]: part.columns },
      };
      const reading = { ...shared, options: own, recordings: [], measured: [] };
      return { ...part, sensor, pattern, reading };
    })
  );
}

/** Files by what is left of their names, one for each part; undefined for a part that has none. */
function groupFiles(
  files: readonly DataFile[],
  parts: readonly Part[],
  incomplete: TableOptions["incomplete"],
): Map<string, (DataFile | undefined)[]> {
  const groups = new Map<string, (DataFile | undefined)[]>();
  for (const [p, part] of parts.entries()) {
    const own = files.filter((f) => f.name.search(part.pattern) >= 0);
    if (own.length === 0) {
      throw new InputError(`Cannot find files of ${part.sensor}: no name matches /${part.files}/`, {
        hint: `Files are ${listed(files.map((f) => f.name))}.`,
      });
    }
    for (const file of own) {
      const key = file.name.replace(part.pattern, "");
      const group = groups.get(key) ?? parts.map(() => undefined);
      groups.set(key, group);
      if (group[p] !== undefined) {
        throw new InputError(
          `Cannot join files: ${group[p].name} also belongs to ${part.sensor} of "${key}"`,
          {
            file: file.name,
            hint: "Make the pattern under files match what tells the sensors apart, and nothing else.",
          },
        );
      }
      group[p] = file;
    }
  }
  for (const [key, group] of groups) {
    const missing = group.indexOf(undefined);
    if (missing >= 0 && (incomplete ?? "error") === "error") {
      throw new InputError(`Cannot join files: "${key}" has no file of ${parts[missing].sensor}`, {
        file: group.find((f) => f !== undefined)!.name,
        hint: `Its name would match /${
          parts[missing].files
        }/; incomplete: skip leaves such recordings out, incomplete: gap keeps them as gaps.`,
      });
    }
  }
  return groups;
}

/** The recording among `others` that shares most time with `first`. */
function partner(
  first: TimedRecording,
  others: readonly TimedRecording[],
  rate: number,
): TimedRecording | undefined {
  const end = (r: TimedRecording) => r.begin + r.samples / rate;
  const shared = (r: TimedRecording) => Math.min(end(r), end(first)) - Math.max(r.begin, first.begin);
  return others.filter((r) => r.subject === first.subject && shared(r) > 0)
    .sort((a, b) => shared(b) - shared(a))[0];
}

/**
 * Recordings of one clock on the time that all of them cover; labels are those of the first that is there. Where one is
 * missing, all is a gap.
 */
function join(
  recordings: readonly (TimedRecording | undefined)[],
  widths: readonly number[],
  rate: number,
): TimedRecording | undefined {
  const present = recordings.filter((r) => r !== undefined);
  const start = Math.max(...present.map((r) => r.begin));
  const end = Math.min(...present.map((r) => r.begin + (r.samples - 1) / rate));
  const count = Math.floor((end - start) * rate + 1e-6) + 1;
  if (count < 2) return undefined;
  const total = widths.reduce((a, b) => a + b, 0);
  const data = new Float32Array(count * total);
  const [first] = present;
  let labels = first.labels;
  const gaps: [number, number][] = present.length < recordings.length ? [[0, count]] : [];
  let column = 0;
  recordings.forEach((r, p) => {
    const width = widths[p];
    column += width;
    if (r === undefined) return;
    const times = Float64Array.from({ length: r.samples }, (_, i) => r.begin + i / rate);
    const placed = resampleLinear(times, r.data, width, { start, rate, count }, Infinity);
    for (let t = 0; t < count; t++) {
      for (let c = 0; c < width; c++) data[t * total + column - width + c] = placed.values[t * width + c];
    }
    if (r === first) labels = placed.nearest.map((k) => first.labels[k]);
    const shift = (r.begin - start) * rate;
    for (const [a, b] of r.gaps) {
      // A tick between two samples touches a gap where one of them lies in it.
      const from = Math.max(0, Math.floor(a - 1 + shift) + 1);
      const to = Math.min(count, Math.ceil(b + shift));
      if (from < to) gaps.push([from, to]);
    }
  });
  return { ...first, begin: start, samples: count, data, labels, gaps: mergeGaps(gaps) };
}

/** Reads the files of one recording into the readings of its parts; returns the sensors of which there is nothing. */
async function readGroup(
  key: string,
  group: readonly (DataFile | undefined)[],
  parts: readonly Part[],
  open: (file: DataFile) => Table | Promise<Table>,
  incomplete: TableOptions["incomplete"],
): Promise<string[]> {
  const opened = new Map<DataFile, RowParts>();
  const missing: string[] = [];
  for (const [p, { reading, sensor, where }] of parts.entries()) {
    reading.recordings = [];
    reading.rate ??= parts.find((part) => part.reading.rate !== undefined)?.reading.rate;
    const file = group[p];
    if (file === undefined) {
      missing.push(sensor);
      continue;
    }
    try {
      let rows = opened.get(file);
      if (rows === undefined) {
        const own = parts.filter((_, q) => group[q] === file);
        opened.set(file, rows = new RowParts(await open(file), own, file.name));
      }
      await readTable(reading, file, rows.of(where), key);
    } catch (cause) {
      if (!(cause instanceof EmptyTable) || (incomplete ?? "error") === "error") throw cause;
      missing.push(sensor);
    }
  }
  return [...new Set(missing)];
}

/**
 * Reads recordings of which each sensor (or each instrument of it) has files or rows of its own. Files belong together where
 * their names are equal once the parts' patterns are taken out; they are brought to the first one's clock by linear
 * interpolation, on the time that all cover. Labels, subject and session come from the first part.
 *
 * @param sensors Parts by sensor, in the order of channels.
 * @throws {InputError} as `readTables`, and for files that have no counterpart.
 */
export async function readJoinedTables(
  paths: readonly string[],
  endings: readonly string[],
  open: (file: DataFile) => Table | Promise<Table>,
  sensors: Record<string, readonly FilePart[]>,
  options: TableOptions,
  progress?: (fraction: number) => void,
): Promise<TablesRead> {
  const timed = Object.values(sensors).flat().every((part) => part.time !== undefined);
  if (options.time === undefined && options.rate === undefined && !timed) {
    throw new InputError("Cannot join files: there is neither a time column nor a rate to join them by", {
      hint:
        "Set time: <column>; or rate, where the files have the same rows: they are then joined row by row.",
    });
  }
  const parts = makeParts(sensors, options);
  const [{ reading }] = parts;
  const chosen = await chooseFiles(paths, endings, options, reading.notes);
  const files = tablesAmong(chosen, options);
  const widths = parts.map((part) => part.columns.length);
  const groups = groupFiles(files, parts, options.incomplete);
  const lists = await openLists(chosen, options, [...files.map((f) => f.name), ...groups.keys()], open);
  for (const part of parts) part.reading.lists = lists;
  const joined: TimedRecording[] = [];
  let done = 0;
  for (const key of [...groups.keys()].sort()) {
    const group = groups.get(key)!;
    const file = group.find((f) => f !== undefined)!;
    const left = await orLeftOut(reading, file, async () => {
      const missing = await readGroup(key, group, parts, open, options.incomplete);
      if (missing.length > 0) {
        const done = options.incomplete === "gap" ? "is a gap" : "was left out";
        reading.notes.add(`A recording without ${missing.join(" and ")} ${done}`, key);
      }
      if (missing.length === 0 || options.incomplete === "gap") joinGroup(parts, widths, file, key, joined);
    });
    if (left) parts.forEach((part) => part.reading.recordings = []);
    progress?.(++done / groups.size);
  }
  const layout = {
    sensors: Object.keys(sensors),
    time: reading.layout?.time,
    values: [],
    names: parts.flatMap(({ reading: { layout }, columns }) => layout?.names ?? columns.map(String)),
  };
  const columns = Object.fromEntries(
    Object.entries(sensors).map(([sensor, list]) => [sensor, list.flatMap((part) => part.columns)]),
  );
  const whole = {
    ...reading,
    options,
    recordings: joined,
    measured: parts.flatMap((p) => p.reading.measured),
  };
  await setIntervals(whole, chosen, open);
  return finish(whole, { ...options, sensors: columns }, layout, `${files.length} tables`);
}

/** Joins what the parts have read of one group of files. */
function joinGroup(
  parts: readonly Part[],
  widths: readonly number[],
  file: DataFile,
  key: string,
  joined: TimedRecording[],
): void {
  const { reading: { options, skipped } } = parts[0];
  const rate = parts.find(({ reading }) => reading.rate !== undefined)!.reading.rate!;
  const leader = parts.findIndex(({ reading }) => reading.recordings.length > 0);
  for (const first of parts[leader]?.reading.recordings ?? []) {
    const own = parts.map(({ reading }, p) =>
      p === leader ? first : partner(first, reading.recordings, rate)
    );
    const lost = own.some((r, p) => r === undefined && parts[p].reading.recordings.length > 0);
    const shorter = own.find((r) => r !== undefined && r.samples !== first.samples);
    if (options.time === undefined && shorter !== undefined) {
      throw new InputError(
        `Cannot join files of ${first.id} row by row: ${first.samples} and ${shorter.samples} rows`,
        { file: file.name, hint: "Set time: <column>, or time: { column: <counter>, unit: samples }." },
      );
    }
    const whole = lost ? undefined : join(own, widths, rate);
    if (whole !== undefined && whole.samples >= options.minSeconds * rate) {
      joined.push({ ...whole, file: key === "" ? file.name : key });
    } else if (options.short === "skip") skipped.push(first.id);
    else {
      throw new InputError(
        `Cannot join files of ${first.id}: they share less than ${options.minSeconds} s`,
        { file: file.name, hint: "Set short: skip to leave such recordings out." },
      );
    }
  }
}
