/** Sensors of tables: columns of every file, or files and rows of their own. */
import { z } from "zod";
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import type { ReadContext } from "../reader.ts";
import type { TableOptions, TablesRead } from "../reading.ts";
import type { Table } from "../table.ts";
import { column } from "./common.ts";
import { regularExpression } from "./regular_expression.ts";

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

export type Sensors = NonNullable<z.output<typeof sensors>>;
type Columns = z.output<typeof column>[];

/** Parameters of sources of tables. */
export const ownFiles = {
  sensors: sensors.describe(
    "Columns by sensor, by name or position from 1, all other columns as one sensor when left out; or, for sensors in " +
      "files or rows of their own, a pattern on file names or what tells their rows, with columns, or a list of those.",
  ),
  incomplete: z.enum(["error", "skip", "gap"]).default("error").describe(
    "What a recording does that lacks a sensor's file or rows: stop, be left out (and named), or be kept as a gap.",
  ),
};

function isColumns(value: Sensors[string]): value is Columns {
  return Array.isArray(value) && typeof value[0] !== "object";
}

export function inOneFile(sensors: Sensors): sensors is Record<string, Columns> {
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

/**
 * Reads tables of one kind.
 *
 * @param endings Of files' names, without dot. @param open Opens one file.
 */
export async function readTablesOrJoined(
  { paths, progress }: Pick<ReadContext, "paths" | "progress">,
  endings: readonly string[],
  open: (file: DataFile) => Table | Promise<Table>,
  sensors: Sensors | undefined,
  options: TableOptions,
): Promise<TablesRead> {
  if (sensors === undefined || inOneFile(sensors)) {
    const { readTables } = await import("../table_recordings.ts");
    return await readTables(paths, endings, open, { ...options, sensors }, progress);
  }
  const { readJoinedTables } = await import("../joined_tables.ts");
  return await readJoinedTables(paths, endings, open, partsOf(sensors), options, progress);
}
