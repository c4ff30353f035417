/** Text tables, with all sensors in each or with files of their own. */
import { basename } from "node:path";
import { z } from "zod";
import { InputError } from "../../../errors.ts";
import { refuseSensorFiles } from "../laws/file_kinds.ts";
import { defineReader } from "../reader.ts";
import { regularExpression } from "./regular_expression.ts";
import { column } from "./common.ts";
import { reportTables, tableOptions, tableParams } from "./table.ts";

const filePart = z.strictObject({
  files: regularExpression.optional().describe(
    "Pattern on file names; what remains without it is equal in all files of a recording. All files when left out.",
  ),
  where: z.record(z.string(), z.union([z.string(), z.number()])).optional().describe(
    "Rows of this sensor by what stands in other columns, where each row is a reading of one sensor, e.g. sensor_id: 2.",
  ),
  time: column.optional().describe("Its own time column, where sensors have clocks of their own."),
  columns: z.array(column).min(1).describe("Columns by name or position from 1."),
});

const sensors = z.record(
  z.string(),
  z.union([z.array(column).min(1), filePart, z.array(filePart).min(1)]),
).optional();

type Sensors = NonNullable<z.output<typeof sensors>>;
type Columns = z.output<typeof column>[];

export default defineReader({
  source: "csv",
  params: z.strictObject({
    source: z.literal("csv").describe("Text tables, one or more recordings each."),
    ...tableParams,
    encoding: z.string().min(1).optional()
      .describe(
        "Encoding of the text where it is neither UTF-8 nor UTF-16 with a byte order mark, e.g. windows-1252.",
      ),
    columns: z.array(z.string().min(1)).min(1).optional().describe(
      "Names of all columns, for files without a header or with a wrong one.",
    ),
    lines: regularExpression.optional().describe(
      "Pattern on lines; others are passed over, where lines of several kinds stand in turn.",
    ),
    decimal: z.enum([".", ","]).optional().describe(
      "Mark before the fraction of numbers; told by the file when left out.",
    ),
    thousands: z.enum([",", ".", "'", "blank"]).optional().describe(
      "Mark between groups of three digits, where there is one.",
    ),
    sensors: sensors.describe(
      "Columns by sensor, by name or position from 1, all other columns as one sensor when left out; or, for sensors in " +
        "files or rows of their own, a pattern on file names or what tells their rows, with columns, or a list of those.",
    ),
    incomplete: z.enum(["error", "skip", "gap"]).default("error").describe(
      "What a recording does that lacks a sensor's file or rows: stop, be left out (and named), or be kept as a gap.",
    ),
  }),
  parts(params) {
    const { rate, sensors, label, files, metadata, bursts, on_bad, short, units_by_file } = params;
    const alone = rate !== undefined && on_bad !== "skip" && short === "error" &&
      (sensors === undefined || inOneFile(sensors)) &&
      !(typeof label === "object" && (label.from === "intervals" || label.from === "metadata"));
    const few = [files, metadata, bursts, units_by_file, params.label_names].every((one) =>
      one === undefined
    );
    if (!alone || !few || params.unlabelled.length > 0) return undefined;
    return {
      named: "^[^/]+\\.(csv|tsv|txt|dat|log)(\\.gz)?$",
      name: (paths) => `${paths.length} tables`,
      checkNames(paths) {
        if (sensors === undefined) refuseSensorFiles(paths.map((path) => basename(path)), params);
      },
      tables: true,
    };
  },
  async read(params, context) {
    const { readCsv, readJoinedCsv } = await import("../csv.ts");
    const { sensors, ...rest } = params;
    const options = { ...tableOptions(rest), part: context.part };
    const read = sensors === undefined || inOneFile(sensors)
      ? await readCsv(context.paths, { ...options, sensors }, context.progress)
      : await readJoinedCsv(context.paths, partsOf(sensors), options, context.progress);
    return reportTables(read, params, context);
  },
});

function isColumns(value: Sensors[string]): value is Columns {
  return Array.isArray(value) && typeof value[0] !== "object";
}

function inOneFile(sensors: Sensors): sensors is Record<string, Columns> {
  return Object.values(sensors).every(isColumns);
}

/** The files of each sensor, where every one has files of its own. */
function partsOf(sensors: Sensors) {
  return Object.fromEntries(
    Object.entries(sensors).map(([name, value]) => {
      if (isColumns(value)) {
        throw new InputError(
          `Cannot use sensors: ${name} names columns only, other sensors have files of their own`,
          { hint: "Give every sensor files or where, and columns." },
        );
      }
      return [name, Array.isArray(value) ? value : [value]];
    }),
  );
}
