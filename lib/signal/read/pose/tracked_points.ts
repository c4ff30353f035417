/** What a file of a pose tracker holds. */
import type { DataFile } from "../archive.ts";

/** One animal's points. */
export interface Track {
  name: string;
  /** The video's frame that the values begin with. @default 0 */
  start?: number;
  /** float32 `[frames, channels]`: coordinates, NaN where a point was not seen or is not to be trusted. */
  values: Float32Array;
  /** Points that low scores made missing. */
  dropped: number;
}

/** The points of a video. */
export interface TrackedPoints {
  /** Coordinates, point by point: `nose_x`, `nose_y`, `tail_x`, … */
  channels: string[];
  /** Unit of the coordinates, empty where it is not known. */
  unit: string;
  frames: number;
  /** Number of the first of them, counted from the video's begin. @default 0 */
  start?: number;
  tracks: Track[];
  /** What else must be said, as what and where. */
  notes: [string, string][];
}

/** A kind of such files. */
export interface Tracker {
  name: string;
  /** The parameter that says which points are missing. */
  least: string;
  /** The files among all that look like it; refuses those that tell of one video twice. */
  choose?: (names: readonly string[]) => void;
  /** Whether a text file is one of its tables. */
  isTable: (file: DataFile) => boolean;
  /** A file's name without what the tracker adds to the video's. */
  videoOf?: (name: string) => string;
  /**
   * @param least Points of a lower score, or of none, are missing.
   * @throws {InputError} naming the file.
   */
  read(file: DataFile, least: number | undefined): Promise<TrackedPoints>;
}
