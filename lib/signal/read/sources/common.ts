/** Parameters that several sources share. */
import { z } from "zod";
import { axes } from "../../worn/axes.ts";
import { regularExpression } from "./regular_expression.ts";

export const path = z.string().min(1)
  .describe(
    "A file, folder, glob or .zip archive; relative paths start at the project's root. Or the URL of a file.",
  );

/** Parameter beside a `path`. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits in lower case").optional()
  .describe(
    "SHA-256 of the file where `path` is a URL; without it the first download is pinned in motiflow.lock.",
  );

/** A column by name, or by position counted from 1. */
export const column = z.union([z.string().min(1), z.int().min(1)]);

/** A text that the name of a file or the user gives. */
export const inName = [
  z.strictObject({ from: z.literal("filename"), pattern: regularExpression }),
  z.strictObject({ from: z.literal("constant"), value: z.string().min(1) }),
] as const;

/** What every source of files can be narrowed to. */
export const part = {
  keep_labels: z.array(z.string()).min(1).optional()
    .describe("Classes to keep, in this order; samples of all others become unlabelled."),
  subjects: z.array(z.string()).min(1).optional().describe("Subjects to keep; all when left out."),
  max_seconds: z.number().positive().optional().describe("Only the first seconds of every recording."),
};

export const rateAssumed = z.boolean().default(false).describe(
  "Nobody knows the rate, it is only assumed; what is read, the artifact and the report say so.",
);

/** What is done to accelerometers before anything else. */
export const worn = {
  calibrate: z.boolean().default(false).describe(
    "Correct offset and gain of every accelerometer by its still moments, device by device, where they face all sides.",
  ),
  align_gravity: z.enum(axes).optional().describe(
    "Turn every sensor, recording by recording, so that its mean gravity lies along this axis, by the shortest way and all " +
      "its triads alike; how it is turned about the vertical stays as it was.",
  ),
  non_wear: z.enum(["keep", "report", "gap"]).default("keep").describe(
    "Look for hours in which a sensor hardly moved: report them, or keep windows away from them as gaps.",
  ),
  days: z.boolean().default(false).describe(
    "Sum up every day of every subject whose recordings tell when they began: hours, and mean acceleration above 1 g. Done " +
      "with calibrate and non_wear anyway.",
  ),
};

export const gravity = z.union([z.boolean(), z.literal("causal")]).default(false)
  .describe(
    "Add a gravity triad to every sensor: acceleration below 0.3 Hz, Butterworth of order 3. true filters forth and back, " +
      "without delay but from samples to come; causal only forth, as a stream or a device can.",
  );

export const egocentric = z.strictObject({
  center: z.array(z.string().min(1)).min(1).describe("Points whose mean is the origin, e.g. [tail_base]."),
  front: z.string().min(1).describe("The point that lies ahead of it, on +x."),
}).optional().describe(
  "For points of a pose tracker: see them from the body, wherever it stands and faces. Its speed forward and sideways is " +
    "added as the point body.",
);

export const channels = z.array(z.string().min(1)).min(1).optional()
  .describe("Channel names of a sensor, in the order of its columns, e.g. acc_x; x, y and z form a triad.");

export const units = z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional()
  .describe("Unit per channel, or by the beginning of channel names, e.g. acc: m/s^2.");

export const missing = z.enum(["error", "gap"]).default("error")
  .describe(
    "What an empty or NaN sample does: stop with its row, or be filled, and kept away from where it lasts beyond max_gap.",
  );

export const missingValues = z.array(z.number()).optional()
  .describe("Numbers that stand for missing samples, e.g. [9999, -32768].");

export const maxGap = z.number().positive().default(0.2)
  .describe("Seconds without a sample above which there is a gap, but no less than 1.75 sample periods.");

export const scale = z.union([z.number(), z.array(z.number()), z.record(z.string(), z.number())]).optional()
  .describe(
    "Factor on the numbers: one, one per channel, or by the beginning of channel names, e.g. acc: 0.015625 for counts " +
      "of 1/64 g.",
  );

/** Labels in files of their own. */
export const intervals = z.strictObject({
  from: z.literal("intervals"),
  files: regularExpression.describe(
    "Pattern on names of files with label intervals; a name without it is that of the recording's file.",
  ),
  start: column.optional().describe("Column of starts; found by its usual names when left out."),
  end: column.optional().describe("Column of ends."),
  label: column.optional().describe("Column of labels."),
  file: column.optional().describe(
    "Column that names the recording's file, where one file holds intervals of several.",
  ),
  times: z.enum(["relative", "clock"]).default("relative")
    .describe("Whether times count from the recording's begin, or are those of its time column."),
  unit: z.number().positive().default(1).describe(
    "Seconds per unit of numbers, e.g. 0.001 for milliseconds.",
  ),
});

export const labelNames = z.record(z.string(), z.string()).optional()
  .describe("Class names by label text, e.g. 1: walking; several texts may share one name.");

export const unlabelled = z.array(z.string()).default([])
  .describe("Label texts that mean unlabelled, besides empty, nan, null and none.");

/** Labels of a pose tracker's videos. */
export const videoLabels = {
  label: intervals.omit({ times: true }).optional().describe(
    "Class labels: intervals in files of their own, whose times count from the video's begin.",
  ),
  label_names: labelNames,
  unlabelled,
};
