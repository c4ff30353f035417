/** How a text table is written: separator, header, where its rows begin. */
import { InputError } from "../errors.ts";

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

const candidates = [44, 59, 9, 124]; // , ; tab |

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
 * Finds the dialect from the first rows. The separator is the one that cuts them into the same number of cells, most of
 * all; blanks only where no other occurs. Lines that begin with `#` and empty lines are passed over.
 *
 * ```ts
 * import { detectDialect } from "./csv_dialect.ts";
 * import assert from "node:assert/strict";
 * const bytes = new TextEncoder().encode("time;ax;label\n0,02;1,5;walk\n");
 * assert.deepEqual(detectDialect(bytes, "a.csv").header, ["time", "ax", "label"]);
 * ```
 *
 * @throws {InputError} for a file without rows, or one that is no text.
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
  if (lines.length === 0) throw new InputError("Cannot read table: the file has no rows", { file });
  let separator = 32;
  let most = 0;
  for (const candidate of candidates) {
    const counts = lines.map(({ text }) => splitLine(text, candidate).length);
    const same = counts.filter((n) => n === counts[0]).length / counts.length;
    const score = counts[0] < 2 ? 0 : same * 1000 + counts[0];
    // A decimal comma cuts more cells than the semicolon between them, but the header has none of those.
    if (score > most) [separator, most] = [candidate, score];
  }
  if (most === 0 && splitLine(lines[0].text, 32).length < 2) separator = 44;
  const first = splitLine(lines[0].text, separator);
  if (first.some(numeric)) {
    return {
      separator,
      header: null,
      columns: first.length,
      start: lines[0].end - 1 - lineLength(bytes, lines[0].end),
      line: lines[0].line,
    };
  }
  const rest = lines[1];
  if (rest === undefined) {
    throw new InputError("Cannot read table: there is a header, but no row below it", { file });
  }
  return { separator, header: first, columns: first.length, start: lines[0].end, line: lines[0].line + 1 };
}

/** Bytes of the line that ends before `end`, without its newline. */
function lineLength(bytes: Uint8Array, end: number): number {
  const before = bytes.lastIndexOf(10, end - 2);
  const from = before < 0 ? (bytes[0] === 0xef ? 3 : 0) : before + 1;
  return end - 1 - from;
}
