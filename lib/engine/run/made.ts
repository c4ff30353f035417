/** What making a task gives, and who is told while it is made. */
import type { Task } from "../../workflow/workplan.ts";
import type { StoredOutput } from "../store/action_record.ts";
import type { StoredResult } from "../store/last_results.ts";

/** How an attempt series ended well. */
export interface Made {
  outputs: Record<string, StoredOutput>;
  /** Set where the result could not be stored and only lies in the attempt's folder. */
  loose?: string;
  /** What was stored; missing where nothing could be or should be. */
  record?: StoredResult;
  /** Why nothing was made: another process or task had made it, or another of the team. */
  shared?: string;
  seconds: number;
  attempts: number;
  warnings: string[];
}

/** Takes what happens to tasks while they are made. */
export interface TaskReport {
  progress(task: Task, fraction: number | undefined, message: string): void;
  log(task: Task, message: string): void;
  warn(task: Task, message: string): void;
  retry(task: Task, attempt: number, delaySeconds: number, message: string): void;
  started(task: Task, attempt: number): void;
  /** The store could not be trusted or written somewhere. */
  storeWarning(message: string, task?: Task): void;
}
