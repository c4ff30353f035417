/** Recordings from text tables: a folder, a glob or an archive of CSV files. */
import { InputError } from "../../errors.ts";
import type { DataFile } from "./archive.ts";
import { detectDialect } from "./text/csv_dialect.ts";
import { readColumns } from "./text/csv_table.ts";
import type { Table } from "./table.ts";
import { openText } from "./text/text_pieces.ts";
import type { TableOptions } from "./reading.ts";

/** Endings of text tables. */
export const endings = ["csv", "tsv", "txt", "dat", "log"];

/** How text tables are written, where that cannot be told. */
export type Writing = Pick<TableOptions, "encoding" | "decimal" | "thousands" | "columns" | "lines">;

/** Opens a text table. @param dialectOf Tells how it is written. @throws {InputError} where its header and rows differ in columns. */
export function openCsv(
  file: DataFile,
  { encoding, decimal, thousands, columns, lines }: Writing = {},
  dialectOf = detectDialect,
): Table {
  const text = openText(file, encoding, lines === undefined ? undefined : new RegExp(lines));
  const dialect = { ...dialectOf(text.head, file.name), decimal, thousands };
  const line = dialect.header === null ? dialect.line : Math.max(1, dialect.line - 1);
  if (columns !== undefined) {
    if (columns.length !== dialect.columns) {
      throw new InputError(`Cannot use columns: ${columns.length} names for ${dialect.columns} columns`, {
        file: file.name,
        row: dialect.line,
      });
    }
    dialect.header = [...columns];
  } else if (dialect.otherHeader !== undefined) {
    const names = dialect.otherHeader;
    throw new InputError(
      `Cannot read table: the header has ${names.length} names, the rows have ${dialect.columns} cells`,
      {
        file: file.name,
        row: line,
        hint:
          `Name the columns that are there: columns: [${names.slice(0, dialect.columns).join(", ")}], or ` +
          `[${names.slice(-dialect.columns).join(", ")}].`,
      },
    );
  }
  return {
    header: dialect.header,
    columns: dialect.columns,
    line,
    units: dialect.units,
    rate: dialect.rate,
    sample: dialect.sample,
    read: (plan) => readColumns(text, dialect, plan, file.name),
  };
}
