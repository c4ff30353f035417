/** Points of SLEAP. */
import { z } from "zod";
import { camelKeys } from "../../../text/camel_keys.ts";
import { defineReader } from "../reader.ts";
import { egocentric, inName, maxGap, part, path, rateAssumed, sha256, videoLabels } from "./common.ts";

export default defineReader({
  source: "sleap",
  params: z.strictObject({
    source: z.literal("sleap").describe(
      "Points of SLEAP: its analysis files (.h5 or .csv), each track a recording with channels such as nose_x and nose_y; a " +
        ".csv beside the .h5 of the same name is not read.",
    ),
    path,
    sha256,
    rate: z.number().positive().describe("Frames per second of the video."),
    rate_assumed: rateAssumed,
    subject: z.union(inName).optional().describe(
      "Who was recorded: the first group of a pattern on the file's name, or a constant; the file's name when left out. With " +
        "several tracks in a file the track's name is added.",
    ),
    min_score: z.number().min(0).optional().describe(
      "Points of a lower score (point_scores) are missing; all are taken when left out.",
    ),
    max_gap: maxGap,
    egocentric,
    ...videoLabels,
    ...part,
  }),
  async read(params, { paths, progress, warn }) {
    const { readPointRecordings } = await import("../pose/point_recordings.ts");
    const { sleap } = await import("../pose/sleap_file.ts");
    const options = { ...camelKeys(params), least: params.min_score };
    const { recordings, notes } = await readPointRecordings(sleap, paths, options, progress);
    notes.forEach(warn);
    return recordings;
  },
});
