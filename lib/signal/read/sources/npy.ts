/** Arrays of samples. */
import { z } from "zod";
import { defineReader } from "../reader.ts";
import {
  channels,
  gravity,
  inName,
  maxGap,
  missing,
  missingValues,
  part,
  path,
  rateAssumed,
  scale,
  sha256,
  units,
} from "./common.ts";

export default defineReader({
  source: "npy",
  params: z.strictObject({
    source: z.literal("npy")
      .describe("Arrays <id>.npy [T, sensors, channels] or [T, channels], with labels in <id>.labels.npy."),
    path,
    sha256,
    rate: z.number().positive().describe("Samples per second."),
    rate_assumed: rateAssumed,
    sensors: z.array(z.string().min(1)).min(1).optional().describe(
      "Sensor names in the order of the arrays.",
    ),
    channels,
    units,
    labels: z.array(z.string()).min(1).optional().describe("Class names by label; numbers when left out."),
    subject: z.union(inName).optional().describe(
      "Who was recorded: the first group of a pattern on the file's name, or a constant.",
    ),
    missing,
    missing_values: missingValues,
    on_bad: z.enum(["error", "skip"]).default("error")
      .describe("What an array does that cannot be read: stop, or be left out (and named)."),
    scale,
    max_gap: maxGap,
    gravity,
    ...part,
  }),
  async read(params, { paths, progress, warn }) {
    const { readNpyRecordings } = await import("../npy_recordings.ts");
    const options = {
      ...params,
      labelNames: params.labels,
      missingValues: params.missing_values,
      maxGap: params.max_gap,
      onBad: params.on_bad,
    };
    const { recordings, notes } = await readNpyRecordings(paths, options, progress);
    notes.forEach(warn);
    return recordings;
  },
});
