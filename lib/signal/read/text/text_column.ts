/** Texts of a column while they are read. */

const decoder = new TextDecoder();

/** A text column: codes in order of appearance, with a shortcut for cells that equal the one above. */
export class TextColumn {
  readonly names: string[] = [];
  codes: Int32Array;
  readonly #codeOf = new Map<string, number>();
  #from = 0;
  #to = -1;
  #code = -1;

  constructor(rows: number) {
    this.codes = new Int32Array(rows);
  }

  /** The row above once more, for a row that cannot be read. */
  again(row: number): void {
    this.codes[row] = row === 0 ? this.#codeFor("") : this.codes[row - 1];
  }

  /** Forgets where the cell above stands: another piece of the text follows. */
  begin(): void {
    this.#to = -1;
    this.#from = 0;
  }

  #codeFor(text: string): number {
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      code = this.names.length;
      this.names.push(text);
      this.#codeOf.set(text, code);
    }
    return code;
  }

  add(row: number, bytes: Uint8Array, from: number, to: number): void {
    let same = to - from === this.#to - this.#from;
    for (let i = 0; same && i < to - from; i++) same = bytes[from + i] === bytes[this.#from + i];
    if (!same) {
      const text = decoder.decode(bytes.subarray(from, to)).replaceAll('""', '"').trim();
      [this.#from, this.#to, this.#code] = [from, to, this.#codeFor(text)];
    }
    this.codes[row] = this.#code;
  }
}
