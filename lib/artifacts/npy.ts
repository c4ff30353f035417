/**
 * NumPy's `.npy` format, little-endian in C order where it is written, of either order of bytes and indices where it is read: the plain files that artifacts are made of.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { InputError } from "../errors.ts";

/** The typed arrays that artifacts use. */
export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** An array and its shape, row-major. */
export interface NpyArray<T extends NpyData = NpyData> {
  data: T;
  shape: number[];
}

interface Kind {
  new (buffer: ArrayBufferLike, offset?: number, length?: number): NpyData;
  readonly name: string;
}

const kinds: [string, Kind][] = [
  ["<f4", Float32Array],
  ["<f8", Float64Array],
  ["|i1", Int8Array],
  ["|u1", Uint8Array],
  // Read only: what is written names the first of its type.
  ["|b1", Uint8Array],
  ["<i2", Int16Array],
  ["<u2", Uint16Array],
  ["<i4", Int32Array],
  ["<u4", Uint32Array],
  ["<i8", BigInt64Array],
  ["<u8", BigUint64Array],
];

/**
 * Encodes an array as the bytes of a `.npy` file.
 *
 * ```ts
 * import { decodeNpy, encodeNpy } from "./npy.ts";
 * import assert from "node:assert/strict";
 * const bytes = encodeNpy(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]);
 * assert.deepEqual(decodeNpy(bytes).shape, [2, 3]);
 * ```
 */
export function encodeNpy(data: NpyData, shape: readonly number[] = [data.length]): Uint8Array<ArrayBuffer> {
  checkSize(data, shape);
  const head = encodeHeader(data.constructor, shape);
  const out = new Uint8Array(head.length + data.byteLength);
  out.set(head);
  out.set(bytesOf(data), head.length);
  return out;
}

const bytesOf = (data: NpyData) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function checkSize({ length }: NpyData, shape: readonly number[]): void {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size === length) return;
  throw new RangeError(`Cannot encode array: shape [${shape}] needs ${size} values, got ${length}`);
}

/** What stands before the values. */
function encodeHeader(type: unknown, shape: readonly number[]): Uint8Array {
  const descr = kinds.find(([, known]) => known === type)![0];
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const padded = header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11) + "\n";
  const out = new Uint8Array(10 + padded.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  out.set(new TextEncoder().encode(padded), 10);
  return out;
}

/** What the header of a `.npy` file says. */
interface NpyHeader {
  shape: number[];
  /** Bytes before the values, and of one value. */
  start: number;
  item: number;
  bigEndian: boolean;
  columnMajor: boolean;
  kind: (typeof kinds)[number];
}

function headerOf(bytes: Uint8Array, bad: (why: string, hint?: string) => InputError): NpyHeader {
  if (bytes.length < 12 || bytes[0] !== 0x93 || bytes[1] !== 0x4e || bytes[5] !== 0x59) {
    throw bad("not a .npy file");
  }
  const wide = bytes[6]! >= 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length) throw bad("the header is cut short");
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (/'descr':\s*\[/.test(header)) {
    throw bad(
      "its elements have several fields",
      "Save them as columns: numpy.stack([a['x'], a['y']], axis=1).",
    );
  }
  if (descr === undefined || shapeText === undefined) throw bad("the header has no descr or shape");
  if (/O/.test(descr)) {
    throw bad(
      "it holds Python objects",
      "Save numbers, numpy.save(file, array.astype('float32')), or texts for labels, array.astype(str).",
    );
  }
  const columnMajor = /'fortran_order':\s*True/.test(header);
  const plain = descr.slice(1);
  const kind = plain === "f2" ? half : kinds.find(([text]) => text.slice(1) === plain);
  if (kind === undefined) {
    throw bad(`dtype ${descr} is not supported, use one of ${kinds.map(([k]) => k).join(" ")} <f2`);
  }
  const lengths = shapeText.split(",").map((s) => s.trim()).filter((s) => s !== "");
  // Python 2 wrote lengths as 5L.
  const shape = lengths.map((text) => /^\d+L?$/.test(text) ? Number.parseInt(text) : NaN);
  if (!shape.every(Number.isSafeInteger)) throw bad(`its shape (${shapeText}) is no list of lengths`);
  return { shape, start, item: Number(kind[0].slice(2)), bigEndian: descr[0] === ">", columnMajor, kind };
}

/**
 * Decodes the bytes of a `.npy` file; `name` is used in error messages.
 *
 * @param inPlace Takes the values where they lie in `bytes`, if they can be: nobody else may write there.
 */
export function decodeNpy(bytes: Uint8Array, name = "array.npy", inPlace = false): NpyArray {
  const bad = (why: string, hint?: string) =>
    new InputError(`Cannot read array: ${why}`, { file: name, hint });
  const { shape, start, item, bigEndian, columnMajor, kind } = headerOf(bytes, bad);
  const size = shape.reduce((product, n) => product * n, 1) * item;
  if (start + size > bytes.length) {
    throw bad(`shape [${shape}] needs ${size} bytes, ${bytes.length - start} are there`);
  }
  const at = bytes.byteOffset + start;
  const values = bytes.subarray(start, start + size);
  const own = inPlace && at % item === 0 ? values : new Uint8Array(values);
  if (bigEndian) swapBytes(own, item);
  const raw = new kind[1](own.buffer, own.byteOffset, size / item);
  const data = kind === half ? Float32Array.from(raw as Uint16Array, halfValue) : raw;
  return { data: columnMajor && shape.length > 1 ? rowMajor(data, shape) : data, shape };
}

/** Half precision, which becomes single precision. */
const half: (typeof kinds)[number] = ["<f2", Uint16Array];

