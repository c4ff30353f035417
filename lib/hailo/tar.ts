/** Reads the members of an uncompressed tar archive (the compiler's HAR is one). */

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
