/** The lines that a text file begins with. */
import type { DataFile } from "../archive.ts";
import { decodeText } from "../laws/decode.ts";

/** More bytes than the names above a table of hundreds of columns have. */
const most = 1 << 18;

/** Up to `count` lines, without reading more of the file than needed. @throws {InputError} for bytes that are no text. */
export function firstLines(file: DataFile, count: number): string[] {
  const bytes = begin(file);
  const whole = bytes.length < most ? bytes : bytes.subarray(0, bytes.lastIndexOf(10) + 1);
  return new TextDecoder().decode(decodeText(whole, undefined, file.name)).split(/\r?\n/, count);
}

function begin(file: DataFile): Uint8Array {
  if (file.open === undefined) return file.read().subarray(0, most);
  using source = file.open();
  const bytes = new Uint8Array(most);
  let used = 0;
  for (let read: number | null = 0; used < most && read !== null;) {
    read = source.readSync(bytes.subarray(used));
    used += read ?? 0;
  }
  return bytes.subarray(0, used);
}
