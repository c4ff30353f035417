/** Changes of files below folders, bundled. */
import { dirname } from "../../path.ts";

/** Quiet time in milliseconds after a change before it counts: editors write several times. */
const debounce = 200;

export class FileChanges {
  readonly #matters: (path: string) => boolean;
  readonly #followed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #changed = Promise.withResolvers<void>();

  readonly #onWarning: (message: string) => void;

  /** @param matters Whether a change of a path counts. */
  constructor(matters: (path: string) => boolean, onWarning: (message: string) => void) {
    this.#matters = matters;
    this.#onWarning = onWarning;
  }

  /** Listens to a folder and all below it, from now on or from when it is there. */
  follow(folder: string): void {
    if (this.#followed.has(folder)) return;
    this.#followed.add(folder);
    void this.#listen(folder);
  }

  async #listen(folder: string): Promise<void> {
    try {
      if (await this.#await(folder)) this.#tell();
      for await (const event of Deno.watchFs(folder)) {
        if (event.kind === "access" || event.kind === "other") continue;
        if (event.paths.some((path) => this.#matters(path))) this.#tell();
        if (event.kind === "remove" && event.paths.includes(folder)) return await this.#listen(folder);
      }
    } catch (error) {
      // A folder that cannot be followed keeps no other from it; the next run tries again.
      this.#followed.delete(folder);
      this.#onWarning(`cannot follow ${folder}: ${(error as Error).message}`);
    }
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed.resolve(), debounce);
  }

  /** Waits for a folder at the nearest one above that is there; whether it had to wait. */
  async #await(folder: string): Promise<boolean> {
    for (let waited = false;; waited = true) {
      if (isThere(folder)) return waited;
      let above = dirname(folder);
      while (!isThere(above)) above = dirname(above);
      using watcher = Deno.watchFs(above, { recursive: false });
      // It may have come before the watcher stood.
      if (isThere(folder)) return true;
      for await (const event of watcher) {
        if (event.kind === "create" || event.kind === "rename" || event.kind === "remove") break;
      }
    }
  }

  /** The next change from now on. */
  next(): Promise<void> {
    this.#changed = Promise.withResolvers();
    return this.#changed.promise;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    // One that may not be looked at is told of when it is followed.
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}
