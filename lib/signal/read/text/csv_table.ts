/** Columns of a text table as typed arrays, in one pass over its bytes. */
import { InputError } from "../../../errors.ts";
import type { Dialect } from "./csv_dialect.ts";
import { Dates } from "../instant.ts";
import { parseNumber } from "../number.ts";
import type { Text } from "./text_pieces.ts";
import { type ColumnPlan, type Columns, EmptyTable } from "../table.ts";

/** Spellings of "no number". */
const absent = /^(nan|na|n\/a|null|none|-|\?)?$/i;
const decoder = new TextDecoder();
const tens = Float64Array.from({ length: 16 }, (_, i) => Number(`1e${i}`));

/** A text column: codes in order of appearance, with a shortcut for cells that equal the one above. */
class TextColumn {
  readonly names: string[] = [];
  codes: Int32Array;
  readonly #codeOf = new Map<string, number>();
  #from = 0;
  #to = -1;
  #code = -1;

  constructor(rows: number) {
    this.codes = new Int32Array(rows);
  }

  /** The row above once more, for a row that cannot be read. */
  again(row: number): void {
    this.codes[row] = row === 0 ? this.#codeFor("") : this.codes[row - 1];
  }

  /** Forgets where the cell above stands: another piece of the text follows. */
  begin(): void {
    this.#to = -1;
    this.#from = 0;
  }

