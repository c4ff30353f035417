/** Files in a fresh folder, read as recordings. */
import { join } from "node:path";
import { endings, openCsv } from "../../../lib/signal/read/csv.ts";
import { type FilePart, readJoinedTables } from "../../../lib/signal/read/joined_tables.ts";
import { readTables } from "../../../lib/signal/read/table_recordings.ts";
import type { TableOptions } from "../../../lib/signal/read/reading.ts";

const options: TableOptions = {
  missing: "error",
  maxGap: 0.2,
  minSeconds: 0,
  short: "error",
  unsorted: "error",
};

/** Writes the files, reads them, and removes the folder. */
export async function readFiles(
  files: Record<string, string | Uint8Array>,
  more: Partial<TableOptions> = {},
) {
  return await withFiles(files, (paths) => readCsv(paths, { ...options, ...more }));
}

/** The same for sensors that have files or rows of their own. */
export async function readParts(
  files: Record<string, string | Uint8Array>,
  sensors: Record<string, readonly FilePart[]>,
  more: Partial<TableOptions> = {},
) {
  return await withFiles(files, (paths) => readJoinedCsv(paths, sensors, { ...options, ...more }));
}

/** Gives `use` the paths of the files while they are there. */
export async function withFiles<T>(
  files: Record<string, string | Uint8Array>,
  use: (paths: string[], dir: string) => Promise<T>,
): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(join(dir, name, ".."), { recursive: true });
      await Deno.writeFile(
        join(dir, name),
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    const paths = Object.keys(files).sort().map((name) => join(dir, name));
    return await use(paths, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A header and `n` rows. */
export const rows = (header: string, n: number, row: (i: number) => string) =>
  [header, ...Array.from({ length: n }, (_, i) => row(i)), ""].join("\n");

/** Reads text tables. */
export const readCsv = (paths: readonly string[], options: TableOptions) =>
  readTables(paths, endings, (file) => openCsv(file, options), options);

/** Reads text tables whose sensors have files of their own. */
export const readJoinedCsv = (
  paths: readonly string[],
  sensors: Record<string, readonly FilePart[]>,
  options: TableOptions,
) => readJoinedTables(paths, endings, (file) => openCsv(file, options), sensors, options);
