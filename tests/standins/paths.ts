import { fileURLToPath } from "node:url";

/** Path of a file beside this module. */
export function fromFileUrl(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
