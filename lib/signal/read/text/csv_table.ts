/** Columns of a text table as typed arrays, in one pass over its bytes. */
import { InputError } from "../../../errors.ts";
import type { Dialect } from "./csv_dialect.ts";
import { Dates } from "../instant.ts";
import { parseNumber } from "../number.ts";
import type { Text } from "./text_pieces.ts";
import { type ColumnPlan, type Columns, EmptyTable, noRows } from "../table.ts";
import { TextColumn } from "./text_column.ts";
import { absent, formulaError, isComment, oddNumber, shapeOf, Shapes, statedNumber } from "./cells.ts";

const decoder = new TextDecoder();
/** In fewer rows whole numbers and three digits behind a mark may stand side by side by chance. */
const fewestToTell = 30;
/** No note in a cell has more lines. */
const mostLines = 50;
const tens = Float64Array.from({ length: 16 }, (_, i) => Number(`1e${i}`));

/** What to do about a row of another width. @param kind First cell of the first row. @param own First cell of this one. */
function rowHint(kind: string, own: string): string {
  const tag = /^\$?[A-Za-z]\w*$/;
  return tag.test(kind) && tag.test(own) && own !== kind
    ? `Where lines of several kinds stand in turn, choose one by its beginning: lines: "^${
      kind.replace("$", "\\\\$")
    },"; on_bad: gap takes such rows for missing ones.`
    : "Every row needs as many cells as the header; on_bad: gap takes such rows for missing ones.";
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
  /** Where files were put together, the header stands again among the rows. */
  const refuseHeader = (c: number, text: string, row: number): void => {
    if (text.trim() === "" || text.trim() !== dialect.header?.[c]) return;
    fail(
      row,
      "Cannot read row: the header stands again, as where files were put together",
      "Cut the file there, where another recording begins; on_bad: gap leaves such rows out.",
    );
  };
  const sentinels = new Set(plan.missingValues ?? []);
  const forgiving = plan.onBad === "gap";
  const dates = new Dates(plan.dateOrder);
  const { thousands } = dialect;
  const usual = thousands === undefined || thousands === "blank" ? undefined : thousands === "." ? "," : ".";
  const stated = (dialect.decimal ?? usual)?.charCodeAt(0);
  const point = stated ?? 46;
  const decimal = stated ?? (comma && separator !== 44 ? 44 : 46);
  const written = dialect.decimal !== undefined || dialect.thousands !== undefined;
  const shapes = new Shapes(columns);
  /** The number that {@linkcode plainNumber} has read. */
  let plainValue = NaN;
  /** Its shape, as {@linkcode shapeOf} tells it. */
  let plainShape = 0;
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
    if (byte === point || byte === decimal) {
      const before = at++;
      byte = bytes[at];
      while (byte >= 48 && byte <= 57) {
        mantissa = mantissa * 10 + byte - 48;
        byte = bytes[++at];
      }
      fraction = at - before - 1;
      digits++;
    }
    if (at - digits < 1 || at - digits > 15) return -1;
    const value = fraction === 0 ? mantissa : mantissa / tens[fraction];
    plainValue = negative ? -value : value;
    plainShape = shapeOf(mantissa, fraction);
    return at;
  };
  let row = 0;
  /** A number that is not plain; NaN for anything else. */
  const careful = (c: number, from: number, to: number, bytes: Uint8Array): number => {
    if (written) return statedNumber(decoder.decode(bytes.subarray(from, to)), dialect);
    const value = parseNumber(bytes, from, to, comma);
    if (Number.isNaN(value)) return oddNumber(bytes, from, to);
    shapes.addText(c, bytes, from, to, row);
    return value;
  };
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
  /** Whether a row that cannot be read consists of names, and others than the header's. */
  const isOtherHeader = (bytes: Uint8Array) => {
    const texts = Array.from(
      { length: columns },
      (_, c) => decoder.decode(bytes.subarray(starts[c], ends[c])).trim(),
    );
    return columns > 2 &&
      texts.every((text) => /^[A-Za-z][\w .()/[\]-]*$/.test(text) && !absent.test(text)) &&
      texts.some((text, c) => dialect.header !== null && text !== dialect.header[c]);
  };
  /** Whether no wanted cell of the row holds anything. */
  const blankRow = () => plan.values.every((c) => ends[c] <= starts[c]);
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
      const comment = isComment(bytes, first);
      if (bytes[first] === 10 || bytes[first] === 13 || comment) {
        const end = bytes.indexOf(10, first);
        skipped.push(row);
        if (row > 0 && !comment && breaks.at(-1) !== row) breaks.push(row);
        i = end < 0 ? bytes.length : end + 1;
        continue;
      }
      let tooMany = false;
      let unclosed = -1;
      for (let more = true; more; cell++) {
        while (i < bytes.length && bytes[i] === 32) i++;
        let from = i;
        let to: number;
        const read = cell < columns && numeric[cell] ? plainNumber(bytes, i) : -1;
        plain[cell] = read < 0 ? NaN : plainValue;
        const behind = read < 0 ? 0 : bytes[read];
        if (read >= 0 && (behind === separator && !blank || behind === 10)) {
          to = i = read;
          shapes.add(cell, plainShape, row);
        } else if (bytes[i] === 34) {
          plain[cell] = NaN;
          from = ++i;
          let lines = 0;
          while (i < bytes.length && (bytes[i] !== 34 || bytes[i + 1] === 34)) {
            if (bytes[i] === 10) lines++;
            i += bytes[i] === 34 ? 2 : 1;
          }
          to = i++;
          let rest = 0;
          for (; i < bytes.length && bytes[i] !== separator && bytes[i] !== 10; i++) {
            if (bytes[i] > 32) rest++;
          }
          // A quote that nobody closes swallows rows up to the next one, or all.
          if (to >= bytes.length || lines > 0 && (rest > 0 || lines > mostLines)) unclosed = from;
          for (; lines > 0; lines--) skipped.push(row + 1);
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
      const { time: at, timeOfDay } = plan;
      if (
        at !== undefined && timeOfDay === undefined && cell === columns && ends[at] <= starts[at] &&
        blankRow()
      ) {
        // Behind the end of these channels, where others of the file go on.
        skipped.push(row);
        continue;
      }
      if (unclosed >= 0) {
        if (!forgiving) {
          fail(
            row,
            "Cannot read row: a quote is opened and not closed",
            "Close or remove it; on_bad: gap takes such rows for missing ones.",
          );
        }
        while (skipped.at(-1) === row + 1) skipped.pop();
        const end = bytes.indexOf(10, unclosed);
        i = end < 0 ? bytes.length : end + 1;
        passOver();
        continue;
      }
      if (tooMany || cell < columns) {
        if (forgiving) {
          passOver();
          continue;
        }
        fail(
          row,
          `Cannot read row: ${tooMany ? `more than ${columns}` : `${cell} of ${columns}`} cells`,
          rowHint(dialect.sample[0]?.[0] ?? "", decoder.decode(bytes.subarray(starts[0], ends[0]))),
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
          if (Number.isNaN(at) && more === undefined) at = careful(c, from, to, bytes);
          if (Number.isNaN(at)) {
            let text = decoder.decode(bytes.subarray(from, to));
            if (more !== undefined) text += ` ${decoder.decode(bytes.subarray(starts[more], ends[more]))}`;
            at = dates.parse(text, row);
            if (!Number.isNaN(at)) instants++;
            else if (plan.timeOptional === true) at = NaN;
            else if (forgiving) broken = true;
            else {
              refuseHeader(c, text, row);
              fail(
                row,
                `Cannot use time: "${text.slice(0, 60)}" is neither a number nor a date and time`,
                /^\d+[-./]\d+[-./]\d+$/.test(text.trim())
                  ? "It is a day; where the time of day has a column of its own: time: { columns: [<date>, <time>] }."
                  : "Known are 2024-10-27 02:00:00.5, 27.10.2024 02:00:00, 10/27/2024 2:00:00 AM, 02:00:00.5, with or " +
                    "without a zone such as +01:00.",
              );
            }
          }
          time[row] = at;
        }
        if (slots[c].length === 0) continue;
        let value = plain[c];
        if (Number.isNaN(value)) value = careful(c, from, to, bytes);
        if (sentinels.size > 0 && sentinels.has(value)) value = NaN;
        else if (!Number.isFinite(Math.fround(value))) {
          const text = decoder.decode(bytes.subarray(from, to)).trim();
          const infinite = !Number.isNaN(value) || /^[+-]?inf(inity)?$/i.test(text);
          const missing = infinite || absent.test(text);
          if (forgiving && (!missing || plan.missing === "error")) broken = true;
          else if (!missing || plan.missing === "error") {
            refuseHeader(c, text, row);
            fail(
              row,
              `Cannot read ${name(c)}: ${
                !missing
                  ? `"${text.slice(0, 60)}" is not a number`
                  : text === ""
                  ? "the sample is missing"
                  : formulaError.test(text)
                  ? `the sample is ${text}, the error of a spreadsheet's formula`
                  : `the sample is ${text}`
              }`,
              formulaError.test(text)
                ? "Mend the formula and export the table again, or set missing: gap to keep windows away from it."
                : missing
                ? "Remove the row, fill the value, or set missing: gap to keep windows away from it."
                : /^[+-]?\d{1,3}([., ']\d{3})+([.,]\d+)?$/.test(text)
                ? 'Where digits are grouped, state how: thousands: "," and decimal: ".", or the like.'
                : "Correct the row; on_bad: gap takes such rows for missing ones, on_bad: skip leaves the file out.",
            );
          }
          value = NaN;
        }
        for (const v of slots[c]) values[row * width + v] = value;
      }
      if (broken && isOtherHeader(bytes)) {
        fail(
          row,
          "Cannot read row: other names of columns stand here, as where another table begins",
          "Cut the file there.",
        );
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
  if (!written && row >= fewestToTell) shapes.check(name, (at) => ({ file, row: lineOf(at) }));
  if (row === 0) {
    throw new EmptyTable("Cannot read table: there is a header, but no row below it", {
      file,
      hint: noRows,
    });
  }
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
