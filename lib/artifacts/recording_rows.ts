/** Where the samples and labels of recordings lie: a file each, or many short ones in a file together. */
import { join } from "../path.ts";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { NpyFile, readNpyRows, writeNpy } from "./npy.ts";
import type { Shape } from "./read_json.ts";

/** Where one recording lies, as `recordings.json` says it. Left out in older files, which have one file a recording. */
export interface Storage {
  /** A `.npy` of `[rows, sensors, channels]`; default `<id>.npy`. */
  file?: string;
  /** First row of the recording in `file`, in samples; default 0. */
  offset?: number;
  /** `int16` rows times `scale` are the samples; default `float32`. */
  dtype?: "float32" | "int16";
  /** A `.npy` of int32 `[rows]`; default `<id>.labels.npy`. */
  labelsFile?: string;
  /** First row of the recording in `labelsFile`, in samples; default 0. */
  labelsOffset?: number;
}

/** A path inside the artifact; the file may come from anywhere. */
const path = z.string().regex(
  /^(?!\.\.?(\/|$))[^/\\]+(\/(?!\.\.?(\/|$))[^/\\]+)*$/,
  "is no path inside the artifact",
);

/** Schema of {@linkcode Storage}. */
export const storageShape: Shape<Storage> = {
  file: path.optional(),
  offset: z.int().min(0).optional(),
  dtype: z.enum(["float32", "int16"]).optional(),
  labelsFile: path.optional(),
  labelsOffset: z.int().min(0).optional(),
};

/** When recordings share a file: thousands of one-second bursts must not become thousands of files. */
export interface Packing {
  /** A recording of fewer bytes is short. */
  shortBytes: number;
  /** Up to this many short recordings still have a file each, which is handier for other programs. */
  most: number;
  /** A shared file is closed when it holds this many bytes. */
  fileBytes: number;
}

const defaultPacking: Packing = { shortBytes: 1 << 18, most: 100, fileBytes: 1 << 23 };

/** The set that rows belong to. */
interface Columns {
  sensors: readonly string[];
  channels: readonly string[];
}

/** One recording to be written. */
interface Rows {
  id: string;
  samples: number;
  data: Float32Array;
  labels: Int32Array;
  scale?: number[][];
}

/** Writes samples and labels of all recordings into `dir`. */
export async function writeRows(
  dir: string,
  set: Columns & { recordings: readonly Rows[] },
  packing: Packing = defaultPacking,
): Promise<Required<Storage>[]> {
  const columns = [set.sensors.length, set.channels.length];
  const width = columns[0]! * columns[1]!;
  const short = set.recordings.map((r) => isShort(r, width, packing.shortBytes));
  const packs = short.filter(Boolean).length > packing.most;
  const storages: Required<Storage>[] = [];
  const open = new Map<Storage["dtype"], Pack>();
  const taken = new Set<string>();
  let files = 0;
  for (const [i, recording] of set.recordings.entries()) {
    if (!packs || !short[i]) {
      const stem = freeStem(recording.id, taken);
      const dtype = await writeSamples(join(dir, `${stem}.npy`), recording, columns);
      await writeNpy(join(dir, `${stem}.labels.npy`), recording.labels);
      storages.push({
        file: `${stem}.npy`,
        offset: 0,
        dtype,
        labelsFile: `${stem}.labels.npy`,
        labelsOffset: 0,
      });
      continue;
    }
    const stored = storedSamples(recording, width);
    const dtype = stored instanceof Int16Array ? "int16" : "float32";
    let pack = open.get(dtype);
    if (pack === undefined) open.set(dtype, pack = new Pack(`packed/${files++}`));
    storages.push({ ...pack.add(stored, recording.labels), dtype });
    if (pack.bytes >= packing.fileBytes) {
      await pack.write(dir, columns);
      open.delete(dtype);
    }
  }
  for (const pack of open.values()) await pack.write(dir, columns);
  return storages;
}

/** Whether the samples take fewer bytes than `least` as they are stored. */
function isShort(recording: Rows, width: number, least: number): boolean {
  const { byteLength } = recording.data;
  if (byteLength < least || byteLength >= 2 * least) return byteLength < least;
  return storedSamples(recording, width).byteLength < least;
}

/** Values that are turned into 16-bit numbers at a time: a whole week of them would not fit beside the samples. */
const pieceValues = 1 << 20;

/** Writes samples as 16-bit numbers where those give back every one of them, bit by bit; else as they are. */
async function writeSamples(
  path: string,
  { data, samples, scale }: Rows,
  columns: readonly number[],
): Promise<"float32" | "int16"> {
  const steps = stepsOf(scale, columns[0]! * columns[1]!);
  if (steps !== undefined && wholeCounts(path, data, steps, [samples, ...columns])) return "int16";
  await writeNpy(path, data, [samples, ...columns]);
  return "float32";
}

/** Writes 16-bit numbers; false where they do not give back the samples, and what is written means nothing. */
function wholeCounts(path: string, data: Float32Array, steps: readonly number[], shape: number[]): boolean {
  using file = new NpyFile(path, Int16Array, shape);
  const rows = Math.ceil(pieceValues / steps.length) * steps.length;
  const counts = new Int16Array(Math.min(rows, data.length));
  for (let from = 0; from < data.length; from += rows) {
    const piece = counts.subarray(0, Math.min(rows, data.length - from));
    if (!count(data.subarray(from, from + rows), steps, piece)) return false;
    file.write(piece);
  }
  return true;
}

/** Bytes of a file's name before its ending; a file system takes 255 in all. */
const longestStem = 200;

