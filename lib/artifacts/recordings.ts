/** Recordings: continuous multi-sensor signals with their sample labels. */
import { join } from "../path.ts";
import { z } from "zod";
import type { ArtifactType, Origin } from "./artifact.ts";
import { type ChannelFilter, channelFilterSchema } from "./channel_filter.ts";
import { exists, readHeader, writeHeader } from "./artifact.ts";
import { objectOf, readJson } from "./read_json.ts";
import { type Packing, type Storage, storageShape, StoredRows, writeRows } from "./recording_rows.ts";
import { inLabelOrder } from "./recording/label_order.ts";
import { keptBytes, lazily } from "./recording/lazy_recording.ts";
import { type Quality, qualitySchema } from "./recording/quality.ts";
import { common, readShardList, shardFolder } from "./shards.ts";
import { writeJson } from "./write_json.ts";

/** One continuous recording of one subject. */
export interface Recording {
  /** Unique in the set; `[A-Za-z0-9_.-]+`, so that it can name a file. */
  id: string;
  subject: string;
  /** Number of samples T. */
  samples: number;
  /** float32 `[T, sensors, channels]`. */
  data: Float32Array;
  /** int32 `[T]`, index into `labelNames`, −1 unlabelled. */
  labels: Int32Array;
  /** Stretches `[from, to)` of samples that are missing or interpolated over; no window touches one. */
  gaps: [number, number][];
  /** Part of the data set's official split, where it has one. */
  part?: "train" | "test";
  /** What a list of files or people says of it: group, age, session, …. */
  facts?: Record<string, string | number>;
  /**
   * What one step of the sensor's 16-bit numbers stands for, `[sensors][channels]`. Where every sample is exactly
   * `fround(whole number · scale)` they are stored as such, in half the space; samples that something has changed since
   * are stored as float32.
   */
  scale?: number[][];
}

/** A set of recordings with common rate, sensors and channels. */
export interface Recordings {
  /** Samples per second. */
  rate: number;
  sensors: string[];
  /** Channel names, the same for every sensor, e.g. `acc_x`. */
  channels: string[];
  /** Unit per channel, e.g. `m/s^2`, `rad/s`, `uT`. */
  units: string[];
  /**
   * Channels that form one 3-D vector each (accelerometer, gyroscope, …), as channel indices: they are scaled together
   * and rotate together. Channels in no triad are scaled alone.
   */
  triads: [number, number, number][];
  /** Filters that made some of the channels; absent where none did. */
  filters?: ChannelFilter[];
  labelNames: string[];
  origin: Extract<Origin, "measured" | "simulated">;
  /** Name, citation and licence of the data. */
  source: { name: string; citation?: string; licence?: string };
  recordings: Recording[];
  quality?: Quality;
}

/** Facts of a recording without its samples. */
export type RecordingFacts = Omit<Recording, "data" | "labels">;

/** Everything about a set but samples and labels. */
export interface RecordingsIndex extends Omit<Recordings, "recordings"> {
  recordings: (RecordingFacts & Storage & {
    /** For each label of the files its place in `labelNames`, where that is another; never stored. */
    labelMap?: number[];
  })[];
}

/** What only all shards of a set together show; see `shards.ts`. */
export type MergedRecordings = Pick<Recordings, "labelNames" | "source" | "quality">;

const number = z.number();
const count = z.int().min(0);
const texts = z.array(z.string());

const indexSchema = () =>
  objectOf<Omit<RecordingsIndex, "recordings"> & { recordings: (RecordingFacts & Storage)[] }>({
    rate: number.positive(),
    sensors: texts,
    channels: texts,
    units: texts,
    triads: z.array(z.tuple([count, count, count])),
    filters: z.array(channelFilterSchema()).optional(),
    labelNames: texts,
    origin: z.enum(["measured", "simulated"]),
    source: z.object({ name: z.string(), citation: z.string().optional(), licence: z.string().optional() }),
    recordings: z.array(objectOf<RecordingFacts & Storage>({
      id: z.string(),
      subject: z.string(),
      samples: count,
      gaps: z.array(z.tuple([count, count])),
      part: z.enum(["train", "test"]).optional(),
      facts: z.record(z.string(), z.union([z.string(), number])).optional(),
      scale: z.array(z.array(number)).optional(),
      ...storageShape,
    })),
    quality: qualitySchema().optional(),
  });

/**
 * Reads `recordings.json` alone, of Recordings or of the recordings in Windows, also where they are a list of shards. Files
 * are named from `dir` on.
 *
 * @throws {InputError}
 */
export async function readRecordingsIndex(dir: string): Promise<RecordingsIndex> {
  const list = readShardList(dir, "Recordings");
  if (list === undefined) return await readPlainIndex(dir, "");
  const shards: RecordingsIndex[] = [];
  for (let place = 0; place < list.shards.length; place++) {
    shards.push(await readPlainIndex(dir, `${shardFolder(place)}/`));
  }
  return joinIndexes(shards, dir, list.merged as Partial<MergedRecordings> | undefined);
}

async function readPlainIndex(dir: string, below: string): Promise<RecordingsIndex> {
  const inside = exists(join(dir, below, "recordings")) ? `${below}recordings/` : below;
  const index: RecordingsIndex = await readJson(
    join(dir, inside),
    "recordings.json",
    indexSchema,
    "Recordings",
  );
  if (inside === "") return index;
  const recordings = index.recordings.map((entry) => ({
    ...entry,
    file: inside + (entry.file ?? `${entry.id}.npy`),
    labelsFile: inside + (entry.labelsFile ?? `${entry.id}.labels.npy`),
  }));
  return { ...index, recordings };
}

