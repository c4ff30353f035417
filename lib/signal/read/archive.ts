/** Files of data sets, from folders and from zip archives alike. */
import { basename } from "node:path";
import { InputError } from "../../errors.ts";
import { readZip } from "./zip.ts";

/** A file's name as the user knows it, and its bytes when they are asked for. */
export interface DataFile {
  /** Path below the folder that all files share, or within the archive, with `/`. */
  name: string;
  /** The same with that folder's or archive's own name in front. */
  place: string;
  read(): Uint8Array;
}

/** The entries of a zip archive whose names pass `wanted`, by name; each is unpacked when it is read. */
export function zipEntries(path: string, bytes: Uint8Array, wanted: (name: string) => boolean): DataFile[] {
  const file = basename(path);
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw new InputError(`Cannot read archive: ${(cause as Error).message}`, {
        file,
        hint: "Give a .zip file as it was downloaded.",
        cause,
      });
    }
  };
  return told(() => readZip(bytes))
    // Macintosh archives carry a shadow of every file.
    .filter(({ name }) => !/(^|\/)(__MACOSX\/|\._)/.test(name) && wanted(name))
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .map(({ name, read }) => ({ name, place: `${file}/${name}`, read: () => told(read) }));
}

/**
 * The data files behind the paths that a step was given: the entries of `.zip` archives and all other files as they are.
 *
 * @param paths Absolute paths, sorted.
 * @param wanted Chooses among entries and files by name.
 * @throws {InputError} when an archive cannot be read.
 */
export async function dataFiles(
  paths: readonly string[],
  wanted: (name: string) => boolean,
): Promise<DataFile[]> {
  const files: DataFile[] = [];
  const common = commonFolder(paths);
  const folder = paths.length === 0 ? 0 : paths[0].lastIndexOf("/", common - 2) + 1;
  for (const path of paths) {
    if (/\.zip$/i.test(path)) files.push(...zipEntries(path, await Deno.readFile(path), wanted));
    else if (wanted(path)) {
      files.push({
        name: path.slice(common),
        place: path.slice(folder),
        read: () => Deno.readFileSync(path),
      });
    }
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
