/** Windows: an index over recordings, never a copy of samples per window. */
import { join } from "../path.ts";
import { z } from "zod";
import { InputError } from "../errors.ts";
import type { ArtifactType } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { checkJson, objectOf } from "./read_json.ts";
import { readRecordingsIndex, readShardedRecordings, Recordings } from "./recordings.ts";
import { common, concatenated, readShardList, shardFolder, shardsFile } from "./shards.ts";

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

/** What windows are without the samples that they index. */
export type WindowFacts = Omit<Windows, "recordings" | "recording" | "start">;

/** Reads labels, purity and lengths of the Windows in `dir`, not the recordings. @throws {InputError} */
export async function readWindowFacts(dir: string): Promise<WindowFacts> {
  if (readShardList(dir, "Windows") === undefined) return await readPlainFacts(dir);
  const { recordings: _, recording: _r, start: _s, ...facts } = await Windows.read(dir);
  return facts;
}

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

/** Windows of a list of shards; samples are read when they are looked at. */
async function readShards(dir: string, count: number): Promise<Windows> {
  const recordings = await readShardedRecordings(dir);
  const shards: Omit<Windows, "recordings">[] = [];
  let first = 0;
  for (let place = 0; place < count; place++) {
    const folder = join(dir, shardFolder(place));
    const { labelNames, recordings: own } = await readRecordingsIndex(folder);
    const { recording, labels, ...shard } = await readPlain(folder);
    const map = labelNames.map((name) => recordings.labelNames.indexOf(name));
    const base = first;
    shards.push({
      ...shard,
      recording: recording.map((r) => r + base),
      labels: labels.map((label) => label < 0 ? label : map[label]!),
    });
    first += own.length;
  }
  const same = <V>(field: (shard: Omit<Windows, "recordings">) => V, name: string) =>
    common(shards, field, name, dir);
  const context = same(({ context }) => context ?? 0, "context");
  const value = {
    recordings,
    recording: concatenated(shards.map(({ recording }) => recording)),
    start: concatenated(shards.map(({ start }) => start)),
    labels: concatenated(shards.map(({ labels }) => labels)),
    purity: concatenated(shards.map(({ purity }) => purity)),
    length: same(({ length }) => length, "length"),
    hop: same(({ hop }) => hop, "hop"),
    ...(context === 0 ? {} : { context }),
  };
  checkInside(value, join(dir, shardsFile));
  return value;
}
