/** `motiflow.lock`: what was found behind the URLs of a project at their first download. */
import { join } from "../../path.ts";
import { InputError } from "../../errors.ts";
import { lock } from "../system/lock.ts";

const name = "motiflow.lock";

export class PinnedFiles {
  readonly path: string;

  readonly #guard: string;

  /** @param root Project root. @param guard Lock file that keeps two runs from writing at once. */
  constructor(root: string, guard: string) {
    this.#guard = guard;
    this.path = join(root, name);
  }

  /** SHA-256 by URL. @throws InputError where the file is not one of ours. */
  read(): Record<string, string> {
    let text: string;
    try {
      text = Deno.readTextFileSync(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return {};
      throw error;
    }
    try {
      const { version, downloads } = JSON.parse(text);
      const sound = version === 1 &&
        Object.values(downloads).every((hash) => /^[0-9a-f]{64}$/.test(String(hash)));
      if (sound) return downloads;
    } catch {
      // Told below.
    }
    throw new InputError(`Cannot read ${name}: it does not hold version 1 of this file`, {
      file: this.path,
      hint: "Take it from version control again, or remove it to pin what the URLs give now.",
    });
  }

  /** Pins a URL, unless another run just did; returns what is pinned. */
  async add(url: string, sha256: string): Promise<string> {
    using _ = await lock(this.#guard);
    const downloads = this.read();
    if (Object.hasOwn(downloads, url)) return downloads[url]!;
    const all = Object.entries({ ...downloads, [url]: sha256 }).sort(([a], [b]) => a < b ? -1 : 1);
    const text = JSON.stringify({ version: 1, downloads: Object.fromEntries(all) }, null, 2);
    Deno.writeTextFileSync(`${this.path}.tmp`, `${text}\n`);
    Deno.renameSync(`${this.path}.tmp`, this.path);
    return sha256;
  }
}
