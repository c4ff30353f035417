/** Hashing files in pieces, so that memory stays small however large they are. */
import { look, seen } from "./stat.ts";

const piece = 1 << 20;

/** Loaded with the first file: a no-op run hashes none. */
let hashing: typeof import("node:crypto") | undefined;

/**
 * Size and SHA-256 of a file's content.
 *
 * @throws when the path is no regular file (a pipe or device would never end).
 */
export async function hashFile(path: string): Promise<{ size: number; sha256: string }> {
  if (!look(path) || !seen.isFile) refuseSpecial(path, Deno.statSync(path));
  const small = seen.stat[0]! < piece;
  const { createHash } = hashing ??= await import("node:crypto");
  if (small) {
    const bytes = Deno.readFileSync(path);
    return { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  }
  using file = Deno.openSync(path, { read: true });
  const hash = createHash("sha256");
  const buffer = new Uint8Array(piece);
  let size = 0;
  // Read without blocking, so that the engine goes on with other tasks meanwhile.
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    hash.update(buffer.subarray(0, n));
    size += n;
  }
  return { size, sha256: hash.digest("hex") };
}

function refuseSpecial(path: string, info: Deno.FileInfo): void {
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
