/** How a text table is written: separator, header, where its rows begin. */
import { InputError } from "../../../errors.ts";
import { EmptyTable, noRows } from "../table.ts";

/** The dialect of one file. */
export interface Dialect {
  /** Separator byte; 32 stands for any run of blanks. */
  separator: number;
  /** Column names; `null` where the first row already holds numbers. */
  header: string[] | null;
  /** Names of a header that has more than the rows have cells. */
  otherHeader?: string[];
  /** Columns in the first row. */
  columns: number;
  /** Unit per column, where a row below the header names them. */
  units?: string[];
  /** Numbers may have a decimal comma. */
  comma: boolean;
  /** How numbers are written, where the user says it. */
  decimal?: string;
  thousands?: string;
  /** Samples per second, where numbers above the data tell start and rate. */
  rate?: number;
  /** Cells of the first data rows. */
  sample: string[][];
  /** Offset of the first data row, and its line, one-based. */
  start: number;
  line: number;
}

const candidates = [9, 59, 124, 44]; // tab ; | ,

/** Splits one line into cells, quotes taken off. @param separator Its byte. */
export function splitLine(line: string, separator: number): string[] {
  if (separator === 32) {
    return (line.match(/"[^"]*"|\S+/g) ?? [""]).map((cell) => cell.replace(/^"(.*)"$/, "$1"));
  }
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

/** Words for a missing number; and those that no column is called. */
const absent = /^(nan|na|n\/a|null|none|-|\?)$/i;
const named = /^(nan|n\/a|null)$/i;
/** What begins as a date or a time of day does. */
const dated = /^(\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?!\d)|\d{1,2}:\d{2}(:|$))/;

/** Non-empty lines that are looked at. */
const looked = 80;
/** Lines at the end of those that surely are data. */
const surely = 20;

interface Line {
  text: string;
  /** One-based. */
  line: number;
  /** Offset of its first byte. */
  start: number;
  /** Offset after its newline. */
  end: number;
}

/**
 * Finds the dialect from the first rows. Lines above the table, a `sep=` line, comments (`#`, `//`, `%`) and empty lines are
 * passed over; the last comment is the header where it names as many columns as the rows have and there is no other.
 *
 * ```ts
 * import { detectDialect } from "./csv_dialect.ts";
 * import assert from "node:assert/strict";
 * const bytes = new TextEncoder().encode("time;ax;label\n0,02;1,5;walk\n");
 * assert.deepEqual(detectDialect(bytes, "a.csv").header, ["time", "ax", "label"]);
 * const logger = new TextEncoder().encode("Made by X\n\nt,ax\nms,m/s^2\n0,1\n20,2\n40,3\n");
 * assert.deepEqual(detectDialect(logger, "b.csv").units, ["ms", "m/s^2"]);
 * ```
 *
 * @param bytes UTF-8.
 * @throws {EmptyTable} for a file without rows.
 */
export function detectDialect(bytes: Uint8Array, file: string): Dialect {
  const head = bytes.subarray(0, 4096);
  const at = head.indexOf(0);
  if (at >= 0) {
    // Every other byte of Latin letters and digits is 0 in UTF-16.
    const zeros = head.reduce((n, byte) => n + (byte === 0 ? 1 : 0), 0);
    throw new InputError("Cannot read table: the file is not UTF-8 text", {
      file,
      hint: zeros > 0.3 * head.length
        ? `Set encoding: utf-16${at % 2 === 0 ? "be" : "le"}.`
        : "Save it as CSV in UTF-8; archives must end in .zip.",
    });
  }
  const { lines, comments, stated } = firstLines(bytes);
  if (lines.length === 0) {
    throw new EmptyTable("Cannot read table: the file has no rows", { file, hint: noRows });
  }
  const separator = stated ?? findSeparator(lines.slice(-surely).map((l) => l.text));
  const all = lines.map(({ text }) => splitLine(text, separator));
  const comma = separator !== 44 || quotedCommas(all);
  const top = tableStart(all);
  const rows = all.slice(top);
  const body = lines.slice(top);
  // A last cell that is empty is the separator that closes a row.
  const count = (cells: readonly string[]) => cells.at(-1) === "" ? cells.length - 1 : cells.length;
  const [first, ...rest] = rows;
  const from = (k: number): Pick<Dialect, "start" | "line" | "sample"> => ({
    start: body[k].start,
    line: body[k].line,
    sample: rows.slice(k),
  });
  if (!isHeader(first, rest)) {
    const above = numbersAbove(rows);
    if (above !== undefined && body.length > 2) {
      return { separator, comma, header: null, columns: first.length, rate: above, ...from(2) };
    }
    const comment = comments.findLast(({ before }) => before <= top);
    const named = comment === undefined ? [] : splitLine(comment.text, separator);
    const fits = count(named) === count(first) && !named.some(numeric);
    const header = fits ? Array.from(first, (_, c) => named[c] ?? "") : rowNames(all[top - 1], first);
    const otherHeader = header === null && isLonger(all[top - 1], first) ? all[top - 1] : undefined;
    return { separator, comma, header, columns: first.length, otherHeader, ...from(0) };
  }
  if (rest.length === 0) {
    throw new EmptyTable("Cannot read table: there is a header, but no row below it", { file, hint: noRows });
  }
  const levels = headerRows(rows);
  const counted = countsSamples(first[0], rows[levels] ?? [], rows[levels + 1] ?? []) ? 1 : 0;
  const data = { columns: first.length, separator, comma, ...from(levels + counted) };
  if (levels === 1) return { ...data, header: first };
  const units =
    rows[levels - 1].some((cell) => cell !== "") && rows[levels - 1].every((c) => c === "" || isUnit(c))
      ? rows[levels - 1]
      : undefined;
  const names = rows.slice(0, units === undefined ? levels : levels - 1);
  return { ...data, header: names.length === 1 ? names[0] : joinLevels(names), units };
}

/**
 * The dialect of a table that was made here: commas, decimal points, and names in the first line.
 *
 * @throws {EmptyTable} for one without rows.
 */
export function knownDialect(bytes: Uint8Array, file: string): Dialect {
  const start = bytes.indexOf(10) + 1;
  if (start === 0 || start === bytes.length) {
    throw new EmptyTable("Cannot read table: it has no rows", { file, hint: noRows });
  }
  const [header, ...sample] = firstLines(bytes).lines.map(({ text }) => splitLine(text, 44));
  return { separator: 44, comma: false, header, columns: header.length, sample, start, line: 2 };
}

/** The first lines that are neither empty nor comments; comments, and before which line; the separator that a line states. */
function firstLines(bytes: Uint8Array) {
  const lines: Line[] = [];
  const comments: { text: string; before: number }[] = [];
  let stated: number | undefined;
  let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let line = 1; from < bytes.length && lines.length < looked; line++) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    const text = new TextDecoder().decode(bytes.subarray(from, end)).trimEnd();
    const separator = lines.length === 0 ? /^\s*"?sep=(\\t|.)"?$/i.exec(text)?.[1] : undefined;
    const marked = /^\s*(#|\/\/|%)\s*(.*)$/.exec(text);
    if (separator !== undefined) stated = separator === "\\t" ? 9 : separator.charCodeAt(0);
    else if (/^sep=$/i.test(text) && bytes[end - 1] === 9) stated = 9;
    else if (marked !== null) {
      comments.push({ text: marked[2], before: lines.length });
    } else if (/[^\s;,|]/.test(text) || lines.length > 0 && text.trim() !== "") {
      lines.push({ text, line, start: from, end: end + 1 });
    }
    from = end + 1;
  }
  return { lines, comments, stated };
}

