/** The repository's own files, for rules that hold for all of them. */
import { join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import type { Source } from "./exports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** All modules, or files with another ending, below a folder of the repository, in the order of their paths. */
export function readFiles(folder: string, ending = ".ts"): Source[] {
  const entries = [...Deno.readDirSync(join(root, folder))].sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return readFiles(path, ending);
    return path.endsWith(ending) ? [{ path, text: Deno.readTextFileSync(join(root, path)) }] : [];
  });
}
