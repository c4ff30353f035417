/** A table with one row for each reading of a sensor, seen as one table for each sensor. */
import { listed } from "./laws/notes.ts";
import { canonical } from "./laws/same_names.ts";
import { type ColumnPlan, type Columns, EmptyTable, type Table } from "./table.ts";
import { type ColumnRef, findColumn } from "./table_layout.ts";

/** What must stand in other columns of a row. */
export type Where = Readonly<Record<string, string | number>>;

/** Reads a file once for all sensors whose rows it holds. */
export class RowParts {
  readonly #table: Table;
  readonly #file: string;
  /** Columns of all parts. */
  readonly #values: number[];
  /** Columns that tell the sensors apart. */
  readonly #keys: number[];
  readonly #read = new Map<string, Promise<Columns>>();

  /** @throws {InputError} for a column that is not there. */
  constructor(
    table: Table,
    parts: readonly { where?: Where; columns: readonly ColumnRef[] }[],
    file: string,
  ) {
    this.#table = table;
    this.#file = file;
    const all = parts.flatMap(({ columns }) =>
      columns.map((c) => findColumn(c, "sensor column", table, file))
    );
    this.#values = [...new Set(all)];
    this.#keys = [
      ...new Set(parts.flatMap(({ where }) => Object.keys(where ?? {}).map((c) => this.#key(c)))),
    ];
  }

  #key(column: string): number {
    const place = this.#table.header === null && /^\d+$/.test(column) ? Number(column) : column;
    return findColumn(place, "column of where", this.#table, this.#file);
  }

  /** The rows of one sensor; the whole table where nothing is asked of them. */
  of(where: Where | undefined): Table {
    if (where === undefined) return this.#table;
    return {
      ...this.#table,
      chosenBy: this.#keys,
      read: async (plan) => this.#pick(where, plan, await this.#all(plan)),
    };
  }

  /** All rows, read once for plans that differ in their values only. */
  #all(plan: ColumnPlan): Promise<Columns> {
    const texts = [...new Set([...plan.texts, ...this.#keys])];
    const whole = { ...plan, values: this.#values, texts };
    const key = JSON.stringify(whole);
    const known = this.#read.get(key) ?? Promise.resolve(this.#table.read(whole));
    this.#read.set(key, known);
    return known;
  }

  #pick(where: Where, plan: ColumnPlan, all: Columns): Columns {
    const texts = [...new Set([...plan.texts, ...this.#keys])];
    const tests = Object.entries(where).map(([column, value]) => {
      const { codes, names } = all.texts[texts.indexOf(this.#key(column))];
      return { codes, fits: names.map((name) => canonical(name) === canonical(String(value))) };
    });
    const rows: number[] = [];
    for (let i = 0; i < all.rows; i++) if (tests.every(({ codes, fits }) => fits[codes[i]])) rows.push(i);
    if (rows.length === 0) {
      const words = Object.entries(where).map(([column, value]) => {
        const { names } = all.texts[texts.indexOf(this.#key(column))];
        return `${column} "${value}" among ${listed([...names].sort())}`;
      });
      throw new EmptyTable(`Cannot find rows of a sensor: ${words.join(", ")}`, {
        file: this.#file,
        hint: "Correct where; incomplete: skip leaves recordings without a sensor out.",
      });
    }
    const from = plan.values.map((c) => this.#values.indexOf(c));
    const [wide, width] = [this.#values.length, from.length];
    const values = new Float32Array(rows.length * width);
    rows.forEach((row, i) => from.forEach((c, k) => values[i * width + k] = all.values[row * wide + c]));
    const { lineOf } = all;
    return {
      ...all,
      rows: rows.length,
      values,
      time: all.time.length === 0 ? all.time : Float64Array.from(rows, (row) => all.time[row]),
      breaks: [],
      texts: plan.texts.map((c) => {
        const { codes, names } = all.texts[texts.indexOf(c)];
        return { codes: Int32Array.from(rows, (row) => codes[row]), names };
      }),
      lineOf: (row) => lineOf(rows[row]),
    };
  }
}
