/**
 * A checksum for files that only save time. Their content is believed without being made again, so one flipped bit
 * must not pass; the hash is a quick one, since nobody who can write here needs to forge it.
 */

const headLength = 8;

/** Bytes of a text behind their checksum. */
export function seal(text: string): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(text);
  const bytes = new Uint8Array(headLength + body.length);
  bytes.set(body, headLength);
  const view = new DataView(bytes.buffer);
  view.setInt32(4, body.length, true);
  view.setInt32(0, checksum(bytes), true);
  return bytes;
}

/** The text again. @throws where it is not what was sealed. */
export function unseal(bytes: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length >= headLength && view.getInt32(4, true) === bytes.length - headLength &&
    view.getInt32(0, true) === checksum(bytes);
  if (!whole) throw new Error("The file is damaged");
  return new TextDecoder().decode(bytes.subarray(headLength));
}

/** Of everything behind the first four bytes, four at a time; any change of one word changes it. */
function checksum(bytes: Uint8Array<ArrayBuffer>): number {
  const words = new Int32Array(bytes.buffer, 4, (bytes.length - 4) >> 2);
  let sum = 0;
  for (let i = 0; i < words.length; i++) sum = mix(sum, words[i]!);
  for (let i = 4 + 4 * words.length; i < bytes.length; i++) sum = mix(sum, bytes[i]!);
  return sum;
}

/** One to one in each argument, so that a difference is never lost on the way. */
function mix(sum: number, word: number): number {
  return Math.imul(((sum << 5) | (sum >>> 27)) ^ word, 0x01000193);
}
