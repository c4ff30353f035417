/** Recordings: continuous multi-sensor signals with their sample labels. */
import { z } from "zod";
import type { ArtifactType, Origin } from "./artifact.ts";
import { type ChannelFilter, channelFilterSchema } from "./channel_filter.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { objectOf, readJson } from "./read_json.ts";
import { type Packing, type Storage, storageShape, StoredRows, writeRows } from "./recording_rows.ts";
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
  classes: ClassFacts[];
  /** Samples per second that times showed, where there were times: over so many stretches. */
  measuredRate?: { lowest: number; median: number; highest: number; n: number };
  /** Where the rate is from; stated by whoever wrote the workflow, or by the data set's authors, where nothing measured it. */
  rateSource?: RateSource;
  /** Units as declared and as the values look. */
  units?: UnitFacts[];
  /** What the reader did or left out, in sentences. */
  notes?: string[];
  /** Accelerometers whose offset and gain were looked at. */
  calibration?: CalibrationFacts[];
  /** Recordings that were not worn for some time. */
  notWorn?: NotWornFacts[];
  /** Days of recordings that tell when they began. */
  days?: DayFacts[];
}

/** Offset and gain of one accelerometer: `(value + offset) · gain` in g, by axis. */
export interface CalibrationFacts {
  device: string;
  sensor: string;
  offset: [number, number, number];
  gain: [number, number, number];
  /** Mean distance of still moments from 1 g, in g, before and after. */
  before: number;
  after: number;
  /** Still moments that it rests on. */
  moments: number;
  applied: boolean;
  /** Why it was not applied. */
  refused?: string;
}

/** How long a recording was not worn. */
export interface NotWornFacts {
  recording: string;
  hours: number;
  /** Of the recording. */
  share: number;
}

/** A subject's day: hours outside gaps, and the mean of the acceleration above 1 g, in mg. */
export interface DayFacts {
  subject: string;
  day: string;
  hours: number;
  enmo: number;
}

/** Whether the rate was measured from times, is known, or is a guess. */
export type RateSource = "measured" | "simulated" | "stated" | "assumed";

/** How much of a class there is, in all and by subject. */
export interface ClassFacts {
  name: string;
  seconds: number;
  subjects: number;
  /** Seconds by subject. */
  bySubject?: Record<string, number>;
}

/** The unit of an instrument of a sensor. */
export interface UnitFacts {
  sensor: string;
  quantity: "acceleration" | "rotation";
  declared: string;
  /** The unit that most recordings look like; null where values do not tell. */
  looksLike: string | null;
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
  recordings: (RecordingFacts & Storage)[];
}

const number = z.number();
const count = z.int().min(0);
const texts = z.array(z.string());

const indexSchema = () =>
  objectOf<RecordingsIndex>({
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
    quality: objectOf<Quality>({
      seconds: number,
      subjects: number,
      gaps: number,
      gapSeconds: number,
      longestGapSeconds: number,
      unlabelledShare: number,
      clippedShare: z.array(z.array(number)),
      deadChannels: texts,
      classes: z.array(objectOf<ClassFacts>({
        name: z.string(),
        seconds: number,
        subjects: number,
        bySubject: z.record(z.string(), number).optional(),
      })),
      measuredRate: z.object({ lowest: number, median: number, highest: number, n: count }).optional(),
      rateSource: z.enum(["measured", "simulated", "stated", "assumed"]).optional(),
      units: z.array(objectOf<UnitFacts>({
        sensor: z.string(),
        quantity: z.enum(["acceleration", "rotation"]),
        declared: z.string(),
        looksLike: z.string().nullable(),
      })).optional(),
      notes: texts.optional(),
      calibration: z.array(objectOf<CalibrationFacts>({
        device: z.string(),
        sensor: z.string(),
        offset: z.tuple([number, number, number]),
        gain: z.tuple([number, number, number]),
        before: number,
        after: number,
        moments: count,
        applied: z.boolean(),
        refused: z.string().optional(),
      })).optional(),
      notWorn: z.array(objectOf<NotWornFacts>({ recording: z.string(), hours: number, share: number }))
        .optional(),
      days: z.array(objectOf<DayFacts>({ subject: z.string(), day: z.string(), hours: number, enmo: number }))
        .optional(),
    }).optional(),
  });

/** Reads `recordings.json` alone. @throws {InputError} */
export async function readRecordingsIndex(dir: string): Promise<RecordingsIndex> {
  return await readJson(dir, "recordings.json", indexSchema, "Recordings");
}

/** Reads the labels of one recording of an index that was read from `dir`. @throws {InputError} */
export async function readRecordingLabels(dir: string, entry: RecordingsIndex["recordings"][number]) {
  return await new StoredRows(dir).labels(entry);
}

/** Reads one recording of an index that was read from `dir`. @throws {InputError} */
export async function readRecording(
  dir: string,
  index: RecordingsIndex,
  entry: RecordingsIndex["recordings"][number],
): Promise<Recording> {
  const rows = new StoredRows(dir);
  const { file: _, offset: _o, dtype: _d, labelsFile: _f, labelsOffset: _l, ...facts } = entry;
  return { ...facts, data: await rows.samples(entry, index), labels: await rows.labels(entry) };
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
  async read(dir) {
    await readHeader(dir, "Recordings", 1);
    const index = await readRecordingsIndex(dir);
    const rows = new StoredRows(dir);
    const recordings: Recording[] = [];
    for (const entry of index.recordings) {
      const { file: _, offset: _o, dtype: _d, labelsFile: _f, labelsOffset: _l, ...facts } = entry;
      recordings.push({ ...facts, data: await rows.samples(entry, index), labels: await rows.labels(entry) });
    }
    return { ...index, recordings };
  },
};
