/**
 * Hashes of files outside the store, remembered by stat so that unchanged files are not read again.
 *
 * A stat is only a hint. An entry is trusted when size, modification time, change time and inode are all as they
 * were, and when both times lay at least two seconds before the moment of hashing: a file that changed in the same
 * clock tick as it was hashed looks unchanged (git calls this "racily clean"), so it is hashed again next time.
 */
import { sep } from "node:path";
import type { StoreFs } from "./fs.ts";
import { hashFile, refuseSpecial } from "./hash_file.ts";
import type { NormalizedModule } from "./normalize.ts";

/** `[size, mtime, ctime, inode, hashed at, sha256]`, times in milliseconds. */
type Entry = [number, number, number, number, number, string];

const version = 2;
const settleMs = 2000;

/** One cache file, loaded at once and written at once. */
export class StatCache {
  #files = new Map<string, Entry>();
  #modules = new Map<string, NormalizedModule>();
  #changed = false;
  /** Files below the root are named from there, so that the cache moves with the project. */
  readonly #prefix: string;

  constructor(private readonly path: string, root: string) {
    this.#prefix = `${root}${sep}`;
    try {
      const json = JSON.parse(Deno.readTextFileSync(path));
      if (json.version !== version) return;
      this.#files = new Map(Object.entries(json.files));
      this.#modules = new Map(Object.entries(json.modules));
    } catch {
      // Missing or damaged: everything is hashed again, which is always right.
    }
  }

  #name(path: string): string {
    return path.startsWith(this.#prefix) ? path.slice(this.#prefix.length) : path;
  }

  /** Size and SHA-256 of a regular file. */
  async hash(path: string): Promise<{ size: number; sha256: string }> {
    const info = Deno.statSync(path);
    refuseSpecial(path, info);
    const name = this.#name(path);
    const known = this.#files.get(name);
    if (known !== undefined && settled(known) && sameStat(known, info)) {
      return { size: known[0], sha256: known[5] };
    }
    const at = Date.now();
    const found = await hashFile(path);
    // The stat taken before reading: a change during reading then shows as another stat.
    const entry: Entry = [info.size, time(info.mtime), time(info.ctime), info.ino ?? 0, at, found.sha256];
    this.#files.set(name, entry);
    this.#changed = true;
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
    const { files, modules } = {
      files: Object.fromEntries(this.#files),
      modules: Object.fromEntries(this.#modules),
    };
    fs.writeWhole(this.path, JSON.stringify({ version, files, modules }));
    this.#changed = false;
  }
}

/** What a stat says of a file, to see later whether it was touched. */
export function fingerprint(path: string): string {
  const info = Deno.statSync(path);
  return `${info.size} ${time(info.mtime)} ${time(info.ctime)} ${info.ino}`;
}

function time(date: Date | null): number {
  return date?.getTime() ?? 0;
}

function settled([, mtime, ctime, , hashedAt]: Entry): boolean {
  return hashedAt - mtime >= settleMs && hashedAt - ctime >= settleMs;
}

function sameStat([size, mtime, ctime, inode]: Entry, info: Deno.FileInfo): boolean {
  return size === info.size && mtime === time(info.mtime) && ctime === time(info.ctime) &&
    inode === (info.ino ?? 0);
}
