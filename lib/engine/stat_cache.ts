/**
 * Hashes of files outside the store, remembered by stat so that unchanged files are not read again, and which files a
 * request found, so that unchanged folders are not listed again.
 *
 * A stat is only a hint. An entry is trusted when size, modification time, change time, inode and device are all as
 * they were; it is made only from a stat that was {@linkcode settled}.
 */
import { isAbsolute, sep } from "node:path";
import { Canonical, canonicalJson } from "./canonical.ts";
import type { StoreFs } from "./fs.ts";
import { hashFile } from "./hash_file.ts";
import type { NormalizedModule } from "./normalize.ts";
import { look, settled, type Stat, statOf, statWidth, unchanged } from "./stat.ts";

/** What was seen of a file: its stat and its content. */
interface Entry {
  stat: Stat;
  sha256: string;
}

/** The files of a request. */
export interface Listing {
  /** Absolute paths, sorted. */
  readonly paths: string[];
  /** SHA-256 by path relative to the fixed part of the pattern. */
  readonly hashes: Canonical<Record<string, string>>;
}

/** What a search for files saw. */
export interface Search {
  /** The fixed part of the pattern. */
  base: string;
  paths: string[];
  /** Every folder that was read, with its stat before; undefined where the result may change without them. */
  folders: Map<string, Stat> | undefined;
}

/** A listing in memory: folders with their stat, files by name. */
interface KnownListing {
  folders: [name: string, stat: Stat][];
  files: string[];
  /** Length of the part of each name that the listing leaves out. */
  cut: number;
}

/**
 * The file. Rows are folders and files of the listings one after the other, then all other files: ten thousand are
 * read at every start, so numbers are kept as bytes and hashes as one text.
 */
interface Packed {
  version: typeof version;
  /** Number of folders and of files by pattern, and `cut`. */
  listings: Record<string, [folders: number, files: number, cut: number]>;
  names: string[];
  stats: string;
  hashes: string;
  modules: Record<string, NormalizedModule>;
}

const version = 4;
const shaLength = 64;
const noHash = "-".repeat(shaLength);

/** One cache file, loaded at once and written at once. */
export class StatCache {
  #names: string[] = [];
  #stats = new Float64Array(0);
  #hashes = "";
  /** First row of each listing of the cache file. */
  readonly #rows = new Map<string, { first: number; folders: number; files: number; cut: number }>();
  #fresh = new Map<string, KnownListing>();
  #files = new Map<string, Entry>();
  /** Rows that are not in `#files` yet: those before this one. */
  #packed = 0;
  #modules = new Map<string, NormalizedModule>();
  #changed = false;
  /** Files below the root are named from there, so that the cache moves with the project. */
  readonly #prefix: string;

  constructor(private readonly path: string, root: string) {
    this.#prefix = `${root}${sep}`;
    try {
      this.#load(JSON.parse(Deno.readTextFileSync(path)));
    } catch {
      // Missing or damaged: everything is hashed again, which is always right.
      this.#rows.clear();
      this.#files.clear();
      this.#packed = 0;
    }
  }

  #load(packed: Packed): void {
    if (packed.version !== version) return;
    const { names, hashes } = packed;
    const stats = new Float64Array(Uint8Array.fromBase64(packed.stats).buffer);
    if (stats.length !== names.length * statWidth || hashes.length !== names.length * shaLength) return;
    [this.#names, this.#stats, this.#hashes] = [names, stats, hashes];
    let row = 0;
    for (const [pattern, [folders, files, cut]] of Object.entries(packed.listings)) {
      this.#rows.set(pattern, { first: row, folders, files, cut });
      row += folders + files;
    }
    this.#packed = row;
    for (; row < names.length; row++) this.#unpack(row);
    this.#modules = new Map(Object.entries(packed.modules));
  }

  #unpack(row: number): void {
    const stat = [...this.#stats.subarray(statWidth * row, statWidth * (row + 1))] as Stat;
    const sha256 = this.#hash(row);
    if (sha256 !== noHash) this.#files.set(this.#names[row], { stat, sha256 });
  }

