/** A run as it is named on the command line. */
import { relative, resolve } from "node:path";
import type { Engine, RunRecord } from "../engine/mod.ts";
import { userPath } from "./paths.ts";

/** What verbs say of an argument that names a run. */
export const runWord =
  "run id, its beginning, latest, or a workflow's name or file: its latest successful run";

/** A run by what {@linkcode runWord} tells; a file is looked for from where the user stands. */
export async function runOf(engine: Engine, word: string): Promise<RunRecord> {
  return await engine.readRun(
    /\.ya?ml$/.test(word) ? relative(engine.root, resolve(userPath(word))).replaceAll("\\", "/") : word,
  );
}
