/**
 * `report`: executes a notebook over the connected artifacts. The figures and sections that its cells draw stand in
 * `lib/report/`; this file hands it the artifacts' folders and keeps this machine's paths out of what is shown.
 */
import { z } from "zod";
import { jsonOf } from "../artifacts/artifact.ts";
import { Report, reportPage } from "../artifacts/report.ts";
import { programNotebook } from "../report/program_notebooks.ts";
import { anything, defineStep } from "./define.ts";

function shipped(notebook: string): { otherwise?: string } {
  const otherwise = programNotebook(notebook);
  return otherwise === undefined ? {} : { otherwise };
}

/** What a cell draws, for whoever watches. */
const drawnBy = (cell: string) => /\bdrawSection\("([^"]+)"/.exec(cell)?.[1] ?? "cell";

export default defineStep({
  type: "report",
  summary: "Execute a notebook over the connected artifacts and write it with one self-contained page",
  inputs: { artifacts: anything() },
  params: z.strictObject({
    notebook: z.string().default("notebooks/report.ipynb").describe(
      "Notebook to execute; its cells run with all permissions of the user. What the project does not have at " +
        "`notebooks/` is taken from the program.",
    ),
    title: z.string().default("Report").describe("Title of the page."),
    description: z.string().default("").describe("One paragraph below the title."),
    modules: z.array(z.string()).default([]).describe(
      "Further files that the notebook imports or reads, as globs, so that a change reruns the report.",
    ),
    parameters: z.record(z.string(), z.json()).default({}).describe(
      "Values for further variables of the cell tagged `parameters`.",
    ),
    cell_timeout: z.number().positive().default(300).describe("Seconds that one cell may take."),
  }),
  outputs: { report: Report },
  usualSeconds: 3,
  files: ({ notebook, modules }) => [
    { name: "notebook", pattern: notebook, notebook: true, ...shipped(notebook) },
    ...modules.map((pattern, i) => ({ name: `module${i}`, pattern })),
  ],
  lineage: true,
  permissions: { net: ["127.0.0.1"], run: [Deno.execPath()], read: [Deno.execPath()] },
  check: ({ parameters }) =>
    ["inputs", "title", "description"].filter((name) => Object.hasOwn(parameters, name)).map((name) => ({
      path: ["parameters", name],
      message: `${name} is set by the step itself`,
    })),
  async run({ inputs, params, files, out, scratch, lineage, signal, progress, warn }) {
    const { join } = await import("node:path");
    const { executeNotebook, failureBanner, NotebookError, writeNotebook } = await import(
      "../report/notebook.ts"
    );
    const { renderHtml } = await import("../report/html.ts");
    // What the notebook imports is part of this step's code: a changed figure changes the key.
    await import("../report/notebook_api.ts");
    const [path] = files.notebook;
    const dir = out("report");
    const sources = inputs.artifacts.map(({ step, cell, type, dir }) => ({ step, cell, type, dir }));
    const shared = { ...params.parameters, title: params.title, description: params.description };
    // The executed notebook names contents, not folders of this machine: equal inputs give equal bytes, and it runs
    // again wherever a store holds them.
    const shown = inputs.artifacts.map(({ step, cell, type, id = "" }) => ({ step, cell, type, id }));
    const made = lineage === undefined ? [] : [{ lineage: jsonOf(lineage) }];
    try {
      const notebook = await executeNotebook(path, {
        parameters: { ...shared, inputs: [...sources, ...made] },
        shownParameters: { ...shared, inputs: [...shown, ...made] },
        timeoutSeconds: params.cell_timeout,
        scratch,
        signal,
        onProgress: (done, total, cell) =>
          progress({ fraction: done / total, message: `${drawnBy(cell)} (${done + 1} of ${total})` }),
      });
      await writeNotebook(join(dir, "report.ipynb"), notebook);
      await Deno.writeTextFile(join(dir, reportPage), renderHtml(notebook, { title: params.title }));
    } catch (error) {
      if (error instanceof NotebookError) {
        warn(`Cell ${error.cell} of ${params.notebook} failed.`);
        // For whoever keeps the folders of failed steps: the notebook up to its error.
        const page = renderHtml(error.notebook, { title: params.title, banner: failureBanner(error) });
        await writeNotebook(join(dir, "report.ipynb"), error.notebook);
        await Deno.writeTextFile(join(dir, "report.html"), page);
      }
      throw error;
    }
    return {
      report: {
        dir,
        header: { type: "Report", version: 1, meta: { title: params.title, inputs: sources.length } },
      },
    };
  },
});
