/** Files of data sets, from folders and from zip archives alike. */
import { unzipSync } from "fflate";
import { InputError } from "../errors.ts";

/** A file's name as the user knows it, and its bytes when they are asked for. */
export interface DataFile {
  /** Path within the folder or archive, with `/`. */
  name: string;
  read(): Uint8Array;
}

/** The entries of a zip archive whose names pass `wanted`; each is unpacked when it is read. */
export function zipEntries(path: string, bytes: Uint8Array, wanted: (name: string) => boolean): DataFile[] {
  const names: string[] = [];
  const bad = (cause: unknown) =>
    new InputError(`Cannot read archive: ${(cause as Error).message}`, {
      file: path,
      hint: "Give a .zip file as it was downloaded.",
      cause,
    });
  try {
    unzipSync(bytes, {
      filter: ({ name }) => {
        if (!name.endsWith("/") && !name.startsWith("__MACOSX/") && wanted(name)) names.push(name);
        return false;
      },
    });
  } catch (cause) {
    throw bad(cause);
  }
  return names.sort().map((name) => ({
    name,
    read() {
      try {
        return unzipSync(bytes, { filter: (entry) => entry.name === name })[name];
      } catch (cause) {
        throw bad(cause);
      }
    },
  }));
}

/**
 * The data files behind the paths that a step was given: the entries of `.zip` archives and all other files as they are.
 *
 * @param paths Absolute paths, sorted.
 * @param wanted Chooses among entries and files by name.
 * @throws {InputError} when nothing passes, or an archive cannot be read.
 */
export async function dataFiles(
  paths: readonly string[],
  wanted: (name: string) => boolean,
): Promise<DataFile[]> {
  const files: DataFile[] = [];
  const common = commonFolder(paths);
  for (const path of paths) {
    if (/\.zip$/i.test(path)) files.push(...zipEntries(path, await Deno.readFile(path), wanted));
    else if (wanted(path)) files.push({ name: path.slice(common), read: () => Deno.readFileSync(path) });
  }
  return files;
}

/** Length of the folder part that all paths share. */
function commonFolder(paths: readonly string[]): number {
  if (paths.length === 0) return 0;
  let end = paths[0].lastIndexOf("/") + 1;
  for (const path of paths) {
    while (!path.startsWith(paths[0].slice(0, end))) end = paths[0].lastIndexOf("/", end - 2) + 1;
  }
  return end;
}
