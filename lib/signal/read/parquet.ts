/** Recordings from Parquet tables. */
import { Buffer } from "node:buffer";
import zlib from "node:zlib";
import { type Compressors, type FileMetaData, parquetMetadata, parquetRead, parquetSchema } from "hyparquet";
import { InputError } from "../../errors.ts";
import type { DataFile } from "./archive.ts";
import { type ColumnPlan, type Columns, EmptyTable, type Table } from "./table.ts";
import type { TableOptions } from "./reading.ts";
import { readTables } from "./table_recordings.ts";
import { Dates } from "./instant.ts";

const unpack = (with_: (bytes: Uint8Array) => Uint8Array) => (bytes: Uint8Array) =>
  new Uint8Array(with_(bytes));

/** Codecs besides Snappy, which the reader has. */
const compressors: Compressors = {
  GZIP: unpack((bytes) => zlib.gunzipSync(Buffer.from(bytes))),
  BROTLI: unpack((bytes) => zlib.brotliDecompressSync(Buffer.from(bytes))),
  ZSTD: unpack((bytes) => zlib.zstdDecompressSync(Buffer.from(bytes))),
};

/** Opens a Parquet file; only flat columns can be used. */
export function openParquet(file: DataFile): Table {
  const bytes = file.read();
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const bad = (cause: unknown) => {
    const { message } = cause as Error;
    const codec = /unsupported compression codec:? (\w+)/.exec(message)?.[1];
    return new InputError(`Cannot read Parquet file: ${message}`, {
      file: file.name,
      cause,
      hint: codec === undefined ? undefined : `Nothing here unpacks ${codec}; write it anew, with pandas: ` +
        'pandas.read_parquet(path).to_parquet(path, compression="zstd").',
    });
  };
  let metadata: FileMetaData;
  try {
    metadata = parquetMetadata(buffer);
  } catch (cause) {
    throw bad(cause);
  }
  const header = parquetSchema(metadata).children.map((child) => child.element.name);
  return {
    header,
    columns: header.length,
    line: 1,
    async read(plan) {
      const rows = Number(metadata.num_rows);
      if (rows === 0) throw new EmptyTable("Cannot read table: it has no rows", { file: file.name });
      const wanted = [
        ...new Set([
          ...plan.values,
          ...plan.texts,
          ...[plan.time, plan.timeOfDay].filter((c) => c !== undefined),
        ]),
      ];
      const cells = new Map(wanted.map((c) => [header[c], new Array<unknown>(rows)]));
      try {
        await parquetRead({
          file: buffer,
          metadata,
          compressors,
          columns: [...cells.keys()],
          // Numbers, not Date objects, which have no digits below the millisecond.
          parsers: {
            timestampFromMilliseconds: (n: bigint) => new Instant(Number(n)),
            timestampFromMicroseconds: (n: bigint) => new Instant(Number(n) / 1e3),
            timestampFromNanoseconds: (n: bigint) => new Instant(Number(n) / 1e6),
          },
          onChunk({ columnName, columnData, rowStart }) {
            const column = cells.get(columnName)!;
            for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
          },
        });
      } catch (cause) {
        throw bad(cause);
      }
      return pick(plan, rows, header, header.map((name) => cells.get(name)), file.name);
    },
  };
}

/** A point in time. */
class Instant {
  constructor(readonly milliseconds: number) {}
}

function pick(
  plan: ColumnPlan,
  rows: number,
  header: readonly string[],
  cells: readonly (unknown[] | undefined)[],
  file: string,
): Columns {
  const width = plan.values.length;
  const values = new Float32Array(rows * width);
  const sentinels = new Set(plan.missingValues ?? []);
  plan.values.forEach((c, v) => {
    const column = cells[c]!;
    for (let row = 0; row < rows; row++) {
      const cell = column[row];
      const number = typeof cell === "number" ? cell : typeof cell === "bigint" ? Number(cell) : NaN;
      const listed = sentinels.has(number);
      const finite = Number.isFinite(Math.fround(number));
      values[row * width + v] = listed || !finite ? NaN : number;
      if (listed || finite) continue;
      const missing = cell === null || cell === undefined || typeof cell === "number";
      if (missing && plan.missing === "gap" || plan.onBad === "gap") continue;
      throw new InputError(
        `Cannot read ${header[c]}: ${
          typeof cell === "number" && !Number.isNaN(cell)
            ? `the sample is ${cell}`
            : missing
            ? "the sample is missing"
            : "it holds no numbers"
        }`,
        {
          file,
          row: row + 1,
          hint: missing
            ? "Remove the row, fill the value, or set missing: gap to keep windows away from it."
            : undefined,
        },
      );
    }
  });
  const times = plan.time === undefined ? [] : cells[plan.time]!;
  const dates = new Dates(plan.dateOrder);
  const more = plan.timeOfDay === undefined ? undefined : cells[plan.timeOfDay]!;
  const time = Float64Array.from(
    times,
    (cell, row) =>
      cell instanceof Instant
        ? cell.milliseconds
        : typeof cell === "string"
        ? dates.parse(more === undefined ? cell : `${cell} ${more[row]}`, row)
        : typeof cell === "number" || typeof cell === "bigint"
        ? Number(cell)
        : NaN,
  );
  if (plan.time !== undefined && plan.timeOptional !== true) dates.settle(time, header[plan.time], { file });
  return {
    rows,
    values,
    time,
    daily: dates.daily,
    instants: times[0] instanceof Instant || typeof times[0] === "string",
    texts: plan.texts.map((c) => {
      const codeOf = new Map<string, number>();
      const codes = Int32Array.from(cells[c]!, (cell) => {
        const text = cell === null || cell === undefined ? "" : String(cell).trim();
        if (!codeOf.has(text)) codeOf.set(text, codeOf.size);
        return codeOf.get(text)!;
      });
      return { codes, names: [...codeOf.keys()] };
    }),
    lineOf: (row) => row + 1,
  };
}

/** Reads recordings from `.parquet` files; see {@linkcode readTables}. */
export function readParquet(
  paths: readonly string[],
  options: TableOptions,
  progress?: (fraction: number) => void,
) {
  return readTables(paths, ["parquet", "pq"], openParquet, options, progress);
}
