/** Text tables, with all sensors in each or with files of their own. */
import { basename } from "../../../path.ts";
import { z } from "zod";
import { refuseSensorFiles } from "../laws/file_kinds.ts";
import { defineReader } from "../reader.ts";
import { regularExpression } from "./regular_expression.ts";
import { inOneFile, ownFiles, readTablesOrJoined } from "./own_files.ts";
import { reportTables, tableOptions, tableParams } from "./table.ts";

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
    ...ownFiles,
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
    const { openCsv, endings } = await import("../csv.ts");
    const { sensors, ...rest } = params;
    const options = { ...tableOptions(rest), part: context.part };
    const read = await readTablesOrJoined(
      context,
      endings,
      (file) => openCsv(file, options),
      sensors,
      options,
    );
    return reportTables(read, params, context);
  },
});