/** `a.labels` beside `a` would overwrite its labels, and `A` is `a` where case is ignored. */
function freeStem(id: string, taken: Set<string>): string {
  const bytes = new TextEncoder().encode(id);
  let stem = bytes.length <= longestStem
    ? id
    : new TextDecoder().decode(bytes.subarray(0, longestStem)).replace(/\ufffd+$/, "");
  const files = () =>
    [`${stem}.npy`, `${stem}.labels.npy`].map((name) => name.normalize("NFC").toLowerCase());
  while (files().some((name) => taken.has(name))) stem += "_";
  files().forEach((name) => taken.add(name));
  return stem;
}

/** Recordings that share a file. */
class Pack {
  bytes = 0;
  #rows = 0;
  readonly #samples: (Float32Array | Int16Array)[] = [];
  readonly #labels: Int32Array[] = [];

  constructor(readonly stem: string) {}

  add(samples: Float32Array | Int16Array, labels: Int32Array): Required<Omit<Storage, "dtype">> {
    const offset = this.#rows;
    this.#samples.push(samples);
    this.#labels.push(labels);
    this.#rows += labels.length;
    this.bytes += samples.byteLength;
    return {
      file: `${this.stem}.npy`,
      offset,
      labelsFile: `${this.stem}.labels.npy`,
      labelsOffset: offset,
    };
  }

  async write(dir: string, columns: number[]): Promise<void> {
    await Deno.mkdir(join(dir, "packed"), { recursive: true });
    await writeNpy(join(dir, `${this.stem}.npy`), joined(this.#samples), [this.#rows, ...columns]);
    await writeNpy(join(dir, `${this.stem}.labels.npy`), joined(this.#labels));
  }
}

function joined<T extends StoredData>(parts: readonly T[]): T {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const out = new (parts[0]!.constructor as new (length: number) => T)(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** What a 16-bit number stands for in each column; undefined where that is not said of all. */
function stepsOf(scale: number[][] | undefined, width: number): number[] | undefined {
  const steps = scale?.flat() ?? [];
  return steps.length === width ? steps : undefined;
}

/** The samples as 16-bit numbers where those give back every one of them, bit by bit; else as they are. */
function storedSamples({ data, scale }: Rows, width: number): Float32Array | Int16Array {
  const steps = stepsOf(scale, width);
  if (steps === undefined) return data;
  const counts = new Int16Array(data.length);
  return count(data, steps, counts) ? counts : data;
}

/** Puts the 16-bit numbers of whole rows into `counts`; false where they do not give back the samples. */
function count(data: Float32Array, steps: readonly number[], counts: Int16Array): boolean {
  for (const [c, step] of steps.entries()) {
    for (let i = c; i < data.length; i += steps.length) {
      counts[i] = Math.round(data[i]! / step);
      if (!Object.is(sampleOf(counts[i]!, step), data[i])) return false;
    }
  }
  return true;
}

/** The one formula of a 16-bit sample. */
function sampleOf(count: number, step: number): number {
  return Math.fround(count * step);
}

type StoredData = Float32Array | Int16Array | Int32Array;

/** What is asked of a stored recording. */
type Entry = Storage & { id: string; samples: number; scale?: number[][]; labelMap?: number[] };

/** Reads rows of the recordings in a folder; of a file that several share, only theirs. */
export class StoredRows {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Samples `[from, to)` of one recording, all by default, float32 `[to − from, sensors, channels]`. @throws {InputError} */
  samples(entry: Entry, { sensors, channels }: Columns, from = 0, to = entry.samples): Float32Array {
    const width = sensors.length * channels.length;
    const columns = [sensors.length, channels.length];
    const { file = `${entry.id}.npy`, offset, dtype } = entry;
    const own = { entry, offset, from, to };
    if (dtype !== "int16") return this.#part(file, Float32Array, columns, own);
    const steps = entry.scale?.flat() ?? [];
    if (steps.length !== width) {
      throw new InputError(
        `Cannot read Recordings: field scale of recording ${entry.id} has ${steps.length} values, not ${width}`,
        { file: join(this.#dir, "recordings.json") },
      );
    }
    const counts = this.#part(file, Int16Array, columns, own);
    const samples = new Float32Array(counts.length);
    for (let i = 0; i < counts.length; i++) samples[i] = sampleOf(counts[i]!, steps[i % width]!);
    return samples;
  }

  /** Labels `[from, to)` of one recording, all by default, int32 `[to − from]`. @throws {InputError} */
  labels(entry: Entry, from = 0, to = entry.samples): Int32Array {
    const { labelsFile = `${entry.id}.labels.npy`, labelsOffset: offset, labelMap } = entry;
    const labels = this.#part(labelsFile, Int32Array, [], { entry, offset, from, to });
    return labelMap === undefined ? labels : labels.map((label) => label < 0 ? label : labelMap[label]!);
  }

  #part<T extends StoredData>(
    file: string,
    type: { new (...args: any[]): T; readonly name: string },
    columns: number[],
    { entry: { id, samples }, offset, from, to }: {
      entry: { id: string; samples: number };
      offset: number | undefined;
      from: number;
      to: number;
    },
  ): T {
    const path = join(this.#dir, file);
    const begin = offset ?? 0;
    const { data, rows } = readNpyRows(path, type, columns, begin + from, to - from);
    // Without an offset the file is this recording's own.
    if (begin + samples > rows || (offset === undefined && samples !== rows)) {
      throw new InputError(
        `Cannot read Recordings: recording ${id} is ${samples} samples from ${begin} on, the file has ${rows}`,
        { file: path },
      );
    }
    return data;
  }
}
