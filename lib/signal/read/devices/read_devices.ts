/** Recordings from the files of loggers, each of a format that its content tells. */
import type { ClockFacts } from "../../../artifacts/recording/quality.ts";
import { InputError } from "../../../errors.ts";
import type { Events, EventSource } from "../align/events.ts";
import { type DataFile, dataFiles } from "../archive.ts";
import { openCsv } from "../csv.ts";
import { chooseFiles, openLists, setIntervals, tablesAmong } from "../data_set_files.ts";
import { filterName, lowerRate } from "../lower_rate.ts";
import {
  beginReading,
  longEnough,
  numberOf,
  type Reading,
  type TableOptions,
  type TablesRead,
} from "../reading.ts";
import { lowering, raising } from "../sample_times.ts";
import { finish, idOf, orLeftOut } from "../table_recordings.ts";
import { textOfFile } from "../table_layout.ts";
import { openBytes } from "./byte_source.ts";
import type { DeviceSignal } from "./device_signal.ts";
import { formats, openSignal } from "./formats.ts";
import { placeBlocks, type PlacedRun } from "./place_blocks.ts";
import type { SampleDraft } from "./sample_draft.ts";

/** What the files mean beside what they say themselves. */
export type DeviceOptions =
  & Pick<
    TableOptions,
    | "rate"
    | "label"
    | "labelNames"
    | "unlabelled"
    | "intervals"
    | "metadata"
    | "files"
    | "beside"
    | "maxGap"
    | "minSeconds"
    | "short"
    | "part"
  >
  & {
    subject?: TableOptions["subject"] | { from: "header" };
    /** Name of the sensor. */
    sensor: string;
    onBad: "error" | "skip";
  };

/**
 * Reads recordings of loggers. Every file is at least one recording; where the device's clock goes back or stands still for
 * a minute it is cut.
 *
 * @param paths Absolute paths of files and zip archives.
 * @param draft Keeps what is read of long recordings.
 * @throws {InputError} naming the file and what is broken.
 */
export async function readDevices(
  paths: readonly string[],
  { sensor, subject, ...options }: DeviceOptions,
  progress?: (fraction: number) => void,
  draft?: SampleDraft,
): Promise<TablesRead> {
  const fromHeader = typeof subject === "object" && subject.from === "header";
  const all: TableOptions = {
    ...options,
    missing: "gap",
    unsorted: "error",
    subject: fromHeader ? undefined : subject as TableOptions["subject"],
  };
  const reading = beginReading(all);
  const chosen = await chooseFiles(paths, formats.map(({ ending }) => ending), all, reading.notes);
  const files = tablesAmong(chosen, all);
  const open = (file: DataFile) => openCsv(file);
  reading.lists = await openLists(chosen, all, files.map((f) => f.name), open);
  for (const [index, file] of files.entries()) {
    await orLeftOut(reading, file, () => {
      using bytes = openBytes(file);
      const signal = openSignal(bytes, file.name);
      const first = reading.recordings.length;
      const label = readSignal(
        reading,
        file,
        signal,
        { sensor, fromHeader },
        (share) => progress?.((index + share) / files.length),
        draft,
      );
      // Labels take a third of what samples take, and the file may be in memory until here.
      signal.close?.();
      for (const r of reading.recordings.slice(first)) r.labels = new Int32Array(r.samples).fill(label);
      return Promise.resolve();
    });
  }
  await setIntervals(reading, chosen, open, { read: files, zoneless: true });
  const name = files.length === 1 ? files[0].name : `${files.length} files of loggers`;
  return finish(reading, all, reading.layout, name);
}

/**
 * Reads several loggers on one body as sensors of one recording, on the clock of the first.
 *
 * @param sensors Pattern on names of files by sensor.
 * @param align Seconds by which clocks may differ at first, to compare movement; or where events are listed; undefined to
 *   believe clocks.
 * @throws {InputError} as {@linkcode readDevices}, and where no files of all sensors belong together.
 */
export async function readSensors(
  paths: readonly string[],
  sensors: Record<string, { files: string }>,
  { align, ...options }: Omit<DeviceOptions, "sensor" | "files" | "beside"> & {
    align: number | EventSource | undefined;
  },
  progress?: (fraction: number) => void,
  draft?: SampleDraft,
): Promise<TablesRead & { clocks: ClockFacts[] }> {
  const { joinSensors } = await import("../align/join_sensors.ts");
  const entries = Object.entries(sensors);
  const listed = typeof align === "object"
    ? { beside: align.files, events: await eventsOf(paths, entries.map(([sensor]) => sensor), align) }
    : { beside: undefined, events: align };
  const reads: TablesRead[] = [];
  for (const [k, [sensor, { files }]] of entries.entries()) {
    // Labels are the first one's; the others are brought to its rate.
    const beside = k === 0 ? {} : { label: undefined, intervals: undefined, rate: reads[0].recordings.rate };
    const own = { ...options, ...beside, beside: listed.beside, sensor, files };
    reads.push(await readDevices(paths, own, (share) => progress?.((k + share) / entries.length), draft));
  }
  const [{ recordings: { channels } }] = reads;
  const other = reads.findIndex(({ recordings }) => recordings.channels.join() !== channels.join());
  if (other >= 0) {
    throw new InputError(
      `Cannot join sensors: ${entries[other][0]} has ${reads[other].recordings.channels.join(", ")}, ${
        entries[0][0]
      } has ${channels.join(", ")}`,
      { hint: "Load loggers of different sensors apart." },
    );
  }
  const sets = reads.map(({ recordings }, k) => ({
    set: recordings,
    keyOf: (id: string) => id.replace(new RegExp(entries[k][1].files), ""),
  }));
  const { set, clocks, notes } = joinSensors(sets, listed.events, options.minSeconds);
  const passed = /do not match files/;
  return {
    recordings: set,
    clocks,
    skipped: reads.flatMap((read) => read.skipped),
    measured: reads.flatMap((read) => read.measured),
    otherRates: [],
    notes: [...new Set(reads.flatMap((read) => read.notes).filter((note) => !passed.test(note))), ...notes],
  };
}

