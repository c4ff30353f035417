/** Windows: an index over recordings, never a copy of samples per window. */
import { join } from "../path.ts";
import { z } from "zod";
import { InputError } from "../errors.ts";
import type { ArtifactType } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, readNpyRows, writeNpy } from "./npy.ts";
import { checkJson, objectOf } from "./read_json.ts";
import { readRecordingsIndex, readShardedRecordings, Recordings } from "./recordings.ts";
import { common, readShardList, shardFolder, shardsFile } from "./shards.ts";

/** N windows of `length` samples each. */
export interface Windows {
  /** The recordings that the index points into (stored once: the store keeps equal files only once). */
  recordings: Recordings;
  /** int32 `[N]`: index of the recording. */
  recording: Int32Array;
  /** int32 `[N]`: first sample. */
  start: Int32Array;
  /** int32 `[N]`: majority label of the samples, −1 unlabelled. */
  labels: Int32Array;
  /** float32 `[N]`: share of samples that carry the majority label. */
  purity: Float32Array;
  /** Samples per window. */
  length: number;
  /** Samples between window starts. */
  hop: number;
  /** Samples before and after the window that the model sees as well, though the label is not about them; 0 when absent. */
  context?: number;
}

/** Samples that the model sees: the window and its context on both sides. */
export function inputLength({ length, context = 0 }: Pick<Windows, "length" | "context">): number {
  return length + 2 * context;
}

const metaSchema = () =>
  objectOf<Pick<Windows, "length" | "hop" | "context">>({
    length: z.int().min(1),
    hop: z.int().min(1),
    context: z.int().min(0).optional(),
  });

/** How many windows there are, of which class and how they were cut: what a report says of them. */
export interface WindowCounts {
  windows: number;
  /** Windows by class, in the order of the recordings' classes. */
  byLabel: number[];
  length: number;
  hop: number;
  context: number;
}

/**
 * Counts the windows in `dir`, one shard after the other.
 *
 * @param labelNames Classes of all recordings.
 * @throws {InputError}
 */
export async function readWindowCounts(dir: string, labelNames: readonly string[]): Promise<WindowCounts> {
  const list = readShardList(dir, "Windows");
  const folders = list?.shards.map((_, place) => join(dir, shardFolder(place))) ?? [dir];
  const byLabel = labelNames.map(() => 0);
  const facts: { length: number; hop: number; context: number }[] = [];
  let windows = 0;
  for (const folder of folders) {
    const { labels, length, hop, context = 0 } = await readPlainFacts(folder);
    const own = list === undefined ? labelNames : (await readRecordingsIndex(folder)).labelNames;
    const map = own.map((name) => labelNames.indexOf(name));
    for (const label of labels) if (label >= 0) byLabel[map[label]!]!++;
    windows += labels.length;
    facts.push({ length, hop, context });
  }
  return {
    windows,
    byLabel,
    length: common(facts, ({ length }) => length, "length", dir),
    hop: common(facts, ({ hop }) => hop, "hop", dir),
    context: common(facts, ({ context }) => context, "context", dir),
  };
}

type WindowFacts = Omit<Windows, "recordings" | "recording" | "start">;

async function readPlainFacts(dir: string): Promise<WindowFacts> {
  const { meta } = await readHeader(dir, "Windows", 1);
  const facts = checkJson(meta, metaSchema, "Windows", join(dir, "artifact.json"), "meta");
  const labels = (await readNpy(join(dir, "labels.npy"), Int32Array, [null])).data;
  return {
    labels,
    purity: (await readNpy(join(dir, "purity.npy"), Float32Array, [labels.length])).data,
    length: facts.length,
    hop: facts.hop,
    ...(facts.context === undefined ? {} : { context: facts.context }),
  };
}

/** A window outside its recording would read another one's samples. */
function checkInside({ recordings, recording, start, length }: Windows, file: string): void {
  for (let i = 0; i < start.length; i++) {
    const samples = recordings.recordings[recording[i]!]?.samples ?? -1;
    if (start[i]! < 0 || start[i]! + length > samples) {
      throw new InputError(
        `Cannot read Windows: window ${i} (recording ${recording[i]}, start ${
          start[i]
        }) lies outside the recordings`,
        { file },
      );
    }
  }
}