/** Where the table begins below lines of another number of cells: at the first of a run that goes on. */
function tableStart(rows: readonly string[][]): number {
  // A last cell that is empty may be the separator that closes a row, or a column's missing value.
  const counts = rows.map((cells) => cells.at(-1) === "" ? cells.length - 1 : cells.length);
  const whole = mostCommon(rows.slice(-surely).map((cells) => cells.length));
  const usual = mostCommon(counts.slice(-surely));
  const fit = (k: number) => counts[k] === usual || rows[k].length === whole;
  if (fit(0) || usual < 1) return 0;
  const fits = (k: number) => counts.slice(k, k + 3).every((_, j) => fit(k + j));
  const start = counts.findIndex((_, k) => fits(k));
  if (start < 0 || counts.length - start < 2) return 0;
  // A row of numbers is no line above the table, but a broken row of it.
  const numbers = rows.slice(0, start).findIndex((cells) =>
    cells.length >= usual / 2 && cells.filter(numeric).length >= Math.max(3, cells.length / 2)
  );
  return numbers < 0 || isHeader(rows[start], rows.slice(start + 1)) ? start : numbers;
}

/** A header that has no name for the first column, which numbers the rows. */
function rowNames(above: readonly string[] | undefined, first: readonly string[]): string[] | null {
  const fits = above?.length === first.length - 1 && above.every((cell) => cell !== "" && !numeric(cell));
  return fits ? ["row", ...above] : null;
}

/** Whether commas inside quotes are decimal: some are not followed by the three digits of thousands. */
function quotedCommas(rows: readonly string[][]): boolean {
  const cells = rows.flat().filter((cell) => /^[+-]?\d+,\d+(e[+-]?\d+)?$/i.test(cell));
  return cells.some((cell) => !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(cell));
}

function mostCommon(numbers: readonly number[]): number {
  const groups = [...Map.groupBy(numbers, (n) => n)];
  return groups.reduce((a, b) => b[1].length > a[1].length ? b : a)[0];
}

/** Rows of words above the first row with a number. */
function headerRows(rows: readonly string[][]): number {
  const word = (cell: string) => cell !== "" && !numeric(cell) && !absent.test(cell) && cell !== "inf";
  const datum = (cell: string) =>
    numeric(cell) || dated.test(cell) || /^(na|none)$/i.test(cell) || named.test(cell);
  const first = rows.findIndex((cells, k) => k > 0 && (cells.some(datum) || !cells.some(word)));
  return first < 2 || first > 4 || !rows[first].some(datum) ? 1 : first;
}

