/** Files outside the store: finding what a request names and hashing it. */
import { existsSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { InputError } from "../errors.ts";
import type { FileRequest } from "../workflow/step.ts";
import type { StatCache } from "./stat_cache.ts";

/** The files of one request. */
export interface RequestedFiles {
  /** Absolute paths, sorted. */
  paths: string[];
  /** SHA-256 by path relative to the fixed part of the pattern. */
  hashes: Record<string, string>;
}

/**
 * Finds the files that `request` names (a file, all files of a folder, or those matching a glob with `*`, `?`, `**`,
 * `[…]` and `{a,b}`).
 *
 * @throws InputError when there is none.
 */
export function findFiles(root: string, request: FileRequest): { base: string; paths: string[] } {
  const whole = resolve(root, request.pattern);
  const parts = whole.split(sep);
  const magic = parts.findIndex((part) => /[*?[{]/.test(part));
  // A file that is there under the very name of the pattern is meant.
  if (magic < 0 || existsSync(whole)) {
    const info = stat(whole, request.pattern);
    if (info === undefined) {
      throw new InputError(`Cannot find file: nothing is there`, { file: request.pattern });
    }
    if (!info.isDirectory) return { base: dirname(whole), paths: [whole] };
    const paths = listFiles(whole, request.pattern);
    if (paths.length === 0) {
      throw new InputError(`Cannot find files: the folder is empty`, { file: request.pattern });
    }
    return { base: whole, paths };
  }
  const base = parts.slice(0, magic).join(sep) || sep;
  if (stat(base, request.pattern) === undefined) {
    throw new InputError(`Cannot find files: the folder ${base} does not exist`, { file: request.pattern });
  }
  const pattern = globPattern(parts.slice(magic).join("/"));
  const depth = parts.slice(magic).some((part) => part.includes("**")) ? Infinity : parts.length - magic;
  const paths = listFiles(base, request.pattern, depth).filter((path) => pattern.test(below(base, path)));
  if (paths.length === 0) {
    throw new InputError(`Cannot find files: nothing matches the pattern`, { file: request.pattern });
  }
  return { base, paths };
}

/** `path` without `base`, with `/`. */
function below(base: string, path: string): string {
  return path.slice(base.endsWith(sep) ? base.length : base.length + 1).replaceAll(sep, "/");
}

/** Finds and hashes. */
export async function hashRequest(
  root: string,
  request: FileRequest,
  cache: StatCache,
): Promise<RequestedFiles> {
  const { base, paths } = findFiles(root, request);
  const hashes: Record<string, string> = {};
  for (const path of paths) {
    try {
      hashes[below(base, path)] = (await cache.hash(path)).sha256;
    } catch (cause) {
      throw new InputError(`Cannot read file: ${(cause as Error).message}`, { file: request.pattern, cause });
    }
  }
  return { paths, hashes };
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

/** All files below a folder, sorted; symbolic links to folders are not followed, so there are no loops. */
function listFiles(folder: string, named: string, deepest = Infinity): string[] {
  const found: string[] = [];
  const walk = (dir: string, depth: number) => {
    for (const entry of Deno.readDirSync(dir)) {
      const path = `${dir}${sep}${entry.name}`;
      if (entry.isDirectory) {
        if (entry.name !== ".motiflow" && depth < deepest) walk(path, depth + 1);
      } else if (!entry.isSymlink || stat(path, named)?.isDirectory === false) found.push(path);
    }
  };
  walk(folder, 1);
  return found.sort();
}
