/**
 * Axivity AX3 and AX6: `.cwa`, blocks of 512 bytes with a checksum each, the first two a header.
 * Source: "Open Movement AX Device – Technical Documentation" of the Open Movement project (Newcastle University).
 */
import { InputError } from "../../../errors.ts";
import { orderOfBlocks } from "./block_order.ts";
import type { ByteSource } from "./byte_source.ts";
import {
  type Blocks,
  copyAgain,
  type DeviceFormat,
  type DeviceSignal,
  ranges,
  secondsOfDate,
} from "./device_signal.ts";

const sector = 512;
const headerBytes = 2 * sector;
/** Bytes of samples in a block, and where they begin. */
const [dataAt, dataBytes] = [30, 480];
/** Sectors that are looked at together. */
const manySectors = 2048;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Rate and range share a byte: 3200 Hz halved for each step below 15. */
const rateOf = (code: number) => 3200 / (1 << (15 - (code & 0x0f)));

/** Seconds since 1970 of `YYYYYYMM MMDDDDDh hhhhmmmm mmssssss`, years from 2000; NaN for no date. */
function secondsOf(packed: number): number {
  const [month, day] = [(packed >>> 22) & 0x0f, (packed >>> 17) & 0x1f];
  const [hour, minute, second] = [(packed >>> 12) & 0x1f, (packed >>> 6) & 0x3f, packed & 0x3f];
  return secondsOfDate(2000 + (packed >>> 26), month, day, hour, minute, second);
}

/** Name and value pairs of the annotation, `_name=value&…` as in a web address. */
function annotations(bytes: Uint8Array): URLSearchParams {
  const text = new TextDecoder("windows-1252").decode(bytes).replace(/[\0\xff ]+$/, "");
  return new URLSearchParams(text);
}

/** Sectors of a file, of which many are read at a time: a view of each would cost as much as decoding it. */
class Sectors {
  readonly #bytes: ByteSource;
  /** Bytes of the file's header. */
  readonly #head: number;
  #first = 0;
  #count = 0;
  /** Over the sectors that were read last. */
  view: DataView = new DataView(new ArrayBuffer(0));
  #words: Uint32Array = new Uint32Array(0);

  constructor(bytes: ByteSource, head: number) {
    this.#bytes = bytes;
    this.#head = head;
  }

  /** Bytes of all blocks. */
  get size(): number {
    return this.#bytes.size - this.#head;
  }