/** A unit with its prefix and power; and products and quotients of such, as in cm/s, m/(s^2), rad.s^-1 and N*m. */
const single =
  "\\(?(?:[munpkMGhcd\u00b5\u03bc]?(?:g|s|m|N|T|V|A|W|Pa|Hz|bar|J|rad|gal|Ohm|\u03a9)|min|h|deg|\u00b0|\u00b0?C|K|%|dB|lx|lux|bpm|rpm|px|pixels?|" +
  "sec(?:onds?)?|ms|gauss|celsius|volts?|frames?)(?:\\^?-?[123]|[\u00b2\u00b3])?\\)?";
const measure = new RegExp(`^${single}(?:[/*\u00b7. ]${single}){0,3}$`, "i");
const noMeasure =
  /^(g'?s|dps|mdps|m\/s\/s|unitless|no[ _]?units?|n\.?u\.?|a\.?u\.?|cal|raw|counts?|datetime|yyyy.*|-|1)$/i;

/** Whether a cell is a unit, or says that there is none. */
function isUnit(cell: string): boolean {
  const plain = cell.replace(/^[([{]\s*|\s*[)\]}]$/g, "");
  return measure.test(plain) || noMeasure.test(plain);
}

/** Whether a header is longer than the rows below it by a name. */
function isLonger(above: readonly string[] | undefined, first: readonly string[]): boolean {
  return above?.length === first.length + 1 && above.every((cell) => cell !== "" && !numeric(cell));
}

/** Whether a row below the names tells how many samples each channel has, where the clock's column has nothing. */
function countsSamples(
  clock: string,
  [first, ...others]: readonly string[],
  next: readonly string[],
): boolean {
  const counts = new Set(others.filter((cell) => cell !== ""));
  return /^(min|sec|ms|hrs?|time|samples?)\b/i.test(clock) && first === "" && counts.size === 1 &&
    /^[1-9]\d+$/.test([...counts][0]) && next.length > 1 && numeric(next[0]);
}

/** Names out of several header rows; rows that say the same of all columns, and the rows' own titles, are left out. */
function joinLevels(levels: readonly string[][]): string[] {
  const deepest = levels.at(-1)!;
  const sparse = (cells: readonly string[]) => cells.filter((cell) => cell !== "").length <= cells.length / 2;
  // Names of groups stand above their first column only, and say nothing where names below are clear.
  if (new Set(deepest).size === deepest.length && levels.slice(0, -1).every(sparse)) return [...deepest];
  const varied = levels.filter((cells) => new Set(cells.slice(1)).size > 1);
  const used = varied.length === 0 ? levels.slice(-1) : varied;
  return used[0].map((_, c) =>
    c === 0 && levels.length > 2
      ? "frame"
      : used.map((cells) => cells[c]).filter((cell) => cell !== "").join("_")
  );
}

/** Start and rate as two rows of one number each above the samples, as wristbands write them; the rate. */
function numbersAbove(rows: readonly string[][]): number | undefined {
  const same = (cells: readonly string[]) => new Set(cells).size === 1 ? Number(cells[0]) : NaN;
  if (rows.length < 3) return undefined;
  const [start, rate] = [same(rows[0]), same(rows[1])];
  return start >= 1e9 && start < 5e9 && rate >= 0.1 && rate <= 5000 &&
      rows[2].every((cell) => Math.abs(Number(cell)) < 1e8)
    ? rate
    : undefined;
}

/**
 * The separator that cuts all lines into the same number of cells. Tabs, semicolons and bars come before the comma, which
 * may also be the decimal one; blanks come last.
 */
function findSeparator(lines: readonly string[]): number {
  let best = 32;
  let most = 0;
  const bare = lines.map((line) => line.replace(/"[^"]*"/g, "0"));
  for (const candidate of candidates) {
    const counts = bare.map((line) => {
      const cells = splitLine(line, candidate);
      return cells.at(-1) === "" ? cells.length - 1 : cells.length;
    });
    const usual = mostCommon(counts);
    if (usual < 2) continue;
    const same = counts.filter((n) => n === usual).length / counts.length;
    if (same === 1) return candidate;
    if (same > most) [best, most] = [candidate, same];
  }
  // A table of one column has no separator at all.
  return most === 0 && splitLine(lines[0], 32).length < 2 ? 44 : best;
}

/**
 * Whether the first row names columns: it holds words above numbers, or no number at all. Dates, fractions and words for a
 * missing number are no names.
 */
function isHeader(first: readonly string[], rest: readonly string[][]): boolean {
  const datum = (cell: string) =>
    dated.test(cell) || numeric(cell) && !/^\d+$/.test(cell) || named.test(cell);
  if (first.some(datum)) return false;
  if (!first.some(numeric)) return true;
  return first.some((cell, c) =>
    cell !== "" && !numeric(cell) && !absent.test(cell) &&
    rest.some((row) => c < row.length && numeric(row[c]))
  );
}
