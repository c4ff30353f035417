/** A run as it is named on the command line. */
import { relative, resolve } from "node:path";
import type { Engine, RunRecord } from "../engine/mod.ts";
import { userPath } from "./paths.ts";

/** A run by id, its beginning or `latest`, or the latest that succeeded of a workflow file. */
export async function runOf(engine: Engine, word: string): Promise<RunRecord> {
  if (!/\.ya?ml$/.test(word)) return await engine.readRun(word);
  const { latestRunOf } = await import("../schedule/compare_runs.ts");
  return await latestRunOf(engine, relative(engine.root, resolve(userPath(word))).replaceAll("\\", "/"));
}