/** The events that files beside the loggers' list. @throws {InputError} */
async function eventsOf(
  paths: readonly string[],
  sensors: readonly string[],
  source: EventSource,
): Promise<Events> {
  const { readEvents } = await import("../align/events.ts");
  const files = await dataFiles(paths, (name) => new RegExp(source.files).test(name));
  if (files.length > 0) return await readEvents(files, sensors, source, (file) => openCsv(file));
  throw new InputError(`Cannot find events: no file name matches /${source.files}/`, {
    file: paths[0],
    hint: `Put a table with the columns ${
      sensors.join(", ")
    } beside the loggers' files, a row for each event.`,
  });
}

/** Adds the recordings of one file, still without labels; returns the label of all their samples. */
function readSignal(
  reading: Reading,
  file: DataFile,
  signal: DeviceSignal,
  { sensor, fromHeader }: { sensor: string; fromHeader: boolean },
  progress: (share: number) => void,
  draft: SampleDraft | undefined,
): number {
  const { options, notes } = reading;
  const { channels, units, rate } = signal;
  const known = reading.layout;
  if (known !== undefined && known.names.join() !== channels.join()) {
    throw new InputError(
      `Cannot join recordings: channels ${channels.join(", ")}, the first file has ${known.names.join(", ")}`,
      { file: file.name, hint: "Load devices of different sensors apart." },
    );
  }
  reading.layout ??= {
    sensors: [sensor],
    values: channels.map((_, c) => c),
    names: channels,
    units,
    time: 0,
  };
  reading.rate ??= rate;
  const wanted = reading.rate;
  if (rate * raising < wanted) {
    throw new InputError(`Cannot use rate ${wanted}: the device recorded ${rate} samples a second`, {
      file: file.name,
      hint: `Set rate to ${rate} or less.`,
    });
  }
  if (fromHeader && signal.subject === undefined) {
    throw new InputError("Cannot find the subject: the file's header names none", {
      file: file.name,
      hint: "Take it from the file's name: subject: { from: filename, pattern: … }.",
    });
  }
  const written = fromHeader
    ? signal.subject!
    : textOfFile(options.subject, "subject", file, file.name, reading.lists) ?? "subject";
  const person = reading.people.name(written);
  const label = textOfFile(options.label, "label", file, file.name, reading.lists);
  const number = label === undefined ? -1 : numberOf(reading, label);
  const slower = wanted * lowering < rate;
  const placed = placeBlocks(signal, slower ? rate : wanted, options.maxGap, file.name, progress, draft);
  for (const note of [...signal.notes, ...placed.notes]) notes.add(note, file.name);
  let n = 0;
  for (const run of placed.runs()) {
    n++;
    reading.measured.push(placed.measured);
    const id = n === 1 ? idOf(file.name) : `${idOf(file.name)}.part${n}`;
    const { values, gaps, exact } = slower ? lowered(run, channels.length, rate, wanted) : run;
    const samples = values.length / channels.length;
    if (slower) notes.add(`Rate lowered through a ${filterName(wanted)}`, file.name);
    else if (!exact) {
      notes.add(
        "Samples were interpolated to an even clock, because the device's runs at another pace",
        file.name,
      );
    }
    if (!longEnough(reading, samples, id, { file: file.name }, id)) continue;
    reading.recordings.push({
      id,
      subject: person,
      file: file.name,
      samples,
      data: values,
      labels: new Int32Array(0),
      gaps,
      begin: run.begin,
      ...(exact && signal.scale !== undefined ? { scale: [signal.scale] } : {}),
      facts: {
        device: signal.device,
        ...signal.facts,
        start: new Date(1000 * run.begin).toISOString().replace("Z", ""),
        ...reading.lists?.facts([file.name], person),
      },
    });
  }
  return number;
}

/** A run at a slower rate. */
function lowered(run: PlacedRun, width: number, rate: number, wanted: number): PlacedRun {
  const count = Math.floor((run.values.length / width - 1) * wanted / rate + 1e-9) + 1;
  return {
    begin: run.begin,
    exact: false,
    values: lowerRate(run.values, width, rate, wanted, count),
    gaps: run.gaps.map(([a, b]) => [
      Math.floor((a - 1) * wanted / rate) + 1,
      Math.min(count, Math.ceil(b * wanted / rate)),
    ]),
  };
}
