/**
 * Arrays of MATLAB's `.mat` files of version 5 to 7, as `save` writes them.
 * Format: "MAT-File Format", The MathWorks, chapter "Level 5 MAT-file format".
 */
import { inflateSync } from "node:zlib";
import { type NpyArray, type NpyData, rowMajor } from "../../../artifacts/npy.ts";

const headerBytes = 128;

/** Numbers of an element by its type: bytes of each, and how one is read. */
const numbers: Record<
  number,
  [bytes: number, read: (view: DataView, at: number, little: boolean) => number | bigint]
> = {
  1: [1, (v, at) => v.getInt8(at)],
  2: [1, (v, at) => v.getUint8(at)],
  3: [2, (v, at, little) => v.getInt16(at, little)],
  4: [2, (v, at, little) => v.getUint16(at, little)],
  5: [4, (v, at, little) => v.getInt32(at, little)],
  6: [4, (v, at, little) => v.getUint32(at, little)],
  7: [4, (v, at, little) => v.getFloat32(at, little)],
  9: [8, (v, at, little) => v.getFloat64(at, little)],
  12: [8, (v, at, little) => v.getBigInt64(at, little)],
  13: [8, (v, at, little) => v.getBigUint64(at, little)],
};
const [matrixType, compressedType, utf8, utf16] = [14, 15, 16, 17];

/** Arrays by class of a matrix: its numbers may be stored in fewer bytes than these have. */
const arrays: Record<number, { new (length: number): NpyData }> = {
  6: Float64Array,
  7: Float32Array,
  8: Int8Array,
  9: Uint8Array,
  10: Int16Array,
  11: Uint16Array,
  12: Int32Array,
  13: Uint32Array,
  14: BigInt64Array,
  15: BigUint64Array,
};
const [cellClass, structClass, charClass, complexFlag] = [1, 2, 4, 0x0800];
const words: Record<number, string> = {
  1: "a cell array of other than texts",
  3: "an object",
  4: "a text that cannot be read",
  5: "a sparse matrix",
};

/** Most bytes of a variable when unpacked. */
const largest = 2 ** 32;

/** One data element: its type and content. */
interface Element {
  type: number;
  from: number;
  to: number;
  /** Where the next one begins. */
  next: number;
}

/** What a file holds by name: arrays, and why other variables are none. Fields of structures are named `a.b`. */
export interface MatlabArrays {
  arrays: Map<string, NpyArray>;
  /** Matrices of characters, a text for each row; and vectors of cells that hold one text each. */
  texts: Map<string, string[]>;
  others: Map<string, string>;
}

/** Whether a file begins like one of MATLAB's. */
function isMatlab(bytes: Uint8Array): boolean {
  return bytes.length > headerBytes && new TextDecoder().decode(bytes.subarray(0, 6)) === "MATLAB";
}

/**
 * Reads all variables.
 *
 * @throws {RangeError} for a file that is cut short or of version 4.
 */
export function readMatlab(bytes: Uint8Array): MatlabArrays {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isMatlab(bytes)) throw new RangeError("it is no MATLAB file of version 5 to 7");
  const little = view.getUint16(126, true) === 0x4d49;
  if (!little && view.getUint16(126, false) !== 0x4d49) throw new RangeError("its header has no byte order");
  if (view.getUint16(124, little) !== 0x0100) {
    throw new RangeError("it says version 7.3, but no HDF5 file follows its header");
  }
  const found = nothing();
  for (let at = headerBytes; at < bytes.length;) {
    const element = elementAt(view, at, little);
    at = element.next;
    if (element.type === compressedType) {
      const packed = bytes.subarray(element.from, element.to);
      const plain = inflateSync(packed, { maxOutputLength: largest });
      const own = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
      const inner = elementAt(own, 0, little);
      if (inner.type === matrixType) readMatrix(own, inner, little, "", found);
    } else if (element.type === matrixType) readMatrix(view, element, little, "", found);
  }
  return found;
}

const nothing = (): MatlabArrays => ({ arrays: new Map(), texts: new Map(), others: new Map() });

/** Rows of a matrix of characters, which lie column by column; undefined where they are not that many. */
function rowsOfText(view: DataView, values: Element, shape: number[], little: boolean): string[] | undefined {
  const [rows, width] = shape;
  if (shape.length !== 2) return undefined;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + values.from, values.to - values.from);
  const characters = values.type === utf8 || values.type === 1 || values.type === 2
    ? [...new TextDecoder().decode(bytes)]
    : values.type === utf16 || values.type === 4
    ? numbersOf(view, { ...values, type: 4 }, little).map((code) => String.fromCharCode(Number(code)))
    : undefined;
  if (characters?.length !== rows * width || rows < 0 || (width === 0 && rows > 1)) return undefined;
  return Array.from(
    { length: rows },
    (_, r) => Array.from({ length: width }, (_, c) => characters[c * rows + r]).join("").trimEnd(),
  );
}

