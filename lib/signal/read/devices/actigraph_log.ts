/**
 * The records of ActiGraph's `log.bin`: each with type, second, length and checksum.
 * Source: github.com/actigraph/GT3X-File-Format, README and LogRecords.
 */
import { countValues } from "./count_values.ts";
import { BlockList, type Blocks } from "./device_signal.ts";
import { unpackTwelveBits } from "./twelve_bits.ts";

const separator = 0x1e;
/** Types of records that matter here. */
const [packed, imu, plain] = [0, 25, 26];
const headBytes = 8;

/** Exclusive or of a record's bytes, inverted. */
function checksum(bytes: Uint8Array, view: DataView, from: number, to: number): number {
  let [words, i] = [0, from];
  for (; i + 4 <= to; i += 4) words ^= view.getInt32(i, true);
  let sum = words ^ words >>> 16;
  sum ^= sum >>> 8;
  for (; i < to; i++) sum ^= bytes[i];
  return ~sum & 0xff;
}

/** End of the record at `at`, whose checksum is right; −1 where there is none. */
function recordEnd(bytes: Uint8Array, view: DataView, at: number): number {
  if (bytes[at] !== separator || at + headBytes >= bytes.length) return -1;
  const end = at + headBytes + view.getUint16(at + 6, true);
  return end < bytes.length && checksum(bytes, view, at, end) === bytes[end] ? end + 1 : -1;
}

/** Seconds of samples of a log, and sentences on the rest. */
export interface ActigraphLog {
  blocks: Blocks;
  decode(block: number, into: Float32Array, at: number, scale: number): void;
  /** Lets go of the bytes. */
  close(): void;
  notes: string[];
}

/** Reads the places of all samples of a log. */
export function readLog(bytes: Uint8Array): ActigraphLog {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const list = new BlockList();
  const places: number[] = [];
  const kinds: number[] = [];
  let others = 0;
  /** Seconds of the records before broken ones. */
  const lost: number[] = [];
  let last = 0;
  for (let at = 0; at < bytes.length;) {
    // Zeros between records are harmless.
    if (bytes[at] === 0) {
      at++;
      continue;
    }
    const end = recordEnd(bytes, view, at);
    if (end < 0) {
      lost.push(last);
      do at++; while (at < bytes.length && recordEnd(bytes, view, at) < 0);
      continue;
    }
    const [type, second, size] = [bytes[at + 1], view.getUint32(at + 2, true), end - 1 - at - headBytes];
    if (type === packed || type === plain) {
      const samples = type === packed ? Math.floor(size * 8 / 36) : Math.floor(size / 6);
      // A single byte tells that the device was connected.
      if (size > 1 && samples > 0) {
        list.add(second, samples);
        places.push(at + headBytes);
        kinds.push(type);
      }
    } else if (type === imu) others++;
    last = second;
    at = end;
  }
  const notes: string[] = [];
  if (lost.length > 0) {
    const when = lost[0] === 0
      ? "the begin"
      : new Date(1000 * lost[0]).toISOString().slice(0, 19).replace("T", " ");
    notes.push(
      `Records that are broken (checksum or length) were left out as gaps: ${lost.length}, the first after ${when}`,
    );
  }
  if (others > 0) notes.push(`Only acceleration is read; records of other sensors were left out: ${others}`);
  let held: { bytes: Uint8Array; view: DataView } | undefined = { bytes, view };
  return {
    blocks: list.done(),
    notes,
    close: () => held = undefined,
    decode(b, into, at, scale) {
      const { bytes, view } = held!;
      const from = places[b];
      if (kinds[b] === packed) {
        const size = view.getUint16(from - 2, true);
        unpackTwelveBits(bytes.subarray(from, from + size), 0, Math.floor(size * 8 / 36), into, at, scale);
        return;
      }
      const count = Math.floor(view.getUint16(from - 2, true) / 6) * 3;
      const values = countValues(scale);
      for (let i = 0; i < count; i++) into[at + i] = values[view.getUint16(from + 2 * i, true)];
    },
  };
}
