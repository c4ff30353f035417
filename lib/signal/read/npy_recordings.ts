/** Recordings from `.npy` files: samples, and labels beside them. */
import { decodeNpy } from "../../artifacts/npy.ts";
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import { type DataFile, dataFiles } from "./archive.ts";
import { checkArrayShape } from "./laws/array_shape.ts";
import { Notes } from "./laws/notes.ts";
import { channelFactors, type Scale, scaleRecordings } from "./laws/scale.ts";
import { placeOnClock } from "./sample_times.ts";
import { channelUnits, type LayoutOptions, textOfFile } from "./table_layout.ts";
import { idOf } from "./table_recordings.ts";
import { findTriads, usualChannels } from "../triads.ts";

/** What the arrays mean. */
export interface NpyOptions {
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
}

const labelFile = /\.labels\.npy$/i;

/** Reads `[T, channels]` or `[T, sensors, channels]` as float32. */
function readSamples(
  file: DataFile,
  options: NpyOptions,
): { data: Float32Array; shape: [number, number, number]; counts: boolean } {
  const { data, shape } = decodeNpy(file.read(), file.name);
  const sensors = options.sensors?.length ?? 1;
  const named = { sensors: options.sensors?.length, channels: options.channels?.length };
  if (shape.length >= 2) checkArrayShape(shape, named, file.name);
  const values = data instanceof Float32Array
    ? data
    : Float32Array.from(data as ArrayLike<number | bigint>, Number);
  const counts = data instanceof Int16Array;
  if (shape.length === 3) return { data: values, shape: shape as [number, number, number], counts };
  if (shape.length !== 2 || shape[1] % sensors !== 0) {
    throw new InputError(
      `Cannot use array: shape [${shape}] is neither [T, sensors, channels] nor [T, channels]`,
      {
        file: file.name,
      },
    );
  }
  return { data: values, shape: [shape[0], sensors, shape[1] / sensors], counts };
}

/**
 * Reads every `<id>.npy` as a recording `[T, sensors, channels]` or `[T, sensors · channels]`, with the labels of
 * `<id>.labels.npy` (whole numbers `[T]`, −1 unlabelled) where there are any: the layout in which recordings are stored.
 *
 * @returns The recordings, and what the user should know.
 * @throws {InputError} naming file and sample.
 */
export async function readNpyRecordings(
  paths: readonly string[],
  options: NpyOptions,
  progress?: (fraction: number) => void,
): Promise<{ recordings: Recordings; notes: string[] }> {
  const files = await dataFiles(paths, (name) => /\.npy$/i.test(name));
  const arrays = files.filter((f) => !labelFile.test(f.name));
  if (arrays.length === 0) throw new InputError("Cannot find arrays: no .npy file", { file: paths[0] });
  const labelFiles = new Map(
    files.filter((f) => labelFile.test(f.name)).map((f) => [f.name.replace(labelFile, ""), f]),
  );
  const notes = new Notes();
  let shape: [number, number, number] | undefined;
  let classes = options.labelNames?.length ?? 0;
  /** Recordings whose samples are whole numbers of 16 bits. */
  const counted = new Set<Recording>();
  const recordings: Recording[] = [];
  for (const [index, file] of arrays.entries()) {
    progress?.((index + 1) / arrays.length);
    try {
      const read = readSamples(file, options);
      const [samples, s, c] = read.shape;
      if (shape !== undefined && (s !== shape[1] || c !== shape[2])) {
        throw new InputError(
          `Cannot join recordings: ${s} × ${c} channels, the first file has ${shape[1]} × ${shape[2]}`,
          { file: file.name },
        );
      }
      markMissing(read.data, s * c, options, file.name);
      const place = { file: file.name };
      const placed = placeOnClock(read.data, s * c, undefined, options.rate, options.maxGap, place);
      const beside = labelFiles.get(file.name.replace(/\.npy$/i, ""));
      const labels = readLabels(beside, samples, options.labelNames?.length);
      const subject = textOfFile(options.subject, "subject", file, file.name) ?? "subject";
      const recording = {
        id: idOf(file.name),
        subject,
        samples,
        data: placed.values,
        labels,
        gaps: placed.gaps,
      };
      recordings.push(recording);
      if (read.counts) counted.add(recording);
      for (const label of labels) if (label >= classes) classes = label + 1;
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
    labelNames: [...(options.labelNames ?? Array.from({ length: classes }, (_, k) => String(k)))],
    origin: "measured",
    source: { name: arrays.length === 1 ? arrays[0].name : `${arrays.length} arrays` },
    recordings,
  };
  return { recordings: set, notes: notes.sentences() };
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

/** Labels of the file beside, or none. @param classes Names that there are; any number when left out. */
function readLabels(beside: DataFile | undefined, samples: number, classes = Infinity): Int32Array {
  const labels = new Int32Array(samples).fill(-1);
  if (beside === undefined) return labels;
  const array = decodeNpy(beside.read(), beside.name);
  if (array.shape.length !== 1 || array.shape[0] !== samples) {
    throw new InputError(`Cannot use labels: shape [${array.shape}], expected [${samples}]`, {
      file: beside.name,
    });
  }
  for (let t = 0; t < samples; t++) {
    const label = Number(array.data[t]);
    if (!Number.isInteger(label) || label < -1 || label >= classes) {
      throw new InputError(`Cannot use label ${label}: expected whole numbers from −1 to ${classes - 1}`, {
        file: beside.name,
        row: t + 1,
      });
    }
    labels[t] = label;
  }
  return labels;
}
