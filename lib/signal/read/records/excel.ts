/** Sheets of Excel's workbooks (`.xlsx`) as text tables. */
import { InputError } from "../../../errors.ts";
import { suggestion } from "../../../text/suggest.ts";
import type { DataFile } from "../archive.ts";
import { openCsv } from "../csv.ts";
import { EmptyTable, noRows, type Table } from "../table.ts";
import { readZip, type ZipEntry } from "../zip.ts";
import { fillMerged } from "./merged_cells.ts";
import { type Cell, encodeRows } from "./text_rows.ts";

/** Most bytes of a workbook when unpacked. */
const largest = 2 ** 30;

/**
 * The sheets of a workbook that hold more than one row.
 *
 * @throws {InputError} for a file that is none, and one that claims to hold more than a gigabyte.
 */
export async function sheetsOf(file: DataFile): Promise<{ name: string; rows: readonly Cell[][] }[]> {
  const bytes = file.read();
  const refuse = (what: string, hint: string, cause?: unknown) =>
    new InputError(`Cannot read workbook: ${what}`, { file: file.name, hint, cause });
  const anew = "Save it again as .xlsx, or its sheet as CSV.";
  let entries: ZipEntry[];
  try {
    entries = readZip(bytes);
  } catch (cause) {
    // Excel's older files, and those with a password, begin like this.
    const older = bytes[0] === 0xd0 && bytes[1] === 0xcf;
    throw refuse(
      older ? "it is of Excel 97 to 2003, or has a password" : (cause as Error).message,
      anew,
      cause,
    );
  }
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size > largest) throw refuse(`it claims to hold ${size} bytes, which is too much`, anew);
  const { default: readWorkbook } = await import("read-excel-file/universal");
  try {
    const sheets = await readWorkbook(new Blob([bytes as Uint8Array<ArrayBuffer>]), { trim: false });
    const filled = sheets.map(({ sheet, data }) => ({ name: sheet, rows: data as Cell[][] }));
    fillMerged(entries, filled);
    return filled.filter(({ rows }) => rows.length > 1);
  } catch (cause) {
    throw refuse((cause as Error).message, anew, cause);
  }
}

/** Endings of names. */
export const workbooks = ["xlsx", "xlsm"];

/**
 * Opens a sheet.
 *
 * @param wanted Its name, or its place from 1; the only one with rows when left out.
 * @throws {InputError} where there is no such sheet, and where several have rows and none is named.
 */
export async function openSheet(file: DataFile, wanted: string | number | undefined): Promise<Table> {
  const sheets = await sheetsOf(file);
  const names = sheets.map(({ name }) => name);
  if (sheets.length === 0) {
    throw new EmptyTable("Cannot read table: no sheet has rows", { file: file.name, hint: noRows });
  }
  if (wanted === undefined && sheets.length > 1) {
    throw new InputError(`Cannot tell which sheet holds samples: ${names.join(", ")} have rows`, {
      file: file.name,
      hint: "Name it: sheet: <name>.",
    });
  }
  const sheet = typeof wanted === "string"
    ? sheets.find(({ name }) => name === wanted)
    : sheets[(wanted ?? 1) - 1];
  if (sheet === undefined) {
    throw new InputError(`Cannot find sheet ${JSON.stringify(wanted)}`, {
      file: file.name,
      hint: (typeof wanted === "string" ? suggestion(wanted, names).hint : undefined) ??
        `Those with rows are ${names.join(", ")}.`,
    });
  }
  return openCsv({ name: file.name, place: file.place, read: () => encodeRows(sheet.rows) });
}