function elementAt(view: DataView, at: number, little: boolean): Element {
  if (at + 8 > view.byteLength) throw new RangeError("the file is cut short");
  const word = view.getUint32(at, little);
  // A small element has its length in the upper half of the first word, and its content in the second.
  const small = word >>> 16;
  const [type, length, from] = small > 0
    ? [word & 0xffff, small, at + 4]
    : [word, view.getUint32(at + 4, little), at + 8];
  const to = from + length;
  if (to > view.byteLength || small > 4) throw new RangeError("the file is cut short or broken");
  // Elements begin at multiples of 8, but for packed ones.
  const next = small > 0 ? at + 8 : type === compressedType ? to : from + Math.ceil(length / 8) * 8;
  return { type, from, to, next };
}

/** Numbers of an element. */
function numbersOf(view: DataView, { type, from, to }: Element, little: boolean): (number | bigint)[] {
  const kind = numbers[type];
  if (kind === undefined) throw new RangeError(`an element of type ${type} is no list of numbers`);
  const [bytes, read] = kind;
  return Array.from(
    { length: Math.floor((to - from) / bytes) },
    (_, i) => read(view, from + i * bytes, little),
  );
}

const textOf = (view: DataView, { from, to }: Element) =>
  new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + from, to - from)).replace(
    /\0.*$/s,
    "",
  );

/** Adds a matrix by its name, `prefix` in front. */
function readMatrix(
  view: DataView,
  matrix: Element,
  little: boolean,
  prefix: string,
  found: MatlabArrays,
): void {
  if (matrix.to === matrix.from) return;
  let at = matrix.from;
  const next = () => {
    const element = elementAt(view, at, little);
    if (element.to > matrix.to) throw new RangeError("the file is cut short or broken");
    at = element.next;
    return element;
  };
  const [flags] = numbersOf(view, next(), little).map(Number);
  const shape = numbersOf(view, next(), little).map(Number);
  const own = textOf(view, next());
  const name = prefix === "" || own === "" ? prefix + own : `${prefix}.${own}`;
  const kind = flags & 0xff;
  if (kind === structClass) {
    if (shape.some((n) => n !== 1)) {
      found.others.set(name, `a structure of ${shape.join(" × ")}`);
      return;
    }
    const [width] = numbersOf(view, next(), little).map(Number);
    const list = next();
    const fields = Array.from(
      { length: Math.floor((list.to - list.from) / width) },
      (_, i) => textOf(view, { ...list, from: list.from + i * width, to: list.from + (i + 1) * width }),
    );
    for (const field of fields) {
      readMatrix(view, next(), little, name === "" ? field : `${name}.${field}`, found);
    }
    return;
  }
  if (kind === charClass) {
    const texts = rowsOfText(view, next(), shape, little);
    if (texts === undefined) found.others.set(name, words[kind]);
    else found.texts.set(name, texts);
    return;
  }
  if (kind === cellClass) {
    const cells = nothing();
    for (let i = 0; i < shape.reduce((a, b) => a * b, 1); i++) {
      readMatrix(view, next(), little, `${i}`, cells);
    }
    // An empty text has no row.
    const whole = cells.texts.size === shape[0] * shape[1] && shape.length === 2 && shape.includes(1) &&
      [...cells.texts.values()].every((rows) => rows.length <= 1);
    if (!whole) found.others.set(name, words[kind]);
    else found.texts.set(name, [...cells.texts.values()].map(([text = ""]) => text));
    return;
  }
  const type = arrays[kind];
  if (type === undefined || (flags & complexFlag) !== 0) {
    found.others.set(name, type === undefined ? words[kind] ?? `of class ${kind}` : "complex");
    return;
  }
  const values = next();
  const [bytes, read] = numbers[values.type] ?? [0, undefined];
  const size = shape.reduce((a, b) => a * b, 1);
  if (read === undefined || (values.to - values.from) / bytes !== size) {
    throw new RangeError(`${name} is [${shape}], which is not what it holds`);
  }
  const data = new type(size);
  const big = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < size; i++) {
    const value = read(view, values.from + i * bytes, little);
    data[i] = big ? BigInt(value) : Number(value);
  }
  // MATLAB has no vectors: a row or column is one here.
  const vector = shape.length === 2 && (shape[0] === 1 || shape[1] === 1);
  found.arrays.set(name, vector ? { data, shape: [size] } : { data: rowMajor(data, shape), shape });
}
