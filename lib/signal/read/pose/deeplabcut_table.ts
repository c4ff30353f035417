/** DeepLabCut's results as text: a CSV file with scorer, (individual,) body part and coordinate above each column. */
import type { DataFile } from "../archive.ts";
import type { PandasFrame } from "../arrays/pandas_frame.ts";
import { openCsv } from "../csv.ts";
import { splitLine } from "../text/csv_dialect.ts";
import { firstLines } from "./first_lines.ts";

const titles = ["scorer", "individuals", "bodyparts", "coords"];

/** The rows of names above the columns, by their titles; undefined for another table. */
function namesIn(file: DataFile): string[][] | undefined {
  const rows = firstLines(file, titles.length + 1).map((line) => splitLine(line, 44));
  const names = rows.slice(0, rows.findIndex(([title]) => !titles.includes(title)));
  const found = names.map(([title]) => title);
  return found.includes("bodyparts") && found.includes("coords") ? names : undefined;
}

/** Whether a text file is a table of DeepLabCut's, by its first lines. */
export function isDeeplabcutTable(file: DataFile): boolean {
  return namesIn(file) !== undefined;
}

/**
 * The table of a text file, as pandas would read it with a header of several rows; undefined for another table.
 *
 * @throws {InputError} with file and line for a cell that is no number.
 */
export async function deeplabcutTable(file: DataFile): Promise<PandasFrame | undefined> {
  const names = namesIn(file);
  if (names === undefined) return undefined;
  const table = openCsv(file);
  const width = table.columns - 1;
  const content = {
    key: file.name,
    levels: names.map(([title]) => title),
    columns: Array.from({ length: width }, (_, c) => names.map((row) => row[c + 1] ?? "")),
  };
  const row = table.sample?.[0];
  // Labelled images stand there by their names.
  if (row !== undefined && !Number.isFinite(Number(row[0]))) {
    return { ...content, index: undefined, rows: 1, values: new Float64Array(0) };
  }
  const values = Array.from({ length: width }, (_, c) => c + 1);
  const read = await table.read({ values, time: 0, texts: [], missing: "gap" });
  return { ...content, index: read.time, rows: read.rows, values: Float64Array.from(read.values) };
}
