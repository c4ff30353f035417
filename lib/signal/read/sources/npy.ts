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
  worn,
} from "./common.ts";
import { camelKeys } from "../../../text/camel_keys.ts";

export default defineReader({
  source: "npy",
  params: z.strictObject({
    source: z.literal("npy")
      .describe(
        "Arrays <id>.npy [T, sensors, channels] or [T, channels], with labels in <id>.labels.npy; or files with several arrays: " +
          "NumPy's .npz, MATLAB's .mat (also -v7.3), HDF5's .h5 and .hdf5.",
      ),
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
    array: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional().describe(
      "Array of samples in a file with several, by name or path, e.g. imu/acc; or several whose channels follow each other. The only " +
        "one of two dimensions when left out.",
    ),
    label_array: z.string().min(1).optional().describe(
      "Array of labels in a file with several, numbers or texts; one of the samples' length called y, label, labels, … when left out.",
    ),
    time_array: z.string().min(1).optional().describe(
      "Array of times in a file with several; one of the samples' length called t, time, timestamp, … when left out.",
    ),
    time_unit: z.union([z.enum(["auto", "s", "ms", "us", "ns"]), z.number().positive()]).default("auto")
      .describe(
        "Unit of those times, or seconds per tick.",
      ),
    missing,
    missing_values: missingValues,
    on_bad: z.enum(["error", "skip"]).default("error")
      .describe("What an array does that cannot be read: stop, or be left out (and named)."),
    scale,
    max_gap: maxGap,
    gravity,
    ...worn,
    ...part,
  }),
  parts: ({ on_bad }) =>
    on_bad === "skip" ? undefined : {
      named: "^[^/]+\\.(np[yz]|mat|h5|hdf5?)$",
      together: "\\.labels(?=\\.npy$)",
      name: (paths) => `${paths.filter((path) => !/\.labels\.npy$/i.test(path)).length} arrays`,
    },
  async read(params, { paths, progress, warn, measured }) {
    const { readNpyRecordings } = await import("../npy_recordings.ts");
    const options = { ...camelKeys(params), labelNames: params.labels };
    const read = await readNpyRecordings(paths, options, progress);
    read.notes.forEach(warn);
    measured(read.measured);
    return read.recordings;
  },
});
