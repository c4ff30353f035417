/** Arrays that users bring: `.npy` files and text tables of numbers. */
import { basename } from "../../path.ts";
import { decodeNpy } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { detectDialect } from "./text/csv_dialect.ts";
import { readColumns } from "./text/csv_table.ts";
import { decodeText } from "./laws/decode.ts";

/** A matrix of finite or non-finite numbers; a vector has one column. */
export interface Matrix {
  /** float64 `[rows, columns]`. */
  data: Float64Array;
  rows: number;
  columns: number;
}

/**
 * Reads a matrix from a `.npy` file of any numeric type, or all columns of a text table.
 *
 * @throws {InputError} for other files, and arrays of more than two dimensions.
 */
export async function readMatrix(path: string): Promise<Matrix> {
  const file = basename(path);
  const bytes = await Deno.readFile(path);
  if (/\.npy$/i.test(path)) {
    const { data, shape } = decodeNpy(bytes, file);
    if (shape.length < 1 || shape.length > 2) {
      throw new InputError(`Cannot use array: expected one or two dimensions, got shape [${shape}]`, {
        file,
      });
    }
    return {
      data: Float64Array.from(data as ArrayLike<number | bigint>, Number),
      rows: shape[0],
      columns: shape[1] ?? 1,
    };
  }
  if (!/\.(csv|tsv|txt)$/i.test(path)) {
    throw new InputError("Cannot use file: expected .npy, .csv, .tsv or .txt", { file });
  }
  const text = decodeText(bytes, undefined, file);
  const dialect = detectDialect(text, file);
  const values = Array.from({ length: dialect.columns }, (_, c) => c);
  const table = readColumns(text, dialect, { values, texts: [], missing: "error" }, file);
  return { data: Float64Array.from(table.values), rows: table.rows, columns: dialect.columns };
}

/**
 * Reads labels: whole numbers from `.npy`, or the last column of a text table, whose texts become sorted names. Empty
 * cells and −1 are unlabelled.
 *
 * @returns int32 `[N]`, and names (numbers as text where the file has none).
 */
export async function readLabels(path: string): Promise<{ labels: Int32Array; names: string[] }> {
  const file = basename(path);
  if (/\.npy$/i.test(path)) {
    const { data, columns } = await readMatrix(path);
    if (columns !== 1) throw new InputError("Cannot use labels: expected one dimension", { file });
    data.forEach((v, i) => {
      if (!Number.isInteger(v) || v < -1) {
        throw new InputError(`Cannot use labels: ${v} is not a whole number from −1 up`, {
          file,
          row: i + 1,
        });
      }
    });
    const most = data.reduce((a, b) => Math.max(a, b), -1);
    return { labels: Int32Array.from(data), names: Array.from({ length: most + 1 }, (_, i) => String(i)) };
  }
  const bytes = decodeText(await Deno.readFile(path), undefined, file);
  const dialect = detectDialect(bytes, file);
  const { texts: [column] } = readColumns(
    bytes,
    dialect,
    { values: [], texts: [dialect.columns - 1], missing: "gap" },
    file,
  );
  const none = (name: string) => name === "" || name === "-1" || /^nan$/i.test(name);
  const known = column.names.filter((name) => !none(name));
  const numbers = known.every((name) => /^\d+$/.test(name));
  const names = numbers
    ? Array.from({ length: known.reduce((m, n) => Math.max(m, Number(n)), -1) + 1 }, (_, i) => String(i))
    : known.sort();
  const map = column.names.map((name) => none(name) ? -1 : numbers ? Number(name) : names.indexOf(name));
  return { labels: column.codes.map((c) => map[c]), names };
}
