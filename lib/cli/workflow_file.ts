/** Opens a workflow for a verb: overrides, checking, diagnostics, engine. */
import { dirname, resolve } from "../path.ts";
import type { Engine, EventSink } from "../engine/mod.ts";
import { PlanMemory } from "../engine/key/plan_memory.ts";
import type { WorkflowOptions } from "./check_file.ts";
import { briefErrors, formatDiagnostics } from "../workflow/diagnostic.ts";
import type { Workplan } from "../workflow/workplan.ts";
import { count } from "../text/numbers.ts";
import { projectRoot, userPath } from "./paths.ts";
import { Exit, exitCodes } from "./terminal/exit.ts";
import { err, out } from "./terminal/terminal.ts";

/** Most diagnostics that are printed; `--json` has them all. */
const MAX_PRINTED = 50;

/** Ends the program because of mistakes in a workflow file, which have been told. */
export class BrokenWorkflow extends Exit {
  /** @param problem The mistakes in one line each. */
  constructor(readonly problem: string) {
    super(exitCodes.usage);
  }
}

/**
 * Loads and checks; prints all mistakes and ends with exit code 2 ({@linkcode BrokenWorkflow}) where there are any. For a verb that is `to` run
 * steps here, memory that a step declares and nobody has is such a mistake.
 *
 * @param keep Whether the plan is kept for the next call: by verbs that write anyway.
 */
export async function openWorkflow(
  file: string,
  options: WorkflowOptions,
  to: "run" | "read" = "read",
  keep = false,
): Promise<Workplan> {
  const path = userPath(file);
  const absolute = resolve(path);
  const root = await projectRoot(options.root, dirname(absolute));
  const memory = asWritten(options) ? new PlanMemory(root, path, absolute) : undefined;
  const known = memory?.recall();
  if (known !== undefined) return known;
  const { check } = await import("./check_file.ts");
  const result = await check(path, root, options, to, memory?.steps);
  if (result.ok && result.diagnostics.length === 0 && keep) memory?.keep(result.plan);
  if (options.json === true && !result.ok) {
    // On one line: what `run` prints is a stream of lines.
    out(JSON.stringify({ ok: false, diagnostics: result.diagnostics }));
    throw new BrokenWorkflow(briefErrors(result.diagnostics));
  }
  if (result.diagnostics.length > 0) err(formatDiagnostics(result.diagnostics.slice(0, MAX_PRINTED)) + "\n");
  if (result.diagnostics.length > MAX_PRINTED) err(`and ${result.diagnostics.length - MAX_PRINTED} more\n`);
  if (result.ok) return result.plan;
  const errors = result.diagnostics.filter((d) => d.severity === "error").length;
  err(`${file}: ${count(errors, "mistake")}; nothing was run`);
  throw new BrokenWorkflow(briefErrors(result.diagnostics));
}

/** Whether the file alone says what is run. */
function asWritten({ param = {}, paramsFile = [], profile = [] }: WorkflowOptions): boolean {
  return Object.keys(param).length + paramsFile.length + profile.length === 0 &&
    (Deno.env.get("MOTIFLOW_PROFILE") ?? "") === "";
}

/** Opens the engine of a workflow's project. */
export async function openEngineOf(plan: Workplan, onEvent?: EventSink): Promise<Engine> {
  const { openEngine } = await import("../engine/mod.ts");
  return await openEngine({ root: plan.root, ...(onEvent === undefined ? {} : { onEvent }) });
}
