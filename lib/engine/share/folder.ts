/**
 * A shared cache in a folder that several people can write to, on a network drive perhaps. What is made in it belongs to
 * the folder's group and has the folder's mode: under the usual umask nobody else could write beside the first results
 * of anybody, as git found for repositories of a group (`core.sharedRepository`).
 */
import { dirname, join } from "../../path.ts";
import { Damaged, type SharedPlace } from "./place.ts";

/** What may be wrong with one file, while the others are as they should. */
const unreadable = [Deno.errors.PermissionDenied, Deno.errors.IsADirectory, Deno.errors.FilesystemLoop];

export class SharedFolder implements SharedPlace {
  readonly name: string;
  /** Of the folder itself; null where files have none. */
  readonly #mode: number | null;
  readonly #group: number | null;

  /** @throws where the folder is not there: it is not made, since the drive may only not be mounted. */
  constructor(path: string) {
    const { isDirectory, mode, gid } = Deno.statSync(path);
    if (!isDirectory) throw new Error("it is no folder");
    this.name = path;
    this.#mode = Deno.build.os === "windows" ? null : mode;
    this.#group = gid;
  }

  async read(file: string): Promise<ReadableStream<Uint8Array> | undefined> {
    try {
      const opened = await Deno.open(join(this.name, file));
      if ((await opened.stat()).isFile) return opened.readable;
      opened.close();
      throw new Deno.errors.IsADirectory("it is no file");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw unreadable.some((kind) => error instanceof kind)
        ? new Damaged(file, (error as Error).message)
        : error;
    }
  }

  async has(file: string): Promise<boolean> {
    try {
      return (await Deno.stat(join(this.name, file))).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  async remove(file: string): Promise<void> {
    try {
      await Deno.remove(join(this.name, file));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async write(file: string, bytes: Uint8Array<ArrayBuffer>, replace: boolean): Promise<void> {
    const path = join(this.name, file);
    const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    await this.#makeFolder(dirname(file));
    try {
      await Deno.writeFile(draft, bytes, { createNew: true });
      await this.#handOver(draft, 0o666);
      if (replace) return await Deno.rename(draft, path);
      // A link takes a name only where it is free, which no renaming does.
      await Deno.link(draft, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return;
      if (!replace && await withoutLinks(draft)) return await Deno.rename(draft, path);
      throw error;
    } finally {
      await Deno.remove(draft).catch(() => {});
    }
  }

  /** Makes a folder below this one, and those above it; this one never, which may have gone away meanwhile. */
  async #makeFolder(folder: string): Promise<void> {
    if (folder === ".") return;
    const path = join(this.name, folder);
    try {
      await Deno.mkdir(path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return;
      if (!(error instanceof Deno.errors.NotFound) || dirname(folder) === ".") throw error;
      await this.#makeFolder(dirname(folder));
      return await this.#makeFolder(folder);
    }
    await this.#handOver(path, 0o7777);
  }

  /** Gives what was made to the folder's group, with those bits of the folder's mode. */
  async #handOver(path: string, bits: number): Promise<void> {
    if (this.#mode === null) return;
    try {
      // Who is not of the group keeps theirs; drives without owners and modes need neither.
      await Deno.chown(path, null, this.#group).catch(() => {});
      await Deno.chmod(path, this.#mode & bits);
    } catch {
      // As the drive has it, then.
    }
  }
}

/** Whether a draft was written, so that what failed is the link: not all network drives have them. */
async function withoutLinks(draft: string): Promise<boolean> {
  const probe = `${draft}.link`;
  try {
    await Deno.link(draft, probe);
    await Deno.remove(probe);
    return false;
  } catch {
    return await Deno.stat(draft).then(() => true, () => false);
  }
}
