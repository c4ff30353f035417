/** Columns of a text table as typed arrays, in one pass over its bytes. */
import { InputError } from "../../errors.ts";
import type { Dialect } from "./csv_dialect.ts";
import { parseInstant } from "./instant.ts";
import { parseNumber } from "./number.ts";
import type { ColumnPlan, Columns } from "./table.ts";

/** Spellings of "no number". */
const absent = /^(nan|na|n\/a|null|none|-|\?)?$/i;
const decoder = new TextDecoder();

/** A text column: codes in order of appearance, with a shortcut for cells that equal the one above. */
class TextColumn {
  readonly names: string[] = [];
  readonly codes: Int32Array;
  readonly #codeOf = new Map<string, number>();
  #from = 0;
  #to = -1;
  #code = -1;

  constructor(rows: number) {
    this.codes = new Int32Array(rows);
  }

  add(row: number, bytes: Uint8Array, from: number, to: number): void {
    let same = to - from === this.#to - this.#from;
    for (let i = 0; same && i < to - from; i++) same = bytes[from + i] === bytes[this.#from + i];
    if (!same) {
      const text = decoder.decode(bytes.subarray(from, to)).replaceAll('""', '"').trim();
      let code = this.#codeOf.get(text);
      if (code === undefined) {
        code = this.names.length;
        this.names.push(text);
        this.#codeOf.set(text, code);
      }
      [this.#from, this.#to, this.#code] = [from, to, code];
    }
    this.codes[row] = this.#code;
  }
}

/**
 * Reads the wanted columns of a table.
 *
 * @param file Name for messages.
 * @throws {InputError} with file and line for a row of another width, a cell that is no number, NaN and infinity.
 */
export function readColumns(bytes: Uint8Array, dialect: Dialect, plan: ColumnPlan, file: string): Columns {
  const { separator, columns } = dialect;
  const blank = separator === 32;
  const comma = separator !== 44;
  let most = 1;
  for (let i = dialect.start; i < bytes.length; i++) if (bytes[i] === 10) most++;
  const width = plan.values.length;
  let values = new Float32Array(most * width);
  const time = new Float64Array(plan.time === undefined ? 0 : most);
  const texts = plan.texts.map(() => new TextColumn(most));
  const slots = Array.from({ length: columns }, (_, c) => plan.values.flatMap((v, i) => v === c ? [i] : []));
  const textSlots = Array.from(
    { length: columns },
    (_, c) => plan.texts.flatMap((v, i) => v === c ? [i] : []),
  );
  const name = (c: number) => dialect.header?.[c] ?? `column ${c + 1}`;
  const skipped: number[] = []; // rows before which a line was passed over
  const starts = new Int32Array(columns + 1);
  const ends = new Int32Array(columns + 1);
  const lineOf = (row: number) => {
    let line = dialect.line + row;
    for (const s of skipped) if (s <= row) line++;
    return line;
  };
  const fail = (row: number, message: string, hint?: string): never => {
    throw new InputError(message, { file, row: lineOf(row), hint });
  };
  let row = 0;
  let instants = 0;
  for (let i = dialect.start; i < bytes.length;) {
    let cell = 0;
    let first = i;
    while (first < bytes.length && (bytes[first] === 32 || bytes[first] === 9 && separator !== 9)) first++;
    if (first >= bytes.length) break;
    if (bytes[first] === 10 || bytes[first] === 13 || bytes[first] === 35) {
      // Empty line or comment.
      const end = bytes.indexOf(10, first);
      skipped.push(row);
      i = end < 0 ? bytes.length : end + 1;
      continue;
    }
    for (let more = true; more; cell++) {
      while (i < bytes.length && bytes[i] === 32) i++;
      let from = i;
      let to: number;
      if (bytes[i] === 34) {
        from = ++i;
        while (i < bytes.length && (bytes[i] !== 34 || bytes[i + 1] === 34)) i += bytes[i] === 34 ? 2 : 1;
        to = i++;
        while (i < bytes.length && bytes[i] !== separator && bytes[i] !== 10) i++;
      } else if (blank) {
        while (i < bytes.length && bytes[i] > 32) i++;
        to = i;
        while (i < bytes.length && (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === 13)) i++;
      } else {
        while (i < bytes.length && bytes[i] !== separator && bytes[i] !== 10) i++;
        to = i;
        while (to > from && (bytes[to - 1] === 32 || bytes[to - 1] === 13)) to--;
        // Some loggers close each row with a semicolon.
        if (to > from && bytes[to - 1] === 59 && separator !== 59) to--;
      }
      more = i < bytes.length && bytes[i] !== 10;
      if (!blank || !more) i++;
      if (cell < columns) {
        starts[cell] = from;
        ends[cell] = to;
      } else if (cell > columns || to > from) {
        fail(
          row,
          `Cannot read row: more than ${columns} cells`,
          "Every row needs as many cells as the header.",
        );
      }
    }
    if (cell < columns) {
      fail(
        row,
        `Cannot read row: ${cell} of ${columns} cells`,
        "Every row needs as many cells as the header.",
      );
    }
    for (let c = 0; c < columns; c++) {
      const from = starts[c];
      const to = ends[c];
      for (const t of textSlots[c]) texts[t].add(row, bytes, from, to);
      if (c === plan.time) {
        let at = parseNumber(bytes, from, to, comma);
        if (Number.isNaN(at)) {
          at = parseInstant(decoder.decode(bytes.subarray(from, to)));
          if (!Number.isNaN(at)) instants++;
        }
        time[row] = at;
      }
      if (slots[c].length === 0) continue;
      const value = parseNumber(bytes, from, to, comma);
      if (!Number.isFinite(value)) {
        const text = decoder.decode(bytes.subarray(from, to)).trim();
        const missing = Number.isNaN(value) && absent.test(text);
        if (!missing || plan.missing === "error") {
          const what = !missing && Number.isNaN(value) && !/^[+-]?inf(inity)?$/i.test(text)
            ? `"${text}" is not a number`
            : text === ""
            ? "the sample is missing"
            : `the sample is ${text}`;
          fail(
            row,
            `Cannot read ${name(c)}: ${what}`,
            missing
              ? "Remove the row, fill the value, or set missing: gap to keep windows away from it."
              : undefined,
          );
        }
      }
      for (const v of slots[c]) values[row * width + v] = value;
    }
    row++;
  }
  if (instants > 0 && instants < row) {
    throw new InputError("Cannot use time: some rows hold dates and others numbers", {
      file,
      row: lineOf(0),
    });
  }
  if (row === 0) throw new InputError("Cannot read table: there is a header, but no row below it", { file });
  values = values.subarray(0, row * width);
  return {
    rows: row,
    values,
    time: time.subarray(0, row),
    instants: instants > 0,
    texts: texts.map(({ codes, names }) => ({ codes: codes.subarray(0, row), names })),
    lineOf,
  };
}
