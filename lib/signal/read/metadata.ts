/** Facts of files and people from lists of them: label, subject, group, age, …, by the name of the file or person. */
import { own } from "../../own.ts";
import { InputError } from "../../errors.ts";
import { suggestion } from "../../text/suggest.ts";
import type { DataFile } from "./archive.ts";
import { listed, type Notes } from "./laws/notes.ts";
import { canonical } from "./laws/same_names.ts";
import type { Table } from "./table.ts";

/** Where a list stands. */
export interface MetadataSource {
  /** A pattern on its name. */
  files: string;
  /** Column that names files; found by its cells when left out. */
  file?: string;
  /** Column that names people, where the list is one of people instead of files. */
  subject?: string;
}

/** What a list says of a file or a person: a number where all cells of its column are. */
export type Fact = string | number;

/** A file's path without endings; and its name without folder. */
const plain = (name: string) => name.replaceAll("\\", "/").replace(/(\.[A-Za-z0-9]{1,7})+$/, "");
const stem = (name: string) => plain(name).replace(/^.*\//, "");

const isNumber = (cell: string) => cell.trim() !== "" && Number.isFinite(Number(cell));

/** A list of files or people with facts by column. */
export class Metadata {
  readonly name: string;
  readonly ofPeople: boolean;
  readonly columns: readonly string[];
  readonly #key: string;
  readonly #rows = new Map<string, Record<string, string>>();
  readonly #numbers: ReadonlySet<string>;
  readonly #used = new Set<string>();
  /** Paths of the files, where several folders have files of one name. */
  readonly #paths: readonly string[] | undefined;

  /**
   * @param files Names of the files.
   * @throws {InputError} for a list that names no file, or one twice with different facts.
   */
  constructor(
    name: string,
    rows: readonly Record<string, string>[],
    files: readonly string[],
    { file, subject }: Pick<MetadataSource, "file" | "subject">,
  ) {
    this.name = name;
    this.ofPeople = subject !== undefined;
    this.columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const given = subject ?? file;
    if (given !== undefined) this.#check(given);
    const known = new Set(files.map(stem));
    const paths = [...new Set(files.map(plain))];
    this.#paths = this.ofPeople || paths.length === known.size ? undefined : paths;
    const hits = (column: string) =>
      rows.filter((row) =>
        this.#paths === undefined
          ? known.has(stem(own(row, column) ?? ""))
          : this.#places(own(row, column) ?? "").length > 0
      ).length;
    this.#key = given ?? this.columns.reduce((a, b) => hits(b) > hits(a) ? b : a, this.columns[0] ?? "");
    if (!this.ofPeople && hits(this.#key) === 0) {
      throw new InputError("Cannot use metadata: no column names the files", {
        file: name,
        hint: `Files are ${[...known].slice(0, 3).join(", ")}; columns are ${
          this.columns.join(", ")
        }. A list of people names their column under subject.`,
      });
    }
    for (const [i, row] of rows.entries()) {
      for (const id of this.#idsOf(own(row, this.#key) ?? "", i)) {
        const before = this.#rows.get(id);
        if (
          before !== undefined && this.columns.some((c) => c !== this.#key && own(before, c) !== own(row, c))
        ) {
          throw new InputError(`Cannot use metadata: "${row[this.#key]}" stands twice with different facts`, {
            file: name,
            row: i + 2,
            hint: "Leave one row for each.",
          });
        }
        this.#rows.set(id, row);
      }
    }
    this.#numbers = new Set(
      this.columns.filter((c) => {
        const cells = rows.map((row) => row[c] ?? "").filter((cell) => !none.test(cell));
        return cells.length > 0 && cells.every(isNumber);
      }),
    );
  }

  #idOf(text: string): string {
    return this.ofPeople ? canonical(text) : this.#paths === undefined ? stem(text) : plain(text);
  }

  /** Paths that end in a row's file, or else lie in the folder that it names. */
  #places(text: string): readonly string[] {
    const own = plain(text);
    if (own === "") return [];
    const files = this.#paths!.filter((path) => path === own || path.endsWith(`/${own}`));
    return files.length > 0 ? files : this.#paths!.filter((path) => `/${path}/`.includes(`/${own}/`));
  }

  /** What a row's facts belong to. @throws {InputError} for a name that files of several folders have. */
  #idsOf(text: string, row: number): readonly string[] {
    if (this.#paths === undefined) return [this.#idOf(text)];
    const places = this.#places(text);
    const named = places.filter((path) => stem(path) === stem(text));
    if (named.length > 1) {
      throw new InputError(`Cannot use metadata: ${named.length} files are called "${text}"`, {
        file: this.name,
        row: row + 2,
        hint: `Name them with their folders: ${listed(named)}.`,
      });
    }
    return places.length > 0 ? places : [plain(text)];
  }

  #check(column: string): void {
    if (this.columns.includes(column)) return;
    throw new InputError(`Cannot find column "${column}" of metadata`, {
      file: this.name,
      ...suggestion(column, this.columns),
    });
  }

  /** The row of the first of these names that has one. */
  #find(names: readonly string[]): Record<string, string> | undefined {
    const id = names.map((name) => this.#idOf(name)).find((id) => this.#rows.has(id));
    if (id === undefined) return undefined;
    this.#used.add(id);
    return this.#rows.get(id);
  }

  /** The cell of a column for a file that goes by these names. @throws {InputError} for an unknown column or file. */
  of(files: readonly string[], column: string): string {
    this.#check(column);
    const row = this.#find(files);
    if (row !== undefined) return own(row, column) ?? "";
    throw new InputError(`Cannot find the file in ${this.name}`, {
      file: files[0],
      hint: "Add its row, or leave the file out with files: <pattern>.",
    });
  }

  /** All cells but empty ones, the key and those of `except`; undefined where there is no row. */
  facts(names: readonly string[], except: ReadonlySet<string>): Record<string, Fact> | undefined {
    const row = this.#find(names);
    if (row === undefined) return undefined;
    return Object.fromEntries(
      this.columns.flatMap((c): [string, Fact][] => {
        const cell = own(row, c) ?? "";
        if (c === this.#key || except.has(c) || none.test(cell)) return [];
        return [[c, this.#numbers.has(c) ? Number(cell) : cell]];
      }),
    );
  }

  /** Rows of files or people that are not there. */
  unused(): string[] {
    return [...this.#rows.keys()].filter((id) => !this.#used.has(id));
  }
}

/** A cell that says nothing. */
const none = /^\s*(|nan|na|n\/a|null|none|-|\?)\s*$/i;

/** All lists of a data set. */
export class Lists {
  readonly #lists: readonly Metadata[];
  /** Columns that are label and subject already. */
  readonly #except: ReadonlySet<string>;
  readonly #lacking = new Map<string, Set<string>>();

  constructor(lists: readonly Metadata[], { label, subject }: { label?: unknown; subject?: unknown }) {
    this.#lists = lists;
    const columnOf = (source: unknown) => {
      const { from, column } = (source ?? {}) as { from?: string; column?: string };
      return from === "metadata" && column !== undefined ? [column] : [];
    };
    this.#except = new Set([...columnOf(label), ...columnOf(subject)]);
  }

  /** The cell of a column for a file by its names; undefined where there is no list of files. */
  of(files: readonly string[], column: string): string | undefined {
    const lists = this.#lists.filter((list) => !list.ofPeople);
    return (lists.find((list) => list.columns.includes(column)) ?? lists[0])?.of(files, column);
  }

  /** What the lists say of a recording; undefined where there are none. */
  facts(files: readonly string[], person: string): Record<string, Fact> | undefined {
    if (this.#lists.length === 0) return undefined;
    return Object.assign(
      {},
      ...this.#lists.map((list) => {
        const facts = list.facts(list.ofPeople ? [person] : files, this.#except);
        if (facts === undefined) {
          const lacking = this.#lacking.get(list.name) ?? new Set();
          this.#lacking.set(list.name, lacking.add(list.ofPeople ? person : files[0]));
        }
        return facts;
      }),
    );
  }

  /** Notes rows of the lists that nothing belongs to, and who stands in none. */
  report(notes: Notes): void {
    for (const list of this.#lists) {
      const unused = list.unused();
      const what = list.ofPeople ? "people" : "files";
      if (unused.length > 0) notes.add(`Rows of metadata whose ${what} are not there`, listed(unused));
      const lacking = this.#lacking.get(list.name);
      if (lacking !== undefined) notes.add(`${list.name} has no row of`, listed([...lacking]));
    }
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