/** One index of those of the shards; classes are all that occur, as one reader of all files would have sorted them. */
function joinIndexes(
  shards: readonly RecordingsIndex[],
  dir: string,
  merged: Partial<MergedRecordings> = {},
): RecordingsIndex {
  const { labelNames = joinNames(shards), quality } = merged;
  const place = new Map(labelNames.map((name, label) => [name, label]));
  const recordings = shards.flatMap((shard) => {
    const labelMap = shard.labelNames.map((name) => place.get(name) ?? -1);
    const moved = labelMap.some((to, from) => to !== from) ? { labelMap } : {};
    return shard.recordings.map((entry) => ({ ...entry, ...moved }));
  });
  const { quality: _, ...first } = shards[0]!;
  const own = ["recordings", "labelNames", "source", "quality"];
  for (const name of new Set(shards.flatMap(typedKeys))) {
    if (!own.includes(name)) common(shards, (shard) => shard[name], name, dir);
  }
  return {
    ...first,
    labelNames,
    source: merged.source ?? first.source,
    recordings,
    ...(quality === undefined ? {} : { quality }),
  };
}

function typedKeys<T extends object>(value: T): (keyof T)[] {
  return Object.keys(value) as (keyof T)[];
}

/** All names that occur, sorted (numbers by value); those of the first shard where all have the same. */
function joinNames(shards: readonly RecordingsIndex[]): string[] {
  const [{ labelNames: first }] = shards as [RecordingsIndex];
  if (shards.every(({ labelNames }) => labelNames.join("\n") === first.join("\n"))) return first;
  return inLabelOrder([...new Set(shards.flatMap(({ labelNames }) => labelNames))]);
}

/** Reads the labels of one recording of an index that was read from `dir`. @throws {InputError} */
export function readRecordingLabels(dir: string, entry: RecordingsIndex["recordings"][number]): Int32Array {
  return new StoredRows(dir).labels(entry);
}

/** Reads one recording of an index that was read from `dir`. @throws {InputError} */
export function readRecording(
  dir: string,
  index: RecordingsIndex,
  entry: RecordingsIndex["recordings"][number],
): Recording {
  const rows = new StoredRows(dir);
  return { ...factsOf(entry), data: rows.samples(entry, index), labels: rows.labels(entry) };
}

function factsOf(entry: RecordingsIndex["recordings"][number]): RecordingFacts {
  const { file: _, offset: _o, dtype: _d, labelsFile: _f, labelsOffset: _l, labelMap: _m, ...facts } = entry;
  return facts;
}

/** Recordings of a list of shards, with samples that are read when they are looked at. @throws {InputError} */
export async function readShardedRecordings(dir: string): Promise<Recordings> {
  const { shards, merged } = readShardList(dir, "Recordings")!;
  const dirs = shards.map((_, place) => join(dir, shardFolder(place)));
  return await recordingsOfShards(dirs, merged as Partial<MergedRecordings> | undefined);
}

/**
 * The recordings of shards that lie in these folders, as one set.
 *
 * @param large Whether few of them stay in memory at a time; by what they take when left out.
 * @throws {InputError} where they do not fit together.
 */
export async function recordingsOfShards(
  dirs: readonly string[],
  merged?: Partial<MergedRecordings>,
  large?: boolean,
): Promise<Recordings> {
  const indexes: RecordingsIndex[] = [];
  for (const dir of dirs) indexes.push(await readPlainIndex(dir, ""));
  const index = joinIndexes(indexes, dirs[0]!, merged);
  const rows = indexes.flatMap(({ recordings }, place) => recordings.map(() => new StoredRows(dirs[place]!)));
  const bytes = 4 * (index.sensors.length * index.channels.length + 1) *
    index.recordings.reduce((sum, { samples }) => sum + samples, 0);
  const recordings = index.recordings.map((entry, i): Recording =>
    lazily(factsOf(entry), {
      data: (from, to) => rows[i]!.samples(entry, index, from, to),
      labels: (from, to) => rows[i]!.labels(entry, from, to),
    }, large ?? bytes > keptBytes)
  );
  return { ...index, recordings };
}

/**
 * Writes a set of recordings.
 *
 * @param packing When short recordings share a file; see {@linkcode Packing}.
 */
export async function writeRecordings(dir: string, value: Recordings, packing?: Packing): Promise<void> {
  const { recordings, ...common } = value;
  const storages = await writeRows(dir, value, packing);
  const index = recordings.map(({ data: _data, labels: _labels, scale, ...facts }, i) => ({
    ...facts,
    ...storages[i],
    ...(storages[i]!.dtype === "int16" ? { scale } : {}),
  }));
  await writeJson(dir, "recordings.json", { ...common, recordings: index }, indexSchema, "Recordings");
  await writeHeader(dir, {
    type: "Recordings",
    version: 1,
    meta: {
      rate: value.rate,
      origin: value.origin,
      recordings: recordings.length,
      source: { ...value.source },
    },
  });
}

/**
 * Files: `recordings.json`, which names file, first row and type of each recording: `<id>.npy` and `<id>.labels.npy`, or
 * where there are many short ones `packed/<n>.npy` and `packed/<n>.labels.npy`.
 */
export const Recordings: ArtifactType<Recordings> = {
  name: "Recordings",
  version: 1,
  summary: "Continuous recordings with sample labels",
  write: (dir, value) => writeRecordings(dir, value),
  shards: "joined",
  async read(dir) {
    await readHeader(dir, "Recordings", 1);
    if (readShardList(dir, "Recordings") !== undefined) return await readShardedRecordings(dir);
    const index = await readRecordingsIndex(dir);
    return { ...index, recordings: index.recordings.map((entry) => readRecording(dir, index, entry)) };
  },
};
