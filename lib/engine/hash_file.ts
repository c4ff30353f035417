/** Hashing files in pieces, so that memory stays small however large they are. */
import { createHash } from "node:crypto";

const piece = 1 << 20;

/**
 * Size and SHA-256 of a file's content.
 *
 * @throws when the path is no regular file (a pipe or device would never end).
 */
export async function hashFile(path: string): Promise<{ size: number; sha256: string }> {
  refuseSpecial(path, Deno.statSync(path));
  using file = Deno.openSync(path, { read: true });
  const hash = createHash("sha256");
  const buffer = new Uint8Array(piece);
  let size = 0;
  for (;;) {
    // Small files are read without leaving the thread; long ones let other tasks of the engine go on.
    const n = size < piece ? file.readSync(buffer) : await file.read(buffer);
    if (n === null) break;
    hash.update(buffer.subarray(0, n));
    size += n;
  }
  return { size, sha256: hash.digest("hex") };
}

/** Throws unless `info` describes a regular file. */
export function refuseSpecial(path: string, info: Deno.FileInfo): void {
  if (info.isFile) return;
  const kind = info.isDirectory
    ? "a folder"
    : info.isFifo
    ? "a named pipe"
    : info.isSocket
    ? "a socket"
    : "no regular file";
  throw new Error(`Cannot read ${path}: it is ${kind}`);
}