/** Files: `windows.npy` int64 `[N, 2]`, `labels.npy`, `purity.npy`, and the folder `recordings/`. */
export const Windows: ArtifactType<Windows> = {
  name: "Windows",
  version: 1,
  summary: "An index of fixed-length windows over recordings",
  async write(dir, value) {
    const n = value.start.length;
    const index = new BigInt64Array(2 * n);
    for (let i = 0; i < n; i++) {
      index[2 * i] = BigInt(value.recording[i]!);
      index[2 * i + 1] = BigInt(value.start[i]!);
    }
    await writeNpy(join(dir, "windows.npy"), index, [n, 2]);
    await writeNpy(join(dir, "labels.npy"), value.labels);
    await writeNpy(join(dir, "purity.npy"), value.purity);
    await Deno.mkdir(join(dir, "recordings"));
    await Recordings.write(join(dir, "recordings"), value.recordings);
    await writeHeader(dir, {
      type: "Windows",
      version: 1,
      meta: {
        windows: n,
        length: value.length,
        hop: value.hop,
        rate: value.recordings.rate,
        ...(value.context ? { context: value.context } : {}),
      },
    });
  },
  shards: "joined",
  async read(dir) {
    const list = readShardList(dir, "Windows");
    if (list !== undefined) return await readShards(dir, list.shards.length);
    const windows = await readPlain(dir);
    const value = { recordings: await Recordings.read(join(dir, "recordings")), ...windows };
    checkInside(value, join(dir, "windows.npy"));
    return value;
  },
};

/** What one folder says of windows, but for their recordings. */
async function readPlain(dir: string): Promise<Omit<Windows, "recordings">> {
  const facts = await readPlainFacts(dir);
  const n = facts.labels.length;
  const index = (await readNpy(join(dir, "windows.npy"), BigInt64Array, [n, 2])).data;
  // The lower halves of small numbers: a million of BigInt take ten times as long.
  const words = new Int32Array(index.buffer, index.byteOffset, 4 * n);
  const [recording, start] = [new Int32Array(n), new Int32Array(n)];
  for (let i = 0; i < n; i++) {
    recording[i] = words[4 * i]!;
    start[i] = words[4 * i + 2]!;
  }
  return { recording, start, ...facts };
}

/** Windows of a list of shards, filled one shard after the other; samples are read when they are looked at. */
async function readShards(dir: string, count: number): Promise<Windows> {
  const recordings = await readShardedRecordings(dir);
  const folders = Array.from({ length: count }, (_, place) => join(dir, shardFolder(place)));
  const sizes = folders.map((folder) => readNpyRows(join(folder, "labels.npy"), Int32Array, [], 0, 0).rows);
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const [recording, start, labels] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
  const purity = new Float32Array(n);
  const facts: { length: number; hop: number; context: number }[] = [];
  let at = 0, first = 0;
  for (const [place, folder] of folders.entries()) {
    const { labelNames, recordings: own } = await readRecordingsIndex(folder);
    const shard = await readPlain(folder);
    const map = labelNames.map((name) => recordings.labelNames.indexOf(name));
    for (let i = 0; i < sizes[place]!; i++) {
      const label = shard.labels[i]!;
      recording[at + i] = shard.recording[i]! + first;
      labels[at + i] = label < 0 ? label : map[label]!;
    }
    start.set(shard.start, at);
    purity.set(shard.purity, at);
    facts.push({ length: shard.length, hop: shard.hop, context: shard.context ?? 0 });
    at += sizes[place]!;
    first += own.length;
  }
  const context = common(facts, ({ context }) => context, "context", dir);
  const value = {
    recordings,
    recording,
    start,
    labels,
    purity,
    length: common(facts, ({ length }) => length, "length", dir),
    hop: common(facts, ({ hop }) => hop, "hop", dir),
    ...(context === 0 ? {} : { context }),
  };
  checkInside(value, join(dir, shardsFile));
  return value;
}
