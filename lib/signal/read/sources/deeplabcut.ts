/** Points of DeepLabCut. */
import { z } from "zod";
import { camelKeys } from "../../../text/camel_keys.ts";
import { defineReader } from "../reader.ts";
import { egocentric, inName, maxGap, part, path, rateAssumed, sha256, videoLabels } from "./common.ts";

export default defineReader({
  source: "deeplabcut",
  params: z.strictObject({
    source: z.literal("deeplabcut").describe(
      "Points of DeepLabCut: the .h5 or .csv files of analysed videos, each individual a recording with channels such as " +
        "nose_x and nose_y; a .csv beside the .h5 of the same name is not read.",
    ),
    path,
    sha256,
    rate: z.number().positive().describe("Frames per second of the video."),
    rate_assumed: rateAssumed,
    subject: z.union(inName).optional().describe(
      "Who was recorded: the first group of a pattern on the file's name, or a constant; the file's name when left out. With " +
        "several individuals in a file their names are added.",
    ),
    min_likelihood: z.number().min(0).max(1).optional().describe(
      "Points of a lower likelihood are missing, 0.6 is usual; all are taken when left out.",
    ),
    max_gap: maxGap,
    egocentric,
    ...videoLabels,
    ...part,
  }),
  async read(params, { paths, progress, warn }) {
    const { readPointRecordings } = await import("../pose/point_recordings.ts");
    const { deeplabcut } = await import("../pose/deeplabcut_file.ts");
    const options = { ...camelKeys(params), least: params.min_likelihood };
    const { recordings, notes } = await readPointRecordings(deeplabcut, paths, options, progress);
    notes.forEach(warn);
    return recordings;
  },
});
