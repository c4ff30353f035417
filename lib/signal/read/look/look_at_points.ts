/** Looks at files of pose trackers: DeepLabCut's and SLEAP's, HDF5 or text. */
import { InputError } from "../../../errors.ts";
import { describeRecordings } from "../../describe_recordings.ts";
import { alignEgocentric, stillChannels } from "../../egocentric.ts";
import { assessQuality } from "../../quality.ts";
import type { DataFile } from "../archive.ts";
import { pointFiles } from "../pose/point_files.ts";
import { readPointRecordings } from "../pose/point_recordings.ts";
import { deeplabcut } from "../pose/deeplabcut_file.ts";
import { sleap } from "../pose/sleap_file.ts";
import type { TrackedPoints, Tracker } from "../pose/tracked_points.ts";
import { openCsv } from "../csv.ts";
import { lookBeside } from "./beside.ts";
import { guessBodyFrame } from "./body_frame.ts";
import { readAsGuessed } from "./broken_files.ts";
import { assumeRate, type FolderSeen, numbersOf, type Open } from "./seen.ts";
import { guessSubjectPattern } from "./subject_pattern.ts";

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

/** What to write for labels: their seconds mean frames only when the rate is known, so that none are taken yet. */
async function labelsAmong(others: readonly DataFile[]): Promise<Open> {
  const { params: { label }, files } = await lookBeside(others, (file) => openCsv(file));
  const pattern = (label as { files?: string } | undefined)?.files;
  return pattern === undefined
    ? {
      what: "there are no labels; what somebody wrote down of some videos can be used",
      write: "label: { from: intervals, files: <pattern> }",
    }
    : {
      what: `label intervals such as ${[...files][0]} wait for the true rate`,
      write: `label: { from: intervals, files: ${JSON.stringify(pattern)} }`,
    };
}

/** @returns Undefined where the first file that may be a pose tracker's is none. */
export async function lookAtPoints(paths: readonly string[]): Promise<FolderSeen | undefined> {
  for (const { tracker, source, usual } of trackers) {
    const { files, others } = await pointFiles(tracker, paths);
    if (files.length === 0) continue;
    const [first] = files;
    const points = await pointsOf(tracker, first, undefined);
    if (points === undefined) continue;
    // A file may have no scores.
    const least = usual === undefined || await pointsOf(tracker, first, usual) === undefined
      ? undefined
      : usual;
    const seen: FolderSeen = { uses: "load", params: { source }, facts: [], guesses: [], open: [] };
    const { params, facts, guesses } = seen;
    facts.push(`${files.length} files of ${tracker.name}: ${points.channels.join(", ")}`);
    assumeRate(seen, "points have no times");
    seen.open.push(await labelsAmong(others));
    if (least !== undefined) {
      params[tracker.least] = least;
      guesses.push(`${tracker.least}: ${least}; points below it are missing`);
    }
    const pattern = guessSubjectPattern(files.map(({ name }) => name));
    if (pattern !== undefined) {
      params.subject = { from: "filename", pattern };
      guesses.push(`subject: first group of ${pattern} in the file's name`);
    }
    const frame = guessBodyFrame(points.channels.filter((c) => c.endsWith("_x")).map((c) => c.slice(0, -2)));
    if (frame !== undefined) {
      params.egocentric = frame;
      guesses.push(
        `egocentric: points are seen from ${frame.center[0]}, with ${frame.front} ahead; ` +
          "leave it out where places matter, or the camera looks from the side",
      );
    }
    const options = { rate: Number(params.rate), subject: params.subject as never, least, maxGap: 0.2 };
    const all = await readAsGuessed(
      paths,
      seen,
      "files",
      (own) => readPointRecordings(tracker, own, options),
    );
    if (all === undefined) return seen;
    const { notes } = all;
    const set = frame === undefined ? all.recordings : alignEgocentric(all.recordings, frame);
    const still = frame === undefined ? [] : stillChannels(set, frame);
    const { quality, warnings } = assessQuality(set, undefined, still);
    facts.push(...describeRecordings(set, { ...quality, notes, rateSource: "assumed" }), ...warnings);
    seen.data = numbersOf(set, quality.subjects);
    return seen;
  }
  return undefined;
}
