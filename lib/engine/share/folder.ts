/** A shared cache in a folder that several people can write to, on a network drive perhaps. */
import { dirname, join } from "../../path.ts";
import type { SharedPlace } from "./place.ts";

export class SharedFolder implements SharedPlace {
  readonly name: string;

  /** @throws where the folder is not there: it is not made, since the drive may only not be mounted. */
  constructor(path: string) {
    if (!Deno.statSync(path).isDirectory) throw new Error("it is no folder");
    this.name = path;
  }

  async read(file: string): Promise<ReadableStream<Uint8Array> | undefined> {
    try {
      return (await Deno.open(join(this.name, file))).readable;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
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
    await Deno.mkdir(dirname(path), { recursive: true });
    try {
      await Deno.writeFile(draft, bytes, { createNew: true });
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
