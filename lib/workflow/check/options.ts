/** What the check of a workflow is given. */
import type { ReadFile } from "../layers/include.ts";
import type { ParamsFile, ProfileChoice } from "../layers/overlay.ts";
import type { StepMemory } from "../own/known_step.ts";
import type { StepRegistry } from "../step.ts";
import type { MetricChecker } from "./check_alerts.ts";
import type { ScheduleChecker } from "./check_schedule.ts";

/** What checking needs besides the text. */
export interface CheckOptions {
  registry: StepRegistry;
  /** Project root, absolute. */
  root: string;
  /** Folder of the workflow file, absolute: where `uses: ./step.ts` starts. */
  folder: string;
  /** `--param` values as written. */
  overrides?: Record<string, string>;
  /** Reads an environment variable; by default of this process. */
  environment?: (name: string) => string | undefined;
  /** Bytes of memory for steps; where missing, what steps declare is not held against anything. */
  memory?: () => number;
  /** Profiles that lie over the file's own values. */
  profiles?: ProfileChoice;
  /** Files of params, between the profiles and `overrides`. */
  paramsFiles?: readonly ParamsFile[];
  /** Reads a file that is included; by default from disk. */
  read?: ReadFile;
  /** Says what is wrong with `schedule:`; without it only the shape is checked. */
  checkSchedule?: ScheduleChecker;
  /** Says which metrics are known; without it any name of an alert is taken. */
  checkMetric?: MetricChecker;
  /** What earlier checks learned of the user's own steps. */
  stepMemory?: StepMemory;
}
