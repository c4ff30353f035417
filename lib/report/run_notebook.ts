/** Executes a notebook into a folder: executed, and as a page, also where a cell fails. */
import { basename, join } from "node:path";
import { renderHtml } from "./html.ts";
import {
  executeNotebook,
  type ExecuteOptions,
  failureBanner,
  type Notebook,
  NotebookError,
} from "./notebook.ts";
import { lookAt, sealPlace, writeOwn } from "./own_file.ts";

/** What was written. */
export interface NotebookRun {
  notebook: string;
  html: string;
  /** Names under which files that somebody had changed are kept. */
  kept: string[];
  /** The cell that failed; the files hold all up to it. */
  failure?: { cell: number; reason: string };
}

/**
 * Executes and writes `<name>.ipynb` and `<name>.html`.
 *
 * @throws {InputError} where something is in the way that is not ours: before anything is executed.
 */
export async function runNotebook(
  path: string,
  folder: string,
  options: ExecuteOptions,
): Promise<NotebookRun> {
  const name = basename(path).replace(/\.ipynb$/, "");
  const [target, page] = [join(folder, `${name}.ipynb`), join(folder, `${name}.html`)];
  for (const place of [target, page]) await lookAt(place);
  let notebook: Notebook;
  let failure: NotebookRun["failure"];
  try {
    notebook = await executeNotebook(path, options);
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    notebook = error.notebook;
    failure = { cell: error.cell, reason: error.reason };
  }
  const banner = failure === undefined ? {} : { banner: failureBanner(failure) };
  const asides = [
    await writeOwn(target, notebookText(notebook)),
    await writeOwn(page, renderHtml(notebook, { ...banner, sealed: true })),
  ];
  const kept = asides.filter((aside) => aside !== undefined);
  return { notebook: target, html: page, kept, ...(failure === undefined ? {} : { failure }) };
}

/** As Jupyter writes it, with the place of a seal in its metadata, after all cells. */
function notebookText({ cells, metadata, ...rest }: Notebook): string {
  const own = { ...metadata, motiflow: { seal: sealPlace } };
  return JSON.stringify({ cells, metadata: own, ...rest }, null, 1) + "\n";
}
