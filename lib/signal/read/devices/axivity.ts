/**
 * Axivity AX3 and AX6: `.cwa`, blocks of 512 bytes with a checksum each, the first two a header.
 * Source: "Open Movement AX Device – Technical Documentation" of the Open Movement project (Newcastle University).
 */
import { InputError } from "../../../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { BlockList, type DeviceFormat, type DeviceSignal, ranges } from "./device_signal.ts";

const sector = 512;
const headerBytes = 2 * sector;
/** Bytes of samples in a block, and where they begin. */
const [dataAt, dataBytes] = [30, 480];

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Rate and range share a byte: 3200 Hz halved for each step below 15. */
const rateOf = (code: number) => 3200 / (1 << (15 - (code & 0x0f)));

/** Seconds since 1970 of `YYYYYYMM MMDDDDDh hhhhmmmm mmssssss`, years from 2000; NaN for no date. */
function secondsOf(packed: number): number {
  const [month, day] = [(packed >>> 22) & 0x0f, (packed >>> 17) & 0x1f];
  const [hour, minute, second] = [(packed >>> 12) & 0x1f, (packed >>> 6) & 0x3f, packed & 0x3f];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return NaN;
  return Date.UTC(2000 + (packed >>> 26), month - 1, day, hour, minute, second) / 1000;
}

/** Name and value pairs of the annotation, `_name=value&…` as in a web address. */
function annotations(bytes: Uint8Array): URLSearchParams {
  const text = new TextDecoder("windows-1252").decode(bytes).replace(/[\0\xff ]+$/, "");
  return new URLSearchParams(text);
}

/** Sum of the block's 16-bit words, which is 0 where it is whole. */
function sumOf(view: DataView): number {
  let sum = 0;
  for (let i = 0; i < sector; i += 2) sum += view.getUint16(i, true);
  return sum & 0xffff;
}

/** What a block says beside its samples. */
interface Block {
  /** Place in the file. */
  at: number;
  session: number;
  sequence: number;
  begin: number;
  samples: number;
  rate: number;
  axes: number;
  /** Three 10-bit numbers with a common exponent in 32 bits, instead of 16 bits each. */
  packed: boolean;
  accelerometer: number;
  gyroscope: number;
}

/** The facts of a whole block; undefined for a broken one. */
function blockOf(view: DataView, at: number): Block | undefined {
  if (view.getUint16(0, true) !== 0x5841 || view.getUint16(2, true) !== sector - 4 || sumOf(view) !== 0) {
    return undefined;
  }
  const [layout, code, scale] = [view.getUint8(25), view.getUint8(24), view.getUint16(18, true)];
  const axes = layout >> 4;
  const packed = (layout & 0x0f) === 0;
  const samples = view.getUint16(28, true);
  const bytes = packed ? 4 : 2 * axes;
  const known = packed ? axes === 3 : (layout & 0x0f) === 2 && (axes === 3 || axes === 6 || axes === 9);
  if (!known || samples === 0 || samples * bytes > dataBytes) return undefined;
  // The oldest firmware writes the rate where later ones write the offset of the time stamp.
  let [rate, offset] = code === 0 ? [view.getUint16(26, true), 0] : [rateOf(code), view.getInt16(26, true)];
  let fraction = 0;
  const written = view.getUint16(4, true);
  if ((written & 0x8000) !== 0) {
    fraction = (written & 0x7fff) / 0x8000;
    // For older programs the offset holds the fraction as whole samples too.
    offset += Math.floor(fraction * Math.floor(rate));
  }
  const time = secondsOf(view.getUint32(14, true));
  if (Number.isNaN(time) || !(rate > 0)) return undefined;
  return {
    at,
    session: view.getUint32(6, true),
    sequence: view.getUint32(10, true),
    begin: time + fraction - offset / rate,
    samples,
    rate,
    axes,
    packed,
    accelerometer: 1 / (1 << (8 + (scale >> 13))),
    gyroscope: 8000 / (1 << ((scale >> 10) & 7)) / 32768,
  };
}

/** Whole blocks of the recording in the order of their numbers, and sentences on what else there is. */
function wholeBlocks(bytes: ByteSource, session: number | undefined, file: string) {
  const blocks: Block[] = [];
  const broken: number[] = [];
  const others: number[] = [];
  const count = Math.floor((bytes.size - headerBytes) / sector);
  for (let i = 0; i < count; i++) {
    const at = headerBytes + i * sector;
    const block = blockOf(viewOf(bytes.at(at, sector)), at);
    if (block === undefined) broken.push(i);
    else if (block.session !== (session ??= block.session)) others.push(i);
    else blocks.push(block);
  }
  const notes: string[] = [];
  const rest = (bytes.size - headerBytes) % sector;
  if (broken.length > 0) {
    notes.push(
      `Blocks that are broken (checksum or content) were left out as gaps: ${ranges(broken)} of ${count}`,
    );
  }
  if (others.length > 0) notes.push(`Blocks of another session were left out: ${ranges(others)} of ${count}`);
  if (rest !== 0) notes.push(`The file is cut off within a block: its last ${rest} bytes were left out`);
  if (blocks.length === 0) {
    throw new InputError(`Cannot read recording: none of its ${count} blocks is whole`, {
      file,
      hint: "Copy the file from the device again.",
    });
  }
  if (blocks.some((b, i) => i > 0 && b.sequence <= blocks[i - 1].sequence)) {
    blocks.sort((a, b) => a.sequence - b.sequence || a.at - b.at);
    notes.push("Blocks stood out of order and were sorted by their numbers");
    const once = blocks.filter((b, i) => i === 0 || b.sequence !== blocks[i - 1].sequence);
    if (once.length < blocks.length) {
      notes.push(`Blocks that stood twice were read once: ${blocks.length - once.length}`);
    }
    return { blocks: once, notes };
  }
  return { blocks, notes };
}

