/**
 * What is read of long recordings, kept stretch by stretch, so that a run that was interrupted goes on where it was. Every
 * stretch has a head of six 32-bit numbers: mark, number of the recording, blocks and rows that are done with it, bytes that
 * follow, and their checksum. What a kill or a power cut left half written is found by them and written anew.
 */
import { crc32 } from "node:zlib";

const mark = 0x44544553;
const headNumbers = 6;

/** Bytes of samples from which on a recording is worth it, and bytes of a stretch. */
const usual = { from: 1 << 27, stretch: 1 << 25 };

/** How far a recording was read: blocks, and the rows that they make. */
export interface Done {
  blocks: number;
  rows: number;
}

/** Stretches of all long recordings of one reading, one recording after the other. */
export class SampleDraft implements Disposable {
  readonly #open: () => Deno.FsFile;
  readonly #resumed: (message: string) => void;
  readonly #size: typeof usual;
  #file: Deno.FsFile | undefined;
  /** Number of the recording that is read, and its rows that are kept. */
  #recording = -1;
  #rows = 0;

  /**
   * @param open Opens the file, which holds what was kept until an interruption.
   * @param resumed Told how far an earlier attempt had come.
   */
  constructor(open: () => Deno.FsFile, resumed: (message: string) => void = () => {}, size = usual) {
    this.#open = open;
    this.#resumed = resumed;
    this.#size = size;
  }

  /**
   * Begins a recording.
   *
   * @param values float32 `[rows, width]`; rows that were read before are put into it.
   * @returns How far it was read before.
   */
  begin(values: Float32Array, width: number): Done {
    const done = { blocks: 0, rows: 0 };
    this.#rows = 0;
    if (values.byteLength < this.#size.from) return done;
    this.#recording++;
    const file = this.#file ??= this.#open();
    const head = new Uint32Array(headNumbers);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let end = file.seekSync(0, Deno.SeekMode.Current);
    while (fill(file, new Uint8Array(head.buffer))) {
      const [marked, recording, blocks, rows, size, sum] = head;
      // A recording is followed by the next one.
      if (marked === mark && recording! > this.#recording) break;
      const at = 4 * width * done.rows;
      const fits = marked === mark && recording === this.#recording && at + size! === 4 * width * rows!;
      const stretch = bytes.subarray(at, at + size!);
      if (!fits || stretch.length < size! || !fill(file, stretch) || sumOf(head, stretch) !== sum) {
        bytes.fill(0, at, at + stretch.length);
        break;
      }
      [done.blocks, done.rows] = [blocks!, rows!];
      end += 4 * headNumbers + size!;
    }
    file.seekSync(end, Deno.SeekMode.Start);
    this.#rows = done.rows;
    if (done.rows > 0) {
      const all = values.length / width;
      this.#resumed(`resumed at ${Math.floor(100 * done.rows / all)} %: ${done.rows} of ${all} samples`);
    }
    return done;
  }

  /** Keeps the rows since the last stretch, where they are enough for another one. */
  keep(values: Float32Array, width: number, { blocks, rows }: Done): void {
    const size = 4 * width * (rows - this.#rows);
    if (size < this.#size.stretch || values.byteLength < this.#size.from || this.#file === undefined) return;
    const stretch = new Uint8Array(values.buffer, values.byteOffset + 4 * width * this.#rows, size);
    const head = Uint32Array.of(mark, this.#recording, blocks, rows, size, 0);
    head[headNumbers - 1] = sumOf(head, stretch);
    try {
      write(this.#file, new Uint8Array(head.buffer));
      write(this.#file, stretch);
      this.#rows = rows;
    } catch {
      // A disk without room for it: what is being read is worth more.
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/** Checksum of a stretch and of what its head says before the checksum. */
function sumOf(head: Uint32Array<ArrayBuffer>, stretch: Uint8Array): number {
  return crc32(stretch, crc32(new Uint8Array(head.buffer, 0, 4 * (headNumbers - 1))));
}

/** Reads as many bytes as there is room for; false where the file has fewer. */
function fill(file: Deno.FsFile, bytes: Uint8Array): boolean {
  for (let n = 0; n < bytes.length;) {
    const read = file.readSync(bytes.subarray(n));
    if (read === null) return false;
    n += read;
  }
  return true;
}

function write(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let n = 0; n < bytes.length;) n += file.writeSync(bytes.subarray(n));
}
