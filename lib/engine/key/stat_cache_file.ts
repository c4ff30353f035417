/**
 * The file of the stat cache, which is read whole at every start: ten thousand files in some milliseconds, which JSON
 * does not reach. `deno task bench engine` shows what it is worth: the row of a no-op run with files.
 *
 * The file begins with a {@linkcode CacheHead} as JSON, on a line of its own that is filled with blanks to a multiple
 * of eight bytes. Then come, for each name of the head, a row of stats (float64 `[names, statWidth]`, in the byte order
 * of the machine) and after them all hashes (SHA-256, uint8 `[names, 32]`; zeros for a folder). The rows are folders
 * and files of one listing after the other, then all other files.
 */
import { type Stat, statWidth } from "../system/stat.ts";
import type { NormalizedModule } from "./normalize_module.ts";

/** What was seen of a file: its stat and its content. */
export interface Entry {
  stat: Stat;
  sha256: string;
}

/** A listing of the file: its rows begin where those of the one before end. */
export type ListingHead = [pattern: string, folders: number, files: number, cut: number, digest: string];

interface CacheHead {
  version: typeof version;
  listings: ListingHead[];
  names: string[];
  modules: Record<string, NormalizedModule>;
}

const version = 10;
const [blank, newline] = [0x20, 0x0a];
const shaBytes = 32;
const statBytes = statWidth * Float64Array.BYTES_PER_ELEMENT;
/** Stands where a folder has no hash. */
export const noHash = "0".repeat(2 * shaBytes);

/** The rows of a cache file, which are taken apart one by one when they are asked for. */
export class CacheRows {
  readonly listings: ListingHead[];
  readonly names: string[];
  /** Normal forms of modules by the hash of their source. */
  readonly modules: Map<string, NormalizedModule>;
  /** Stats of all rows, {@linkcode statWidth} numbers each. */
  readonly stats: Float64Array<ArrayBuffer>;
  readonly #hashes: Uint8Array;

  /** @throws {Error} When the bytes are no whole cache file of this version. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    const start = bytes.indexOf(newline) + 1;
    const head: CacheHead = JSON.parse(new TextDecoder().decode(bytes.subarray(0, start)));
    const { names, listings, modules } = head;
    const listed = listings.reduce((sum, [, folders, files]) => sum + folders + files, 0);
    const length = start + names.length * (statBytes + shaBytes);
    if (head.version !== version || bytes.length !== length || listed > names.length) {
      throw new Error("no whole cache file of this version");
    }
    this.names = names;
    this.listings = listings;
    this.modules = new Map(Object.entries(modules));
    this.stats = new Float64Array(bytes.buffer, start, names.length * statWidth);
    this.#hashes = bytes.subarray(start + names.length * statBytes);
  }

  row(row: number): Entry {
    const stat = [...this.stats.subarray(statWidth * row, statWidth * (row + 1))] as Stat;
    return { stat, sha256: this.hash(row) };
  }

  hash(row: number): string {
    return this.#hashes.subarray(shaBytes * row, shaBytes * (row + 1)).toHex();
  }
}

/** The bytes of a cache file. @param rows Name and entry of each row, those of the listings first. */
export function encodeRows(
  listings: ListingHead[],
  rows: readonly [name: string, entry: Entry][],
  modules: Record<string, NormalizedModule>,
): Uint8Array<ArrayBuffer> {
  const names = rows.map(([name]) => name);
  const head: CacheHead = { version, listings, names, modules };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const start = (json.length + 8) & ~7;
  const bytes = new Uint8Array(start + rows.length * (statBytes + shaBytes));
  bytes.fill(blank, json.length, start - 1);
  bytes.set(json);
  bytes[start - 1] = newline;
  const stats = new Float64Array(bytes.buffer, start, rows.length * statWidth);
  const hashes = bytes.subarray(start + rows.length * statBytes);
  for (const [row, [, { stat, sha256 }]] of rows.entries()) {
    stats.set(stat, row * statWidth);
    hashes.subarray(row * shaBytes).setFromHex(sha256);
  }
  return bytes;
}