  #hash(row: number): string {
    return this.#hashes.slice(shaLength * row, shaLength * (row + 1));
  }

  #name(path: string): string {
    return path.startsWith(this.#prefix) ? path.slice(this.#prefix.length) : path;
  }

  #path(name: string): string {
    return isAbsolute(name) ? name : this.#prefix + name;
  }

  #entry(name: string): Entry | undefined {
    if (!this.#files.has(name)) this.#unpackListings();
    return this.#files.get(name);
  }

  /** A run without news asks for listings only, and never comes here. */
  #unpackListings(): void {
    if (this.#packed === 0) return;
    const known = this.#files;
    this.#files = new Map();
    for (let row = 0; row < this.#packed; row++) this.#unpack(row);
    for (const [name, entry] of known) this.#files.set(name, entry);
    this.#packed = 0;
  }

  /** The files of a request if neither they nor the folders that were searched changed since. */
  listing(pattern: string): Listing | undefined {
    const found = this.#rows.get(pattern);
    if (found === undefined || this.#fresh.has(pattern)) return undefined;
    const { first, folders, files, cut } = found;
    const end = first + folders + files;
    const paths: string[] = [];
    for (let row = first; row < end; row++) {
      const path = this.#path(this.#names[row]);
      if (!look(path) || !unchanged(this.#stats, statWidth * row)) return undefined;
      if (row >= first + folders) paths.push(path);
    }
    let text = "";
    for (let row = first + folders; row < end; row++) {
      const name = JSON.stringify(portable(this.#names[row].slice(cut)));
      text += `${text === "" ? "" : ","}${name}:"${this.#hash(row)}"`;
    }
    return { paths, hashes: new Canonical(`{${text}}`) };
  }

  /**
   * Hashes what a search found, and remembers what it found where that can be relied upon.
   *
   * @param at When the search began, in milliseconds since 1970.
   */
  async hashSearch(pattern: string, { base, paths, folders }: Search, at: number): Promise<Listing> {
    const from = base.endsWith(sep) ? base.length : base.length + 1;
    const found: [below: string, name: string, sha256: string][] = [];
    for (const path of paths) {
      found.push([portable(path.slice(from)), this.#name(path), (await this.hash(path)).sha256]);
    }
    const hashes = Object.fromEntries(found.map(([below, , sha256]) => [below, sha256]));
    this.#forget(pattern);
    const stats = folders === undefined ? undefined : [...folders];
    // Names of files on both sides of the root have no common part to leave out.
    const cut = from - (paths[0].length - found[0][1].length);
    const plain = cut >= 0 && found.every(([below, name]) => portable(name.slice(cut)) === below);
    if (
      plain && stats?.every(([, stat]) => settled(stat, at)) &&
      found.every(([, name]) => this.#files.has(name))
    ) {
      this.#fresh.set(pattern, {
        folders: stats.map(([path, stat]) => [this.#name(path), stat]),
        // In the order of canonical JSON, so that its text can be put together from the rows.
        files: found.sort(([a], [b]) => a < b ? -1 : 1).map(([, name]) => name),
        cut,
      });
      this.#changed = true;
    }
    return { paths, hashes: new Canonical(canonicalJson(hashes, "files")) };
  }

  #forget(pattern: string): void {
    this.#fresh.delete(pattern);
    if (!this.#rows.has(pattern)) return;
    this.#unpackListings();
    this.#rows.delete(pattern);
    this.#changed = true;
  }

  /** Size and SHA-256 of a regular file. */
  async hash(path: string): Promise<{ size: number; sha256: string }> {
    const name = this.#name(path);
    const entry = this.#entry(name);
    if (entry !== undefined && look(path) && unchanged(entry.stat)) {
      return { size: entry.stat[0], sha256: entry.sha256 };
    }
    // The stat is taken before reading: a change during reading then shows as another stat.
    const stat = statOf(path);
    const at = Date.now();
    const found = await hashFile(path);
    if (settled(stat, at)) {
      this.#files.set(name, { stat, sha256: found.sha256 });
      this.#changed = true;
    } else if (this.#files.delete(name)) this.#changed = true;
    return found;
  }

  /** The normal form of a module by the hash of its source. */
  module(sha: string): NormalizedModule | undefined {
    return this.#modules.get(sha);
  }

  rememberModule(sha: string, module: NormalizedModule): void {
    this.#modules.set(sha, module);
    this.#changed = true;
  }

  /** Writes the cache if anything in it is new. Failing to is no failure of the run. */
  save(fs: StoreFs): void {
    if (!this.#changed) return;
    this.#unpackListings();
    const listings: Packed["listings"] = {};
    const rows: [name: string, entry: Entry][] = [];
    const listed = new Set<string>();
    for (const [pattern, { folders, files, cut }] of this.#allListings()) {
      listings[pattern] = [folders.length, files.length, cut];
      for (const [name, stat] of folders) rows.push([name, { stat, sha256: noHash }]);
      for (const name of files) rows.push([name, this.#files.get(name)!]);
      for (const name of files) listed.add(name);
    }
    for (const row of this.#files) if (!listed.has(row[0])) rows.push(row);
    const packed: Packed = {
      version,
      listings,
      names: rows.map(([name]) => name),
      stats: new Uint8Array(Float64Array.from(rows.flatMap(([, { stat }]) => stat)).buffer).toBase64(),
      hashes: rows.map(([, { sha256 }]) => sha256).join(""),
      modules: Object.fromEntries(this.#modules),
    };
    fs.writeWhole(this.path, JSON.stringify(packed));
    this.#changed = false;
  }

  /** Old and new; without those of which a file is no longer known. */
  *#allListings(): Generator<[pattern: string, listing: KnownListing]> {
    for (const [pattern, { first, folders, files, cut }] of this.#rows) {
      if (this.#fresh.has(pattern)) continue;
      const inside = this.#names.slice(first, first + folders);
      const stat = (i: number) =>
        [...this.#stats.subarray(statWidth * (first + i), statWidth * (first + i + 1))] as Stat;
      const names = this.#names.slice(first + folders, first + folders + files);
      if (!names.every((name) => this.#files.has(name))) continue;
      yield [pattern, { folders: inside.map((name, i) => [name, stat(i)]), files: names, cut }];
    }
    yield* this.#fresh;
  }
}

/** A relative path with `/`. */
function portable(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
