/** Parquet tables. */
import { z } from "zod";
import { defineReader } from "../reader.ts";
import { reportTables, tableOptions, tableParams } from "./table.ts";

export default defineReader({
  source: "parquet",
  params: z.strictObject({
    source: z.literal("parquet").describe("Parquet tables, as csv."),
    ...tableParams,
  }),
  async read(params, context) {
    const { readParquet } = await import("../parquet.ts");
    const options = { ...tableOptions(params), sensors: params.sensors };
    return reportTables(await readParquet(context.paths, options, context.progress), params, context);
  },
});
