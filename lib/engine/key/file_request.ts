/** Files outside the store: finding what a request names and hashing it. */
import { dirname, resolve, sep } from "../system/path.ts";
import { InputError } from "../../errors.ts";
import type { FileRequest } from "../../workflow/step.ts";
import { isRemote, placeOf } from "./remote_file.ts";
import { type Stat, statOf } from "../system/stat.ts";
import { filesDigest, type Listing, type Search, type StatCache } from "./stat_cache.ts";

/**
 * Finds the files that `request` names (a file, all files of a folder, or those matching a glob with `*`, `?`, `**`,
 * `[…]` and `{a,b}`).
 *
 * @throws InputError when there is none.
 */
export function findFiles(root: string, request: FileRequest): Search {
  const whole = resolve(root, request.pattern);
  const parts = whole.split(sep);
  const magic = parts.findIndex((part) => /[*?[{]/.test(part));
  if (magic < 0) return findLiteral(whole, request.pattern);
  const base = parts.slice(0, magic).join(sep) || sep;
  const folders = new Map<string, Stat>();
  const entries = readFolder(base, request.pattern, folders);
  if (entries === undefined) {
    throw new InputError(`Cannot find files: the folder ${base} does not exist`, { file: request.pattern });
  }
  // A file that is there under the very name of the pattern is meant.
  if (entries.some(({ name }) => name === parts[magic]) && stat(whole, request.pattern) !== undefined) {
    return { ...findLiteral(whole, request.pattern), folders: undefined };
  }
  const pattern = globPattern(parts.slice(magic).join("/"));
  const depth = parts.slice(magic).some((part) => part.includes("**")) ? Infinity : parts.length - magic;
  const found = listFiles(base, request.pattern, { folders, entries, depth, pattern });
  if (found.paths.length === 0) {
    throw new InputError(`Cannot find files: nothing matches the pattern`, { file: request.pattern });
  }
  return found;
}

/** The file at a path without wildcards, or all files of the folder there. */
function findLiteral(whole: string, named: string): Search {
  const info = stat(whole, named);
  if (info === undefined) throw new InputError(`Cannot find file: nothing is there`, { file: named });
  if (!info.isDirectory) return { base: dirname(whole), paths: [whole], folders: new Map() };
  const found = listFiles(whole, named, { folders: new Map() });
  if (found.paths.length === 0) {
    throw new InputError(`Cannot find files: the folder is empty`, { file: named });
  }
  return found;
}

/** Entries of a folder, and its stat before into `seen`; undefined where there is none. */
function readFolder(path: string, named: string, seen: Map<string, Stat>): Deno.DirEntry[] | undefined {
  try {
    seen.set(path, statOf(path));
    return [...Deno.readDirSync(path)];
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return undefined;
    throw new InputError(`Cannot read folder: ${(cause as Error).message}`, { file: named, cause });
  }
}

/**
 * Finds and hashes; where nothing changed since the last time, a look at each folder and file is enough.
 *
 * @throws NotPinned for a URL that nothing is known of.
 */
export async function hashRequest(root: string, request: FileRequest, cache: StatCache): Promise<Listing> {
  if (isRemote(request)) {
    const { path, name, sha256 } = placeOf(root, request);
    const hashes = { [name]: sha256 };
    return { paths: [path], hashes, digest: filesDigest(hashes) };
  }
  const { otherwise } = request;
  const missing = otherwise !== undefined &&
    stat(resolve(root, request.pattern), request.pattern) === undefined;
  // Remembered under the path that is taken: once the project has a file of its own, that one counts.
  const pattern = missing ? otherwise : request.pattern;
  const unchanged = cache.listing(pattern);
  if (unchanged !== undefined) return unchanged;
  const at = Date.now();
  const found = findFiles(root, { ...request, pattern });
  try {
    return await cache.hashSearch(pattern, found, at);
  } catch (cause) {
    throw new InputError(`Cannot read file: ${(cause as Error).message}`, { file: pattern, cause });
  }
}

/**
 * A glob as a regular expression over `/`-separated paths.
 *
 * ```ts
 * import { globPattern } from "./file_request.ts";
 * import assert from "node:assert/strict";
 * assert.ok(globPattern("**\/*.{csv,txt}").test("a/b/c.csv"));
 * assert.ok(!globPattern("*.csv").test("a/b.csv"));
 * ```
 */
export function globPattern(glob: string): RegExp {
  let source = "";
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i];
    const set = c === "[" ? /^\[(!|\^)?([^\]]+)\]/.exec(glob.slice(i)) : null;
    if (glob.startsWith("**/", i)) {
      source += "(?:[^/]+/)*";
      i += 2;
    } else if (glob.startsWith("**", i)) {
      source += ".*";
      i += 1;
    } else if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (set !== null) {
      source += `[${set[1] ? "^" : ""}${set[2].replaceAll("\\", "\\\\")}]`;
      i += set[0].length - 1;
    } else if (c === "{") {
      source += "(?:";
      depth++;
    } else if (c === "}" && depth > 0) {
      source += ")";
      depth--;
    } else if (c === "," && depth > 0) source += "|";
    else source += c.replace(/[.+^$()|[\]{}\\]/, "\\$&");
  }
  return new RegExp(`^${source}${")".repeat(depth)}$`, "su");
}

function stat(path: string, named: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return undefined;
    throw new InputError(`Cannot read file: ${(cause as Error).message}`, { file: named, cause });
  }
}

/**
 * All files below a folder, sorted; symbolic links to folders are not followed, so there are no loops.
 *
 * @param entries Of the folder itself, where they are known.
 * @param pattern What the path below the folder must match.
 */
function listFiles(
  base: string,
  named: string,
  { folders, entries, depth: deepest = Infinity, pattern }: {
    folders: Map<string, Stat>;
    entries?: Deno.DirEntry[];
    depth?: number;
    pattern?: RegExp;
  },
): Search {
  const paths: string[] = [];
  let links = false;
  const walk = (
    dir: string,
    below: string,
    depth: number,
    entries = readFolder(dir, named, folders) ?? [],
  ) => {
    for (const { name, isDirectory, isSymlink } of entries) {
      const path = `${dir}${sep}${name}`;
      links ||= isSymlink;
      if (isDirectory) {
        if (name !== ".motiflow" && depth < deepest) walk(path, `${below}${name}/`, depth + 1);
      } else if (pattern !== undefined && !pattern.test(below + name)) continue;
      else if (!isSymlink || stat(path, named)?.isDirectory === false) paths.push(path);
    }
  };
  walk(base === sep ? "" : base, "", 1, entries);
  // What a link leads to may become a folder, or a file again, without any of these folders changing.
  return { base, paths: paths.sort(), folders: links ? undefined : folders };
}