/** The value of a half-precision number (IEEE 754 binary16). */
function halfValue(bits: number): number {
  const exponent = bits >> 10 & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function swapBytes(bytes: Uint8Array, item: number): void {
  for (let i = 0; i < bytes.length; i += item) bytes.subarray(i, i + item).reverse();
}

/** The same values with the last index fastest, from an array with the first index fastest. */
export function rowMajor(data: NpyData, shape: readonly number[]): NpyData {
  const out = data.slice();
  const index = shape.map(() => 0);
  const strides = shape.map((_, d) => shape.slice(0, d).reduce((a, b) => a * b, 1));
  for (let i = 0, at = 0; i < out.length; i++) {
    out[i] = data[at]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      at += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      at -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return out;
}

/** Writes `data` to `path` as `.npy`. */
export async function writeNpy(
  path: string,
  data: NpyData,
  shape: readonly number[] = [data.length],
): Promise<void> {
  if (data.byteLength < largeBytes) return Deno.writeFileSync(path, encodeNpy(data, shape));
  checkSize(data, shape);
  // A week of samples is not copied to be written.
  using file = new NpyFile(path, data.constructor as { new (): NpyData }, shape);
  file.write(data);
}

/** A `.npy` file whose values are written piece by piece, for arrays of which no copy fits into memory. */
export class NpyFile implements Disposable {
  readonly #file: Deno.FsFile;

  constructor(path: string, type: { new (): NpyData }, shape: readonly number[]) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    this.#write(encodeHeader(type, shape));
  }

  /** Adds values; all together must be as many as the shape says. */
  write(values: NpyData): void {
    this.#write(bytesOf(values));
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at, at + largeBytes));
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

/** Larger arrays are written piece by piece. */
const largeBytes = 1 << 22;

/**
 * Reads a `.npy` file and checks that it holds what the caller expects.
 *
 * @param shape Expected shape, `null` for a length that may be any; unchecked when left out.
 * @throws {InputError} naming the file, for another type or shape, or where it is missing or cut off.
 */
export async function readNpy<T extends NpyData>(
  path: string,
  type: { new (...args: any[]): T; readonly name: string },
  shape?: readonly (number | null)[],
): Promise<NpyArray<T>> {
  const array = decodeNpy(await readBytes(path, "array"), path, true);
  const fits = shape === undefined ||
    (shape.length === array.shape.length && shape.every((n, i) => n === null || n === array.shape[i]));
  if (!(array.data instanceof type) || !fits) {
    const text = (name: string, lengths: readonly (number | null)[]) =>
      `${name} [${lengths.map((n) => n ?? "any").join(", ")}]`;
    const expected = shape === undefined ? dtypeName(type) : text(dtypeName(type), shape);
    const got = text(dtypeName(array.data.constructor), array.shape);
    throw new InputError(`Cannot read array: expected ${expected}, got ${got}`, { file: path });
  }
  return array as NpyArray<T>;
}

/** Bytes in which the header of a file that {@linkcode writeNpy} wrote ends. */
const headerBytes = 4096;

/**
 * Reads rows of a `.npy` file as {@linkcode writeNpy} writes it, without reading the others.
 *
 * @param columns Shape of a row.
 * @param from First row. @param count Rows; all from there on when left out.
 * @returns The values, and how many rows the file has.
 * @throws {InputError} naming the file, for another type or shape, or where it is missing or cut off.
 */
export function readNpyRows<T extends NpyData>(
  path: string,
  type: { new (...args: any[]): T; readonly name: string },
  columns: readonly number[],
  from: number,
  count?: number,
): { data: T; rows: number } {
  const bad = (why: string) => new InputError(`Cannot read array: ${why}`, { file: path });
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (cause) {
    throw bad(cause instanceof Deno.errors.NotFound ? "the file is missing" : (cause as Error).message);
  }
  using _ = file;
  const { shape, start, item, bigEndian, columnMajor, kind } = headerOf(readAt(file, 0, headerBytes), bad);
  const [rows = 0, ...rest] = shape;
  if (kind[1] as unknown !== type || bigEndian || columnMajor || rest.join() !== columns.join()) {
    throw bad(
      `expected ${dtypeName(type)} [any${columns.map((n) => `, ${n}`).join("")}], got ${
        dtypeName(kind[1])
      } [${shape.join(", ")}]`,
    );
  }
  const width = columns.reduce((product, n) => product * n, item);
  const wanted = Math.max(0, Math.min(count ?? rows, rows - from));
  const bytes = readAt(file, start + from * width, wanted * width);
  if (bytes.length < wanted * width) {
    throw bad(`shape [${shape}] needs ${rows * width} bytes, ${file.statSync().size - start} are there`);
  }
  return { data: new type(bytes.buffer), rows };
}

/** Up to `length` bytes of a file from `offset` on. */
function readAt(file: Deno.FsFile, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  let at = 0;
  while (at < length) {
    const n = file.readSync(out.subarray(at));
    if (n === null) break;
    at += n;
  }
  return at === length ? out : out.slice(0, at);
}

/** NumPy's name of an array's type, e.g. `float32`. */
function dtypeName({ name }: { readonly name: string }): string {
  return name.replace(/^Big/, "").replace(/Array$/, "").toLowerCase();
}

/**
 * Reads a file of an artifact.
 *
 * @param what What it is, for the message.
 * @throws {InputError} where it cannot be read.
 */
export async function readBytes(path: string, what: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound ? "the file is missing" : (cause as Error).message;
    throw new InputError(`Cannot read ${what}: ${why}`, { file: path, cause });
  }
}
