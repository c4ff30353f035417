/** Parameters of tables, whatever their file format. */
import { z } from "zod";
import type { Recordings } from "../../../artifacts/recordings.ts";
import type { ReadContext } from "../reader.ts";
import { regularExpression } from "./regular_expression.ts";
import type { TableOptions, TablesRead } from "../reading.ts";
import {
  channels,
  column,
  egocentric,
  gravity,
  inName,
  intervals,
  labelNames,
  maxGap,
  missing,
  missingValues,
  part,
  path,
  rateAssumed,
  scale,
  sha256,
  units,
  unlabelled,
  worn,
} from "./common.ts";
import { camelKeys } from "../../../text/camel_keys.ts";

const text = z.union([
  column,
  z.strictObject({ from: z.literal("column"), column }),
  ...inName,
  z.strictObject({ from: z.literal("metadata"), column: z.string().min(1) }),
]);

const flags = z.strictObject({
  from: z.literal("flags"),
  columns: z.array(column).min(1).describe(
    "Columns of 0 and 1, one for each class; where several are set, the first wins.",
  ),
  overlap: z.enum(["error", "first"]).default("error")
    .describe("What a row does in which several are set: stop with its row, or take the first."),
});

const bursts = z.strictObject({
  order: z.enum(["sample", "channel"]).optional()
    .describe(
      "sample: x1 y1 z1 x2 …; channel: x1 … xN y1 … yN z1 … zN. Names of columns tell it where they can.",
    ),
  columns: z.tuple([column, column]).optional()
    .describe("First and last column of the burst; found by their names, or all that are nothing else."),
  cell: column.optional().describe('Column that holds the whole burst, as "x y z x y z …" or JSON.'),
  channels: z.array(z.string().min(1)).min(1).default(["x", "y", "z"]).describe("Channels, in their order."),
  rate: column.optional().describe("Column of samples per second, instead of rate."),
});

const list = z.strictObject({
  files: regularExpression.describe("Pattern on the name of the list."),
  file: z.string().min(1).optional().describe("Column that names files; found by its cells when left out."),
  subject: z.string().min(1).optional().describe(
    "Column that names people, where the list is one of people.",
  ),
});

export const tableParams = {
  path,
  sha256,
  rate: z.number().positive().optional()
    .describe("Samples per second; inferred from the time column when left out."),
  rate_assumed: rateAssumed,
  sensors: z.record(z.string(), z.array(column).min(1)).optional()
    .describe(
      "Columns by sensor, by name or position from 1; all other columns as one sensor when left out.",
    ),
  channels,
  units,
  units_by_file: z.array(
    z.strictObject({ files: regularExpression, units: z.record(z.string(), z.string()) }),
  ).optional()
    .describe("Units of files whose names match a pattern; their values are converted to units."),
  label: z.union([...text.options, flags, intervals]).optional().describe(
    "Class labels: a column (empty cells are unlabelled), the first group of a pattern on the file's name or folder, a " +
      "constant, columns of flags, or intervals in files of their own.",
  ),
  label_names: labelNames,
  unlabelled,
  subject: text.optional()
    .describe(
      "Who was recorded: a column, the first group of a pattern on the file's name, or a constant. Without it all " +
        "recordings count as one subject, because windows of one person in two parts would leak.",
    ),
  session: column.optional().describe("Column that tells recordings within one file apart."),
  metadata: z.union([list, z.array(list).min(1)]).optional().describe(
    "Lists of the files, or of the people, CSV or JSON. Their columns are kept as facts of recordings; label and subject " +
      "take those of a list of files by { from: metadata, column: … }.",
  ),
  bursts: bursts.optional().describe(
    "Each row is a burst, and a recording; its time is when it begins.",
  ),
  confidence: z.strictObject({
    columns: regularExpression.describe(
      "Pattern on the columns of confidence; what stands before it begins the names of their channels, as in nose_x " +
        "and nose_likelihood.",
    ),
    below: z.number().describe("Samples of less confidence are missing."),
  }).optional().describe(
    "Columns that tell which samples are not to be trusted, as pose estimation writes them.",
  ),
  scale,
  every: z.int().min(1).optional().describe(
    "Rows of each recording, where a file holds several without any mark and without times.",
  ),
  time: z.union([
    column,
    z.strictObject({
      column: column.optional(),
      columns: z.tuple([column, column]).optional().describe("Date and time of day in columns of their own."),
      unit: z.union([z.enum(["auto", "s", "ms", "us", "ns", "samples"]), z.number().positive()]).default(
        "auto",
      )
        .describe("Unit of numbers: auto, s, ms, us, ns, samples for a counter, or seconds per tick."),
      format: z.string().min(1).optional()
        .describe("Order of day and month in dates, e.g. dd/MM/yyyy HH:mm:ss."),
    }).refine(({ column, columns }) => (column === undefined) !== (columns === undefined), {
      error: "needs either column or columns",
    }),
  ])
    .optional().describe(
      "Column of sample times; samples are brought to a uniform clock and breaks become gaps.",
    ),
  spread: z.boolean().optional().describe(
    "Spread samples that share a time, or come in batches, evenly up to the next time; without it only where all times " +
      "are shared by equally many.",
  ),
  unsorted: z.enum(["error", "sort", "clock-change", "wrap", "restart"]).default("error")
    .describe(
      "What a time before that of the row above does: stop with its row, have a few swapped rows sorted, count on after a " +
        "clock change or a counter's wrap, or begin another recording.",
    ),
  missing,
  missing_values: missingValues,
  on_bad: z.enum(["error", "gap", "skip"]).default("error").describe(
    "What a row that cannot be read does: stop, be missing (and counted), or leave its file out (and name it).",
  ),
  files: regularExpression.optional().describe(
    "Pattern on names of files or archive entries; others are left out.",
  ),
  max_gap: maxGap,
  min_seconds: z.number().min(0).default(1).describe("Least length of a recording in seconds."),
  short: z.enum(["error", "skip"]).default("error").describe(
    "What a shorter recording does: stop, or be left out.",
  ),
  gravity,
  egocentric,
  ...worn,
  ...part,
};

/** The reader's options that the parameters name; sensors are the caller's. */
export function tableOptions(
  params: Omit<z.output<z.ZodObject<typeof tableParams>>, "sensors">,
): TableOptions {
  const { label } = params;
  const split = typeof label === "object" && label.from === "intervals"
    ? { label: undefined, intervals: label }
    : { label };
  return {
    ...camelKeys(params),
    ...split,
  };
}

/** Tells what had to be resampled or left out. */
export function reportTables(
  { recordings, skipped, measured, otherRates, notes }: TablesRead,
  params: { min_seconds: number },
  { warn, measured: tell }: Pick<ReadContext, "warn" | "measured">,
): Recordings {
  tell(measured);
  if (otherRates.length > 0) {
    const [low, high] = [Math.min(...otherRates), Math.max(...otherRates)].map((r) => r.toPrecision(4));
    warn(
      `${otherRates.length} of ${recordings.recordings.length + skipped.length} recordings were sampled at ${
        low === high ? low : `${low} to ${high}`
      } Hz and brought to ${recordings.rate} Hz`,
    );
  }
  if (skipped.length > 0) {
    warn(
      `${skipped.length} recordings are shorter than ${params.min_seconds} s and left out: ${
        skipped.slice(0, 5).join(", ")
      }${skipped.length > 5 ? ", …" : ""}`,
    );
  }
  notes.forEach(warn);
  return recordings;
}
