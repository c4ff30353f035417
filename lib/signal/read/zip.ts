/**
 * The directory of a zip archive, so that single entries can be unpacked in any order without reading the rest.
 * Format: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (Zip64).
 */
import { crc32, inflateRawSync } from "node:zlib";

/** One file of an archive. */
export interface ZipEntry {
  name: string;
  /** Bytes when unpacked. */
  size: number;
  /** @throws {RangeError} for an encrypted entry, another method than deflate, or content that is cut short or broken. */
  read(): Uint8Array;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const centralSignature = 0x02014b50;
/** Most bytes of one file when unpacked. */
const largest = 2 ** 32;
const localSignature = 0x04034b50;

/** Offset of the end record, which is followed by a comment of up to 64 KiB. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  throw new RangeError("there is no zip directory; the file is cut short or no zip archive");
}

/** Count of entries and offset of the first, from the Zip64 record where there is one. */
function directory(view: DataView): [count: number, offset: number] {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const offset = view.getUint32(end + 16, true);
  if (count !== 0xffff && offset !== 0xffffffff) return [count, offset];
  const end64 = Number(view.getBigUint64(end - 20 + 8, true));
  if (view.getUint32(end64, true) !== end64Signature) throw new RangeError("the Zip64 directory is broken");
  return [Number(view.getBigUint64(end64 + 32, true)), Number(view.getBigUint64(end64 + 48, true))];
}

/** Sizes and offset that do not fit 32 bits stand in an extra field, in this order and only those that do not fit. */
function wide(view: DataView, from: number, to: number, values: number[]): number[] {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return values.map((value) => {
      if (value !== 0xffffffff) return value;
      next += 8;
      return Number(view.getBigUint64(next - 8, true));
    });
  }
  return values;
}

/**
 * The files of an archive in the order of its directory; folders are left out.
 *
 * @throws {RangeError} for bytes that are no zip archive.
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [count, start] = directory(view);
  const entries: ZipEntry[] = [];
  for (let i = 0, at = start; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== centralSignature) {
      throw new RangeError("the zip directory is broken");
    }
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const sum = view.getUint32(at + 16, true);
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, nameEnd));
    const [size, packed, local] = wide(view, nameEnd, extraEnd, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]);
    if (!name.endsWith("/")) {
      entries.push({
        name,
        size,
        read: () => {
          const content = unpack(bytes, view, name, { flags, method, size, packed, local });
          if (crc32(content) !== sum) throw new RangeError(`${name} is broken: its checksum is wrong`);
          return content;
        },
      });
    }
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return entries;
}

function unpack(
  bytes: Uint8Array,
  view: DataView,
  name: string,
  entry: { flags: number; method: number; size: number; packed: number; local: number },
): Uint8Array {
  const { flags, method, size, packed, local } = entry;
  if ((flags & 1) !== 0) throw new RangeError(`${name} is encrypted`);
  if (local + 30 > bytes.length || view.getUint32(local, true) !== localSignature) {
    throw new RangeError(`${name} is broken`);
  }
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const content = bytes.subarray(from, from + packed);
  if (content.length !== packed) throw new RangeError(`${name} is cut short`);
  if (method === 0) return content;
  // Deflate packs a byte into no less than 1/1032: more is a lie that would cost memory before it is found out.
  if (size > largest || size > 1032 * packed + 1032) {
    throw new RangeError(`${name} claims to hold ${size} bytes, which is too much`);
  }
  if (method !== 8) throw new RangeError(`${name} is packed by method ${method}, only deflate is known`);
  let out;
  try {
    // As one piece: pieces would be copied together, which takes the memory twice.
    out = inflateRawSync(content, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size + 1) });
  } catch (cause) {
    throw new RangeError(`${name} is broken: ${(cause as Error).message}`, { cause });
  }
  if (out.length !== size) throw new RangeError(`${name} is broken`);
  return new Uint8Array(out.buffer, out.byteOffset, out.length);
}
