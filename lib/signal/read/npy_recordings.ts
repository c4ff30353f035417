/** Recordings from arrays: samples, with labels, and times where there are some. */
import { decodeNpy, type NpyArray } from "../../artifacts/npy.ts";
import { inLabelOrder } from "../../artifacts/recording/label_order.ts";
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import { type DataFile, dataFiles } from "./archive.ts";
import { severalArrays } from "./arrays/array_endings.ts";
import type { ArrayNames, ArraySet, SampleLabels } from "./arrays/array_sets.ts";
import { checkArrayShape } from "./laws/array_shape.ts";
import { Notes } from "./laws/notes.ts";
import { countingColumns, refuseSentinels } from "./laws/odd_values.ts";
import { channelFactors, type Scale, scaleRecordings } from "./laws/scale.ts";
import { typicalStep } from "./laws/steps.ts";
import { secondsPerUnit, type TimeUnit } from "./laws/time_unit.ts";
import { placeOnClock } from "./sample_times.ts";
import { channelUnits, type LayoutOptions, textOfFile } from "./table_layout.ts";
import { idOf } from "./table_recordings.ts";
import { findTriads, usualChannels } from "../triads.ts";
import { typedFrom } from "../../typed_from.ts";

/** What the arrays mean. */
export interface NpyOptions extends ArrayNames {
  /** Samples per second. */
  rate: number;
  /** Sensor names in the order of the array; `sensor`, or numbered ones, when left out. */
  sensors?: readonly string[];
  channels?: readonly string[];
  units?: LayoutOptions["units"];
  /** Class names by label. */
  labelNames?: readonly string[];
  subject?: Exclude<LayoutOptions["subject"], string | number | { from: "metadata" }>;
  missing: "error" | "gap";
  /** Numbers that stand for missing samples. */
  missingValues?: readonly number[];
  /** Seconds of missing samples that make a gap. */
  maxGap: number;
  /** Factor on the numbers of the arrays. */
  scale?: Scale;
  /** What an array does that cannot be read: stop, or be left out. */
  onBad?: "error" | "skip";
  /** Unit of the times of a file with several arrays. */
  timeUnit?: TimeUnit;
}

const isArray = (name: string) => /\.npy$/i.test(name) || severalArrays.test(name);
const labelFile = /\.labels\.npy$/i;

/** Reads `[T, channels]` or `[T, sensors, channels]` as float32. */
function asSamples(
  { data, shape }: NpyArray,
  options: NpyOptions,
  file: string,
): { data: Float32Array; shape: [number, number, number]; counts: boolean } {
  const sensors = options.sensors?.length ?? 1;
  const named = { sensors: options.sensors?.length, channels: options.channels?.length };
  if (shape.length >= 2) checkArrayShape(shape, named, file);
  const values = data instanceof Float32Array
    ? data
    : typedFrom(Float32Array, data as ArrayLike<number>, Number); // of whole numbers of 64 bits too
  const counts = data instanceof Int16Array;
  if (shape.length === 3) return { data: values, shape: shape as [number, number, number], counts };
  if (shape.length !== 2 || shape[1] % sensors !== 0) {
    throw new InputError(
      `Cannot use array: shape [${shape}] is neither [T, sensors, channels] nor [T, channels]`,
      { file },
    );
  }
  return { data: values, shape: [shape[0], sensors, shape[1] / sensors], counts };
}

/** The arrays of a file. @param beside Its labels. */
async function open(file: DataFile, beside: DataFile | undefined, options: NpyOptions): Promise<ArraySet> {
  if (severalArrays.test(file.name)) {
    const { openArrays } = await import("./arrays/array_sets.ts");
    return await openArrays(file, options, options.rate);
  }
  return {
    name: file.name,
    samples: decodeNpy(file.read(), file.name),
    ...(beside === undefined
      ? {}
      : { labels: { array: decodeNpy(beside.read(), beside.name), name: beside.name } }),
  };
}

/** Seconds from the first of the times, which must go forward. */
function secondsOf(
  { values, name }: NonNullable<ArraySet["times"]>,
  options: NpyOptions,
  file: string,
): Float64Array {
  const back = values.findIndex((t, i) => !Number.isFinite(t) || i > 0 && t < values[i - 1]);
  if (back >= 0) {
    throw new InputError(`Cannot use time: ${name} is ${values[back]} after ${values[back - 1]}`, {
      file,
      row: back + 1,
      hint: "Times must go forward; cut the arrays where a clock starts again.",
    });
  }
  const unit = secondsPerUnit(options.timeUnit ?? "auto", {
    step: typicalStep(values),
    first: values[0],
    name,
    rate: options.rate,
    place: { file },
  });
  return values.map((t) => (t - values[0]) * unit);
}