  /** Where block `i` begins in `view`. */
  find(i: number): number {
    if (i < this.#first || i >= this.#first + this.#count) {
      let bytes = this.#bytes.at(this.#head + i * sector, manySectors * sector);
      // Words are read four bytes at a time, which an entry of an archive may stand aside of.
      if (bytes.byteOffset % 4 !== 0) bytes = bytes.slice();
      [this.#first, this.#count] = [i, Math.floor(bytes.length / sector)];
      this.view = viewOf(bytes);
      this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, this.#count * sector / 4);
    }
    return (i - this.#first) * sector;
  }

  /** Sum of a block's 16-bit words, which is 0 where it is whole. @param at As {@linkcode find} says. */
  sum(at: number): number {
    const words = this.#words;
    let sum = 0;
    for (let i = at / 4, end = i + sector / 4; i < end; i++) sum += (words[i] & 0xffff) + (words[i] >>> 16);
    return sum & 0xffff;
  }
}

/** What the blocks of a recording have in common. */
interface Setting {
  rate: number;
  axes: number;
  /** Three 10-bit numbers with a common exponent in 32 bits, instead of 16 bits each. */
  packed: boolean;
  accelerometer: number;
  gyroscope: number;
}

/** What a block says beside its samples. */
interface Block {
  session: number;
  sequence: number;
  begin: number;
  samples: number;
  setting: Setting;
}

/** The setting of a block that the one before it does not share. */
function settingOf(layout: number, rate: number, scale: number): Setting {
  return {
    rate,
    axes: layout >> 4,
    packed: (layout & 0x0f) === 0,
    accelerometer: 1 / (1 << (8 + (scale >> 13))),
    gyroscope: 8000 / (1 << ((scale >> 10) & 7)) / 32768,
  };
}

/** Reads blocks one after the other; undefined for a broken one. */
function blockReader(sectors: Sectors): (i: number) => Block | undefined {
  let [layoutBefore, rateBefore, scaleBefore] = [-1, NaN, -1];
  let setting: Setting | undefined;
  let [timeBefore, secondsBefore] = [-1, NaN];
  return (i) => {
    const at = sectors.find(i);
    const { view } = sectors;
    if (
      view.getUint16(at, true) !== 0x5841 || view.getUint16(at + 2, true) !== sector - 4 ||
      sectors.sum(at) !== 0
    ) return undefined;
    const [layout, code, scale] = [
      view.getUint8(at + 25),
      view.getUint8(at + 24),
      view.getUint16(at + 18, true),
    ];
    const axes = layout >> 4;
    const packed = (layout & 0x0f) === 0;
    const samples = view.getUint16(at + 28, true);
    const known = packed ? axes === 3 : (layout & 0x0f) === 2 && (axes === 3 || axes === 6 || axes === 9);
    if (!known || samples === 0 || samples * (packed ? 4 : 2 * axes) > dataBytes) return undefined;
    // The oldest firmware writes the rate where later ones write the offset of the time stamp.
    const rate = code === 0 ? view.getUint16(at + 26, true) : rateOf(code);
    let offset = code === 0 ? 0 : view.getInt16(at + 26, true);
    let fraction = 0;
    const written = view.getUint16(at + 4, true);
    if ((written & 0x8000) !== 0) {
      fraction = (written & 0x7fff) / 0x8000;
      // For older programs the offset holds the fraction as whole samples too.
      offset += Math.floor(fraction * Math.floor(rate));
    }
    const stamp = view.getUint32(at + 14, true);
    if (stamp !== timeBefore) [timeBefore, secondsBefore] = [stamp, secondsOf(stamp)];
    if (Number.isNaN(secondsBefore) || !(rate > 0)) return undefined;
    if (layout !== layoutBefore || rate !== rateBefore || scale !== scaleBefore) {
      [layoutBefore, rateBefore, scaleBefore] = [layout, rate, scale];
      setting = settingOf(layout, rate, scale);
    }
    return {
      session: view.getUint32(at + 6, true),
      sequence: view.getUint32(at + 10, true),
      begin: secondsBefore + fraction - offset / rate,
      samples,
      setting: setting!,
    };
  };
}

/** Whole blocks of a recording in the order of their numbers. */
interface WholeBlocks {
  blocks: Blocks;
  /** Number in the file of each. */
  places: Int32Array;
  setting: Setting;
  notes: string[];
}

/** @throws {InputError} where no block is whole, or two were recorded in different ways. */
function wholeBlocks(
  sectors: Sectors,
  session: number | undefined,
  file: string,
): WholeBlocks {
  const broken: number[] = [];
  const others: number[] = [];
  const count = Math.floor(sectors.size / sector);
  const [sequence, begin] = [new Float64Array(count), new Float64Array(count)];
  const [samples, places] = [new Int32Array(count), new Int32Array(count)];
  const read = blockReader(sectors);
  let setting: Setting | undefined;
  let n = 0;
  for (let i = 0; i < count; i++) {
    const block = read(i);
    if (block === undefined) broken.push(i);
    else if (block.session !== (session ??= block.session)) others.push(i);
    else {
      setting ??= block.setting;
      if (block.setting !== setting) refuseOther(block.setting, setting, i, file);
      [sequence[n], begin[n], samples[n], places[n]] = [block.sequence, block.begin, block.samples, i];
      n++;
    }
  }
  const notes: string[] = [];
  const rest = sectors.size % sector;
  if (broken.length > 0) {
    notes.push(
      `Blocks that are broken (checksum or content) were left out as gaps: ${ranges(broken)} of ${count}`,
    );
  }
  if (others.length > 0) notes.push(`Blocks of another session were left out: ${ranges(others)} of ${count}`);
  if (rest !== 0) notes.push(`The file is cut off within a block: its last ${rest} bytes were left out`);
  if (setting === undefined) {
    throw new InputError(`Cannot read recording: none of its ${count} blocks is whole`, {
      file,
      hint: `${copyAgain} A block needs its checksum, the date and time, and samples.`,
    });
  }
  const once = orderOfBlocks(sequence.subarray(0, n), begin.subarray(0, n), "Blocks", notes);
  if (once === undefined) {
    const blocks = { count: n, begin: begin.subarray(0, n), samples: samples.subarray(0, n) };
    return { blocks, places: places.subarray(0, n), setting, notes };
  }
  return {
    blocks: {
      count: once.length,
      begin: Float64Array.from(once, (k) => begin[k]),
      samples: Int32Array.from(once, (k) => samples[k]),
    },
    places: Int32Array.from(once, (k) => places[k]),
    setting,
    notes,
  };
}

/** @throws {InputError} where a block differs from the first in more than how the same is written. */
function refuseOther(odd: Setting, first: Setting, block: number, file: string): void {
  if (
    odd.rate === first.rate && odd.axes === first.axes && odd.packed === first.packed &&
    odd.accelerometer === first.accelerometer && odd.gyroscope === first.gyroscope
  ) return;
  throw new InputError(
    `Cannot read recording: block ${block} was recorded in another way (${odd.axes} axes ` +
      `at ${odd.rate} Hz) than the first (${first.axes} axes at ${first.rate} Hz)`,
    { file, hint: "Load the two settings as two files." },
  );
}

const triad = (name: string) => ["x", "y", "z"].map((axis) => `${name}_${axis}`);

/** Samples of a block as numbers of the channels' units; `scale` in the order in which the block holds its axes. */
function decodeBlock(
  view: DataView,
  from: number,
  samples: number,
  { packed, axes }: Setting,
  order: readonly number[],
  scale: readonly number[],
  into: Float32Array,
  at: number,
): void {
  if (packed) {
    const g = scale[0];
    for (let k = from, end = from + 4 * samples; k < end; k += 4) {
      const word = view.getInt32(k, true);
      const shift = word >>> 30;
      into[at++] = ((word << 22) >> 22 << shift) * g;
      into[at++] = ((word << 12) >> 22 << shift) * g;
      into[at++] = ((word << 2) >> 22 << shift) * g;
    }
    return;
  }
  for (let i = 0; i < samples; i++) {
    for (let c = 0; c < axes; c++) {
      into[at + order[c]] = view.getInt16(from + 2 * (i * axes + c), true) * scale[c];
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
        hint: copyAgain,
      });
    }
    const view = viewOf(header);
    const whole = view.getUint16(0, true) === 0x444d;
    // Of a file that was cut at its begin, blocks may be all there is.
    const bare = !whole && blockReader(new Sectors(bytes, 0))(0) !== undefined;
    const sectors = new Sectors(bytes, bare ? 0 : headerBytes);
    const session = whole ? view.getUint32(7, true) : undefined;
    const { blocks, places, setting: first, notes } = wholeBlocks(sectors, session, file);
    if (!whole) {
      notes.unshift(
        `The file's header is ${bare ? "missing" : "broken"}: rate and axes are those of its blocks`,
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
      blocks,
      scale: order.map((_, c) => scale[order.indexOf(c)]),
      subject: headerNotes.get("_sc")?.trim() || undefined,
      facts,
      notes,
      decode(b, into, at) {
        const from = sectors.find(places[b]) + dataAt;
        decodeBlock(sectors.view, from, blocks.samples[b], first, order, scale, into, at);
      },
    };
  },
};
