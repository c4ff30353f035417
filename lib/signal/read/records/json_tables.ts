/** Tables in JSON: lines of records, lists of records or rows, lists by column, and Edge Impulse's acquisitions. */
import { InputError } from "../../../errors.ts";
import type { DataFile } from "../archive.ts";
import { decodeText } from "../laws/decode.ts";
import { openCsv } from "../csv.ts";
import { detectDialect, knownDialect } from "../text/csv_dialect.ts";
import { EmptyTable, noRows, type Table } from "../table.ts";
import { edgeImpulsePayload, edgeImpulseTable, type RecordTable } from "./edge_impulse.ts";
import { type Cell, encodeRows, RecordRows } from "./text_rows.ts";

/** Endings of names. */
export const jsonEndings = ["json", "jsonl", "ndjson"];

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const rateName = /^(fs|sfreq|rate|hz|sampling_?(rate|freq(uency)?)|sample_?rate|frequency)$/i;
/** Numbers of so many digits may be no doubles. */
const wide = /\d{16}/;

/** A text, or what Python writes for a number that is missing or too large, which JSON has not. */
const missing = /("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/g;

/** Parses; whole numbers that no double holds stay texts, as nanoseconds since 1970, and what is no number is null. */
function parse(text: string): unknown {
  try {
    return parseStrictly(text);
  } catch (cause) {
    const known = text.replace(missing, (_, quoted?: string) => quoted ?? "null");
    if (known === text) throw cause;
    return parseStrictly(known);
  }
}

function parseStrictly(text: string): unknown {
  if (!wide.test(text)) return JSON.parse(text);
  const reviver = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? context?.source ?? value
      : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

const axes = ["x", "y", "z"];

/** Fields of a record, those of records inside it under `a.b`; lists of three are x, y and z. */
function* flat(value: unknown, name: string): Generator<readonly [string, Cell]> {
  if (isList(value)) {
    const three = value.length === 3;
    for (const [i, item] of value.entries()) yield* flat(item, `${name}_${three ? axes[i] : i + 1}`);
  } else if (isFields(value)) {
    for (const [key, item] of Object.entries(value)) yield* flat(item, name === "" ? key : `${name}.${key}`);
  } else yield [name, value as Cell];
}

/**
 * Opens the table that a file holds.
 *
 * @throws {InputError} naming the line where it is no JSON, and for what is no table.
 */
export function openJson(file: DataFile): Table {
  const { rows, named, rate, units } = jsonTable(file);
  const text = { name: file.name, place: file.place, read: () => encodeRows(rows) };
  const told = { ...(rate === undefined ? {} : { rate }), ...(units === undefined ? {} : { units }) };
  return { ...openCsv(text, {}, named ? recordDialect : detectDialect), ...told };
}

/** The dialect of records below their names, which are no row of the file: the first record is its row 1. */
const recordDialect: typeof knownDialect = (...args) => {
  const dialect = knownDialect(...args);
  return { ...dialect, line: dialect.line - 1 };
};

function jsonTable(file: DataFile): RecordTable {
  const bytes = decodeText(file.read(), undefined, file.name);
  const start = bytes[0] === 0xef ? 3 : 0;
  const firstEnd = bytes.indexOf(10, start);
  const lines = /\.(jsonl|ndjson)$/i.test(file.name) ||
    firstEnd > 0 && isWhole(bytes.subarray(start, firstEnd));
  return lines && hasMore(bytes, firstEnd)
    ? ofLines(bytes.subarray(start), file)
    : ofValue(whole(bytes, file), file);
}

const decoder = new TextDecoder();

/** Whether the first line alone is a record. */
function isWhole(line: Uint8Array): boolean {
  try {
    return typeof JSON.parse(decoder.decode(line)) === "object";
  } catch {
    return false;
  }
}

const hasMore = (bytes: Uint8Array, from: number) =>
  from >= 0 && bytes.subarray(from).some((byte) => byte !== 10 && byte !== 13 && byte !== 32);

function whole(bytes: Uint8Array, file: DataFile): unknown {
  try {
    return parse(decoder.decode(bytes));
  } catch (cause) {
    throw broken(cause, file);
  }
}

function broken(cause: unknown, file: DataFile, row?: number): InputError {
  return new InputError(`Cannot read JSON: ${(cause as Error).message}`, {
    file: file.name,
    row,
    hint: "The file is cut short, or is no JSON: write it anew, or leave it out by on_bad: skip.",
    cause,
  });
}

/** One record or list a line. */
function ofLines(bytes: Uint8Array, file: DataFile): RecordTable {
  const records = new RecordRows();
  const rows: unknown[][] = [];
  for (let from = 0, line = 1; from < bytes.length; line++) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    const text = decoder.decode(bytes.subarray(from, end)).trim();
    from = end + 1;
    if (text === "") continue;
    let value: unknown;
    try {
      value = parse(text);
    } catch (cause) {
      throw broken(cause, file, line);
    }
    if (isFields(value)) records.add(flat(value, ""));
    else if (isList(value)) rows.push(value);
    else throw noTable(`line ${line} is ${text.slice(0, 40)}`, file);
  }
  if (records.length > 0 && rows.length > 0) throw noTable("some lines are records, others are lists", file);
  return rows.length > 0 ? { rows: rows as Cell[][] } : { rows: records.rows(), named: true };
}

const noTable = (what: string, file: DataFile) =>
  new InputError(`Cannot read JSON: ${what}, which is no table`, {
    file: file.name,
    hint: 'Tables are [{"t": 0, "x": 1}, …], {"t": [0, …], "x": [1, …]}, or one record a line.',
  });

/** A table, or the only table among the fields of a value. */
function ofValue(value: unknown, file: DataFile): RecordTable {
  const payload = edgeImpulsePayload(value);
  if (payload !== undefined) return edgeImpulseTable(payload, file.name);
  const own = tableOf(value, file);
  if (own !== undefined) return own;
  if (!isFields(value)) throw noTable(`it is ${JSON.stringify(value).slice(0, 40)}`, file);
  const inside = Object.entries(value).flatMap(([name, field]) => {
    const table = tableOf(field, file);
    return table === undefined ? [] : [{ name, table }];
  });
  if (inside.length !== 1) {
    throw noTable(
      inside.length === 0
        ? `it has ${Object.keys(value).slice(0, 8).join(", ")}`
        : `it has several: ${inside.map(({ name }) => name).join(", ")}`,
      file,
    );
  }
  const rates = Object.entries(value).filter(([name, field]) =>
    rateName.test(name) && typeof field === "number" && field > 0
  );
  return { ...inside[0].table, ...(rates.length === 1 ? { rate: rates[0][1] as number } : {}) };
}

/** Undefined for what is no table. */
function tableOf(value: unknown, file: DataFile): RecordTable | undefined {
  if (isList(value)) {
    if (value.length === 0) {
      throw new EmptyTable("Cannot read table: it has no rows", { file: file.name, hint: noRows });
    }
    if (value.every(isFields)) {
      const records = new RecordRows();
      for (const fields of value) records.add(flat(fields, ""));
      return { rows: records.rows(), named: true };
    }
    return value.every(isList) ? { rows: value as Cell[][] } : undefined;
  }
  if (!isFields(value)) return undefined;
  const { columns, data } = value;
  // As pandas writes it: orient="split".
  if (isList(columns) && isList(data) && data.every(isList)) {
    return { rows: [columns as Cell[], ...data as Cell[][]], named: true };
  }
  return byColumn(value);
}

/** Lists, or records by row number, one for each column; undefined where they are not of one length. */
function byColumn(value: Fields): RecordTable | undefined {
  const names = Object.keys(value);
  const columns = Object.values(value).map((own) =>
    isList(own) ? own : isFields(own) ? Object.values(own) : []
  );
  const [first] = columns;
  if (first === undefined || first.length < 2) return undefined;
  const plain = columns.every((own) =>
    own.length === first.length && own.every((cell) => typeof cell !== "object" || cell === null)
  );
  if (!plain) return undefined;
  return { named: true, rows: [names, ...first.map((_, i) => columns.map((own) => own[i] as Cell))] };
}
