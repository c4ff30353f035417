/** Tables in JSON. */
import { z } from "zod";
import { defineReader } from "../reader.ts";
import { ownFiles, readTablesOrJoined } from "./own_files.ts";
import { reportTables, tableOptions, tableParams } from "./table.ts";

export default defineReader({
  source: "json",
  params: z.strictObject({
    source: z.literal("json").describe(
      "Tables in JSON: lines of records (.jsonl, .ndjson), lists of records or of rows, lists by column, and Edge Impulse's " +
        "acquisitions, which tell rate and units. Fields inside others are called a.b, lists of three a_x, a_y and a_z.",
    ),
    ...tableParams,
    ...ownFiles,
  }),
  async read(params, context) {
    const { openJson, jsonEndings } = await import("../records/json_tables.ts");
    const { sensors, ...rest } = params;
    const read = await readTablesOrJoined(context, jsonEndings, openJson, sensors, tableOptions(rest));
    return reportTables(read, params, context);
  },
});
