/**
 * SHA-256 of short texts (FIPS 180-4). The runtime's own hash module takes longer to load than a no-op run takes
 * altogether: until the first digest of a new process, node:crypto needs at least 33 ms and this file 0.9 ms (least of
 * n = 12 alternating processes on a busy 2-core machine, Deno 2.9.6; medians 155 and 3.0 ms). File contents are hashed by
 * node:crypto all the same, see `hash_file.ts`. The tests hold it to NIST's vectors, Monte Carlo test included.
 */

/** First 32 bits of the fractional part of a root of each of the first 64 primes. */
const [constants, start] = tables();
const schedule = new Int32Array(64);
const state = new Int32Array(8);
const encoder = new TextEncoder();
let block = new Uint8Array(1 << 14);
let view = new DataView(block.buffer);

/**
 * SHA-256 of text (as UTF-8) or bytes, in hex.
 *
 * ```ts
 * import { sha256 } from "./sha256.ts";
 * import assert from "node:assert/strict";
 * assert.equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
 * ```
 */
export function sha256(data: string | Uint8Array): string {
  const length = put(data);
  block[length] = 0x80;
  const end = (length + 72) & ~63;
  block.fill(0, length + 1, end);
  view.setUint32(end - 8, Math.floor(length / 2 ** 29));
  view.setUint32(end - 4, length << 3);
  state.set(start);
  for (let at = 0; at < end; at += 64) compress(view, at);
  let hex = "";
  for (const word of state) hex += (word >>> 0).toString(16).padStart(8, "0");
  return hex;
}

/** Puts the data at the beginning of `block`, with room for the end mark. @returns its length in bytes. */
function put(data: string | Uint8Array): number {
  // Three bytes for one unit of UTF-16 at most.
  const most = typeof data === "string" ? 3 * data.length : data.length;
  if (most + 72 > block.length) {
    block = new Uint8Array(2 * most + 72);
    view = new DataView(block.buffer);
  }
  if (typeof data === "string") return encoder.encodeInto(data, block).written;
  block.set(data);
  return data.length;
}

function compress(view: DataView, at: number): void {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!, y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g, g = f, f = e, e = (d + t1) | 0, d = c, c = b, b = a, a = (t1 + t2) | 0;
  }
  state[0]! += a, state[1]! += b, state[2]! += c, state[3]! += d;
  state[4]! += e, state[5]! += f, state[6]! += g, state[7]! += h;
}

/** Round constants from cube roots and the initial state from square roots of primes, as the standard defines them. */
function tables(): [Int32Array, Int32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  const bits = (root: number) => (root - Math.floor(root)) * 2 ** 32 | 0;
  return [
    Int32Array.from(primes, (p) => bits(Math.cbrt(p))),
    Int32Array.from(primes.slice(0, 8), (p) => bits(Math.sqrt(p))),
  ];
}