/**
 * Reads every `<id>.npy` as a recording `[T, sensors, channels]` or `[T, sensors · channels]`, with the labels of
 * `<id>.labels.npy` (whole numbers `[T]`, −1 unlabelled) where there are any: the layout in which recordings are stored.
 *
 * A `.npz`, `.mat` or HDF5 file is a recording of the arrays that are named; where it has times, samples are brought to
 * `rate` by them.
 *
 * @returns The recordings, what the user should know, and rates that times showed.
 * @throws {InputError} naming file and sample.
 */
export async function readNpyRecordings(
  paths: readonly string[],
  options: NpyOptions,
  progress?: (fraction: number) => void,
): Promise<{ recordings: Recordings; notes: string[]; measured: number[] }> {
  const files = await dataFiles(paths, (name) => isArray(name));
  const arrays = files.filter((f) => !labelFile.test(f.name));
  if (arrays.length === 0) {
    throw new InputError("Cannot find arrays: no .npy, .npz, .mat or .h5 file", { file: paths[0] });
  }
  const labelFiles = new Map(
    files.filter((f) => labelFile.test(f.name)).map((f) => [f.name.replace(labelFile, ""), f]),
  );
  const notes = new Notes();
  let shape: [number, number, number] | undefined;
  /** Recordings whose samples are whole numbers of 16 bits. */
  const counted = new Set<Recording>();
  const measured: number[] = [];
  /** Classes by the texts of labels, over all files. */
  const texts = new Map<string, number>();
  const recordings: Recording[] = [];
  for (const [index, file] of arrays.entries()) {
    progress?.((index + 1) / arrays.length);
    try {
      const set = await open(file, labelFiles.get(file.name.replace(/\.npy$/i, "")), options);
      const read = asSamples(set.samples, options, set.name);
      const [samples, s, c] = read.shape;
      if (shape !== undefined && (s !== shape[1] || c !== shape[2])) {
        throw new InputError(
          `Cannot join recordings: ${s} × ${c} channels, the first file has ${shape[1]} × ${shape[2]}`,
          { file: file.name },
        );
      }
      if (options.missingValues === undefined) {
        const names = Array.from({ length: s * c }, (_, i) => `channel ${i + 1}`);
        refuseSentinels(read.data, s * c, names, (row) => ({ file: set.name, row: row + 1 }));
      }
      for (const channel of countingColumns(read.data, s * c, s * c)) {
        notes.add(`Channel ${channel + 1} rises or falls in every row, as counters and clocks do`, set.name);
      }
      markMissing(read.data, s * c, options, set.name);
      const place = { file: set.name };
      if (set.times !== undefined && set.times.values.length !== samples) {
        throw new InputError(
          `Cannot use time: ${set.times.values.length} times for ${samples} samples`,
          place,
        );
      }
      const times = set.times === undefined ? undefined : secondsOf(set.times, options, set.name);
      const placed = placeOnClock(read.data, s * c, times, options.rate, options.maxGap, place);
      if (times !== undefined) measured.push(placed.measured);
      for (const text of placed.notes) notes.add(text[0].toUpperCase() + text.slice(1), file.name);
      const own = readLabels(set.labels, samples, texts, options.labelNames);
      const { nearest } = placed;
      const labels = nearest === undefined ? own : nearest.map((row) => own[row]);
      const subject = textOfFile(options.subject, "subject", file, file.name) ?? "subject";
      const recording = {
        id: idOf(file.name),
        subject,
        samples: labels.length,
        data: placed.values,
        labels,
        gaps: placed.gaps,
      };
      recordings.push(recording);
      if (read.counts) counted.add(recording);
      shape ??= read.shape;
    } catch (cause) {
      if (!(cause instanceof InputError) || options.onBad !== "skip") throw cause;
      notes.add(`Left out because it cannot be read: ${cause.message.split("\n")[0]}`);
    }
  }
  if (shape === undefined) {
    throw new InputError("Cannot use recordings: none can be read", {
      file: arrays[0].name,
      hint: notes.sentences()[0],
    });
  }
  const [, s, c] = shape;
  const names = (given: readonly string[] | undefined, count: number, usual: string[], what: string) => {
    if (given !== undefined && given.length !== count) {
      throw new InputError(`Cannot use ${what}: ${given.length} names for ${count}`);
    }
    return [...(given ?? usual)];
  };
  const numbered = s === 1 ? ["sensor"] : Array.from({ length: s }, (_, i) => `sensor_${i + 1}`);
  const channels = names(options.channels, c, usualChannels(c), "channels");
  if (options.scale !== undefined) {
    const factors = channelFactors(options.scale, channels);
    scaleRecordings(recordings, factors);
    for (const recording of counted) recording.scale = Array.from({ length: s }, () => factors);
  }
  const set: Recordings = {
    rate: options.rate,
    sensors: names(options.sensors, s, numbered, "sensors"),
    channels,
    units: channelUnits(options.units, channels),
    triads: findTriads(channels),
    labelNames: options.labelNames === undefined
      ? numberClasses(recordings, [...texts.keys()])
      : [...options.labelNames],
    origin: "measured",
    source: { name: arrays.length === 1 ? arrays[0].name : `${arrays.length} arrays` },
    recordings,
  };
  return { recordings: set, notes: notes.sentences(), measured };
}

