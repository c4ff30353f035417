/** Cells of text tables beyond plain numbers: what is none, and how digits are grouped. */
import { InputError } from "../../../errors.ts";
import type { Place } from "../laws/place.ts";

/** Spellings of "no number", also those of spreadsheets and statistics programs. */
export const absent =
  /^(nan|na|n\/a|null|none|nil|missing|-{1,3}|\?|\.{1,3}|#(n\/a|nv|null!|div\/0!|value!|wert!|num!|zahl!|ref!|bezug!))?$/i;

/** Those of them that a spreadsheet writes where a formula failed; `#N/A` says that there is nothing. */
export const formulaError = /^#(null!|div\/0!|value!|wert!|num!|zahl!|ref!|bezug!)$/i;

const error = /^#(N\/A|NV|NULL|DIV|VALUE|WERT|NUM|ZAHL|REF|BEZUG|NAME)/;
const decoder = new TextDecoder();

/** Whether a line is a comment: it begins with `#`, `%` or `//`, but with none of the errors of spreadsheets. */
export function isComment(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte === 35) return !error.test(decoder.decode(bytes.subarray(at, at + 8)));
  return byte === 37 || byte === 47 && bytes[at + 1] === 47;
}

/** How the user says that numbers are written. */
export interface Written {
  /** Mark before the fraction; either where left out. */
  decimal?: string;
  /** Mark between groups of three digits. */
  thousands?: string;
}

const blanks = /[\s\u00a0\u202f]/g;

/** A number written as the user says; NaN for anything else. */
export function statedNumber(text: string, { decimal, thousands }: Written): number {
  let plain = text.trim().replace("\u2212", "-");
  if (thousands !== undefined) {
    plain = thousands === "blank" ? plain.replace(blanks, "") : plain.replaceAll(thousands, "");
  }
  const mark = decimal ?? (thousands === "." ? "," : ".");
  if (mark === ",") {
    if (plain.includes(".")) return NaN;
    plain = plain.replace(",", ".");
  }
  return plain === "" || !/^[+-]?(\d|\.\d)/.test(plain) || /x/i.test(plain) ? NaN : Number(plain);
}

/** A number with the minus sign of typesetting (U+2212) or the exponent of Fortran (1.5D-03); NaN for anything else. */
export function oddNumber(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 40) return NaN;
  const text = decoder.decode(bytes.subarray(from, to)).trim();
  const plain = text.replace(/^\u2212/, "-").replace(
    /^([+-]?\d*\.?\d+|[+-]?\d+\.)[dD]([+-]?\d{1,3})$/,
    "$1e$2",
  );
  return plain === text || !/^[+-]?[\d.]+(e[+-]?\d+)?$/.test(plain) ? NaN : Number(plain);
}

const [grouped, fractional, plainWhole] = [1, 2, 4];

/**
 * What a number's digits say about its mark: 1 where it may part thousands (`1,234`), 2 where it must part a fraction, 4 for a
 * whole number but 0.
 *
 * @param mantissa Its digits, without mark and sign. @param fraction How many stand behind the mark.
 */
export function shapeOf(mantissa: number, fraction: number): number {
  if (fraction === 0) return mantissa === 0 ? 0 : plainWhole;
  return fraction === 3 && mantissa >= 1000 && mantissa < 1e6 ? grouped : fractional;
}

/** Shapes of the numbers of each column. */
export class Shapes {
  readonly #seen: Uint8Array;
  readonly #first: Int32Array;

  constructor(columns: number) {
    this.#seen = new Uint8Array(columns + 1);
    this.#first = new Int32Array(columns + 1);
  }

  add(column: number, shape: number, row: number): void {
    if ((this.#seen[column] & shape) === shape) return;
    this.#seen[column] |= shape;
    if (shape === grouped) this.#first[column] = row;
  }

  addText(column: number, bytes: Uint8Array, from: number, to: number, row: number): void {
    let [mantissa, fraction] = [0, -1];
    for (let i = from; i < to; i++) {
      const digit = bytes[i] - 48;
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        if (fraction >= 0) fraction++;
      } else if (bytes[i] === 44 || bytes[i] === 46) fraction = 0;
      else if (bytes[i] === 101 || bytes[i] === 69) return this.add(column, fractional, row);
    }
    this.add(column, shapeOf(mantissa, Math.max(0, fraction)), row);
  }

  /**
   * Refuses columns in which some numbers are whole and all others have exactly three digits behind their mark, as in
   * `980; 1,020`: the mark may part thousands.
   *
   * @throws {InputError} naming column, row and cure.
   */
  check(name: (column: number) => string, placeOf: (row: number) => Place): void {
    const column = this.#seen.findIndex((seen) => seen === (grouped | plainWhole));
    if (column < 0) return;
    throw new InputError(
      `Cannot tell thousands from fractions in ${
        name(column)
      }: its numbers are whole or have three digits behind their mark`,
      {
        ...placeOf(this.#first[column]),
        hint:
          'State what parts them: decimal: "." or ",", or thousands: "," where 1,020 is more than a thousand.',
      },
    );
  }
}
