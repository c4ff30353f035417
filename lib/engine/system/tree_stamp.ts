/** What a folder with all that lies in it looks like from outside. */
import { type Stat, statOf } from "./stat.ts";

/**
 * Differs when a file below was written, added or removed, wherever the folder itself was moved.
 *
 * @param onFile Told the path below the folder, with a slash before it, and the size of each file.
 */
export function treeStamp(folder: string, onFile?: (path: string, size: number) => void): string {
  const lines: string[] = [];
  const walk = (below: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder + below)) {
      const path = `${below}/${name}`;
      if (isDirectory) walk(path);
      else {
        const stamp = stampOf(folder + path);
        onFile?.(path, stamp?.[0] ?? 0);
        lines.push(`${path} ${stamp?.join(" ") ?? "gone"}`);
      }
    }
  };
  walk("");
  return lines.sort().join("\n");
}

function stampOf(path: string): Stat | undefined {
  try {
    return statOf(path);
  } catch {
    return undefined;
  }
}
