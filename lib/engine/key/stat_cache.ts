/**
 * Hashes of files outside the store, remembered by stat so that unchanged files are not read again, and which files a
 * request found, so that unchanged folders are not listed again.
 *
 * A stat is only a hint. An entry is trusted when size, modification time, change time, inode and device are all as
 * they were; it is made only from a stat that was {@linkcode settled}.
 */
import { isAbsolute, sep } from "../../path.ts";
import { canonicalJson, sha256 } from "../system/canonical_json.ts";
import type { StoreFs } from "../system/fs.ts";
import { readWhole } from "../system/read_whole.ts";
import type { NormalizedModule } from "./normalize_module.ts";
import { CacheRows, encodeRows, type Entry, type ListingHead, noHash } from "./stat_cache_file.ts";
import { look, settled, type Stat, statOf, statWidth, unchanged } from "../system/stat.ts";

/** The files of a request. */
export interface Listing {
  /** Absolute paths, sorted. */
  readonly paths: string[];
  /** SHA-256 of {@linkcode hashes} as canonical JSON. */
  readonly digest: string;
  /** SHA-256 by path relative to the fixed part of the pattern. */
  readonly hashes: Record<string, string>;
}

/** What a search for files saw. */
export interface Search {
  /** The fixed part of the pattern. */
  base: string;
  paths: string[];
  /** Every folder that was read, with its stat before; undefined where the result may change without them. */
  folders: Map<string, Stat> | undefined;
}

/**
 * A listing as it is kept. Its rows say what the files were when `digest` was made of them, whatever is known of them
 * by now; `cut` is the length of the part of each name that its hashes leave out.
 */
interface Kept {
  folders: [name: string, stat: Stat][];
  files: [name: string, entry: Entry][];
  cut: number;
  digest: string;
}

/** One cache file, loaded at once and written at once. */
export class StatCache {
  /** What the cache file held; undefined without one. */
  readonly #rows: CacheRows | undefined;
  /** The listings of the cache file, with the number of their first row. */
  readonly #old = new Map<
    string,
    { first: number; folders: number; files: number; cut: number; digest: string }
  >();
  readonly #fresh = new Map<string, Kept>();
  #files = new Map<string, Entry>();
  /** Rows that are not in `#files` yet: those before this one. */
  #packed = 0;
  #modules = new Map<string, NormalizedModule>();
  #changed = false;
  /** Files below the root are named from there, so that the cache moves with the project. */
  readonly #prefix: string;

  readonly #file: string;

