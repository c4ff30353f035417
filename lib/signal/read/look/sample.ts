/** Some rows of a table as texts, from its begin and from places all over it. */
import type { DataFile } from "../archive.ts";
import { decodeText } from "../laws/decode.ts";
import type { Table } from "../table.ts";

/** What is seen of one table. */
export interface Sample {
  file: DataFile;
  table: Table;
  header: readonly string[] | null;
  /** Texts by column. */
  cells: string[][];
  /** Which columns hold numbers, empty cells aside. */
  numeric: boolean[];
}

/** Bytes of the first piece and of the others, and how many others. */
const piece = { first: 192 << 10, other: 24 << 10, count: 8 };

/** Lines of the begin, and some from all over the rest. */
function some(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= 2 * piece.first) return bytes;
  const cut = (from: number, length: number) => {
    const start = from === 0 ? 0 : bytes.indexOf(10, from) + 1;
    return bytes.subarray(start, bytes.lastIndexOf(10, start + length) + 1);
  };
  const rest = bytes.length - piece.first - piece.other;
  const parts = [cut(0, piece.first)];
  for (let k = 0; k < piece.count; k++) {
    parts.push(cut(piece.first + Math.floor(k * rest / piece.count), piece.other));
  }
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
  return out;
}

const isNumber = (cell: string) => Number.isFinite(Number(cell.replace(",", ".")));

/** What is looked at of a file: of text some lines of it. */
export function partOf(file: DataFile, text: boolean): DataFile {
  const { name, place } = file;
  return text ? { name, place, read: () => some(decodeText(file.read(), undefined, name)) } : file;
}

/** @param text Whether the file is text, of which a part can be looked at. */
export async function sampleOf(
  file: DataFile,
  open: (file: DataFile) => Table | Promise<Table>,
  text: boolean,
): Promise<Sample> {
  const table = await open(partOf(file, text));
  const all = Array.from({ length: table.columns }, (_, c) => c);
  const columns = await table.read({ values: [], texts: all, missing: "gap", onBad: "gap" });
  const cells = columns.texts.map(({ codes, names }) => Array.from(codes, (code) => names[code]));
  return {
    file,
    table,
    header: table.header,
    cells,
    numeric: cells.map((own) => {
      const full = own.filter((cell) => !/^(|nan|na|null|none|-)$/i.test(cell));
      return full.length > 0 && full.filter(isNumber).length >= 0.98 * full.length;
    }),
  };
}

/** How the values of a column change: how many there are, and rows for which one stays. */
export function habits(cells: readonly string[]): { distinct: number; run: number } {
  const distinct = new Set(cells).size;
  let runs = 1;
  for (let i = 1; i < cells.length; i++) if (cells[i] !== cells[i - 1]) runs++;
  return { distinct, run: cells.length / runs };
}
