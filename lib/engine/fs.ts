/**
 * The file-system calls that change the store, each followed by a hook. Tests set the hook to die at every point of
 * the commit protocol; outside tests it does nothing.
 */
import { dirname } from "node:path";

/** Called after each call with its name and path; throwing stops the caller there. */
export type FaultHook = (call: string, path: string) => void;

/** Store-changing calls. */
export class StoreFs {
  constructor(private readonly hook: FaultHook = () => {}) {}

  makeDir(path: string, mode = 0o755): void {
    Deno.mkdirSync(path, { recursive: true, mode });
    this.hook("makeDir", path);
  }

  rename(from: string, to: string): void {
    Deno.renameSync(from, to);
    this.hook("rename", to);
  }

  link(from: string, to: string): void {
    Deno.linkSync(from, to);
    this.hook("link", to);
  }

  copy(from: string, to: string): void {
    Deno.copyFileSync(from, to);
    this.hook("copy", to);
  }

  chmod(path: string, mode: number): void {
    Deno.chmodSync(path, mode);
    this.hook("chmod", path);
  }

  /** Sets the modification time, in seconds since 1970. */
  stamp(path: string, seconds: number): void {
    Deno.utimeSync(path, seconds, seconds);
    this.hook("stamp", path);
  }

  remove(path: string): void {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    this.hook("remove", path);
  }

  /** Flushes a file's content to the disk. */
  async sync(path: string): Promise<void> {
    using file = await Deno.open(path, { read: true });
    await file.syncData();
    this.hook("sync", path);
  }

  /** Writes a whole file so that a reader sees the old or the new text, never a part. */
  writeWhole(path: string, text: string, mode = 0o644): void {
    const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    const write = () => Deno.writeTextFileSync(temporary, text, { createNew: true, mode });
    try {
      write();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      this.makeDir(dirname(path));
      write();
    }
    this.hook("write", temporary);
    this.rename(temporary, path);
  }

  /** Renames into a folder that may not be there yet. */
  move(from: string, to: string): void {
    try {
      this.rename(from, to);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      this.makeDir(dirname(to));
      this.rename(from, to);
    }
  }
}
