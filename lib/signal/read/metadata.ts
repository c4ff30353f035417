/** Facts of files from a list of them: label, subject, …, by the name of the file. */
import { InputError } from "../../errors.ts";
import { suggestion } from "../../text/suggest.ts";
import type { DataFile } from "./archive.ts";
import type { Table } from "./table.ts";

/** Where the list stands. */
export interface MetadataSource {
  /** A pattern on its name. */
  files: string;
  /** Column that names files; found by its cells when left out. */
  file?: string;
}

/** A file's name without folder and endings. */
const stem = (name: string) => name.replace(/^.*[/\\]/, "").replace(/(\.[A-Za-z0-9]{1,7})+$/, "");

/** A list of files with facts by column. */
export class Metadata {
  readonly #name: string;
  readonly #rows: Map<string, Record<string, string>>;
  readonly #columns: string[];
  readonly #used = new Set<string>();

  /** @throws {InputError} for a list that names no file, or one twice with different facts. */
  constructor(
    name: string,
    rows: readonly Record<string, string>[],
    files: readonly string[],
    file?: string,
  ) {
    this.#name = name;
    this.#columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const known = new Set(files.map(stem));
    const hits = (column: string) => rows.filter((row) => known.has(stem(row[column] ?? ""))).length;
    const key = file ?? this.#columns.reduce((a, b) => hits(b) > hits(a) ? b : a, this.#columns[0] ?? "");
    if (hits(key) === 0) {
      throw new InputError("Cannot use metadata: no column names the files", {
        file: name,
        hint: `Files are ${[...known].slice(0, 3).join(", ")}; columns are ${this.#columns.join(", ")}.`,
      });
    }
    this.#rows = new Map();
    for (const [i, row] of rows.entries()) {
      const id = stem(row[key] ?? "");
      const before = this.#rows.get(id);
      if (before !== undefined && this.#columns.some((c) => c !== key && before[c] !== row[c])) {
        throw new InputError(`Cannot use metadata: "${row[key]}" stands twice with different facts`, {
          file: name,
          row: i + 2,
        });
      }
      this.#rows.set(id, row);
    }
  }

  /** The cell of a column for a file. @throws {InputError} for an unknown column or file. */
  of(file: string, column: string): string {
    if (!this.#columns.includes(column)) {
      throw new InputError(`Cannot find column "${column}" of metadata`, {
        file: this.#name,
        ...suggestion(column, this.#columns),
      });
    }
    const row = this.#rows.get(stem(file));
    if (row === undefined) {
      throw new InputError(`Cannot find the file in ${this.#name}`, {
        file,
        hint: "Add its row, or leave the file out with files: <pattern>.",
      });
    }
    this.#used.add(stem(file));
    return row[column] ?? "";
  }

  /** Rows of files that are not there. */
  unused(): string[] {
    return [...this.#rows.keys()].filter((id) => !this.#used.has(id));
  }
}

/** Rows of a list as CSV or JSON: an array of objects, or an object of them by file name. */
export async function readMetadata(
  list: DataFile,
  open: (file: DataFile) => Table | Promise<Table>,
): Promise<Record<string, string>[]> {
  const text = (value: unknown) => value === null || value === undefined ? "" : String(value);
  if (/\.json$/i.test(list.name)) {
    let json;
    try {
      json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(list.read()));
    } catch (cause) {
      throw new InputError(`Cannot read metadata: ${(cause as Error).message}`, { file: list.name, cause });
    }
    const entries: [string, unknown][] = Array.isArray(json)
      ? json.map((row) => ["", row])
      : Object.entries(json ?? {});
    return entries.map(([name, row]) => ({
      ...(name === "" ? {} : { file: name }),
      ...Object.fromEntries(Object.entries(row ?? {}).map(([key, value]) => [key, text(value)])),
    }));
  }
  const table = await open(list);
  if (table.header === null) {
    throw new InputError("Cannot use metadata: it has no header", { file: list.name, row: table.line });
  }
  const { header } = table;
  const columns = await table.read({ values: [], texts: header.map((_, c) => c), missing: "error" });
  return Array.from(
    { length: columns.rows },
    (_, i) =>
      Object.fromEntries(header.map((name, c) => [name, columns.texts[c].names[columns.texts[c].codes[i]]])),
  );
}
