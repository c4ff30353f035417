/** `run --watch`: run again whenever the workflow, its data or its code changes; a run that is overtaken is stopped. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FileChanges } from "../../engine/system/file_changes.ts";
import { outside, WatchedPlaces } from "../../workflow/watched_places.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import type { RunFlags, Watching } from "./run_plan.ts";
import { err } from "../terminal/terminal.ts";
import { openEngineOf } from "../workflow_file.ts";
import { projectRoot, userPath } from "../paths.ts";

/** Runs until interrupted. */
export async function watch(
  file: string,
  options: RunFlags,
  run: (file: string, options: RunFlags, watching: Watching) => Promise<void>,
): Promise<void> {
  const workflow = resolve(userPath(file));
  const root = await projectRoot(options.root, dirname(workflow));
  const program = fileURLToPath(new URL("../../", import.meta.url));
  const params = (options.paramsFile ?? []).map((path) => resolve(userPath(path)));
  const places = new WatchedPlaces(workflow, root, program, params);
  const changes = new FileChanges((path) => places.matter(path), (message) => err(`warning: ${message}`));
  changes.follow(root);
  if (outside(root, program)) changes.follow(program);
  if (outside(root, workflow)) changes.follow(dirname(workflow));
  for (let first = true;; first = false) {
    const superseded = new AbortController();
    const change = changes.next().then(() => superseded.abort());
    places.forget();
    try {
      await run(file, options, {
        superseded: superseded.signal,
        onPlan: async (plan) => {
          const engine = await openEngineOf(plan);
          for (const folder of places.take(plan, await engine.sources(plan))) changes.follow(folder);
        },
      });
    } catch (error) {
      // A failed or broken run is no reason to stop: the next change may be its repair. Editors that save by renaming
      // make the file vanish for a moment.
      const ends = error instanceof Exit ? error.code === exitCodes.interrupted : first;
      if (ends) throw error;
      if (!(error instanceof Exit)) err(`error: ${error instanceof Error ? error.message : error}`);
    }
    if (!superseded.signal.aborted) err("watching for changes; Ctrl-C ends");
    await change;
    err("");
  }
}
