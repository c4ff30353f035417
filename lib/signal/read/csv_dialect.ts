/** How a text table is written: separator, header, where its rows begin. */
import { InputError } from "../../errors.ts";
import { EmptyTable } from "./table.ts";

/** The dialect of one file. */
export interface Dialect {
  /** Separator byte; 32 stands for any run of blanks. */
  separator: number;
  /** Column names; `null` where the first row already holds numbers. */
  header: string[] | null;
  /** Columns in the first row. */
  columns: number;
  /** Offset of the first data row, and its line, one-based. */
  start: number;
  line: number;
}

const candidates = [9, 59, 124, 44]; // tab ; | ,

/** Splits one line into cells, quotes taken off. */
export function splitLine(line: string, separator: number): string[] {
  if (separator === 32) return line.trim().split(/\s+/);
  const cells: string[] = [];
  const mark = String.fromCharCode(separator);
  let cell = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (quoted) {
      if (line[i] !== '"') cell += line[i];
      else if (line[i + 1] === '"') cell += line[i++];
      else quoted = false;
    } else if (line[i] === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (line[i] === mark) {
      cells.push(cell.trim());
      cell = "";
    } else cell += line[i];
  }
  cells.push(cell.trim());
  return cells;
}

/** Whether text is a number or a missing one, as it may stand in a data row. */
function numeric(cell: string): boolean {
  return cell !== "" && Number.isFinite(Number(cell.replace(",", ".")));
}

/**
 * Finds the dialect from the first rows. Lines that begin with `#` and empty lines are passed over.
 *
 * ```ts
 * import { detectDialect } from "./csv_dialect.ts";
 * import assert from "node:assert/strict";
 * const bytes = new TextEncoder().encode("time;ax;label\n0,02;1,5;walk\n");
 * assert.deepEqual(detectDialect(bytes, "a.csv").header, ["time", "ax", "label"]);
 * ```
 *
 * @param bytes UTF-8.
 * @throws {EmptyTable} for a file without rows.
 */
export function detectDialect(bytes: Uint8Array, file: string): Dialect {
  if (bytes.subarray(0, 4096).includes(0)) {
    throw new InputError("Cannot read table: the file is not UTF-8 text", {
      file,
      hint: "Save it as CSV in UTF-8; archives must end in .zip.",
    });
  }
  const lines: { text: string; line: number; end: number }[] = [];
  let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let line = 1; from < bytes.length && lines.length < 20; line++) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    const text = new TextDecoder().decode(bytes.subarray(from, end)).trimEnd();
    if (text.trim() !== "" && !text.trimStart().startsWith("#")) lines.push({ text, line, end: end + 1 });
    from = end + 1;
  }
  if (lines.length === 0) throw new EmptyTable("Cannot read table: the file has no rows", { file });
  const separator = findSeparator(lines.map((l) => l.text));
  const [first, ...rest] = lines.map(({ text }) => splitLine(text, separator));
  if (!isHeader(first, rest)) {
    return {
      separator,
      header: null,
      columns: first.length,
      start: lines[0].end - 1 - lineLength(bytes, lines[0].end),
      line: lines[0].line,
    };
  }
  if (rest.length === 0) {
    throw new EmptyTable("Cannot read table: there is a header, but no row below it", { file });
  }
  return { separator, header: first, columns: first.length, start: lines[0].end, line: lines[0].line + 1 };
}

/**
 * The separator that cuts all lines into the same number of cells. Tabs, semicolons and bars come before the comma, which
 * may also be the decimal one; blanks come last.
 */
function findSeparator(lines: readonly string[]): number {
  let best = 32;
  let most = 0;
  for (const candidate of candidates) {
    const counts = lines.map((line) => {
      const cells = splitLine(line, candidate);
      return cells.at(-1) === "" ? cells.length - 1 : cells.length;
    });
    if (counts[0] < 2) continue;
    const same = counts.filter((n) => n === counts[0]).length / counts.length;
    if (same === 1) return candidate;
    if (same > most) [best, most] = [candidate, same];
  }
  // A table of one column has no separator at all.
  return most === 0 && splitLine(lines[0], 32).length < 2 ? 44 : best;
}

/** Whether the first row names columns: it holds words above numbers, or no number at all. */
function isHeader(first: readonly string[], rest: readonly string[][]): boolean {
  if (!first.some(numeric)) return true;
  return first.some((cell, c) =>
    cell !== "" && !numeric(cell) && !/^(nan|na|n\/a|null|none|-|\?)$/i.test(cell) &&
    rest.some((row) => c < row.length && numeric(row[c]))
  );
}

/** Bytes of the line that ends before `end`, without its newline. */
function lineLength(bytes: Uint8Array, end: number): number {
  const before = bytes.lastIndexOf(10, end - 2);
  const from = before < 0 ? (bytes[0] === 0xef ? 3 : 0) : before + 1;
  return end - 1 - from;
}
