/** Recordings: continuous multi-sensor signals with their sample labels. */
import { join } from "node:path";
import type { ArtifactType, Json, Origin } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, writeNpy } from "./npy.ts";

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
}

/** What a set of recordings is worth, as measured when it was loaded. */
export interface Quality {
  /** Length of all recordings. */
  seconds: number;
  subjects: number;
  gaps: number;
  gapSeconds: number;
  longestGapSeconds: number;
  unlabelledShare: number;
  /** Share of samples at the end of the sensor's range, `[sensors][channels]`. */
  clippedShare: number[][];
  /** Channels that never change, as `channel of recording`. */
  deadChannels: string[];
  classes: { name: string; seconds: number; subjects: number }[];
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
  labelNames: string[];
  origin: Extract<Origin, "measured" | "simulated">;
  /** Name, citation and licence of the data. */
  source: { name: string; citation?: string; licence?: string };
  recordings: Recording[];
  quality?: Quality;
}

/** Files: `recordings.json`, `<id>.npy` and `<id>.labels.npy` per recording. */
export const Recordings: ArtifactType<Recordings> = {
  name: "Recordings",
  version: 1,
  summary: "Continuous recordings with sample labels",
  async write(dir, value) {
    const { recordings, ...common } = value;
    const index = recordings.map(({ data: _data, labels: _labels, ...facts }) => facts);
    await Deno.writeTextFile(
      join(dir, "recordings.json"),
      JSON.stringify({ ...common, recordings: index }, null, 1) + "\n",
    );
    const shape = [value.sensors.length, value.channels.length];
    for (const r of recordings) {
      await writeNpy(join(dir, `${r.id}.npy`), r.data, [r.samples, ...shape]);
      await writeNpy(join(dir, `${r.id}.labels.npy`), r.labels);
    }
    await writeHeader(dir, {
      type: "Recordings",
      version: 1,
      meta: {
        rate: value.rate,
        origin: value.origin,
        recordings: recordings.length,
        source: value.source as Json,
      },
    });
  },
  async read(dir) {
    await readHeader(dir, "Recordings", 1);
    const json = JSON.parse(await Deno.readTextFile(join(dir, "recordings.json")));
    for (const r of json.recordings) {
      r.data = (await readNpy(join(dir, `${r.id}.npy`), Float32Array)).data;
      r.labels = (await readNpy(join(dir, `${r.id}.labels.npy`), Int32Array)).data;
    }
    return json as Recordings;
  },
};
