/** Sheets of Excel's workbooks. */
import { z } from "zod";
import type { DataFile } from "../archive.ts";
import { defineReader } from "../reader.ts";
import { ownFiles, readTablesOrJoined } from "./own_files.ts";
import { reportTables, tableOptions, tableParams } from "./table.ts";

export default defineReader({
  source: "excel",
  params: z.strictObject({
    source: z.literal("excel").describe("Sheets of Excel's workbooks (.xlsx), as csv."),
    ...tableParams,
    sheet: z.union([z.string().min(1), z.int().min(1)]).optional().describe(
      "Name of the sheet, or its place from 1 among those with rows; needed where several have rows.",
    ),
    ...ownFiles,
  }),
  async read(params, context) {
    const { openSheet, workbooks } = await import("../records/excel.ts");
    const { sensors, sheet, ...rest } = params;
    const options = tableOptions(rest);
    const open = (file: DataFile) => openSheet(file, sheet);
    const read = await readTablesOrJoined(context, workbooks, open, sensors, options);
    return reportTables(read, params, context);
  },
});
