/**
 * Hashes of files outside the store, remembered by stat so that unchanged files are not read again.
 *
 * A stat is only a hint. An entry is trusted when size, modification time, change time and inode are all as they
 * were. It is made only when both times lay at least two seconds before the moment of hashing: a file that changed in
 * the same clock tick as it was hashed looks unchanged (git calls this "racily clean"), so it is hashed again next
 * time.
 */
import { sep } from "node:path";
import type { StoreFs } from "./fs.ts";
import { hashFile, refuseSpecial } from "./hash_file.ts";
import type { NormalizedModule } from "./normalize.ts";

/** SHA-256 and {@linkcode stamp} of a file. Text, because ten thousand of them are read at every start. */
type Entry = string;

const version = 3;
const settleMs = 2000;
const shaLength = 64;

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
      const { files } = json;
      for (let i = 0; i < files.length; i += 2) this.#files.set(files[i], files[i + 1]);
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
    const seen = stamp(info);
    const known = this.#files.get(name);
    if (known?.endsWith(seen) && known.length === shaLength + seen.length) {
      return { size: info.size, sha256: known.slice(0, shaLength) };
    }
    // The stat was taken before reading: a change during reading then shows as another stat.
    const at = Date.now();
    const found = await hashFile(path);
    // What changed so shortly before would look unchanged after another change in the same tick.
    if (at - time(info.mtime) >= settleMs && at - time(info.ctime) >= settleMs) {
      this.#files.set(name, found.sha256 + seen);
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
    const files = [...this.#files].flat();
    const modules = Object.fromEntries(this.#modules);
    fs.writeWhole(this.path, JSON.stringify({ version, files, modules }));
    this.#changed = false;
  }
}

/** What a stat says of a file, to see later whether it was touched. */
export function fingerprint(path: string): string {
  return stamp(Deno.statSync(path));
}

/** Size, modification time, change time (in milliseconds) and inode. */
export function stamp(info: Deno.FileInfo): string {
  return ` ${info.size} ${time(info.mtime)} ${time(info.ctime)} ${info.ino ?? 0}`;
}

function time(date: Date | null): number {
  return date?.getTime() ?? 0;
}
