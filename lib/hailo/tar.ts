/** Uncompressed tar archives: the compiler's HAR is one, and uploads to a device are. */

/** The regular files of a tar archive by name. Throws RangeError for bytes that are no tar archive. */
export function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const textAt = (at: number, length: number) => {
    const field = bytes.subarray(at, at + length);
    const end = field.indexOf(0);
    return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
  };
  let longName: string | undefined;
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const size = Number.parseInt(textAt(at + 124, 12).trim() || "0", 8);
    const end = at + 512 + size;
    if (!Number.isSafeInteger(size) || end > bytes.length) {
      throw new RangeError("Cannot read tar: a member is cut short");
    }
    const kind = String.fromCharCode(bytes[at + 156]);
    const prefix = textAt(at + 257, 5) === "ustar" ? textAt(at + 345, 155) : "";
    const name = longName ?? (prefix === "" ? "" : `${prefix}/`) + textAt(at, 100);
    longName = undefined;
    if (kind === "L") longName = textAt(at + 512, size);
    else if (kind === "0" || kind === "\0") {
      files.set(name.replace(/^\.\//, ""), bytes.subarray(at + 512, end));
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/**
 * Writes regular files as a ustar archive; times, owners and modes are fixed, so equal files give equal bytes.
 *
 * ```ts
 * import { readTar, writeTar } from "./tar.ts";
 * import assert from "node:assert/strict";
 * const archive = writeTar([{ path: "a/b.txt", bytes: new Uint8Array([1, 2]) }]);
 * assert.deepEqual(readTar(archive).get("a/b.txt"), new Uint8Array([1, 2]));
 * ```
 */
export function writeTar(files: readonly { path: string; bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const padded = (n: number) => Math.ceil(n / 512) * 512;
  const out = new Uint8Array(files.reduce((n, f) => n + 512 + padded(f.bytes.length), 1024));
  let at = 0;
  for (const { path, bytes } of files) {
    const header = out.subarray(at, at + 512);
    const put = (offset: number, value: string) => header.set(new TextEncoder().encode(value), offset);
    if (new TextEncoder().encode(path).length > 100) {
      throw new RangeError(`Cannot write tar: path ${path} is longer than 100 bytes`);
    }
    put(0, path);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, bytes.length.toString(8).padStart(11, "0") + "\0");
    put(136, "00000000000\0");
    put(148, " ".repeat(8));
    put(156, "0"); // a regular file
    put(257, "ustar\0" + "00");
    const sum = header.reduce((a, b) => a + b, 0);
    put(148, sum.toString(8).padStart(6, "0") + "\0 ");
    out.set(bytes, at + 512);
    at += 512 + padded(bytes.length);
  }
  return out;
}