  #codeFor(text: string): number {
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      code = this.names.length;
      this.names.push(text);
      this.#codeOf.set(text, code);
    }
    return code;
  }

  add(row: number, bytes: Uint8Array, from: number, to: number): void {
    let same = to - from === this.#to - this.#from;
    for (let i = 0; same && i < to - from; i++) same = bytes[from + i] === bytes[this.#from + i];
    if (!same) {
      const text = decoder.decode(bytes.subarray(from, to)).replaceAll('""', '"').trim();
      [this.#from, this.#to, this.#code] = [from, to, this.#codeFor(text)];
    }
    this.codes[row] = this.#code;
  }
}

/** A larger array that begins with the same values. */
function grown<T extends Float32Array | Float64Array | Int32Array>(array: T, length: number): T {
  const out = new (array.constructor as new (length: number) => T)(length);
  out.set(array as never);
  return out;
}

/** How many rows a text has, about: as many in each byte as its first piece has. */
function expectedRows({ size, head }: Text, start: number): number {
  let lines = 1;
  for (let at = head.indexOf(10, start); at >= 0; at = head.indexOf(10, at + 1)) lines++;
  return head.length >= size ? lines : Math.ceil(lines * (size - start) / (head.length - start) * 1.02) + 64;
}

/**
 * Reads the wanted columns of a table.
 *
 * @param text The file, or its bytes. @param file Name for messages.
 * @throws {InputError} with file and line for a row of another width, a cell that is no number, NaN and infinity.
 */
export function readColumns(
  text: Text | Uint8Array,
  dialect: Dialect,
  plan: ColumnPlan,
  file: string,
): Columns {
  const source: Text = text instanceof Uint8Array
    ? { size: text.length, head: text, pieces: () => [text] }
    : text;
  const { separator, columns, comma } = dialect;
  const blank = separator === 32;
  let most = expectedRows(source, dialect.start);
  const width = plan.values.length;
  let values = new Float32Array(most * width);
  let time = new Float64Array(plan.time === undefined ? 0 : most);
  const texts = plan.texts.map(() => new TextColumn(most));
  const slots = Array.from({ length: columns }, (_, c) => plan.values.flatMap((v, i) => v === c ? [i] : []));
  const textSlots = Array.from(
    { length: columns },
    (_, c) => plan.texts.flatMap((v, i) => v === c ? [i] : []),
  );
  const name = (c: number) => dialect.header?.[c] ?? `column ${c + 1}`;
  const skipped: number[] = []; // rows before which a line was passed over
  const breaks: number[] = [];
  /** Columns whose cells are numbers, as a rule; and the plain ones among those of a row, which need no second look. */
  const numeric = slots.map((own, c) => own.length > 0 || c === plan.time && plan.timeOfDay === undefined);
  const plain = new Float64Array(columns + 1);
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
  const sentinels = new Set(plan.missingValues ?? []);
  const forgiving = plan.onBad === "gap";
  const dates = new Dates(plan.dateOrder);
  const decimal = comma && separator !== 44 ? 44 : 46;
  /** The number that {@linkcode plainNumber} has read. */
  let plainValue = NaN;
  /** Reads digits with at most one point; returns the offset behind them, −1 for anything that needs more care. */
  const plainNumber = (bytes: Uint8Array, from: number): number => {
    let at = from;
    const negative = bytes[at] === 45;
    if (negative) at++;
    let [mantissa, digits] = [0, at];
    let byte = bytes[at];
    while (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + byte - 48;
      byte = bytes[++at];
    }
    let fraction = 0;
    if (byte === 46 || byte === decimal) {
      const point = at++;
      byte = bytes[at];
      while (byte >= 48 && byte <= 57) {
        mantissa = mantissa * 10 + byte - 48;
        byte = bytes[++at];
      }
      fraction = at - point - 1;
      digits++;
    }
    if (at - digits < 1 || at - digits > 15) return -1;
    const value = fraction === 0 ? mantissa : mantissa / tens[fraction];
    plainValue = negative ? -value : value;
    return at;
  };
  let row = 0;
  let bad = 0;
  let instants = 0;
  /** A row that cannot be read: left out where times tell that it is missing, else a row of missing samples. */
  const passOver = (): void => {
    bad++;
    if (plan.time !== undefined && plan.timeOptional !== true) skipped.push(row);
    else {
      values.fill(NaN, row * width, (row + 1) * width);
      for (const text of texts) text.again(row);
      row++;
    }
  };
  let begin = dialect.start;
  for (const bytes of source.pieces()) {
    for (const column of texts) column.begin();
    for (let i = begin; i < bytes.length;) {
      if (row === most) {
        most = Math.ceil(1.25 * most) + 64;
        values = grown(values, most * width);
        if (plan.time !== undefined) time = grown(time, most);
        for (const column of texts) column.codes = grown(column.codes, most);
      }
      let cell = 0;
      let first = i;
      while (first < bytes.length && (bytes[first] === 32 || bytes[first] === 9 && separator !== 9)) first++;
      if (first >= bytes.length) break;
      if (bytes[first] === 10 || bytes[first] === 13 || bytes[first] === 35) {
        // Empty line or comment.
        const end = bytes.indexOf(10, first);
        skipped.push(row);
        if (row > 0 && bytes[first] !== 35 && breaks.at(-1) !== row) breaks.push(row);
        i = end < 0 ? bytes.length : end + 1;
        continue;
      }
      let tooMany = false;
      for (let more = true; more; cell++) {
        while (i < bytes.length && bytes[i] === 32) i++;
        let from = i;
        let to: number;
        const read = cell < columns && numeric[cell] ? plainNumber(bytes, i) : -1;
        plain[cell] = read < 0 ? NaN : plainValue;
        const behind = read < 0 ? 0 : bytes[read];
        if (read >= 0 && (behind === separator && !blank || behind === 10)) to = i = read;
        else if (bytes[i] === 34) {
          plain[cell] = NaN;
          from = ++i;
          while (i < bytes.length && (bytes[i] !== 34 || bytes[i + 1] === 34)) i += bytes[i] === 34 ? 2 : 1;
          to = i++;
          while (i < bytes.length && bytes[i] !== separator && bytes[i] !== 10) i++;
        } else if (blank) {
          plain[cell] = NaN;
          while (i < bytes.length && bytes[i] > 32) i++;
          to = i;
          while (i < bytes.length && (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === 13)) i++;
        } else {
          plain[cell] = NaN;
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
        } else if (cell > columns || to > from) tooMany = true;
      }
      if (tooMany || cell < columns) {
        if (forgiving) {
          passOver();
          continue;
        }
        fail(
          row,
          `Cannot read row: ${tooMany ? `more than ${columns}` : `${cell} of ${columns}`} cells`,
          "Every row needs as many cells as the header; on_bad: gap takes such rows for missing ones.",
        );
      }
      let broken = false;
      for (let c = 0; c < columns; c++) {
        const from = starts[c];
        const to = ends[c];
        for (const t of textSlots[c]) texts[t].add(row, bytes, from, to);
        if (c === plan.time) {
          const more = plan.timeOfDay;
          let at = more === undefined ? plain[c] : NaN;
          if (Number.isNaN(at) && more === undefined) at = parseNumber(bytes, from, to, comma);
          if (Number.isNaN(at)) {
            let text = decoder.decode(bytes.subarray(from, to));
            if (more !== undefined) text += ` ${decoder.decode(bytes.subarray(starts[more], ends[more]))}`;
            at = dates.parse(text, row);
            if (!Number.isNaN(at)) instants++;
            else if (plan.timeOptional === true) at = NaN;
            else if (forgiving) broken = true;
            else {
              fail(
                row,
                `Cannot use time: "${text.slice(0, 60)}" is neither a number nor a date and time`,
                "Known are 2024-10-27 02:00:00.5, 27.10.2024 02:00:00, 10/27/2024 2:00:00 AM, 02:00:00.5, with or " +
                  "without a zone such as +01:00.",
              );
            }
          }
          time[row] = at;
        }
        if (slots[c].length === 0) continue;
        let value = plain[c];
        if (Number.isNaN(value)) value = parseNumber(bytes, from, to, comma);
        if (sentinels.size > 0 && sentinels.has(value)) value = NaN;
        else if (!Number.isFinite(Math.fround(value))) {
          const text = decoder.decode(bytes.subarray(from, to)).trim();
          const infinite = !Number.isNaN(value) || /^[+-]?inf(inity)?$/i.test(text);
          const missing = infinite || absent.test(text);
          if (forgiving && (!missing || plan.missing === "error")) broken = true;
          else if (!missing || plan.missing === "error") {
            fail(
              row,
              `Cannot read ${name(c)}: ${
                !missing
                  ? `"${text.slice(0, 60)}" is not a number`
                  : text === ""
                  ? "the sample is missing"
                  : `the sample is ${text}`
              }`,
              missing
                ? "Remove the row, fill the value, or set missing: gap to keep windows away from it."
                : "Correct the row; on_bad: gap takes such rows for missing ones, on_bad: skip leaves the file out.",
            );
          }
          value = NaN;
        }
        for (const v of slots[c]) values[row * width + v] = value;
      }
      if (broken) passOver();
      else row++;
    }
    begin = 0;
  }
  if (instants > 0 && instants < row && plan.timeOptional !== true) {
    throw new InputError("Cannot use time: some rows hold dates and others numbers", {
      file,
      row: lineOf(0),
    });
  }
  if (row === 0) throw new EmptyTable("Cannot read table: there is a header, but no row below it", { file });
  if (instants > 0 && plan.timeOptional !== true) {
    dates.settle(time.subarray(0, row), name(plan.time!), { file, row: lineOf(0) });
  }
  values = values.subarray(0, row * width);
  return {
    rows: row,
    values,
    time: time.subarray(0, row),
    instants: instants > 0,
    daily: dates.daily,
    bad,
    breaks: breaks.filter((at) => at < row),
    texts: texts.map(({ codes, names }) => ({ codes: codes.subarray(0, row), names })),
    lineOf,
  };
}
