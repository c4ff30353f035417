/**
 * The file-system calls that change the store, with a hook before each. Tests set the hook to die between any two
 * calls of the commit protocol, or to make a call fail; outside tests it does nothing.
 */
import { dirname } from "../../path.ts";

/** Called before each call with its name and path; when it throws, the call does not happen. */
export type FaultHook = (call: string, path: string) => void;

/** Store-changing calls. */
export class StoreFs {
  readonly #hook: FaultHook;

  constructor(hook: FaultHook = () => {}) {
    this.#hook = hook;
  }

  makeDir(path: string): void {
    this.#hook("makeDir", path);
    Deno.mkdirSync(path, { recursive: true });
  }

  rename(from: string, to: string): void {
    this.#hook("rename", to);
    Deno.renameSync(from, to);
  }

  link(from: string, to: string): void {
    this.#hook("link", to);
    Deno.linkSync(from, to);
  }

  copy(from: string, to: string): void {
    this.#hook("copy", to);
    Deno.copyFileSync(from, to);
  }

  chmod(path: string, mode: number): void {
    this.#hook("chmod", path);
    Deno.chmodSync(path, mode);
  }

  /** Sets the modification time, in seconds since 1970. */
  stamp(path: string, seconds: number): void {
    this.#hook("stamp", path);
    Deno.utimeSync(path, seconds, seconds);
  }

  remove(path: string): void {
    this.#hook("remove", path);
    try {
      Deno.removeSync(path, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Flushes a file's content to the disk. */
  async sync(path: string): Promise<void> {
    this.#hook("sync", path);
    using file = await Deno.open(path, { read: true });
    await file.syncData();
  }

  /** Writes a whole file so that a reader sees the old or the new content, never a part. */
  writeWhole(path: string, content: string | Uint8Array): void {
    const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    const write = () => {
      this.#hook("write", temporary);
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      Deno.writeFileSync(temporary, bytes, { createNew: true });
    };
    try {
      write();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      this.makeDir(dirname(path));
      write();
    }
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
