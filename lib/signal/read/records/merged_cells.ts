/**
 * Cells of a sheet that are merged: a label stands in the first of several rows and holds for all, a sensor's name in the
 * header over the columns of its axes.
 * Format: ECMA-376 part 1, 18.2 (workbook) and 18.3.1.55 (mergeCells).
 */
import type { ZipEntry } from "../zip.ts";
import type { Cell } from "./text_rows.ts";

/** A rectangle of cells, counted from 0, ends included. */
interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const decoder = new TextDecoder();
const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
const plain = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");

/** The entry of each sheet, by its name. */
function entriesOf(archive: ReadonlyMap<string, ZipEntry>): Map<string, ZipEntry> {
  const text = (name: string) => decoder.decode(archive.get(name)?.read());
  const targets = new Map(
    text("xl/_rels/workbook.xml.rels").match(/<Relationship\b[^>]*>/g)
      ?.map((tag) => [attribute(tag, "Id"), attribute(tag, "Target")]),
  );
  const found = new Map<string, ZipEntry>();
  for (const tag of text("xl/workbook.xml").match(/<sheet\b[^>]*>/g) ?? []) {
    const target = targets.get(attribute(tag, "r:id"));
    const entry = archive.get(target?.startsWith("/") ? target.slice(1) : `xl/${target}`);
    const name = attribute(tag, "name");
    if (name !== undefined && entry !== undefined) found.set(plain(name), entry);
  }
  return found;
}

/** Column and row of a reference such as `AB12`, counted from 0. */
function placeOf(letters: string, digits: string): [column: number, row: number] {
  const column = [...letters].reduce((n, letter) => 26 * n + letter.charCodeAt(0) - 64, 0);
  return [column - 1, Number(digits) - 1];
}

/** Areas of merged cells; they stand behind all rows. */
function areasOf(xml: Uint8Array): Area[] {
  const text = decoder.decode(xml.subarray(Math.max(0, lastIndexOf(xml, "<mergeCells"))));
  return [...text.matchAll(/<mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"/g)].map(([, a, b, c, d]) => {
    const [[left, top], [right, bottom]] = [placeOf(a, b), placeOf(c, d)];
    return { left, right, top, bottom };
  });
}

function lastIndexOf(bytes: Uint8Array, text: string): number {
  const codes = new TextEncoder().encode(text);
  for (
    let at = bytes.lastIndexOf(codes[0]);
    at >= 0;
    at = at === 0 ? -1 : bytes.lastIndexOf(codes[0], at - 1)
  ) {
    if (codes.every((code, i) => bytes[at + i] === code)) return at;
  }
  return -1;
}

/** Whether a row is a header of two, whose cells name what the cells below are parts of, and not the title of the sheet. */
const namesBelow = ({ left, right }: Area, below: readonly Cell[] | undefined) =>
  below !== undefined && right - left + 1 < below.length &&
  below.slice(left, right + 1).every((cell) => typeof cell === "string" && cell.trim() !== "");

/**
 * Fills cells that are merged over rows with the value of the first, below the first row, whose names stay as they are;
 * and in the first row those that are merged over columns with names of their own.
 *
 * @param sheets Rows by sheet, which are changed.
 */
export function fillMerged(
  entries: readonly ZipEntry[],
  sheets: readonly { name: string; rows: Cell[][] }[],
): void {
  const found = entriesOf(new Map(entries.map((entry) => [entry.name, entry])));
  for (const { name, rows } of sheets) {
    const entry = found.get(name);
    if (entry === undefined) continue;
    for (const area of areasOf(entry.read())) {
      const { left, right, top, bottom } = area;
      if (top === 0 && bottom === 0 && namesBelow(area, rows[1])) {
        rows[0].fill(rows[0][left], left, right + 1);
      }
      if (top === 0 || bottom === top || right > left) continue;
      const value = rows[top]?.[left];
      for (let row = top + 1; row <= bottom && row < rows.length; row++) rows[row][left] ??= value;
    }
  }
}
