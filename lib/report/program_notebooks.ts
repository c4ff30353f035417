/** The program's own notebooks, which stand in for those that a project does not have. */
import { fileURLToPath } from "node:url";

/**
 * Path of the program's notebook of that name; undefined where it has none.
 *
 * ```ts
 * import { programNotebook } from "./program_notebooks.ts";
 * import assert from "node:assert/strict";
 * assert.match(programNotebook("./notebooks/report.ipynb")!, /notebooks.report\.ipynb$/);
 * assert.equal(programNotebook("notebooks/mine.ipynb"), undefined);
 * ```
 */
export function programNotebook(notebook: string): string | undefined {
  const name =
    /^(?:\.\/)?notebooks\/((?:report|judgement|getting-started|reading-a-report|levels|ablation|drift|groups)\.ipynb)$/
      .exec(
        notebook,
      )?.[1];
  return name === undefined ? undefined : fileURLToPath(new URL("../../notebooks/", import.meta.url)) + name;
}
