/** Why nothing is at a path that the user named, and what they may have meant. */
import { nearest } from "../../text/suggest.ts";
import type { FileRequest } from "../../workflow/step.ts";
import { basename, dirname, resolve } from "../../path.ts";

/** What to do about a request that finds nothing: about the way it is written, what lies near it, or where to get it. */
export function missingFileHint(root: string, { pattern, missing }: FileRequest): { hint?: string } {
  const near = written(pattern) ?? nearby(root, pattern, missing === undefined);
  const hint = [near, missing].filter((sentence) => sentence !== undefined).join("\n  ");
  return hint === "" ? {} : { hint };
}

function written(pattern: string): string | undefined {
  if (pattern.startsWith("~")) {
    const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
    return `~ is only known to a shell: write ${
      home !== undefined && /^~(?=\/|$)/.test(pattern) ? home + pattern.slice(1) : "the whole path"
    }`;
  }
  if (Deno.build.os === "windows" || !pattern.includes("\\")) return undefined;
  return /^[A-Za-z]:/.test(pattern)
    ? "this is a path of Windows, and this machine is none"
    : `folders are separated by /: ${pattern.replaceAll("\\", "/")}`;
}

/** What lies where the path leaves what is there: the nearest name, or some of them. */
function nearby(root: string, pattern: string, list: boolean): string | undefined {
  let [path, word] = [resolve(root, pattern), ""];
  while (!isFolder(path)) {
    if (dirname(path) === path) return undefined;
    [path, word] = [dirname(path), basename(path)];
  }
  const names = namesIn(path);
  const meant = nearest(word, names);
  if (meant !== undefined) return `did you mean "${meant}" in ${path}?`;
  if (!list) return undefined;
  const some = names.sort().slice(0, 6).join(", ");
  return `${path} has ${names.length === 0 ? "no files" : some}${names.length > 6 ? ", …" : ""}`;
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
