/** Changes of files below folders, bundled. */

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

  /** Listens to a folder and all below it. */
  follow(folder: string): void {
    if (this.#followed.has(folder)) return;
    this.#followed.add(folder);
    void this.#listen(folder);
  }

  async #listen(folder: string): Promise<void> {
    try {
      for await (const event of Deno.watchFs(folder)) {
        if (event.kind === "access" || event.kind === "other") continue;
        if (!event.paths.some((path) => this.#matters(path))) continue;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#changed.resolve(), debounce);
      }
    } catch (error) {
      // A folder of data that is not there (any more) keeps no other from being followed; the next run tries again.
      this.#followed.delete(folder);
      this.#onWarning(`cannot follow ${folder}: ${(error as Error).message}`);
    }
  }

  /** The next change from now on. */
  next(): Promise<void> {
    this.#changed = Promise.withResolvers();
    return this.#changed.promise;
  }
}
