/** Small files of loggers with planted numbers, written from the makers' descriptions. */
import { zipSync } from "fflate";

/** A block of an Axivity file. */
export interface CwaBlock {
  /** Seconds since 1970 of its first sample. */
  begin: number;
  /** Counts by sample, in the order in which the file holds axes. */
  counts: number[][];
  sequence: number;
  session?: number;
}

export interface CwaFile {
  blocks: CwaBlock[];
  /** 3200 Hz halved so many times. */
  halvings?: number;
  axes?: 3 | 6 | 9;
  packed?: boolean;
  /** Where in the block, in samples, the time stamp holds. */
  stampAt?: number;
  /** Whether stamps have a fraction of a second. */
  fractions?: boolean;
  /** Bits of the accelerometer's scale above 8, and of the gyroscope's range below 8000 °/s. */
  scale?: [accelerometer: number, gyroscope: number];
  annotation?: string;
  serial?: number;
  headerHalvings?: number;
}

const packedDate = (seconds: number) => {
  const d = new Date(1000 * seconds);
  return ((d.getUTCFullYear() - 2000) << 26 | (d.getUTCMonth() + 1) << 22 | d.getUTCDate() << 17 |
    d.getUTCHours() << 12 | d.getUTCMinutes() << 6 | d.getUTCSeconds()) >>> 0;
};

/** Makes the words of a block sum to 0. */
export function setChecksum(block: Uint8Array): void {
  const view = new DataView(block.buffer, block.byteOffset, 512);
  view.setUint16(510, 0, true);
  let sum = 0;
  for (let i = 0; i < 512; i += 2) sum += view.getUint16(i, true);
  view.setUint16(510, -sum & 0xffff, true);
}

export function makeCwa(file: CwaFile): Uint8Array<ArrayBuffer> {
  const { blocks, halvings = 5, axes = 3, packed = axes === 3, stampAt = 0, scale = [0, 0] } = file;
  const rate = 3200 / 2 ** halvings;
  const bytes = new Uint8Array(1024 + 512 * blocks.length);
  const head = new DataView(bytes.buffer);
  head.setUint16(0, 0x444d, true);
  head.setUint16(2, 1020, true);
  head.setUint16(5, file.serial ?? 4711, true);
  head.setUint32(7, 1, true);
  head.setUint16(11, 0xffff, true);
  head.setUint8(36, 15 - (file.headerHalvings ?? halvings));
  bytes.fill(0x20, 64, 512);
  bytes.set(new TextEncoder().encode(file.annotation ?? ""), 64);
  blocks.forEach(({ begin, counts, sequence, session = 1 }, k) => {
    const block = bytes.subarray(1024 + 512 * k, 1536 + 512 * k);
    const view = new DataView(block.buffer, block.byteOffset, 512);
    view.setUint16(0, 0x5841, true);
    view.setUint16(2, 508, true);
    const stamp = begin + stampAt / rate;
    let offset = stampAt;
    if (file.fractions === true) {
      const fraction = Math.round((stamp - Math.floor(stamp)) * 32768);
      view.setUint16(4, 0x8000 | fraction, true);
      offset -= Math.floor(fraction / 32768 * Math.floor(rate));
    }
    view.setUint32(6, session, true);
    view.setUint32(10, sequence, true);
    view.setUint32(14, packedDate(Math.floor(stamp)), true);
    view.setUint16(18, scale[0] << 13 | scale[1] << 10, true);
    view.setUint8(24, 15 - halvings);
    view.setUint8(25, axes << 4 | (packed ? 0 : 2));
    view.setInt16(26, offset, true);
    view.setUint16(28, counts.length, true);
    counts.forEach((sample, i) => {
      if (packed) {
        let shift = 0;
        while (sample.some((v) => v >> shift < -512 || v >> shift > 511)) shift++;
        const [x, y, z] = sample.map((v) => (v >> shift) & 1023);
        view.setUint32(30 + 4 * i, (shift << 30 | z << 20 | y << 10 | x) >>> 0, true);
      } else sample.forEach((v, c) => view.setInt16(30 + 2 * (i * axes + c), v, true));
    });
    setChecksum(block);
  });
  return bytes;
}

