/** Files of data sets, from folders and from zip archives alike. */
import { basename } from "../../path.ts";
import { InputError } from "../../errors.ts";
import { gunzipSync } from "node:zlib";
import { readZip } from "./zip.ts";

/** A file's name as the user knows it, and its bytes when they are asked for. */
export interface DataFile {
  /** Path below the folder that all files share, or within the archive, with `/`. */
  name: string;
  /** The same with that folder's or archive's own name in front. */
  place: string;
  /** Bytes, where known without reading. */
  size?: number;
  read(): Uint8Array;
  /** The same to be read bit by bit, where that saves memory. */
  open?(): Pick<Deno.FsFile, "readSync" | "seekSync"> & Disposable;
}

/** Told of each file that nobody wants. */
export type Unwanted = (name: string) => void;

const gzip = /\.gz$/i;

/** What a gzip file holds goes by its name without `.gz`. */
function unpacked(file: DataFile): DataFile {
  if (!gzip.test(file.name)) return file;
  const { name, place, read } = file;
  return {
    name: name.replace(gzip, ""),
    place,
    read: () => {
      const bytes = read();
      const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
      try {
        let out = new Uint8Array(gunzipSync(bytes));
        // Packed twice, as where a program unpacks on the way and keeps the name.
        while (out[0] === 0x1f && out[1] === 0x8b) out = new Uint8Array(gunzipSync(out));
        return out;
      } catch (cause) {
        throw new InputError(`Cannot unpack: ${(cause as Error).message}`, {
          file: place,
          hint: packed
            ? "The file is cut short or damaged: copy it anew, or leave it out by on_bad: skip."
            : "It is no gzip file: take .gz off its name.",
          cause,
        });
      }
    },
  };
}

/**
 * The entries of a zip archive whose names pass `wanted`, by name, among them those of archives inside it; each is unpacked
 * when it is read.
 */
export function zipEntries(
  path: string,
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  unwanted?: Unwanted,
): DataFile[] {
  const file = basename(path);
  const withCause = <T>(work: () => T): T => {
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
  return withCause(() => readZip(bytes))
    // Macintosh archives carry a shadow of every file.
    .filter(({ name }) => !/(^|\/)(__MACOSX\/|\._)/.test(name))
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, size, read }): DataFile[] => {
      const place = `${file}/${name}`;
      if (wanted(name.replace(gzip, ""))) {
        return [unpacked({ name, place, size, read: () => withCause(read) })];
      }
      if (/\.zip$/i.test(name)) {
        const folder = name.replace(/\.zip$/i, "");
        return zipEntries(name, withCause(read), wanted, unwanted)
          .map((inner) => ({ ...inner, name: `${folder}/${inner.name}`, place: `${file}/${inner.place}` }));
      }
      unwanted?.(name);
      return [];
    });
}

/**
 * The data files behind the paths that a step was given: the entries of `.zip` archives and all other files as they are.
 *
 * @param paths Absolute paths, sorted.
 * @param wanted Chooses among entries and files by name, without `.gz`.
 * @throws {InputError} when an archive cannot be read.
 */
export async function dataFiles(
  paths: readonly string[],
  wanted: (name: string) => boolean,
  unwanted?: Unwanted,
): Promise<DataFile[]> {
  const files: DataFile[] = [];
  const common = commonFolder(paths);
  const folder = paths.length === 0 ? 0 : paths[0].lastIndexOf("/", common - 2) + 1;
  const archives = paths.filter((path) => /\.zip$/i.test(path)).length;
  for (const path of paths) {
    const name = path.slice(common);
    if (/\.zip$/i.test(path)) {
      const entries = zipEntries(path, await Deno.readFile(path), wanted, unwanted);
      // Entries of several archives may share their names: the archive's own name tells them apart.
      const own = name.replace(/\.zip$/i, "");
      files.push(...archives === 1 ? entries : entries.map((e) => ({ ...e, name: `${own}/${e.name}` })));
    } else if (wanted(name.replace(gzip, ""))) {
      const { size } = Deno.statSync(path);
      const read = () => Deno.readFileSync(path);
      const open = gzip.test(path) ? undefined : () => Deno.openSync(path);
      files.push(unpacked({ name, place: path.slice(folder), size, read, open }));
    } else unwanted?.(name);
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
