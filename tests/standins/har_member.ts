/** Reads one member of a tar archive. */
export function readMember(bytes: Uint8Array, wanted: string): Uint8Array {
  const text = (at: number, n: number) => new TextDecoder().decode(bytes.subarray(at, at + n)).split("\0")[0];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    if (text(at, 100) === wanted) return bytes.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`no member ${wanted}`);
}
