/** The names file of a step: the one its workflow gives it, else one of its own beside the workflow. */
import { dirname, join, relative, resolve } from "node:path";
import type { RunRecord } from "../../engine/mod.ts";
import { InputError } from "../../errors.ts";
import type { Workplan } from "../../workflow/workplan.ts";

/** Where names are written. */
export interface NamesPlace {
  /** Absolute. */
  path: string;
  /** As a workflow names it: relative to the project's root. */
  shown: string;
  /** Whether the workflow gives it to the step already. */
  given: boolean;
}

/**
 * Finds the place. The path is never that of a request.
 *
 * @param plan The workflow as it stands now; undefined where it cannot be read.
 * @throws {InputError} for a file of the workflow's that lies outside of the project or is no YAML.
 */
export function namesFileOf(
  root: string,
  run: RunRecord,
  task: string,
  plan: Workplan | undefined,
): NamesPlace {
  const step = run.tasks.find(({ id }) => id === task)?.step;
  const params = plan?.tasks.find((one) => one.step === step)?.params;
  const named = params !== null && typeof params === "object" && !Array.isArray(params)
    ? params?.names
    : undefined;
  const given = typeof named === "string" && named !== "";
  const file = resolve(root, run.file);
  const stem = file.slice(file.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
  const path = given ? resolve(root, named) : join(dirname(file), `${stem}.names.yaml`);
  const shown = relative(root, path).replaceAll("\\", "/");
  if (/^(\.\.(\/|$)|\/|[A-Za-z]:)/.test(shown) || !/\.ya?ml$/.test(path)) {
    throw new InputError(`Cannot write names: ${given ? named : path} is no YAML file of the project`, {
      hint: "Give the step a names file within the project, e.g. names: workflows/names.yaml.",
    });
  }
  return { path, shown, given };
}
