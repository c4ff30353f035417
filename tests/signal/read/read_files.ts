/** Files in a fresh folder, read as recordings. */
import { join } from "node:path";
import { readCsv } from "../../../lib/signal/read/csv.ts";
import type { TableOptions } from "../../../lib/signal/read/table_recordings.ts";

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
    return await readCsv(paths, { ...options, ...more });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A header and `n` rows. */
export const rows = (header: string, n: number, row: (i: number) => string) =>
  [header, ...Array.from({ length: n }, (_, i) => row(i)), ""].join("\n");
