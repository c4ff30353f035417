/** What lies in folders. */
import { join } from "../../path.ts";

/** Names in a folder, sorted; empty where there is none. */
export function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map((e) => e.name).sort();
  } catch {
    return [];
  }
}

/** Size of a file, or of all files below a folder; 0 where there is none. */
export function bytesBelow(path: string): number {
  try {
    const { isDirectory, size } = Deno.lstatSync(path);
    return isDirectory ? names(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0) : size;
  } catch {
    return 0;
  }
}
