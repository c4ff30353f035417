/** Checks a workflow file; in a file of its own since a file that is known needs none of what this loads. */
import { stepMemory } from "../engine/key/step_memory.ts";
import { machineMemory } from "../engine/system/machine.ts";
import { checkMetric, checkSchedule } from "../schedule/check_schedule.ts";
import { registry } from "../steps/registry.ts";
import type { CheckResult } from "../workflow/check/check.ts";
import { loadWorkflow } from "../workflow/load.ts";
import type { StepMemory } from "../workflow/own/known_step.ts";
import { userPath } from "./paths.ts";

/** Options that name or change a workflow. */
export interface WorkflowOptions {
  param?: Record<string, string> | undefined;
  paramsFile?: string[] | undefined;
  profile?: string[] | undefined;
  root?: string | undefined;
  /** Bytes of memory for steps, instead of what the machine has. */
  memory?: number | undefined;
  json?: boolean | undefined;
}

/** @param steps Memory of own steps, instead of the project's. */
export async function check(
  path: string,
  root: string,
  { param = {}, paramsFile, profile, memory }: WorkflowOptions,
  to: "run" | "read",
  steps?: StepMemory,
): Promise<CheckResult> {
  return await loadWorkflow(path, {
    registry,
    checkSchedule,
    checkMetric,
    stepMemory: steps ?? stepMemory(root),
    overrides: param,
    ...(paramsFile === undefined ? {} : { paramsFiles: paramsFile.map(userPath) }),
    ...(profile === undefined ? {} : { profiles: profile }),
    root,
    ...(to === "run" ? { memory: () => memory ?? machineMemory() } : {}),
  });
}
