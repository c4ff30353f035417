/** Recordings whose sensors lie in files of their own, brought to one clock. */
import { InputError } from "../../errors.ts";
import type { DataFile } from "./archive.ts";
import { resampleLinear } from "./resample.ts";
import { mergeGaps } from "./sample_times.ts";
import type { Table } from "./table.ts";
import type { ColumnRef } from "./table_layout.ts";
import {
  beginReading,
  chooseFiles,
  finish,
  type Reading,
  readTable,
  type TableOptions,
  type TablesRead,
  type TimedRecording,
} from "./table_recordings.ts";

/** Columns of a sensor in files of their own. */
export interface FilePart {
  /** A pattern on file names; what is left of a name without it is the same in all files of a recording. */
  files: string;
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
        pattern = new RegExp(part.files, "g");
      } catch (cause) {
        throw new InputError(`Cannot use files of ${sensor}: ${(cause as Error).message}`, { cause });
      }
      const own = { ...options, channels: undefined, units: undefined, sensors: { [sensor]: part.columns } };
      const reading = { ...shared, options: own, recordings: [], measured: [] };
      return { ...part, sensor, pattern, reading };
    })
  );
}

/** Files by what is left of their names, one for each part. */
function groupFiles(files: readonly DataFile[], parts: readonly Part[]): Map<string, DataFile[]> {
  const groups = new Map<string, DataFile[]>();
  for (const [p, part] of parts.entries()) {
    const own = files.filter((f) => f.name.search(part.pattern) >= 0);
    if (own.length === 0) {
      throw new InputError(`Cannot find files of ${part.sensor}: no name matches /${part.files}/`, {
        hint: `Files are ${files.slice(0, 5).map((f) => f.name).join(", ")}${files.length > 5 ? ", …" : ""}.`,
      });
    }
    for (const file of own) {
      const key = file.name.replace(part.pattern, "");
      const group = groups.get(key) ?? [];
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
    const missing = parts.findIndex((_, p) => group[p] === undefined);
    if (missing >= 0) {
      throw new InputError(`Cannot join files: "${key}" has no file of ${parts[missing].sensor}`, {
        file: group.find((f) => f !== undefined)!.name,
        hint: `Its name would match /${parts[missing].files}/.`,
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

/** Recordings of one clock on the time that all of them cover; labels are those of the first. */
function join(
  recordings: readonly TimedRecording[],
  widths: readonly number[],
  rate: number,
): TimedRecording | undefined {
  const start = Math.max(...recordings.map((r) => r.begin));
  const end = Math.min(...recordings.map((r) => r.begin + (r.samples - 1) / rate));
  const count = Math.floor((end - start) * rate + 1e-6) + 1;
  if (count < 2) return undefined;
  const total = widths.reduce((a, b) => a + b, 0);
  const data = new Float32Array(count * total);
  const [first] = recordings;
  let labels = first.labels;
  const gaps: [number, number][] = [];
  let column = 0;
  recordings.forEach((r, p) => {
    const width = widths[p];
    const times = Float64Array.from({ length: r.samples }, (_, i) => r.begin + i / rate);
    const placed = resampleLinear(times, r.data, width, { start, rate, count }, Infinity);
    for (let t = 0; t < count; t++) {
      for (let c = 0; c < width; c++) data[t * total + column + c] = placed.values[t * width + c];
    }
    if (p === 0) labels = placed.nearest.map((k) => first.labels[k]);
    const shift = (r.begin - start) * rate;
    for (const [a, b] of r.gaps) {
      // A tick between two samples touches a gap where one of them lies in it.
      const from = Math.max(0, Math.floor(a - 1 + shift) + 1);
      const to = Math.min(count, Math.ceil(b + shift));
      if (from < to) gaps.push([from, to]);
    }
    column += width;
  });
  return { ...first, begin: start, samples: count, data, labels, gaps: mergeGaps(gaps) };
}

/**
 * Reads recordings of which each sensor (or each instrument of it) has files of its own. Files belong together where
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
  if (options.time === undefined && options.rate === undefined) {
    throw new InputError("Cannot join files: there is neither a time column nor a rate to join them by", {
      hint:
        "Set time: <column>; or rate, where the files have the same rows: they are then joined row by row.",
    });
  }
  const parts = makeParts(sensors, options);
  const files = await chooseFiles(paths, endings, options, parts[0].reading.notes);
  const widths = parts.map((part) => part.columns.length);
  const groups = groupFiles(files, parts);
  const joined: TimedRecording[] = [];
  const skipped: string[] = [];
  let done = 0;
  for (const key of [...groups.keys()].sort()) {
    const group = groups.get(key)!;
    for (const [p, { reading }] of parts.entries()) {
      reading.recordings = [];
      reading.rate ??= parts[0].reading.rate;
      await readTable(reading, group[p], await open(group[p]), key);
    }
    const rate = parts[0].reading.rate!;
    for (const first of parts[0].reading.recordings) {
      const others = parts.slice(1).map(({ reading }) => partner(first, reading.recordings, rate));
      const shorter = others.find((r) => r !== undefined && r.samples !== first.samples);
      if (options.time === undefined && shorter !== undefined) {
        throw new InputError(
          `Cannot join files of ${first.id} row by row: ${first.samples} and ${shorter.samples} rows`,
          { file: group[0].name, hint: "Set time: <column>, or time: { column: <counter>, unit: samples }." },
        );
      }
      const whole = others.every((r) => r !== undefined) ? join([first, ...others], widths, rate) : undefined;
      if (whole !== undefined && whole.samples >= options.minSeconds * rate) joined.push(whole);
      else if (options.short === "skip") skipped.push(first.id);
      else {
        throw new InputError(
          `Cannot join files of ${first.id}: they share less than ${options.minSeconds} s`,
          {
            file: group[0].name,
            hint: "Set short: skip to leave such recordings out.",
          },
        );
      }
    }
    progress?.(++done / groups.size);
  }
  const layout = {
    sensors: Object.keys(sensors),
    time: parts[0].reading.layout?.time,
    values: [],
    names: parts.flatMap((part) => part.reading.layout!.names),
  };
  const columns = Object.fromEntries(
    Object.entries(sensors).map(([sensor, list]) => [sensor, list.flatMap((part) => part.columns)]),
  );
  const [{ reading }] = parts;
  reading.skipped.push(...skipped);
  return finish(
    { ...reading, recordings: joined, measured: parts.flatMap((part) => part.reading.measured) },
    { ...options, sensors: columns },
    layout,
    `${files.length} tables`,
  );
}
