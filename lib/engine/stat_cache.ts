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

/** What was seen of a file: its stat and its content. */
interface Entry {
  stat: Stat;
  sha256: string;
}

/** Size, modification time and change time (in milliseconds) and inode. */
type Stat = [number, number, number, number];

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
      const stats = new Float64Array(Uint8Array.fromBase64(json.stats).buffer);
      for (let i = 0; i < json.files.length; i++) {
        const stat: Stat = [stats[4 * i], stats[4 * i + 1], stats[4 * i + 2], stats[4 * i + 3]];
        const sha256 = json.hashes.slice(shaLength * i, shaLength * (i + 1));
        this.#files.set(json.files[i], { stat, sha256 });
      }
      this.#modules = new Map(Object.entries(json.modules));
    } catch {
      // Missing or damaged: everything is hashed again, which is always right.
    }
  }

  #name(path: string): string {
    return path.startsWith(this.#prefix) ? path.slice(this.#prefix.length) : path;
  }

  /** SHA-256 of a file that did not change since it was hashed; undefined where it has to be hashed. */
  known(path: string): string | undefined {
    const entry = this.#files.get(this.#name(path));
    return entry !== undefined && sameStat(entry.stat, Deno.statSync(path)) ? entry.sha256 : undefined;
  }

  /** Size and SHA-256 of a regular file. */
  async hash(path: string): Promise<{ size: number; sha256: string }> {
    const info = Deno.statSync(path);
    refuseSpecial(path, info);
    const name = this.#name(path);
    const entry = this.#files.get(name);
    if (entry !== undefined && sameStat(entry.stat, info)) return { size: info.size, sha256: entry.sha256 };
    // The stat was taken before reading: a change during reading then shows as another stat.
    const at = Date.now();
    const found = await hashFile(path);
    const stat = statOf(info);
    // What changed so shortly before would look unchanged after another change in the same tick.
    if (at - stat[1] >= settleMs && at - stat[2] >= settleMs) {
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
    // Numbers as bytes and hashes as one text: ten thousand files are read at every start.
    const entries = [...this.#files.values()];
    const stats = new Uint8Array(Float64Array.from(entries.flatMap((e) => e.stat)).buffer).toBase64();
    const hashes = entries.map((e) => e.sha256).join("");
    const files = [...this.#files.keys()];
    const modules = Object.fromEntries(this.#modules);
    fs.writeWhole(this.path, JSON.stringify({ version, files, stats, hashes, modules }));
    this.#changed = false;
  }
}

/** What a stat says of a file, to see later whether it was touched. */
export function fingerprint(path: string): string {
  return statOf(Deno.statSync(path)).join(" ");
}

function statOf(info: Deno.FileInfo): Stat {
  return [info.size, time(info.mtime), time(info.ctime), info.ino ?? 0];
}

function sameStat([size, mtime, ctime, inode]: Stat, info: Deno.FileInfo): boolean {
  return size === info.size && mtime === time(info.mtime) && ctime === time(info.ctime) &&
    inode === (info.ino ?? 0);
}

function time(date: Date | null): number {
  return date?.getTime() ?? 0;
}
