/**
 * Rows of named values as a text table, so that everything that is known of text tables (headers, units, dates, labels,
 * laws) holds for them too.
 */

/** What a cell of a sheet or a field of a record may hold. */
export type Cell = string | number | boolean | Date | null | undefined;

/** A cell as text tables have it; dates in ISO form, and times of day, which sheets keep as days below 1, alone. */
function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) {
    if (Number.isNaN(cell.getTime())) return "";
    const text = cell.toISOString();
    return cell.getUTCFullYear() < 1900 ? text.slice(11, 23) : `${text.slice(0, 10)} ${text.slice(11, 23)}`;
  }
  const text = String(cell);
  // Line ends would end the row; quotes keep separators, and marks of comments, inside their cell.
  return /[",#%\r\n]|^\/\/|^\s|\s$/.test(text)
    ? `"${text.replace(/[\r\n]+/g, " ").replaceAll('"', '""')}"`
    : text;
}

/** The bytes of a text table of rows. */
export function encodeRows(rows: Iterable<readonly Cell[]>): Uint8Array<ArrayBuffer> {
  const lines: string[] = [];
  const pieces: Uint8Array[] = [];
  const encoder = new TextEncoder();
  const flush = () => {
    if (lines.length > 0) pieces.push(encoder.encode(`${lines.join("\n")}\n`));
    lines.length = 0;
  };
  for (const row of rows) {
    lines.push(row.map(textOf).join(","));
    if (lines.length === 1 << 14) flush();
  }
  flush();
  const out = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
  pieces.reduce((at, piece) => (out.set(piece, at), at + piece.length), 0);
  return out;
}

/** Collects records whose fields are named, in the order in which names occur; a record may lack some. */
export class RecordRows {
  readonly #names = new Map<string, number>();
  readonly #rows: Cell[][] = [];

  get names(): string[] {
    return [...this.#names.keys()];
  }

  get length(): number {
    return this.#rows.length;
  }

  add(fields: Iterable<readonly [name: string, value: Cell]>): void {
    const row: Cell[] = [];
    for (const [name, value] of fields) {
      let place = this.#names.get(name);
      if (place === undefined) this.#names.set(name, place = this.#names.size);
      row[place] = value;
    }
    this.#rows.push(row);
  }

  /** A header and all records. */
  *rows(): Generator<Cell[]> {
    const { names } = this;
    yield names;
    for (const row of this.#rows) yield Array.from(names, (_, c) => row[c]);
  }
}
