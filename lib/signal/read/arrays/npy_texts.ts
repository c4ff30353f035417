/** Arrays of texts in NumPy's `.npy` format: fixed widths of UCS-4 (`U`) or of bytes (`S`). */

/** The texts of a vector; undefined for any other array. */
export function decodeNpyTexts(bytes: Uint8Array): string[] | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 512));
  const [, order, kind, digits] = /'descr':\s*'([<>|])([US])(\d+)'/.exec(head) ?? [];
  const shape = /'shape':\s*\((\d+),(?:\s*1)?\)/.exec(head);
  if (kind === undefined || shape === null) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes[6] >= 2 ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  const [count, width] = [Number(shape[1]), Number(digits)];
  const item = kind === "U" ? 4 * width : width;
  if (start + count * item > bytes.length) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const from = start + i * item;
    const codes = kind === "U"
      ? Array.from({ length: width }, (_, k) => view.getUint32(from + 4 * k, order !== ">"))
      : [...bytes.subarray(from, from + item)];
    const end = codes.findIndex((code) => code === 0 || code > 0x10ffff);
    return String.fromCodePoint(...(end < 0 ? codes : codes.slice(0, end)));
  });
}
