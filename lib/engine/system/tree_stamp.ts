/** What a folder with all that lies in it looks like from outside. */
import { fingerprint } from "./stat.ts";

/** Differs when a file below was written, added or removed, wherever the folder itself was moved. */
export function treeStamp(folder: string): string {
  const lines: string[] = [];
  const walk = (below: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder + below)) {
      const path = `${below}/${name}`;
      if (isDirectory) walk(path);
      else lines.push(`${path} ${stampOf(folder + path)}`);
    }
  };
  walk("");
  return lines.sort().join("\n");
}

function stampOf(path: string): string {
  try {
    return fingerprint(path);
  } catch {
    return "gone";
  }
}
