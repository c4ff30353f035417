/**
 * Keeps the workers that a user's step starts to the code that its key knows. Deno asks for the permission to read a file
 * that a computed import names, but for none to start a worker.
 */
import { filePath } from "../system/file_url.ts";

/** Refuses, from now on, workers of other modules. @param files Absolute paths of the step's modules. */
export function guardWorkers(files: readonly string[]): void {
  const known = new Set(files);
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      const { protocol = "", href = "" } = URL.canParse(url) ? new URL(url) : {};
      if (protocol === "file:" && !known.has(filePath(href))) {
        throw new Deno.errors.NotCapable(`Requires read access to ${JSON.stringify(filePath(href))}`);
      }
      super(url, options);
    }
  };
}
