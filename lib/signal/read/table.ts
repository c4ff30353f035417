/** A table that someone recorded into, whatever the file format. */

/** Which columns are wanted, by position. */
export interface ColumnPlan {
  /** Numbers that become `values`, in this order. */
  values: readonly number[];
  /** One column of numbers or points in time, kept in double precision. */
  time?: number;
  /** Columns of text. */
  texts: readonly number[];
  /** What a missing number does: stop with an error, or leave NaN. */
  missing: "error" | "gap";
}

/** The wanted columns. */
export interface Columns {
  rows: number;
  /** float32 `[rows, values]`. */
  values: Float32Array;
  /** float64 `[rows]`; NaN where the cell is neither number nor point in time. */
  time: Float64Array;
  /** The times are points in time (dates), in milliseconds. */
  instants: boolean;
  /** By text column: code of each row, and the texts by code. */
  texts: { codes: Int32Array; names: string[] }[];
  /** One-based line (or row) of the file that holds a row. */
  lineOf(row: number): number;
}

/** One file, opened. */
export interface Table {
  /** Column names; `null` where the file has none. */
  header: readonly string[] | null;
  /** Number of columns. */
  columns: number;
  /** Line of the header, or of the first row where there is none. */
  line: number;
  /** @throws {InputError} with file and line for whatever cannot be read. */
  read(plan: ColumnPlan): Columns | Promise<Columns>;
}
