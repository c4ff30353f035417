/** A workflow file on disk to a plan. */
import { basename, dirname, resolve } from "node:path";
import { InputError } from "../errors.ts";
import { type CheckResult, checkWorkflow } from "./check/check.ts";
import type { MetricChecker } from "./check/check_alerts.ts";
import type { ScheduleChecker } from "./check/check_schedule.ts";
import type { CheckOptions } from "./check/options.ts";
import { decode, MAX_BYTES } from "./document.ts";
import type { ParamsFile } from "./layers/overlay.ts";
import type { StepMemory } from "./own/known_step.ts";
import { findRoot } from "./project/root.ts";
import type { StepRegistry } from "./step.ts";
import { commandLine } from "../text/program.ts";
import { nearest } from "../text/suggest.ts";

/** How a file is loaded. */
export interface LoadOptions {
  registry: StepRegistry;
  /** Project root; by default {@linkcode findRoot}. */
  root?: string;
  /** `--param` values as written. */
  overrides?: Record<string, string>;
  /** Names of profiles; by default those in `$MOTIFLOW_PROFILE`, with commas between. */
  profiles?: string[];
  /** Files of params, as the user named them. */
  paramsFiles?: string[];
  /** Bytes of memory for steps, see `CheckOptions`. */
  memory?: () => number;
  /** Says what is wrong with `schedule:`, see `CheckOptions`. */
  checkSchedule?: ScheduleChecker;
  /** Says which metrics an alert may name, see `CheckOptions`. */
  checkMetric?: MetricChecker;
  /** What earlier checks learned of the user's own steps. */
  stepMemory?: StepMemory;
  /** Working directory. */
  cwd?: string;
}

/**
 * Loads and checks a workflow file. Runs no step and changes nothing.
 *
 * @throws {InputError} when there is no such file.
 *
 * ```ts
 * import { loadWorkflow } from "./load.ts";
 * import { registry } from "../steps/registry.ts";
 * import assert from "node:assert/strict";
 * const path = await Deno.makeTempFile({ suffix: ".yaml" });
 * await Deno.writeTextFile(path, "version: 1\nname: walks\nsteps:\n  a: { uses: lod, with: { source: simulate } }\n");
 * const result = await loadWorkflow(path, { registry });
 * assert.match(result.ok ? "" : result.diagnostics[0].message, /no step type "lod"/);
 * await Deno.remove(path);
 * ```
 */
export async function loadWorkflow(path: string, options: LoadOptions): Promise<CheckResult> {
  const cwd = options.cwd ?? Deno.cwd();
  const absolute = resolve(cwd, path);
  const { bytes, size } = await readLimited(absolute, path);
  const decoded = decode(bytes, path, size);
  if ("diagnostics" in decoded) return { ok: false, diagnostics: decoded.diagnostics.sorted() };
  return await checkWorkflow(decoded.text, path, {
    registry: options.registry,
    root: options.root === undefined ? await findRoot(absolute, cwd) : resolve(cwd, options.root),
    folder: dirname(absolute),
    overrides: options.overrides ?? {},
    ...profilesOf(options.profiles),
    ...(await paramsFilesOf(options.paramsFiles, cwd)),
    ...(options.memory === undefined ? {} : { memory: options.memory }),
    ...(options.checkSchedule === undefined ? {} : { checkSchedule: options.checkSchedule }),
    ...(options.checkMetric === undefined ? {} : { checkMetric: options.checkMetric }),
    ...(options.stepMemory === undefined ? {} : { stepMemory: options.stepMemory }),
  });
}

function profilesOf(named: string[] | undefined): Pick<CheckOptions, "profiles"> {
  if (named !== undefined) return { profiles: { names: named } };
  const names = (Deno.env.get("MOTIFLOW_PROFILE") ?? "").split(",").map((name) => name.trim())
    .filter((name) => name !== "");
  return names.length === 0 ? {} : { profiles: { names, byDefault: true } };
}

async function paramsFilesOf(
  files: string[] | undefined,
  cwd: string,
): Promise<Pick<CheckOptions, "paramsFiles">> {
  if (files === undefined || files.length === 0) return {};
  const { readFromDisk } = await import("./layers/layers.ts");
  const paramsFiles: ParamsFile[] = [];
  for (const file of files) {
    const bytes = await readFromDisk(resolve(cwd, file));
    if (bytes === undefined) {
      throw new InputError("Cannot read params: it is no file that is there", { file });
    }
    paramsFiles.push({ file, bytes });
  }
  return { paramsFiles };
}

/** What there is instead of a workflow file that is not there. */
async function otherWorkflows(absolute: string): Promise<string> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(dirname(absolute))) if (/\.ya?ml$/.test(name)) names.push(name);
  } catch {
    // There is no such folder either.
  }
  if (names.length === 0) {
    return `Give the path of a workflow file; ${commandLine("init")} writes a first one.`;
  }
  const near = nearest(basename(absolute), names);
  return near === undefined ? `There are: ${names.sort().slice(0, 8).join(", ")}.` : `Did you mean ${near}?`;
}

/** Reads a file, but not one that is too large. */
async function readLimited(absolute: string, path: string): Promise<{ bytes: Uint8Array; size: number }> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(absolute);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory)) throw cause;
    throw new InputError(`Cannot read workflow ${path}: there is no such file`, {
      hint: await otherWorkflows(absolute),
      cause,
    });
  }
  if (!info.isFile) {
    throw new InputError(`Cannot read workflow ${path}: it is not a file`, { hint: "Name a .yaml file." });
  }
  if (info.size > MAX_BYTES) return { bytes: new Uint8Array(0), size: info.size };
  const bytes = await Deno.readFile(absolute);
  return { bytes, size: bytes.length };
}
