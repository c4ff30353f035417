/** Recordings from `.npy` files: samples, and labels beside them. */
import { decodeNpy } from "../../artifacts/npy.ts";
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import { type DataFile, dataFiles } from "./archive.ts";
import { checkArrayShape } from "./laws/array_shape.ts";
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
}

const labelFile = /\.labels\.npy$/i;

/** Reads `[T, channels]` or `[T, sensors, channels]` as float32. */
function readSamples(
  file: DataFile,
  options: NpyOptions,
): { data: Float32Array; shape: [number, number, number] } {
  const { data, shape } = decodeNpy(file.read(), file.name);
  const sensors = options.sensors?.length ?? 1;
  const named = { sensors: options.sensors?.length, channels: options.channels?.length };
  if (shape.length >= 2) checkArrayShape(shape, named, file.name);
  const values = data instanceof Float32Array
    ? data
    : Float32Array.from(data as ArrayLike<number | bigint>, Number);
  if (shape.length === 3) return { data: values, shape: shape as [number, number, number] };
  if (shape.length !== 2 || shape[1] % sensors !== 0) {
    throw new InputError(
      `Cannot use array: shape [${shape}] is neither [T, sensors, channels] nor [T, channels]`,
      {
        file: file.name,
      },
    );
  }
  return { data: values, shape: [shape[0], sensors, shape[1] / sensors] };
}

/**
 * Reads every `<id>.npy` as a recording `[T, sensors, channels]` or `[T, sensors · channels]`, with the labels of
 * `<id>.labels.npy` (whole numbers `[T]`, −1 unlabelled) where there are any: the layout in which recordings are stored.
 *
 * @throws {InputError} naming file and sample.
 */
export async function readNpyRecordings(
  paths: readonly string[],
  options: NpyOptions,
  progress?: (fraction: number) => void,
): Promise<Recordings> {
  const files = await dataFiles(paths, (name) => /\.npy$/i.test(name));
  const arrays = files.filter((f) => !labelFile.test(f.name));
  if (arrays.length === 0) throw new InputError("Cannot find arrays: no .npy file", { file: paths[0] });
  const labelFiles = new Map(
    files.filter((f) => labelFile.test(f.name)).map((f) => [f.name.replace(labelFile, ""), f]),
  );
  let shape: [number, number, number] | undefined;
  let classes = options.labelNames?.length ?? 0;
  const recordings = arrays.map((file, index): Recording => {
    const read = readSamples(file, options);
    shape ??= read.shape;
    const [samples, s, c] = read.shape;
    if (s !== shape[1] || c !== shape[2]) {
      throw new InputError(
        `Cannot join recordings: ${s} × ${c} channels, the first file has ${shape[1]} × ${shape[2]}`,
        {
          file: file.name,
        },
      );
    }
    const sentinels = new Set(options.missingValues ?? []);
    if (sentinels.size > 0) {
      for (let i = 0; i < read.data.length; i++) if (sentinels.has(read.data[i])) read.data[i] = NaN;
    }
    const bad = sentinels.size > 0 || options.missing === "gap"
      ? -1
      : read.data.findIndex((x) => !Number.isFinite(x));
    for (let i = 0; bad < 0 && i < read.data.length; i++) {
      if (!Number.isFinite(read.data[i])) read.data[i] = NaN;
    }
    if (bad >= 0) {
      throw new InputError(`Cannot use sample: it is ${read.data[bad]}`, {
        file: file.name,
        row: Math.floor(bad / (s * c)) + 1,
        hint: Number.isNaN(read.data[bad]) ? "Set missing: gap to keep windows away from it." : undefined,
      });
    }
    const placed = placeOnClock(read.data, s * c, undefined, options.rate, options.maxGap, {
      file: file.name,
    });
    const labels = new Int32Array(samples).fill(-1);
    const beside = labelFiles.get(file.name.replace(/\.npy$/i, ""));
    if (beside !== undefined) {
      const array = decodeNpy(beside.read(), beside.name);
      if (array.shape.length !== 1 || array.shape[0] !== samples) {
        throw new InputError(`Cannot use labels: shape [${array.shape}], expected [${samples}]`, {
          file: beside.name,
        });
      }
      for (let t = 0; t < samples; t++) {
        const label = Number(array.data[t]);
        const most = options.labelNames?.length ?? Infinity;
        if (!Number.isInteger(label) || label < -1 || label >= most) {
          throw new InputError(`Cannot use label ${label}: expected whole numbers from −1 to ${most - 1}`, {
            file: beside.name,
            row: t + 1,
          });
        }
        labels[t] = label;
        classes = Math.max(classes, label + 1);
      }
    }
    progress?.((index + 1) / arrays.length);
    const subject = textOfFile(options.subject, "subject", file, file.name) ?? "subject";
    return { id: idOf(file.name), subject, samples, data: placed.values, labels, gaps: placed.gaps };
  });
  const [, s, c] = shape!;
  const names = (given: readonly string[] | undefined, count: number, usual: string[], what: string) => {
    if (given !== undefined && given.length !== count) {
      throw new InputError(`Cannot use ${what}: ${given.length} names for ${count}`);
    }
    return [...(given ?? usual)];
  };
  const numbered = s === 1 ? ["sensor"] : Array.from({ length: s }, (_, i) => `sensor_${i + 1}`);
  const channels = names(options.channels, c, usualChannels(c), "channels");
  return {
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
}
