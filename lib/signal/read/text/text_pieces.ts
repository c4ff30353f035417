/** A text file as pieces of whole lines, so that a large one is never in memory as a whole. */
import type { DataFile } from "../archive.ts";
import { decodeText } from "../laws/decode.ts";

/** UTF-8 text. */
export interface Text {
  /** Bytes of all pieces, about. */
  size: number;
  /** The first piece. */
  head: Uint8Array;
  /** All pieces, each of whole lines; one is only valid until the next. */
  pieces(): Iterable<Uint8Array>;
}

/** Smaller files are read at once. */
const large = 16 << 20;
/** Bytes of a piece, but more where a line is longer. */
const usual = 4 << 20;

/** @param lines Lines that are wanted; all when left out. @throws {InputError} for bytes that are no text in the encoding, at the latest when their piece is reached. */
export function openText(file: DataFile, encoding: string | undefined, lines?: RegExp): Text {
  if (lines !== undefined) {
    const all = new TextDecoder().decode(decodeText(file.read(), encoding, file.name)).split("\n");
    // What is passed over leaves a comment, so that lines keep their numbers.
    const bytes = new TextEncoder().encode(all.map((line) => lines.test(line) ? line : "#").join("\n"));
    return { size: bytes.length, head: bytes, pieces: () => [bytes] };
  }
  const plain = encoding === undefined || /^utf-?8$/i.test(encoding);
  const size = file.size ?? 0;
  if (plain && file.open !== undefined && size > large) {
    const pieces = () => wholeLines(file);
    for (const head of pieces()) {
      const marked = head[0] === 0xff || head[0] === 0xfe;
      if (!marked && head.length < 2 * large) return { size, head, pieces };
      break;
    }
  }
  const bytes = decodeText(file.read(), encoding, file.name);
  return { size: bytes.length, head: bytes, pieces: () => [bytes] };
}

/** Bytes cut behind line ends that are not inside quotes, all in one buffer. */
function* wholeLines(file: DataFile): Generator<Uint8Array> {
  using source = file.open!();
  let buffer = new Uint8Array(usual);
  let used = 0;
  while (true) {
    if (used === buffer.length) {
      const longer = new Uint8Array(2 * used);
      longer.set(buffer);
      buffer = longer;
    }
    const length = source.readSync(buffer.subarray(used));
    if (length === null) break;
    used += length;
    const end = lastLineEnd(buffer.subarray(0, used));
    if (end === 0) continue;
    yield checked(file, buffer.subarray(0, end));
    buffer.copyWithin(0, end, used);
    used -= end;
  }
  if (used > 0) yield checked(file, buffer.subarray(0, used));
}

/** Offset behind the last line end with an even number of quotes before it; 0 where there is none. */
function lastLineEnd(bytes: Uint8Array): number {
  const quotes: number[] = [];
  for (let at = bytes.indexOf(34); at >= 0; at = bytes.indexOf(34, at + 1)) quotes.push(at);
  let end = bytes.lastIndexOf(10) + 1;
  while (end > 0) {
    while (quotes.length > 0 && quotes[quotes.length - 1] >= end) quotes.pop();
    if (quotes.length % 2 === 0) return end;
    end = bytes.subarray(0, end - 1).lastIndexOf(10) + 1;
  }
  return 0;
}

/** The piece, if it is UTF-8. */
function checked(file: DataFile, bytes: Uint8Array): Uint8Array {
  if (isAscii(bytes)) return bytes;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    decodeText(file.read(), undefined, file.name);
  }
  return bytes;
}

function isAscii(bytes: Uint8Array): boolean {
  const skip = (4 - bytes.byteOffset % 4) % 4;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + skip, Math.max(0, bytes.length - skip) >> 2);
  let bits = 0;
  for (let i = 0; i < words.length; i++) bits |= words[i];
  for (let i = 0; i < Math.min(skip, bytes.length); i++) bits |= bytes[i];
  for (let i = skip + 4 * words.length; i < bytes.length; i++) bits |= bytes[i];
  return (bits & 0x80808080) === 0;
}
