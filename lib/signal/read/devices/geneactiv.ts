/**
 * GENEActiv: `.bin`, a text of pages, each with its time and 300 samples as hexadecimal digits.
 * Source: "GENEActiv Instruction Manual", appendix on the data file (Activinsights Ltd).
 */
import { InputError } from "../../../errors.ts";
import { orderOfBlocks } from "./block_order.ts";
import type { ByteSource } from "./byte_source.ts";
import {
  BlockList,
  copyAgain,
  type DeviceFormat,
  type DeviceSignal,
  ranges,
  secondsOfDate,
} from "./device_signal.ts";

/** Hexadecimal digits of a sample: 12 bits each for x, y and z, 12 for light and button. */
const digits = 12;
/** Samples of a page. */
const pageSamples = 300;
/** More bytes than any head, page or line of one has. */
const [longestHead, longestPage] = [1 << 16, 1 << 14];
const mark = "Recorded Data";

const latin = new TextDecoder("windows-1252");

/** Value of each hexadecimal digit, −1 for what is none. */
const hex = Int8Array.from({ length: 256 }, (_, c) => {
  const value = parseInt(String.fromCharCode(c), 16);
  return Number.isNaN(value) ? -1 : value;
});

/** `name: value` lines. */
function fields(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf(":");
    if (at > 0) found.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  return found;
}

const numberOf = (text: string | undefined) => parseFloat((text ?? "").replace(",", "."));

/** Seconds since 1970 of `2013-05-30 10:12:54:500`; NaN for anything else. */
function secondsOf(text: string | undefined): number {
  const found = /^(\d{4})-(\d\d?)-(\d\d?) (\d\d):(\d\d):(\d\d)[:.,](\d{3})$/.exec(text ?? "");
  if (found === null) return NaN;
  const [year, month, day, hour, minute, second, ms] = found.slice(1).map(Number);
  return secondsOfDate(year, month, day, hour, minute, second) + ms / 1000;
}

/** A page: where its digits stand, how many samples they are, and when they begin. */
interface Page {
  at: number;
  samples: number;
  begin: number;
  rate: number;
  /** The device's number of it; NaN where it has none. */
  sequence: number;
}

/** Start of the next page from `from` on, or −1. */
function findMark(bytes: ByteSource, from: number): number {
  for (let at = from; at < bytes.size; at += longestPage) {
    const piece = bytes.at(at, longestPage + mark.length);
    const found = latin.decode(piece).indexOf(mark);
    if (found >= 0) return at + found;
  }
  return -1;
}

/** The page that begins at `from`; undefined for a broken one. */
function pageAt(bytes: ByteSource, from: number, to: number): Page | undefined {
  const piece = bytes.at(from, Math.min(to - from, longestPage));
  // The digits are the last line.
  let end = piece.length;
  while (end > 0 && hex[piece[end - 1]] < 0) end--;
  let begin = end;
  while (begin > 0 && hex[piece[begin - 1]] >= 0) begin--;
  const count = end - begin;
  const text = fields(latin.decode(piece.subarray(0, begin)));
  const [time, rate] = [secondsOf(text.get("page time")), numberOf(text.get("measurement frequency"))];
  const number = text.get("sequence number") ?? "";
  const sequence = /^\d+$/.test(number) ? Number(number) : NaN;
  const lineEnd = begin > 0 && (piece[begin - 1] === 10 || piece[begin - 1] === 13);
  if (!lineEnd || count === 0 || count % digits !== 0 || Number.isNaN(time) || !(rate > 0)) return undefined;
  return { at: from + begin, samples: count / digits, begin: time, rate, sequence };
}

export const geneactiv: DeviceFormat = {
  name: "GENEActiv",
  ending: "bin",
  recognize: (head) => latin.decode(head.subarray(0, 64)).startsWith("Device Identity"),
  open(bytes, file): DeviceSignal {
    const headEnd = findMark(bytes, 0);
    if (headEnd < 0) {
      throw new InputError("Cannot read recording: it has no page of samples", { file, hint: copyAgain });
    }
    if (headEnd > longestHead) {
      throw new InputError("Cannot read recording: its header is too long for a GENEActiv file", {
        file,
        hint: copyAgain,
      });
    }
    const head = fields(latin.decode(bytes.at(0, headEnd)));
    const calibration = ["x", "y", "z"].map((axis) => {
      const [gain, offset] = [numberOf(head.get(`${axis} gain`)), numberOf(head.get(`${axis} offset`))];
      if (Number.isFinite(gain) && gain !== 0 && Number.isFinite(offset)) return { gain, offset };
      throw new InputError(`Cannot read recording: its header has no gain and offset of axis ${axis}`, {
        file,
        hint: `${copyAgain} Without them counts have no unit.`,
      });
    });
    let pages: Page[] = [];
    const broken: number[] = [];
    for (let at = headEnd, n = 0; at >= 0; n++) {
      const next = findMark(bytes, at + mark.length);
      const page = pageAt(bytes, at, next < 0 ? bytes.size : next);
      if (page !== undefined) pages.push(page);
      else broken.push(n);
      at = next;
    }
    const notes: string[] = [];
    if (broken.length > 0) {
      notes.push(
        `Pages that are broken or cut off were left out as gaps: ${ranges(broken)} of ${
          pages.length + broken.length
        }`,
      );
    }
    const short = pages.filter((page) => page.samples < pageSamples).length;
    if (short > 0) {
      notes.push(`Pages with fewer than ${pageSamples} samples, as where a file is cut off: ${short}`);
    }
    if (pages.length === 0) {
      throw new InputError("Cannot read recording: none of its pages is whole", { file, hint: copyAgain });
    }
    const { rate } = pages[0];
    const odd = pages.find((page) => page.rate !== rate);
    if (odd !== undefined) {
      throw new InputError(`Cannot read recording: its pages have ${rate} and ${odd.rate} Hz`, {
        file,
        hint: "Load the two settings as two files.",
      });
    }
    const stated = numberOf(head.get("measurement frequency"));
    if (Number.isFinite(stated) && stated !== rate) {
      notes.push(`The header says ${stated} Hz, the pages ${rate} Hz; the pages were believed`);
    }
    if (pages.every(({ sequence }) => !Number.isNaN(sequence))) {
      const order = orderOfBlocks(pages.map((p) => p.sequence), pages.map((p) => p.begin), "Pages", notes);
      pages = order?.map((k) => pages[k]) ?? pages;
    }
    const list = new BlockList();
    for (const { begin, samples } of pages) list.add(begin, samples);
    const facts: DeviceSignal["facts"] = {};
    for (
      const [name, field] of [
        ["serial", "device unique serial code"],
        ["place", "device location code"],
        ["time_zone", "time zone"],
      ]
    ) {
      const value = head.get(field);
      if (value) facts[name] = value;
    }
    return {
      device: "GENEActiv",
      channels: ["acc_x", "acc_y", "acc_z"],
      units: ["g", "g", "g"],
      rate,
      blocks: list.done(),
      subject: head.get("subject code") || undefined,
      facts,
      notes,
      decode(b, into, at) {
        const { at: from, samples } = pages[b];
        const text = bytes.at(from, samples * digits);
        for (let i = 0, d = 0; i < samples; i++, d += digits) {
          for (let c = 0; c < 3; c++) {
            const k = d + 3 * c;
            const raw = hex[text[k]] << 8 | hex[text[k + 1]] << 4 | hex[text[k + 2]];
            const { gain, offset } = calibration[c];
            into[at++] = (100 * ((raw << 20) >> 20) - offset) / gain;
          }
        }
      },
    };
  },
};
