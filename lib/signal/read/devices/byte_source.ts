/** Bytes of a file, read where they are asked for, so that a week of samples never stands in memory twice. */
import type { DataFile } from "../archive.ts";

/** Bytes at a time that are read from disk. */
const piece = 1 << 22;

/** Random access to the bytes of a file. */
export interface ByteSource extends Disposable {
  readonly size: number;
  /** Up to `length` bytes from `offset`, fewer at the end; they hold until the next call. */
  at(offset: number, length: number): Uint8Array;
  /** Lets go of what was read; it is read again where it is asked for. */
  release(): void;
}

/** Opens a file of a folder piece by piece, and one out of an archive as a whole. */
export function openBytes(file: DataFile): ByteSource {
  const opened = file.open?.();
  if (opened === undefined || file.size === undefined) return wholeBytes(file.read());
  /** One buffer for all pieces: fresh memory costs as much as reading into it. */
  let buffer = new Uint8Array(0);
  let held = buffer;
  let start = 0;
  const { size } = file;
  return {
    size,
    at(offset, length) {
      const end = Math.min(size, offset + length);
      if (offset < start || end > start + held.length) {
        const wanted = Math.max(0, Math.min(size - offset, Math.max(piece, length)));
        if (buffer.length < wanted) buffer = new Uint8Array(wanted);
        opened.seekSync(offset, Deno.SeekMode.Start);
        let filled = 0;
        while (filled < wanted) {
          const n = opened.readSync(buffer.subarray(filled, wanted));
          if (n === null) break;
          filled += n;
        }
        held = buffer.subarray(0, filled);
        start = offset;
      }
      return held.subarray(offset - start, Math.max(offset, end) - start);
    },
    release: () => void (held = buffer = new Uint8Array(0)),
    [Symbol.dispose]: () => opened[Symbol.dispose](),
  };
}

/** Bytes that are in memory anyway. */
export function wholeBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    at: (offset, length) => bytes.subarray(offset, offset + length),
    release() {},
    [Symbol.dispose]() {},
  };
}