  constructor(path: string, root: string) {
    this.#file = path;
    this.#prefix = `${root}${sep}`;
    try {
      this.#rows = new CacheRows(readWhole(path));
    } catch {
      return; // Missing, damaged or older: everything is hashed again, which is always right.
    }
    const { listings, names, modules } = this.#rows;
    for (const [pattern, folders, files, cut, digest] of listings) {
      this.#old.set(pattern, { first: this.#packed, folders, files, cut, digest });
      this.#packed += folders + files;
    }
    for (let row = this.#packed; row < names.length; row++) this.#unpack(this.#rows, row);
    this.#modules = modules;
  }

  #unpack(rows: CacheRows, row: number): void {
    const entry = rows.row(row);
    if (entry.sha256 !== noHash) this.#files.set(rows.names[row]!, entry);
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

  /** A no-op run asks for listings only, and never comes here. */
  #unpackListings(): void {
    if (this.#rows === undefined || this.#packed === 0) return;
    const known = this.#files;
    this.#files = new Map();
    for (let row = 0; row < this.#packed; row++) this.#unpack(this.#rows, row);
    for (const [name, entry] of known) this.#files.set(name, entry);
    this.#packed = 0;
  }

  /** The files of a request if neither they nor the folders that were searched changed since. */
  listing(pattern: string): Listing | undefined {
    const found = this.#old.get(pattern);
    const rows = this.#rows;
    if (rows === undefined || found === undefined || this.#fresh.has(pattern)) return undefined;
    const { first, folders, files, cut, digest } = found;
    const start = first + folders;
    for (let row = first; row < start + files; row++) {
      const name = rows.names[row]!;
      const above = isAbsolute(name) ? "" : this.#prefix;
      if (!look(name, true, above) || !unchanged(rows.stats, statWidth * row)) return undefined;
    }
    // Of most listings nothing but the digest is asked.
    const names = () => rows.names.slice(start, start + files);
    const paths = () => names().map((name) => this.#path(name));
    const hashes = () =>
      Object.fromEntries(names().map((name, i) => [portable(name.slice(cut)), rows.hash(start + i)]));
    return {
      digest,
      get paths() {
        return paths();
      },
      get hashes() {
        return hashes();
      },
    };
  }

  /**
   * Hashes what a search found, and remembers what it found where that can be relied upon.
   *
   * @param at When the search began, in milliseconds since 1970.
   */
  async hashSearch(pattern: string, { base, paths, folders }: Search, at: number): Promise<Listing> {
    const from = base.endsWith(sep) ? base.length : base.length + 1;
    const found: [below: string, sha256: string][] = [];
    for (const path of paths) found.push([portable(path.slice(from)), (await this.hash(path)).sha256]);
    const hashes = Object.fromEntries(found);
    const digest = filesDigest(hashes);
    if (this.#old.has(pattern) || this.#fresh.has(pattern)) {
      this.#unpackListings();
      this.#old.delete(pattern);
      this.#fresh.delete(pattern);
      this.#changed = true;
    }
    const known = this.#keep(from, paths, folders, hashes, digest, at);
    if (known !== undefined) {
      this.#fresh.set(pattern, known);
      this.#changed = true;
    }
    return { paths, digest, hashes };
  }

  /** A listing to be kept; undefined where one of its parts cannot be trusted later. */
  #keep(
    from: number,
    paths: string[],
    folders: Search["folders"],
    hashes: Record<string, string>,
    digest: string,
    at: number,
  ): Kept | undefined {
    if (folders === undefined || [...folders.values()].some((stat) => !settled(stat, at))) return undefined;
    // Names of files on both sides of the root have no common part to leave out.
    const cut = from - (paths[0]!.length - this.#name(paths[0]!).length);
    const files: Kept["files"] = [];
    for (const path of paths) {
      const name = this.#name(path);
      const entry = this.#files.get(name);
      const below = portable(path.slice(from));
      if (
        entry === undefined || entry.sha256 !== hashes[below] || cut < 0 ||
        portable(name.slice(cut)) !== below
      ) return undefined;
      files.push([name, entry]);
    }
    return { folders: [...folders].map(([path, stat]) => [this.#name(path), stat]), files, cut, digest };
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
    const { hashFile } = await import("../system/hash_file.ts");
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
    const listings: ListingHead[] = [];
    const rows: [name: string, entry: Entry][] = [];
    const listed = new Map<string, Entry>();
    for (const [pattern, { folders, files, cut, digest }] of this.#listings()) {
      listings.push([pattern, folders.length, files.length, cut, digest]);
      for (const [name, stat] of folders) rows.push([name, { stat, sha256: noHash }]);
      for (const row of files) rows.push(row);
      for (const [name, entry] of files) listed.set(name, entry);
    }
    for (const [name, entry] of this.#files) {
      if (listed.get(name)?.stat.join() !== entry.stat.join()) rows.push([name, entry]);
    }
    fs.writeWhole(this.#file, encodeRows(listings, rows, Object.fromEntries(this.#modules)));
    this.#changed = false;
  }

  *#listings(): Generator<[pattern: string, listing: Kept]> {
    const rows = this.#rows;
    if (rows !== undefined) {
      for (const [pattern, { first, folders, files, cut, digest }] of this.#old) {
        const row = (at: number): [string, Entry] => [rows.names[at]!, rows.row(at)];
        yield [pattern, {
          folders: Array.from(
            { length: folders },
            (_, i) => [rows.names[first + i]!, rows.row(first + i).stat],
          ),
          files: Array.from({ length: files }, (_, i) => row(first + folders + i)),
          cut,
          digest,
        }];
      }
    }
    yield* this.#fresh;
  }
}

/** SHA-256 of the hashes of a request's files: all that a key has of them. */
export function filesDigest(hashes: Record<string, string>): string {
  return sha256(canonicalJson(hashes, "files"));
}

/** A relative path with `/`. */
function portable(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
