/** Windows as a table for people and other tools: what each one was taken for, stage by stage. */
import type { Codes } from "../artifacts/codes.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import type { Windows } from "../artifacts/windows.ts";
import { codeDigits } from "./code_dictionary.ts";

/**
 * CSV with one row per window, in UTF-8: recording, times in seconds, code and digits (empty without codes), motif, posterior of
 * the motif, behaviour and its name (`unassigned` for −1). It comes in pieces, which are made when they are asked for: the
 * whole of millions of windows need not fit into memory.
 */
export function windowTable(...table: Parameters<typeof piecesOf>): Iterable<Uint8Array<ArrayBuffer>> {
  return { [Symbol.iterator]: () => piecesOf(...table) };
}

function* piecesOf(
  windows: Windows,
  motifs: Pick<Motifs, "labels" | "k" | "points" | "posterior">,
  codes: Codes | undefined,
  behaviours: { labels: Int32Array; names: string[] },
): Generator<Uint8Array<ArrayBuffer>> {
  const { recordings, rate } = windows.recordings;
  const quote = (s: string) => (/[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
  const names = behaviours.names.map(quote);
  const idOf = remembering((r) => quote(recordings[r].id));
  const timesOf = remembering((start) => `,${start / rate},${(start + windows.length) / rate},`);
  const codeOf = remembering((code) => `${code},${codeDigits(code, codes!.levels).join(" ")}`);
  const motifOf = remembering((motif) => `,${motif},`);
  const confidenceOf = remembering((cell) => String(+motifs.posterior[cell].toFixed(6)));
  const labelOf = remembering((label) => `,${label},${label < 0 ? "unassigned" : names[label]}\n`);
  const noCode = bytesOf(",");
  const rows = new Bytes();
  rows.add(bytesOf("recording,start_s,end_s,code,digits,motif,confidence,behaviour,name\n"));
  for (let i = 0; i < windows.start.length; i++) {
    const motif = motifs.labels[i];
    rows.add(idOf(windows.recording[i]));
    rows.add(timesOf(windows.start[i]));
    rows.add(codes === undefined ? noCode : codeOf(codes.codes[i]));
    rows.add(motifOf(motif));
    if (motif >= 0) rows.add(confidenceOf(motifs.points[i] * motifs.k + motif));
    rows.add(labelOf(behaviours.labels[i]));
    if (rows.size >= pieceBytes) yield rows.take();
  }
  yield rows.take();
}

/** Bytes of a piece, and a row more. */
const pieceBytes = 1 << 20;

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);

/** Texts of whole numbers, each made once: millions of rows say few different things. */
function remembering(make: (value: number) => string): (value: number) => Uint8Array {
  const known = new Map<number, Uint8Array>();
  return (value) => {
    let bytes = known.get(value);
    if (bytes === undefined) known.set(value, bytes = bytesOf(make(value)));
    return bytes;
  };
}

/** Bytes that grow: as texts, as many rows would take ten times the memory. */
class Bytes {
  #bytes = new Uint8Array(1 << 16);
  #end = 0;

  add(some: Uint8Array): void {
    if (this.#end + some.length > this.#bytes.length) {
      const more = new Uint8Array(Math.max(2 * this.#bytes.length, this.#end + some.length));
      more.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = more;
    }
    // Fragments are short: a call of set() takes longer than they do.
    for (let i = 0; i < some.length; i++) this.#bytes[this.#end++] = some[i];
  }

  get size(): number {
    return this.#end;
  }

  /** What was added since the last time, as a copy. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#end);
    this.#end = 0;
    return taken;
  }
}
