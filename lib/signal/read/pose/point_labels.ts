/** Labels of videos, from intervals in files of their own. */
import type { Recording, Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import { openCsv } from "../csv.ts";
import { setIntervals } from "../data_set_files.ts";
import type { IntervalSource } from "../intervals.ts";
import { sortLabels } from "../label_names.ts";
import type { Notes } from "../laws/notes.ts";
import { beginReading } from "../reading.ts";
import { openJson } from "../records/json_tables.ts";

/** What the labels are, and where they stand. */
export interface PointLabels {
  label?: Omit<IntervalSource, "times">;
  labelNames?: Record<string, string>;
  unlabelled?: readonly string[];
}

/** A recording and where it lies in its video. */
export interface Tracked {
  recording: Recording;
  /** The video's name with the ending of the tracker's file, which lists of intervals are called after. */
  video: string;
  /** Frames of the video, and the one that the recording begins with. */
  frames: number;
  first: number;
}

/**
 * Labels the recordings by intervals whose times count from their video's begin.
 *
 * @param lists Files among which those with intervals are.
 * @throws {InputError} where intervals do not tell which of a video's animals they are of.
 */
export async function labelPoints(
  tracked: readonly Tracked[],
  lists: readonly DataFile[],
  { label, labelNames, unlabelled }: PointLabels,
  rate: number,
  notes: Notes,
): Promise<Pick<Recordings, "labelNames" | "recordings">> {
  const recordings = tracked.map(({ recording }) => recording);
  if (label === undefined) return { labelNames: [], recordings };
  const twice = tracked.find(({ video }, i) => tracked.findIndex((other) => other.video === video) < i);
  if (twice !== undefined) {
    throw new InputError("Cannot use label intervals: they do not tell which of several animals does it", {
      file: twice.video,
      hint: "Leave label out, or export each animal as a file of its own.",
    });
  }
  const reading = beginReading({
    intervals: { ...label, times: "relative" },
    ...(labelNames === undefined ? {} : { labelNames }),
    ...(unlabelled === undefined ? {} : { unlabelled }),
    rate,
    missing: "gap",
    unsorted: "error",
    maxGap: 0,
    minSeconds: 0,
    short: "error",
  });
  // The whole video is labelled, of which the recording is what its animal is in.
  const videos = tracked.map(({ recording, video, frames }) => ({
    ...recording,
    samples: frames,
    labels: new Int32Array(frames).fill(-1),
    begin: 0,
    file: video,
  }));
  reading.recordings.push(...videos);
  await setIntervals(reading, lists, (file) => /\.json$/i.test(file.name) ? openJson(file) : openCsv(file));
  reading.labelNames.check();
  reading.unlabelled.check();
  reading.classes.report(reading.notes);
  for (const sentence of reading.notes.sentences()) notes.add(sentence);
  return sortLabels(
    tracked.map(({ recording, first }, i) => ({
      ...recording,
      labels: videos[i].labels.slice(first, first + recording.samples),
    })),
    [...reading.labels.keys()],
  );
}
