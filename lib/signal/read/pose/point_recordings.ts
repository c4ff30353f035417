/** Recordings of points: one for each track of each file. */
import type { Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { percent } from "../../../text/numbers.ts";
import { Notes } from "../laws/notes.ts";
import { placeOnClock } from "../sample_times.ts";
import { type LayoutOptions, textOfFile } from "../table_layout.ts";
import { idOf } from "../table_recordings.ts";
import { labelPoints, type PointLabels, type Tracked } from "./point_labels.ts";
import { pointFiles } from "./point_files.ts";
import type { Track, Tracker } from "./tracked_points.ts";

export interface PointOptions extends PointLabels {
  /** Frames per second. */
  rate: number;
  subject?: Exclude<LayoutOptions["subject"], string | number | { from: "metadata" }>;
  /** Points of a lower score are missing. */
  least?: number;
  /** Seconds of missing points that make a gap. */
  maxGap: number;
}

/**
 * Reads every `.h5` file of a pose tracker, and its tables of videos that have none. Each track is a recording and, as
 * nobody else is in it, a subject of its own where a file has several.
 *
 * @throws {InputError} naming the file.
 */
export async function readPointRecordings(
  tracker: Tracker,
  paths: readonly string[],
  options: PointOptions,
  progress?: (fraction: number) => void,
): Promise<{ recordings: Recordings; notes: string[] }> {
  const { label } = options;
  const found = await pointFiles(tracker, paths, label === undefined ? undefined : new RegExp(label.files));
  // Where none is the tracker's, its reader says what they lack.
  const [files, others] = found.files.length > 0 ? [found.files, found.others] : [found.others, []];
  if (files.length === 0) {
    throw new InputError("Cannot find points: no .h5 or .csv file", { file: paths[0] });
  }
  tracker.choose?.(files.map(({ name }) => name));
  const notes = new Notes();
  for (const { name } of others) notes.add(`Left out because they are no tables of ${tracker.name}`, name);
  const tracked: Tracked[] = [];
  let [channels, unit]: [string[] | undefined, string] = [undefined, ""];
  for (const [index, file] of files.entries()) {
    progress?.((index + 1) / files.length);
    const read = await tracker.read(file, options.least);
    for (const [what, where] of read.notes) notes.add(what, `${where} of ${file.name}`);
    if (channels !== undefined && channels.join() !== read.channels.join()) {
      throw new InputError(
        `Cannot join recordings: points are ${read.channels.join(", ")}, those of the first file ${
          channels.join(", ")
        }`,
        { file: file.name },
      );
    }
    channels ??= read.channels;
    unit ||= read.unit;
    const width = channels.length;
    const plain = tracker.videoOf?.(file.name) ?? file.name;
    const video = idOf(plain);
    const subject = textOfFile(options.subject, "subject", file, file.name) ?? video;
    for (const { name, start = 0, values, dropped } of read.tracks) {
      const seen = span(values, width);
      if (seen === undefined) {
        notes.add("Left out because no point was seen", `${name || "every row"} of ${file.name}`);
        continue;
      }
      if (dropped > 0) {
        notes.add(
          "Points of low score were taken as missing",
          `${dropped} of ${[name, file.name].filter((text) => text !== "").join(", ")}`,
        );
      }
      for (const { point, share } of seldomSeen(seen.values, channels)) {
        notes.add(
          `Points that are seldom seen, in whose other frames all points are a gap; lower ${tracker.least}, or track ` +
            "without them",
          `${point} (${percent(share)}) of ${[name, file.name].filter((text) => text !== "").join(", ")}`,
        );
      }
      const several = read.tracks.length > 1;
      const placed = placeOnClock(seen.values, width, undefined, options.rate, options.maxGap, {
        file: file.name,
      });
      const samples = seen.values.length / width;
      tracked.push({
        recording: {
          id: several ? idOf(`${video}_${name}_`) : video,
          subject: several ? `${subject} ${name}` : subject,
          samples,
          data: placed.values,
          labels: new Int32Array(samples).fill(-1),
          gaps: placed.gaps,
        },
        video: plain,
        frames: (read.start ?? 0) + read.frames,
        first: (read.start ?? 0) + start + seen.first,
      });
    }
  }
  if (tracked.length === 0) {
    throw new InputError("Cannot use recordings: no point was seen in any file", {
      file: files[0].name,
      ...(options.least === undefined ? {} : { hint: `Lower ${tracker.least}.` }),
    });
  }
  return {
    recordings: {
      rate: options.rate,
      sensors: ["points"],
      channels: channels!,
      units: channels!.map(() => unit),
      triads: [],
      ...await labelPoints(tracked, found.lists, options, options.rate, notes),
      origin: "measured",
      source: { name: files.length === 1 ? files[0].name : `${files.length} files of ${tracker.name}` },
    },
    notes: notes.sentences(),
  };
}

/** Points that are there in less than half of the rows, with their share. */
function seldomSeen(
  values: Track["values"],
  channels: readonly string[],
): { point: string; share: number }[] {
  const rows = values.length / channels.length;
  const points = Map.groupBy(channels.keys(), (c) => channels[c]!.replace(/_[xyz]$/, ""));
  return [...points].flatMap(([point, [c]]) => {
    let there = 0;
    for (let i = c!; i < values.length; i += channels.length) if (!Number.isNaN(values[i])) there++;
    return there < rows / 2 ? [{ point, share: there / rows }] : [];
  });
}

/** The rows from the first to the last in which anything was seen: a track rarely lasts as long as its video. */
function span(values: Track["values"], width: number): { values: Float32Array; first: number } | undefined {
  const first = values.findIndex((value) => !Number.isNaN(value));
  if (first < 0) return undefined;
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  return {
    values: values.slice(first - first % width, last - last % width + width),
    first: Math.floor(first / width),
  };
}
