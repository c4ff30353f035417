/** Opens a workflow for a verb: overrides, checking, diagnostics, engine. */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { Engine, EventSink } from "../engine/mod.ts";
import { machineMemory } from "../engine/system/machine.ts";
import { checkSchedule } from "../schedule/check_schedule.ts";
import { registry } from "../steps/registry.ts";
import { parseByteSize } from "../workflow/byte_size.ts";
import { formatDiagnostics } from "../workflow/diagnostic.ts";
import { loadWorkflow } from "../workflow/load.ts";
import type { Workplan } from "../workflow/workplan.ts";
import { Exit, exitCodes } from "./terminal/exit.ts";
import { count } from "../text/numbers.ts";
import { err, json } from "./terminal/terminal.ts";

/** Most diagnostics that are printed; `--json` has them all. */
const MAX_PRINTED = 50;

/** Options that name or change a workflow. */
export interface WorkflowOptions {
  param?: Record<string, string> | undefined;
  root?: string | undefined;
  /** Bytes of memory for steps, instead of what the machine has. */
  memory?: number | undefined;
  json?: boolean | undefined;
}

/** Collects `--param name=value`. */
export function collectParam(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) {
    err(`--param takes name=value, got ${text}\n  hint: for example --param levels=[8,6,5]`);
    throw new Exit(exitCodes.usage);
  }
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(",").filter((part) => part !== "")];
}

/** An option that is a size, in bytes. */
export function parseBytes(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes === undefined) throw new InvalidArgumentError("It must be a size such as 500MB or 2GiB.");
  return bytes;
}

/** What steps that declare their memory may use together. */
export const memoryOption = new Option(
  "--memory <size>",
  "memory for steps that declare theirs, e.g. 8GiB; by default the machine's",
).argParser(parseBytes);

/**
 * A path that the user typed. `deno task` changes into the project's folder and leaves the user's own folder in
 * INIT_CWD, so a path that is not found in the first is looked for in the second.
 */
export function userPath(path: string): string {
  const start = Deno.env.get("INIT_CWD");
  if (isAbsolute(path) || start === undefined || existsSync(path)) return path;
  const there = resolve(start, path);
  return existsSync(there) ? relative(Deno.cwd(), there) || path : path;
}

/**
 * Loads and checks; prints all mistakes and ends with exit code 2 where there are any. For a verb that is `to` run
 * steps here, memory that a step declares and nobody has is such a mistake.
 */
export async function openWorkflow(
  file: string,
  options: WorkflowOptions,
  to: "run" | "read" = "read",
): Promise<Workplan> {
  const result = await loadWorkflow(userPath(file), {
    registry,
    checkSchedule,
    overrides: options.param ?? {},
    ...(options.root === undefined ? {} : { root: userPath(options.root) }),
    ...(to === "run" ? { memory: () => options.memory ?? machineMemory() } : {}),
  });
  if (options.json === true && !result.ok) {
    json({ ok: false, diagnostics: result.diagnostics });
    throw new Exit(exitCodes.usage);
  }
  if (result.diagnostics.length > 0) err(formatDiagnostics(result.diagnostics.slice(0, MAX_PRINTED)) + "\n");
  if (result.diagnostics.length > MAX_PRINTED) err(`and ${result.diagnostics.length - MAX_PRINTED} more\n`);
  if (result.ok) return result.plan;
  const errors = result.diagnostics.filter((d) => d.severity === "error").length;
  err(`${file}: ${count(errors, "mistake")}; nothing was run`);
  throw new Exit(exitCodes.usage);
}

/** Opens the engine of a workflow's project. */
export async function openEngineOf(plan: Workplan, onEvent?: EventSink): Promise<Engine> {
  const { openEngine } = await import("../engine/mod.ts");
  return await openEngine({ root: plan.root, ...(onEvent === undefined ? {} : { onEvent }) });
}

/** Opens the engine of the project that the user stands in. */
export async function openProjectEngine(root: string | undefined): Promise<Engine> {
  const { openEngine } = await import("../engine/mod.ts");
  const { findRoot } = await import("../workflow/project/root.ts");
  const cwd = Deno.cwd();
  const found = root === undefined
    ? await findRoot(join(cwd, "workflow.yaml"), cwd)
    : resolve(userPath(root));
  return await openEngine({ root: found });
}
