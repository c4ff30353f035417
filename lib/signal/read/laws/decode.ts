/** The law that text is decoded strictly: nothing becomes U+FFFD. */
import { InputError } from "../../../errors.ts";

const chunk = 1 << 20;

/** Decodes all of `bytes`, in pieces. */
function* pieces(bytes: Uint8Array, encoding: string): Generator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for (let from = 0; from < bytes.length; from += chunk) {
    yield decoder.decode(bytes.subarray(from, from + chunk), { stream: from + chunk < bytes.length });
  }
}

function transcode(bytes: Uint8Array, encoding: string): Uint8Array {
  const encoder = new TextEncoder();
  const parts = [...pieces(bytes, encoding)].map((text) => encoder.encode(text));
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const fits = (bytes: Uint8Array, encoding: string) => {
  try {
    for (const _ of pieces(bytes, encoding));
    return true;
  } catch {
    return false;
  }
};

/** Encodings that the bytes allow, with where they are used. */
function possible(bytes: Uint8Array): string {
  const zeros = bytes.subarray(0, 4096).indexOf(0);
  if (zeros >= 0) return zeros % 2 === 0 ? "utf-16be" : "utf-16le";
  const known = [
    ["windows-1252", "Western Europe"],
    ["iso-8859-2", "Eastern Europe"],
    ["shift_jis", "Japan"],
    ["gb18030", "China"],
    ["euc-kr", "Korea"],
  ];
  return known.filter(([encoding]) => fits(bytes, encoding))
    .map(([encoding, where]) => `${encoding} (${where})`).join(", ");
}

/** Line of the first byte that is not UTF-8. */
function badLine(bytes: Uint8Array): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(from, end));
    } catch {
      return line;
    }
    from = end + 1;
  }
  return line;
}

/**
 * The bytes of a text file as UTF-8: as they are, from UTF-16 by its byte order mark, or from the stated encoding. Old
 * line ends (CR alone) become LF.
 *
 * @param encoding As the Encoding standard names it, e.g. `windows-1252`.
 * @throws {InputError} for bytes that the encoding does not allow.
 */
export function decodeText(bytes: Uint8Array, encoding: string | undefined, file: string): Uint8Array {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe
    ? "utf-16le"
    : bytes[0] === 0xfe && bytes[1] === 0xff
    ? "utf-16be"
    : undefined;
  const stated = encoding ?? mark;
  if (stated !== undefined && !/^utf-?8$/i.test(stated)) {
    try {
      return unixLines(transcode(bytes, stated));
    } catch (cause) {
      throw new InputError(
        cause instanceof RangeError
          ? `Cannot use encoding "${stated}": it is not known`
          : `Cannot read table: it is not text in ${stated}`,
        { file, hint: "Known are utf-8, utf-16le, windows-1252, iso-8859-2, shift_jis, gb18030, …", cause },
      );
    }
  }
  try {
    for (const _ of pieces(bytes, "utf-8"));
  } catch (cause) {
    throw new InputError("Cannot read table: a character is not UTF-8", {
      file,
      row: badLine(bytes),
      hint: `Set encoding: ${possible(bytes)}, whichever it was saved in; or save the file in UTF-8.`,
      cause,
    });
  }
  return unixLines(bytes);
}

/** Lines that end in CR alone, as old programs wrote them. */
function unixLines(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, 1 << 16);
  return head.includes(13) && !head.includes(10) ? bytes.map((b) => b === 13 ? 10 : b) : bytes;
}