const triad = (name: string) => ["x", "y", "z"].map((axis) => `${name}_${axis}`);

/** Samples of a block as numbers of the channels' units; `scale` in the order in which the block holds its axes. */
function decodeBlock(
  view: DataView,
  { samples, packed, axes }: Block,
  order: readonly number[],
  scale: readonly number[],
  into: Float32Array,
  at: number,
): void {
  if (packed) {
    const g = scale[0];
    for (let i = 0; i < samples; i++) {
      const word = view.getInt32(dataAt + 4 * i, true);
      const shift = word >>> 30;
      into[at++] = ((word << 22) >> 22 << shift) * g;
      into[at++] = ((word << 12) >> 22 << shift) * g;
      into[at++] = ((word << 2) >> 22 << shift) * g;
    }
    return;
  }
  for (let i = 0; i < samples; i++) {
    for (let c = 0; c < axes; c++) {
      into[at + order[c]] = view.getInt16(dataAt + 2 * (i * axes + c), true) * scale[c];
    }
    at += axes;
  }
}

export const axivity: DeviceFormat = {
  name: "Axivity",
  ending: "cwa",
  recognize: (head) => (head[0] === 0x4d && head[1] === 0x44) || (head[0] === 0x41 && head[1] === 0x58),
  open(bytes, file): DeviceSignal {
    const header = bytes.at(0, headerBytes).slice();
    if (bytes.size < headerBytes + sector) {
      throw new InputError(`Cannot read recording: it has ${bytes.size} bytes and no block of samples`, {
        file,
      });
    }
    const view = viewOf(header);
    const whole = view.getUint16(0, true) === 0x444d;
    const { blocks, notes } = wholeBlocks(bytes, whole ? view.getUint32(7, true) : undefined, file);
    if (!whole) notes.unshift("The file's header is broken: rate and axes are those of its blocks");
    const [first] = blocks;
    const odd = blocks.find((b) =>
      b.rate !== first.rate || b.axes !== first.axes || b.packed !== first.packed ||
      b.accelerometer !== first.accelerometer || b.gyroscope !== first.gyroscope
    );
    if (odd !== undefined) {
      throw new InputError(
        `Cannot read recording: block ${
          (odd.at - headerBytes) / sector
        } was recorded in another way (${odd.axes} axes ` +
          `at ${odd.rate} Hz) than the first (${first.axes} axes at ${first.rate} Hz)`,
        { file, hint: "Load the two settings as two files." },
      );
    }
    if (whole && view.getUint8(36) !== 0 && rateOf(view.getUint8(36)) !== first.rate) {
      notes.push(
        `The header says ${
          rateOf(view.getUint8(36))
        } Hz, the blocks ${first.rate} Hz; the blocks were believed`,
      );
    }
    const { axes } = first;
    // Blocks hold the gyroscope first; channels begin with the accelerometer, as everywhere.
    const order = axes === 3 ? [0, 1, 2] : [3, 4, 5, 0, 1, 2, 6, 7, 8].slice(0, axes);
    const scaleOf = (c: number) => axes > 3 && c < 3 ? first.gyroscope : c < 6 ? first.accelerometer : 1 / 16;
    const scale = Array.from({ length: axes }, (_, c) => scaleOf(c));
    const list = new BlockList();
    for (const { begin, samples } of blocks) list.add(begin, samples);
    const headerNotes = annotations(header.subarray(64, 512));
    const facts: DeviceSignal["facts"] = {};
    if (whole) {
      const upper = view.getUint16(11, true);
      facts.serial = view.getUint16(5, true) + (upper === 0xffff ? 0 : upper * 0x10000);
    }
    const place = headerNotes.get("_p")?.trim();
    if (place) facts.place = place;
    return {
      device: axes === 3 ? "Axivity AX3" : "Axivity AX6",
      channels: [...triad("acc"), ...(axes > 3 ? triad("gyr") : []), ...(axes > 6 ? triad("mag") : [])],
      units: ["g", "g", "g", "deg/s", "deg/s", "deg/s", "uT", "uT", "uT"].slice(0, axes),
      rate: first.rate,
      blocks: list.done(),
      scale: order.map((_, c) => scale[order.indexOf(c)]),
      subject: headerNotes.get("_sc")?.trim() || undefined,
      facts,
      notes,
      decode: (b, into, at) =>
        decodeBlock(viewOf(bytes.at(blocks[b].at, sector)), blocks[b], order, scale, into, at),
    };
  },
};
