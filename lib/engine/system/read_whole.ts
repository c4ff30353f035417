/** Reads a file of known size. */

/**
 * All bytes of a file, into memory of the size that the file has: `Deno.readFileSync` makes room as it goes, which takes
 * twice as long for a megabyte.
 *
 * @throws Deno.errors.NotFound and the like, as `Deno.openSync`.
 */
export function readWhole(path: string): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(file.statSync().size);
  let at = 0;
  while (at < bytes.length) {
    const read = file.readSync(bytes.subarray(at));
    // It was cut off meanwhile.
    if (read === null) break;
    at += read;
  }
  return bytes.subarray(0, at);
}
