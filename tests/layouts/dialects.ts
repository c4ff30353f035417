/** Random tables, and the random ways in which programs write them. */
import fc from "fast-check";
import { gzipSync } from "node:zlib";

/** How a table is written. */
export interface Dialect {
  separator: "," | ";" | "\t" | "|" | " ";
  decimal: "." | ",";
  quotes: boolean;
  header: "row" | "hash" | "none";
  preamble: number;
  sepLine: boolean;
  units: boolean;
  time: "none" | "s" | "ms" | "epoch-s" | "epoch-ms" | "epoch-ns" | "iso" | "zone" | "points" | "two-columns";
  encoding: "utf-8" | "bom" | "utf-16" | "windows-1252";
  newline: "\n" | "\r\n" | "\r";
  missing: string;
  /** Behind each row. */
  closed: boolean;
  lastNewline: boolean;
  gzip: boolean;
  numbers: "fixed" | "exponent";
}

/** What is written. */
export interface Table {
  rate: number;
  /** By row. */
  values: number[][];
  labels: string[];
  /** Rows and channels that are missing. */
  missing: [row: number, channel: number][];
}

export const dialects: fc.Arbitrary<Dialect> = fc.record({
  separator: fc.constantFrom(",", ";", "\t", "|", " "),
  decimal: fc.constantFrom(".", ","),
  quotes: fc.boolean(),
  header: fc.constantFrom("row", "row", "hash", "none"),
  preamble: fc.constantFrom(0, 0, 1, 3, 9),
  sepLine: fc.constantFrom(false, false, true),
  units: fc.constantFrom(false, false, true),
  time: fc.constantFrom(
    "none",
    "s",
    "ms",
    "epoch-s",
    "epoch-ms",
    "epoch-ns",
    "iso",
    "zone",
    "points",
    "two-columns",
  ),
  encoding: fc.constantFrom("utf-8", "utf-8", "bom", "utf-16", "windows-1252"),
  newline: fc.constantFrom("\n", "\n", "\r\n", "\r"),
  missing: fc.constantFrom("", "NaN", "NA", "null", "-"),
  closed: fc.constantFrom(false, false, true),
  lastNewline: fc.boolean(),
  gzip: fc.constantFrom(false, false, true),
  numbers: fc.constantFrom("fixed", "exponent"),
});

export const tables: fc.Arbitrary<Table> = fc.record({
  rate: fc.constantFrom(20, 25, 50, 100),
  width: fc.constantFrom(1, 3, 6),
  rows: fc.integer({ min: 45, max: 140 }),
  scale: fc.constantFrom(0.01, 1, 9.81, 2000),
  seed: fc.integer({ min: 1, max: 1 << 30 }),
  words: fc.uniqueArray(fc.constantFrom("gehen", "Stühle", "a b", "é", "walk-up", "7", "8"), {
    minLength: 1,
    maxLength: 3,
  }),
  holes: fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      maxLength: 3,
    },
  ),
}).map(({ rate, width, rows, scale, seed, words, holes }) => ({
  rate,
  values: Array.from(
    { length: rows },
    (_, i) =>
      Array.from(
        { length: width },
        (_, c) => Number((scale * Math.sin(seed + i * (0.3 + 0.1 * c) + c)).toPrecision(6)),
      ),
  ),
  labels: Array.from({ length: rows }, (_, i) => words[Math.floor(i / 20) % words.length]),
  missing: holes.map(([row, channel]): [number, number] => [
    Math.floor(row * (rows - 1)),
    Math.floor(channel * (width - 0.001)),
  ]),
}));

/** A table whose first row shows what it is: nobody can tell a row of words and dashes from a header. */
export function telling(table: Table, { header }: Dialect): Table {
  const first = table.values[0].length === 1 && header === "none" ? 1 : 0;
  return { ...table, missing: table.missing.filter(([row]) => row >= first) };
}

