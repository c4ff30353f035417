/** Recordings from text tables: a folder, a glob or an archive of CSV files. */
import type { DataFile } from "./archive.ts";
import { detectDialect } from "./text/csv_dialect.ts";
import { readColumns } from "./text/csv_table.ts";
import type { Table } from "./table.ts";
import { openText } from "./text/text_pieces.ts";
import { type FilePart, readJoinedTables } from "./joined_tables.ts";
import type { TableOptions } from "./reading.ts";
import { readTables } from "./table_recordings.ts";

const endings = ["csv", "tsv", "txt", "dat", "log"];

/** Opens a text table. */
export function openCsv(
  file: DataFile,
  { encoding, decimal, thousands }: Pick<TableOptions, "encoding" | "decimal" | "thousands"> = {},
): Table {
  const text = openText(file, encoding);
  const dialect = { ...detectDialect(text.head, file.name), decimal, thousands };
  return {
    header: dialect.header,
    columns: dialect.columns,
    line: dialect.header === null ? dialect.line : Math.max(1, dialect.line - 1),
    units: dialect.units,
    rate: dialect.rate,
    sample: dialect.sample,
    read: (plan) => readColumns(text, dialect, plan, file.name),
  };
}

/** Reads recordings from `.csv`, `.tsv`, `.txt`, `.dat` and `.log` files; see {@linkcode readTables}. */
export function readCsv(
  paths: readonly string[],
  options: TableOptions,
  progress?: (fraction: number) => void,
) {
  return readTables(paths, endings, (file) => openCsv(file, options), options, progress);
}

/** Reads recordings whose sensors lie in text tables of their own; see {@linkcode readJoinedTables}. */
export function readJoinedCsv(
  paths: readonly string[],
  sensors: Record<string, readonly FilePart[]>,
  options: TableOptions,
  progress?: (fraction: number) => void,
) {
  const open = (file: DataFile) => openCsv(file, options);
  return readJoinedTables(paths, endings, open, sensors, options, progress);
}
