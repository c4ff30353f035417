/**
 * Jupyter notebooks on disk, nbformat 4.
 * Format: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import { basename, dirname, join } from "node:path";
import type { Json } from "../artifacts/artifact.ts";
import { InputError } from "../errors.ts";

/** Texts may be stored as one string or as lines. */
export type Multiline = string | string[];

/** One output of a code cell. */
export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: Multiline }
  | { output_type: "display_data"; data: Record<string, Json>; metadata: Record<string, Json> }
  | {
    output_type: "execute_result";
    data: Record<string, Json>;
    metadata: Record<string, Json>;
    execution_count: number | null;
  }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

export interface Cell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  metadata: { tags?: string[]; [key: string]: Json | undefined };
  source: Multiline;
  /** Code cells only. */
  execution_count?: number | null;
  /** Code cells only. */
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, Json>;
  nbformat: number;
  nbformat_minor: number;
}

/** A multiline field as one string. */
export function textOf(value: Multiline): string {
  return typeof value === "string" ? value : value.join("");
}

/** A text as nbformat's list of lines, which keeps differences of notebooks readable. */
export function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/**
 * Reads a notebook; throws {@linkcode InputError} when the file is missing or no nbformat 4.
 *
 * ```ts
 * import { readNotebook, writeNotebook } from "./nbformat.ts";
 * import assert from "node:assert/strict";
 * const cell = { cell_type: "markdown", metadata: {}, source: "# Walks" } as const;
 * const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
 * const path = await Deno.makeTempFile({ suffix: ".ipynb" });
 * await writeNotebook(path, notebook);
 * assert.equal((await readNotebook(path)).cells.length, 1);
 * await Deno.remove(path);
 * ```
 */
export async function readNotebook(path: string): Promise<Notebook> {
  let notebook: Notebook;
  try {
    notebook = JSON.parse(await Deno.readTextFile(path));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "it is not JSON" : (cause as Error).message;
    throw new InputError(`Cannot read notebook: ${why}`, { file: path, cause });
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new InputError(`Cannot read notebook: expected nbformat 4, got ${notebook?.nbformat ?? "none"}`, {
      file: path,
      hint: "Open the file in Jupyter or VS Code and save it again in the current format.",
    });
  }
  const bad = notebook.cells.findIndex((cell) =>
    !["code", "markdown", "raw"].includes(cell?.cell_type) || (cell.source ?? null) === null
  );
  if (bad >= 0) {
    throw new InputError(`Cannot read notebook: cell ${bad + 1} has no valid cell_type and source`, {
      file: path,
    });
  }
  for (const cell of notebook.cells) cell.metadata ??= {};
  return notebook;
}

/**
 * Writes a notebook as Jupyter does (one space of indentation), by rename: readers never see half a file.
 *
 * ```ts
 * import { readNotebook, writeNotebook } from "./nbformat.ts";
 * import assert from "node:assert/strict";
 * const cell = { cell_type: "markdown", metadata: {}, source: "# Walks" } as const;
 * const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
 * const path = await Deno.makeTempFile({ suffix: ".ipynb" });
 * await writeNotebook(path, notebook);
 * assert.equal((await readNotebook(path)).cells.length, 1);
 * await Deno.remove(path);
 * ```
 */
export async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
  try {
    await Deno.writeTextFile(temporary, JSON.stringify(notebook, null, 1) + "\n");
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
