/** Parameters of tables, whatever their file format. */
import { z } from "zod";
import type { Recordings } from "../../../artifacts/recordings.ts";
import type { ReadContext } from "../reader.ts";
import type { TableOptions } from "../table_recordings.ts";
import { channels, column, gravity, inName, maxGap, missing, part, path, sha256, units } from "./common.ts";

const text = z.union([column, z.strictObject({ from: z.literal("column"), column }), ...inName]);

export const tableParams = {
  path,
  sha256,
  rate: z.number().positive().optional()
    .describe("Samples per second; inferred from the time column when left out."),
  sensors: z.record(z.string(), z.array(column).min(1)).optional()
    .describe(
      "Columns by sensor, by name or position from 1; all other columns as one sensor when left out.",
    ),
  channels,
  units,
  label: text.optional().describe(
    "Class labels: a column (empty cells are unlabelled), the first group of a pattern on the file's name or folder, or " +
      "a constant.",
  ),
  label_names: z.record(z.string(), z.string()).optional()
    .describe("Class names by label text, e.g. 1: walking; several texts may share one name."),
  unlabelled: z.array(z.string()).default([])
    .describe("Label texts that mean unlabelled, besides empty, nan, null and none."),
  subject: text.optional()
    .describe(
      "Who was recorded: a column, the first group of a pattern on the file's name, or a constant. Without it all " +
        "recordings count as one subject, because windows of one person in two parts would leak.",
    ),
  session: column.optional().describe("Column that tells recordings within one file apart."),
  time: z.union([
    column,
    z.strictObject({ column, unit: z.enum(["auto", "s", "ms", "us", "ns"]).default("auto") }),
  ])
    .optional().describe(
      "Column of sample times; samples are brought to a uniform clock and breaks become gaps.",
    ),
  unsorted: z.enum(["error", "sort"]).default("error")
    .describe(
      "What a time before that of the row above does: stop with its row, or have the recording's rows sorted.",
    ),
  missing,
  max_gap: maxGap,
  min_seconds: z.number().min(0).default(1).describe("Least length of a recording in seconds."),
  short: z.enum(["error", "skip"]).default("error").describe(
    "What a shorter recording does: stop, or be left out.",
  ),
  gravity,
  ...part,
};

/** The reader's options that the parameters name; sensors are the caller's. */
export function tableOptions(
  params: Omit<z.output<z.ZodObject<typeof tableParams>>, "sensors">,
): TableOptions {
  return {
    ...params,
    labelNames: params.label_names,
    maxGap: params.max_gap,
    minSeconds: params.min_seconds,
  };
}

/** What reading tables gives. */
export interface TablesRead {
  recordings: Recordings;
  /** Ids of recordings that were left out as too short. */
  skipped: string[];
  /** Rates that the time columns show, where they are not the common one. */
  otherRates: number[];
}

/** Tells what had to be resampled or left out. */
export function tellTables(
  { recordings, skipped, otherRates }: TablesRead,
  params: { min_seconds: number },
  { warn }: Pick<ReadContext, "warn">,
): Recordings {
  if (otherRates.length > 0) {
    const [low, high] = [Math.min(...otherRates), Math.max(...otherRates)].map((r) => r.toPrecision(4));
    warn(
      `${otherRates.length} of ${recordings.recordings.length + skipped.length} recordings were sampled at ${
        low === high ? low : `${low} to ${high}`
      } Hz and brought to ${recordings.rate} Hz by linear interpolation`,
    );
  }
  if (skipped.length > 0) {
    warn(
      `${skipped.length} recordings are shorter than ${params.min_seconds} s and left out: ${
        skipped.slice(0, 5).join(", ")
      }${skipped.length > 5 ? ", …" : ""}`,
    );
  }
  return recordings;
}
