/** Files outside the store: finding what a request names. */
import { basename, dirname, isAbsolute, join, resolve, sep } from "../../path.ts";
import { InputError } from "../../errors.ts";
import { cutPattern, matcher } from "../../workflow/search/glob.ts";
import type { FileRequest } from "../../workflow/step.ts";
import { type Stat, statOf } from "../system/stat.ts";
import type { Search } from "./stat_cache.ts";

/**
 * Finds the files that `request` names: a file, all files of a folder, or those that match a pattern with `*`, `?`,
 * `**`, `[…]` and `{a,b}`. Links are followed, to folders as well, and may lead out of the project. Files and folders
 * with a leading dot are taken only where the pattern has one; what archive programs leave behind (`__MACOSX`, `._*`)
 * only where it is named. Names are compared by what they spell: a disk may hold `ü` as two characters.
 *
 * @throws InputError when there is none, or when something that would count cannot be opened: a link that leads nowhere, a
 *   name that is not UTF-8.
 */
export async function findFiles(root: string, request: FileRequest): Promise<Search> {
  try {
    return await search(root, request);
  } catch (error) {
    if (!(error instanceof NothingThere)) throw error;
    const { missingFileHint } = await import("./missing_file.ts");
    throw new InputError(error.message, { file: request.pattern, ...missingFileHint(root, request) });
  }
}

/** Nothing is where a request points to. */
class NothingThere extends Error {}

async function search(root: string, request: FileRequest): Promise<Search> {
  const named = request.pattern;
  const whole = resolve(root, named);
  if (request.opened === true) return findOpened(whole, named);
  const own = join(named).split(sep).join("/").replace(/(?<=.)\/$/, "");
  const { fixed, wild } = cutPattern(own);
  // A file that is there under the very name of the pattern is meant.
  if (wild.length === 0) {
    const there = spelledSo(whole, named);
    if (there === undefined || there === whole) return findLiteral(whole, named);
    // A file of the very name may come beside it.
    return { ...findLiteral(there, named), folders: undefined };
  }
  if (statIfThere(whole, named) !== undefined) return { ...findLiteral(whole, named), folders: undefined };
  const from = isAbsolute(named) ? resolve(fixed || sep) : resolve(root, fixed);
  const base = spelledSo(from, named) ?? from;
  if (statIfThere(base, named)?.isDirectory !== true) {
    throw new NothingThere(`Cannot find files: the folder ${base} does not exist`);
  }
  const depth = wild.some((part) => part.includes("**")) ? Infinity : wild.length;
  const listed = listFiles(base, named, { depth, fits: await matcher(wild, named), wild });
  const found = base === from ? listed : { ...listed, folders: undefined };
  if (found.paths.length === 0) {
    throw new NothingThere("Cannot find files: nothing matches the pattern");
  }
  return found;
}

/** The path itself, or else one there whose names spell the same in another Unicode form. */
function spelledSo(path: string, named: string): string | undefined {
  if (statIfThere(path, named) !== undefined) return path;
  const [folder, name] = [dirname(path), basename(path)];
  // deno-lint-ignore no-control-regex
  if (folder === path || /^[\x00-\x7f]*$/.test(path)) return undefined;
  const above = spelledSo(folder, named);
  if (above === undefined || statIfThere(above, named)?.isDirectory !== true) return undefined;
  const spelled = name.normalize("NFC");
  const there = readFolder(above, named, new Map()).find((entry) => entry.name.normalize("NFC") === spelled);
  return there === undefined ? undefined : join(above, there.name);
}

/** Files up to which an opened folder is hashed. */
const mostOpened = 100_000;

/** All that a permission opens: what is there, hidden or not, but for the store and what is no file. */
function findOpened(whole: string, named: string): Search {
  const info = statIfThere(whole, named);
  if (info === undefined) return { base: dirname(whole), paths: [], folders: undefined };
  if (!info.isDirectory) return { base: dirname(whole), paths: [whole], folders: new Map() };
  const { paths, folders, base } = listFiles(whole, named, {
    depth: Infinity,
    fits: () => true,
    wild: [],
    most: mostOpened,
  });
  const files = paths.filter((path) => Deno.statSync(path).isFile);
  return {
    base,
    paths: files,
    folders: files.length < paths.length || files.length === 0 ? undefined : folders,
  };
}

