/** Looks at files of pose trackers: DeepLabCut's and SLEAP's HDF5 files. */
import { InputError } from "../../../errors.ts";
import { describeRecordings } from "../../describe_recordings.ts";
import { assessQuality } from "../../quality.ts";
import { type DataFile, dataFiles } from "../archive.ts";
import { readPointRecordings } from "../pose/point_recordings.ts";
import { deeplabcut } from "../pose/deeplabcut_file.ts";
import { sleap } from "../pose/sleap_file.ts";
import type { TrackedPoints, Tracker } from "../pose/tracked_points.ts";
import { readAsGuessed } from "./broken_files.ts";
import { assumeRate, type FolderSeen, numbersOf } from "./seen.ts";
import { guessSubjectPattern } from "./subject_pattern.ts";

const hdf5 = /\.h5$/i;

/** Trackers, and the score below which their own tools leave a point out, where they do. */
const trackers = [
  { tracker: deeplabcut, source: "deeplabcut", usual: 0.6 },
  { tracker: sleap, source: "sleap", usual: undefined },
];

/** The points of a file; undefined for one that is none of the tracker's. */
async function pointsOf(
  tracker: Tracker,
  file: DataFile,
  least: number | undefined,
): Promise<TrackedPoints | undefined> {
  try {
    return await tracker.read(file, least);
  } catch (cause) {
    if (cause instanceof InputError) return undefined;
    throw cause;
  }
}

/** @returns Undefined where the first `.h5` file is none of a pose tracker. */
export async function lookAtPoints(paths: readonly string[]): Promise<FolderSeen | undefined> {
  const own = paths.filter((path) => hdf5.test(path));
  if (own.length === 0) return undefined;
  const [first] = await dataFiles([own[0]], () => true);
  for (const { tracker, source, usual } of trackers) {
    const points = await pointsOf(tracker, first, undefined);
    if (points === undefined) continue;
    // A file may have no scores.
    const least = usual === undefined || await pointsOf(tracker, first, usual) === undefined
      ? undefined
      : usual;
    const seen: FolderSeen = { uses: "load", params: { source }, facts: [], guesses: [], open: [] };
    const { params, facts, guesses } = seen;
    facts.push(`${own.length} files of ${tracker.name}: ${points.channels.join(", ")}`);
    assumeRate(seen, "points have no times");
    if (least !== undefined) {
      params[tracker.least] = least;
      guesses.push(`${tracker.least}: ${least}; points below it are missing`);
    }
    const pattern = guessSubjectPattern(own.map((path) => path.replace(/^.*\//, "")));
    if (pattern !== undefined) {
      params.subject = { from: "filename", pattern };
      guesses.push(`subject: first group of ${pattern} in the file's name`);
    }
    const options = { rate: Number(params.rate), subject: params.subject as never, least, maxGap: 0.2 };
    const all = await readAsGuessed(own, seen, "files", (own) => readPointRecordings(tracker, own, options));
    if (all === undefined) return seen;
    const { recordings: set, notes } = all;
    const { quality, warnings } = assessQuality(set);
    facts.push(...describeRecordings(set, { ...quality, notes, rateSource: "assumed" }), ...warnings);
    seen.data = numbersOf(set, quality.subjects);
    return seen;
  }
  return undefined;
}
