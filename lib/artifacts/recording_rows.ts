/** Where the samples and labels of recordings lie: a file each, or many short ones in a file together. */
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { readNpy, writeNpy } from "./npy.ts";
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
  const stored = set.recordings.map((r) => storedSamples(r, columns[0]! * columns[1]!));
  const short = stored.map(({ byteLength }) => byteLength < packing.shortBytes);
  const packs = short.filter(Boolean).length > packing.most;
  const storages: Required<Storage>[] = [];
  const open = new Map<Storage["dtype"], Pack>();
  const taken = new Set<string>();
  let files = 0;
  for (const [i, { id, samples, labels }] of set.recordings.entries()) {
    const dtype = stored[i] instanceof Int16Array ? "int16" : "float32";
    if (!packs || !short[i]) {
      const stem = freeStem(id, taken);
      await writeNpy(join(dir, `${stem}.npy`), stored[i]!, [samples, ...columns]);
      await writeNpy(join(dir, `${stem}.labels.npy`), labels);
      storages.push({
        file: `${stem}.npy`,
        offset: 0,
        dtype,
        labelsFile: `${stem}.labels.npy`,
        labelsOffset: 0,
      });
      continue;
    }
    let pack = open.get(dtype);
    if (pack === undefined) open.set(dtype, pack = new Pack(`packed/${files++}`));
    storages.push({ ...pack.add(stored[i]!, labels), dtype });
    if (pack.bytes >= packing.fileBytes) {
      await pack.write(dir, columns);
      open.delete(dtype);
    }
  }
  for (const pack of open.values()) await pack.write(dir, columns);
  return storages;
}

/** `a.labels` beside `a` would overwrite its labels. */
function freeStem(id: string, taken: Set<string>): string {
  let stem = id;
  while (taken.has(`${stem}.npy`) || taken.has(`${stem}.labels.npy`)) stem += "_";
  taken.add(`${stem}.npy`).add(`${stem}.labels.npy`);
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

/** The samples as 16-bit numbers where those give back every one of them, bit by bit; else as they are. */
function storedSamples({ data, scale }: Rows, width: number): Float32Array | Int16Array {
  const steps = scale?.flat() ?? [];
  if (steps.length !== width) return data;
  const counts = new Int16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const step = steps[i % width];
    counts[i] = Math.round(data[i]! / step!);
    if (!Object.is(sampleOf(counts[i]!, step!), data[i])) return data;
  }
  return counts;
}

/** The one formula of a 16-bit sample. */
function sampleOf(count: number, step: number): number {
  return Math.fround(count * step);
}

type StoredData = Float32Array | Int16Array | Int32Array;

/** Reads rows of the recordings in a folder; a file that several share is read once. */
export class StoredRows {
  readonly #dir: string;
  /** The shared file read last: recordings stand in the order of their files. */
  readonly #last = new Map<string, { file: string; data: StoredData; rows: number }>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Samples of one recording, float32 `[samples, sensors, channels]`. @throws {InputError} */
  async samples(
    entry: Storage & { id: string; samples: number; scale?: number[][] },
    { sensors, channels }: Columns,
  ): Promise<Float32Array> {
    const width = sensors.length * channels.length;
    const columns = [sensors.length, channels.length];
    const { file = `${entry.id}.npy`, offset, dtype } = entry;
    if (dtype !== "int16") return await this.#part(file, Float32Array, columns, entry, offset);
    const steps = entry.scale?.flat() ?? [];
    if (steps.length !== width) {
      throw new InputError(
        `Cannot read Recordings: field scale of recording ${entry.id} has ${steps.length} values, not ${width}`,
        { file: join(this.#dir, "recordings.json") },
      );
    }
    const counts = await this.#part(file, Int16Array, columns, entry, offset);
    return Float32Array.from(counts, (count, i) => sampleOf(count, steps[i % width]!));
  }

  /** Labels of one recording, int32 `[samples]`. @throws {InputError} */
  async labels(entry: Storage & { id: string; samples: number }): Promise<Int32Array> {
    const { labelsFile = `${entry.id}.labels.npy`, labelsOffset } = entry;
    return await this.#part(labelsFile, Int32Array, [], entry, labelsOffset);
  }

  async #part<T extends StoredData>(
    file: string,
    type: { new (length: number): T; readonly name: string },
    columns: number[],
    { id, samples }: { id: string; samples: number },
    offset: number | undefined,
  ): Promise<T> {
    const path = join(this.#dir, file);
    let found = this.#last.get(type.name);
    if (found === undefined || found.file !== file) {
      const { data, shape: [rows = 0] } = await readNpy(path, type, [null, ...columns]);
      found = { file, data, rows };
      this.#last.set(type.name, found);
    }
    const { rows } = found;
    const data = found.data as T;
    const from = offset ?? 0;
    // Without an offset the file is this recording's own.
    if (from + samples > rows || (offset === undefined && samples !== rows)) {
      throw new InputError(
        `Cannot read Recordings: recording ${id} is ${samples} samples from ${from} on, the file has ${rows}`,
        { file: path },
      );
    }
    if (samples === rows) return data;
    const width = columns.reduce((product, n) => product * n, 1);
    return data.slice(from * width, (from + samples) * width) as T;
  }
}