/** The file at a path without wildcards, or all files of the folder there. */
function findLiteral(whole: string, named: string): Search {
  const info = statIfThere(whole, named);
  if (info === undefined) throw new NothingThere("Cannot find file: nothing is there");
  if (!info.isDirectory) return { base: dirname(whole), paths: [whole], folders: new Map() };
  const found = listFiles(whole, named, { depth: Infinity, fits: () => true, wild: [] });
  if (found.paths.length === 0) {
    throw new InputError(`Cannot find files: the folder is empty`, { file: named });
  }
  return found;
}

/** Entries of a folder, and its stat before into `seen`; none where it is gone. */
function readFolder(path: string, named: string, seen: Map<string, Stat>): Deno.DirEntry[] {
  try {
    seen.set(path, statOf(path || sep));
    return [...Deno.readDirSync(path || sep)];
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw new InputError(`Cannot read folder: ${(cause as Error).message}`, { file: named, cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.FilesystemLoop;
}

/** What is at a path, through links; undefined where nothing is. @throws InputError where it may not be seen. */
export function statIfThere(path: string, named: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new InputError(`Cannot read file: ${(cause as Error).message}`, { file: named, cause });
  }
}

/**
 * All files below a folder that fit, sorted.
 *
 * @param depth How many folders deep a file that fits can lie.
 * @param wild Parts of the pattern: what they name outright is not passed over.
 * @param most Take everything, links that lead nowhere aside, up to so many files.
 */
function listFiles(
  base: string,
  named: string,
  { depth: deepest, fits, wild, most }: {
    depth: number;
    fits: (path: string) => boolean;
    wild: readonly string[];
    most?: number;
  },
): Search {
  const folders = new Map<string, Stat>();
  const paths: string[] = [];
  const passedOver = most === undefined ? passOver(wild) : (name: string) => name === ".motiflow";
  /** Set where the result may change without any of these folders and files changing. */
  let unsure = false;
  /** Device and inode of the folders above: a link to one of them goes round in circles. */
  const above = new Set<string>();
  const walk = (dir: string, below: string, depth: number): void => {
    const entries = readFolder(dir, named, folders);
    const id = folders.get(dir)?.slice(3).join() ?? "";
    if (above.has(id)) return;
    above.add(id);
    for (const { name, isDirectory, isSymlink } of entries) {
      if (passedOver(name)) continue;
      const path = `${dir}${sep}${name}`;
      if (name.includes("\ufffd") && !isThere(path)) {
        const wanted = isDirectory ? depth < deepest : fits(below + name);
        if (wanted && most === undefined) throw notUtf8(path, named);
        unsure = true;
        continue;
      }
      const info = isSymlink ? statIfThere(path, named) : undefined;
      if (isDirectory || info?.isDirectory) {
        if (depth < deepest) walk(path, `${below}${name}/`, depth + 1);
        else unsure ||= isSymlink;
      } else if (!fits(below + name)) unsure ||= isSymlink;
      else if (!isSymlink || info !== undefined) {
        if (paths.push(path) > (most ?? Infinity)) throw tooMany(named, most!);
      } else if (most !== undefined) unsure = true;
      else {
        throw new InputError(`Cannot find files: ${path} is a link that leads nowhere`, {
          file: named,
          hint: "bring back what it leads to (is a disk not mounted?), or remove the link",
        });
      }
    }
    above.delete(id);
  };
  walk(base === sep ? "" : base, "", 1);
  return { base, paths: paths.sort(), folders: unsure ? undefined : folders };
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The runtime gives such a name with signs for what it cannot read, and opens nothing by it. */
function notUtf8(path: string, named: string): InputError {
  return new InputError(`Cannot find files: the name of ${path} is not UTF-8, so that it cannot be opened`, {
    file: named,
    hint: "rename it; names of old archives and Windows disks are often in Latin-1",
  });
}

function tooMany(named: string, most: number): InputError {
  return new InputError(`Cannot hash what the permission read opens: there are more than ${most} files`, {
    file: named,
    hint: "name smaller folders, or say `cache: never` at the step",
  });
}

/** What a search does not look at, unless the pattern says so. */
function passOver(wild: readonly string[]): (name: string) => boolean {
  const names = wild.join("/");
  const dots = /(?:^|[/{,])\\?\./.test(names);
  const resource = names.includes("._");
  const archive = names.includes("__MACOSX");
  return (name) =>
    name.startsWith(".")
      ? !dots || name === ".motiflow" || (name.startsWith("._") && !resource)
      : name === "__MACOSX" && !archive;
}
