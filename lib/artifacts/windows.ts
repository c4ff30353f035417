/** Windows: an index over recordings, never a copy of samples per window. */
import { join } from "node:path";
import type { ArtifactType } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { Recordings } from "./recordings.ts";

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

/** Files: `windows.npy` int64 `[N, 2]`, `labels.npy`, `purity.npy`, and the folder `recordings/`. */
export const Windows: ArtifactType<Windows> = {
  name: "Windows",
  version: 1,
  summary: "An index of fixed-length windows over recordings",
  async write(dir, value) {
    const n = value.start.length;
    const index = new BigInt64Array(2 * n);
    for (let i = 0; i < n; i++) {
      index[2 * i] = BigInt(value.recording[i]);
      index[2 * i + 1] = BigInt(value.start[i]);
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
  async read(dir) {
    const { meta } = await readHeader(dir, "Windows", 1);
    const index = (await readNpy(join(dir, "windows.npy"), BigInt64Array)).data;
    const n = index.length / 2;
    return {
      recordings: await Recordings.read(join(dir, "recordings")),
      recording: Int32Array.from({ length: n }, (_, i) => Number(index[2 * i])),
      start: Int32Array.from({ length: n }, (_, i) => Number(index[2 * i + 1])),
      labels: (await readNpy(join(dir, "labels.npy"), Int32Array)).data,
      purity: (await readNpy(join(dir, "purity.npy"), Float32Array)).data,
      length: meta.length as number,
      hop: meta.hop as number,
      ...(meta.context === undefined ? {} : { context: meta.context as number }),
    };
  },
};
