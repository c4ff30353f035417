/** A table that someone recorded into, whatever the file format. */
import { InputError } from "../../errors.ts";
import type { DateOrder } from "./instant.ts";

/** Which columns are wanted, by position. */
export interface ColumnPlan {
  /** Numbers that become `values`, in this order. */
  values: readonly number[];
  /** One column of numbers or points in time, kept in double precision. */
  time?: number;
  /** Whether times are only looked at: what is no time is NaN, not an error. */
  timeOptional?: boolean;
  /** A second column whose text follows the first one's, e.g. the time of day after the date. */
  timeOfDay?: number;
  /** Order of day and month in dates, where it is known. */
  dateOrder?: DateOrder;
  /** Columns of text. */
  texts: readonly number[];
  /** What a missing number does: stop with an error, or leave NaN. */
  missing: "error" | "gap";
  /** Numbers that stand for missing ones. */
  missingValues?: readonly number[];
  /** What a row that cannot be read does: stop with an error, or be missing. */
  onBad?: "error" | "gap";
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
  /** The times are times of day without date. */
  daily?: boolean;
  /** Rows that could not be read, with `onBad: gap`. */
  bad?: number;
  /** Rows before which an empty line stands. */
  breaks?: number[];
  /** Rows at which a recording begins, where the table knows: the first of each burst. */
  cuts?: number[];
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
  /** Unit per column, where a row below the header tells it. */
  units?: readonly string[];
  /** Samples per second, where the file tells it. */
  rate?: number;
  /** Columns that surely are sensors, and one that is a clock, where the table has made them. */
  sensors?: readonly number[];
  clock?: number;
  /** Columns that have chosen the rows. */
  chosenBy?: readonly number[];
  /** The first rows as texts, where that is at hand. */
  sample?: readonly (readonly string[])[];
  /** Every row of the file is a burst. */
  bursts?: boolean;
  /** @throws {InputError} with file and line for whatever cannot be read. */
  read(plan: ColumnPlan): Columns | Promise<Columns>;
}

/** A table without rows: the one kind of unreadable file that counts as a recording that is too short. */
export class EmptyTable extends InputError {}

/** What to do about one. */
export const noRows = "Remove the file, or leave such files out by short: skip.";