/**
 * Counts labels from 0 in place, as those of MATLAB do not, and gives the numbers that they had as names; or sorts the
 * classes of texts.
 */
function numberClasses(recordings: readonly Recording[], texts: readonly string[]): string[] {
  const seen = new Set<number>();
  for (const { labels } of recordings) {
    for (const label of labels) if (label >= 0) seen.add(label);
  }
  const nameOf = (label: number) => texts[label] ?? String(label);
  const known = inLabelOrder([...seen].map(nameOf));
  const place = new Map([...seen].map((label) => [label, known.indexOf(nameOf(label))]));
  for (const { labels } of recordings) {
    for (let t = 0; t < labels.length; t++) if (labels[t] >= 0) labels[t] = place.get(labels[t])!;
  }
  return known;
}

/** Makes samples NaN that stand for missing ones. @throws {InputError} for one that is missing where none may be. */
function markMissing(
  data: Float32Array,
  width: number,
  { missing, missingValues = [] }: NpyOptions,
  file: string,
): void {
  const sentinels = new Set(missingValues);
  for (let i = 0; i < data.length; i++) {
    if (sentinels.has(data[i])) data[i] = NaN;
    else if (!Number.isFinite(data[i])) {
      if (missing === "error") {
        throw new InputError(`Cannot use sample: it is ${data[i]}`, {
          file,
          row: Math.floor(i / width) + 1,
          hint: "Set missing: gap to keep windows away from it.",
        });
      }
      data[i] = NaN;
    }
  }
}

/** The labels of samples, or none. @param texts Classes so far, added to. @param classes Names that there are; any when left out. */
function readLabels(
  given: SampleLabels | undefined,
  samples: number,
  texts: Map<string, number>,
  classes?: readonly string[],
): Int32Array {
  const labels = new Int32Array(samples).fill(-1);
  if (given === undefined) return labels;
  const { name } = given;
  const shape = "texts" in given ? [given.texts.length] : given.array.shape;
  if (shape.length > 2 || (shape[1] ?? 1) !== 1 || shape[0] !== samples) {
    throw new InputError(`Cannot use labels: shape [${shape}], expected [${samples}]`, { file: name });
  }
  const bad = (label: string, row: number, expected: string) =>
    new InputError(`Cannot use label ${label}: expected ${expected}`, { file: name, row: row + 1 });
  if ("texts" in given) {
    for (const text of classes ?? []) if (!texts.has(text)) texts.set(text, texts.size);
    given.texts.forEach((text, t) => {
      if (/^(nan|none|null)?$/i.test(text)) return;
      if (!texts.has(text)) {
        if (classes !== undefined) throw bad(`"${text}"`, t, classes.join(", "));
        texts.set(text, texts.size);
      }
      labels[t] = texts.get(text)!;
    });
    return labels;
  }
  const count = classes?.length ?? Infinity;
  for (let t = 0; t < samples; t++) {
    const label = Number(given.array.data[t]);
    if (!Number.isInteger(label) || label < -1 || label >= count) {
      throw bad(`${label}`, t, `whole numbers from −1 to ${count - 1}`);
    }
    labels[t] = label;
  }
  return labels;
}