/** A record of ActiGraph's log. */
export interface LogRecord {
  type: number;
  second: number;
  payload: Uint8Array;
}

/** Counts as 12 bits each, y, x, z. */
export function twelveBits(counts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const digits = counts.flatMap(([x, y, z]) => [y, x, z]).map((v) => (v & 4095).toString(16).padStart(3, "0"))
    .join("");
  return Uint8Array.fromHex(digits.length % 2 === 0 ? digits : digits + "0");
}

/** Counts as 16 bits each, x, y, z. */
export const sixteenBits = (counts: readonly (readonly number[])[]) =>
  new Uint8Array(Int16Array.from(counts.flat()).buffer);

export function makeRecord({ type, second, payload }: LogRecord): Uint8Array {
  const bytes = new Uint8Array(payload.length + 9);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x1e);
  view.setUint8(1, type);
  view.setUint32(2, second, true);
  view.setUint16(6, payload.length, true);
  bytes.set(payload, 8);
  bytes[bytes.length - 1] = ~bytes.reduce((a, b) => a ^ b, 0) & 0xff;
  return bytes;
}

/** An archive of `info.txt` and one file of samples. */
export function makeGt3x(
  samples: { log: readonly LogRecord[] } | { activity: Uint8Array } | { bytes: Uint8Array },
  info: Record<string, string> = {},
  start = 1_600_000_000,
): Uint8Array<ArrayBuffer> {
  const all: Record<string, string> = {
    "Serial Number": "TAS1E00000001",
    "Device Type": "Link",
    "Sample Rate": "30",
    "Start Date": String(621_355_968_000_000_000n + 10_000_000n * BigInt(start)),
    "Acceleration Scale": "256.0",
    "Subject Name": "anna",
    ...info,
  };
  const text = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const [name, bytes] = "activity" in samples
    ? ["activity.bin", samples.activity]
    : "bytes" in samples
    ? ["log.bin", samples.bytes]
    : ["log.bin", concatenated(samples.log.map(makeRecord))];
  return zipSync({ "info.txt": new TextEncoder().encode(text), [name]: bytes }) as Uint8Array<ArrayBuffer>;
}

export function concatenated(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
  pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}

/** A page of a GENEActiv file: when it begins, and counts by sample. */
export interface GeneactivPage {
  begin: number;
  counts: number[][];
}

export function makeGeneactiv(
  pages: readonly GeneactivPage[],
  { rate = "100.0", head = "", gain = 25600, offset = 0 } = {},
): Uint8Array<ArrayBuffer> {
  const calibration = [..."xyz"].map((a) => `${a} gain:${gain}\r\n${a} offset:${offset}\r\n`).join("");
  const start =
    `Device Identity\r\nDevice Unique Serial Code:000042\r\nDevice Type:GENEActiv\r\n\r\nConfiguration Info\r\n` +
    `Measurement Frequency:${rate} Hz\r\nTime Zone:GMT +01:00\r\n${head}\r\nCalibration Data\r\n${calibration}Volts:300\r\n` +
    `Lux:800\r\n\r\nMemory Status\r\nNumber of Pages:${pages.length}\r\n\r\n`;
  const body = pages.map(({ begin, counts }, k) => {
    const time = new Date(1000 * begin).toISOString().replace("T", " ").replace("Z", "").replace(".", ":");
    const digits = counts.map((sample) =>
      [...sample, 0].map((v) => (v & 4095).toString(16).padStart(3, "0")).join("").toUpperCase()
    ).join("");
    return `Recorded Data\r\nDevice Unique Serial Code:000042\r\nSequence Number:${k}\r\nPage Time:${time}\r\n` +
      `Unassigned:\r\nTemperature:21.5\r\nBattery voltage:4.1\r\nDevice Status:Recording\r\n` +
      `Measurement Frequency:${rate}\r\n${digits}\r\n`;
  });
  return new TextEncoder().encode(start + body.join(""));
}