/** What cannot be written so that anybody could read it is written the next best way. */
export function sensible(dialect: Dialect): Dialect {
  const d = { ...dialect };
  if (d.separator === "," && d.decimal === ",") d.quotes = true;
  if (d.separator === " ") {
    d.missing = d.missing === "" ? "NaN" : d.missing;
    d.quotes = true;
    d.closed = false;
    d.sepLine = false;
    if (d.time === "iso" || d.time === "zone" || d.time === "points") d.time = "epoch-ms";
  }
  if (d.header !== "row") d.units = false;
  if (d.header === "hash" && d.sepLine) d.sepLine = false;
  if (d.decimal === "," && d.numbers === "exponent" && d.separator === ",") d.numbers = "fixed";
  return d;
}

const day = Date.UTC(2024, 9, 13, 21, 59, 59);

function timeCells({ time, decimal }: Dialect, i: number, rate: number): string[] {
  const ms = i * 1000 / rate;
  const stamp = new Date(day + ms).toISOString().slice(0, 23);
  const number = (x: string) => [x.replace(".", decimal)];
  switch (time) {
    case "none":
      return [];
    case "s":
      return number((ms / 1e3).toFixed(3));
    case "ms":
      return [String(ms)];
    case "epoch-s":
      return number(((day + ms) / 1e3).toFixed(3));
    case "epoch-ms":
      return [String(day + ms)];
    case "epoch-ns":
      return [`${day + ms}000000`];
    case "iso":
      return [stamp.replace("T", " ")];
    case "zone":
      return [`${stamp}+02:00`];
    case "points": {
      const [date, clock] = stamp.split("T");
      return [`${date.split("-").reverse().join(".")} ${clock}`];
    }
    case "two-columns":
      return stamp.split("T");
  }
}

/** Names of the channels. */
export const channelNames = (width: number) =>
  width === 1 ? ["force"] : ["ax", "ay", "az", "gx", "gy", "gz"].slice(0, width);

/** Names of all columns, in the order of the file. */
export function columnNames(table: Table, dialect: Dialect): string[] {
  const time = { none: [], "two-columns": ["date", "clock"] }[dialect.time as string] ?? ["t"];
  return [...time, ...channelNames(table.values[0].length), "label"];
}

/** The file. */
export function write(table: Table, dialect: Dialect): { name: string; bytes: Uint8Array } {
  const { separator, quotes, newline, closed } = dialect;
  const quote = (cell: string) => quotes ? `"${cell.replaceAll('"', '""')}"` : cell;
  const line = (cells: string[]) => cells.map(quote).join(separator) + (closed ? separator : "");
  const holes = new Set(table.missing.map(([row, channel]) => `${row}.${channel}`));
  const number = (x: number) =>
    (dialect.numbers === "fixed" ? String(x) : x.toExponential(7)).replace(".", dialect.decimal);
  const body = table.values.map((row, i) =>
    line([
      ...timeCells(dialect, i, table.rate),
      ...row.map((v, c) => holes.has(`${i}.${c}`) ? dialect.missing : number(v)),
      table.labels[i],
    ])
  );
  const names = columnNames(table, dialect);
  const head = [
    ...(dialect.sepLine ? [`sep=${separator}`] : []),
    ...Array.from({ length: dialect.preamble }, (_, k) => ["Made by X 1.2", "Serial: 7", "--------"][k % 3]),
    ...(dialect.header === "none" ? [] : [(dialect.header === "hash" ? "# " : "") + line(names)]),
    ...(dialect.units ? [line(names.map((name) => /^(t|date|clock|label)$/.test(name) ? "-" : "g"))] : []),
  ];
  const text = [...head, ...body].join(newline) + (dialect.lastNewline ? newline : "");
  const encoded = encode(text, dialect.encoding);
  return dialect.gzip ? { name: "a.csv.gz", bytes: gzipSync(encoded) } : { name: "a.csv", bytes: encoded };
}

function encode(text: string, encoding: Dialect["encoding"]): Uint8Array {
  if (encoding === "windows-1252") return Uint8Array.from(text, (c) => c.charCodeAt(0));
  const marked = encoding === "utf-8" ? text : `\ufeff${text}`;
  if (encoding !== "utf-16") return new TextEncoder().encode(marked);
  return new Uint8Array(Uint16Array.from(marked, (c) => c.charCodeAt(0)).buffer);
}
